"""What stands around a word that the tagger takes for a person: does it say that this is one?

A tagger that reads signs takes places, shops and idioms for names, mostly with less certainty than names.
People are mostly told of by what they are (村民, 局长), do (说), or beside other people (甲、乙); places and
shops go on as such (楚雅附一医院), here or elsewhere in the same text.
"""

import itertools
import re
from collections.abc import Iterator, Sequence

from xiaobao.catalog.names import NameWords
from xiaobao.privacy.names.spans import one_of
from xiaobao.privacy.names.tagger import Word

_APART = re.compile(r"[、，,丶;；\s0-9.．（()）]{0,6}|\s?[和与跟及同]\s?")
"""Between the names of a list."""
_TOGETHER, _BOTH = re.compile(r"[、丶和与及跟同]"), 0.8
"""Two beside each other are persons where the tagger is as sure of one of them."""
_ITEM = re.compile(r"[0-9][、.．)）]\s?$")
"""Before what stands in a numbered list: 4、马强树2246万元."""
_SHORT = 2
_LOOKED_BACK, _LOOKED_ON = 10, 8


class Surroundings:
    """Judges by the words of a catalog."""

    def __init__(self, words: NameWords) -> None:
        self._least, self._least_of_two = words.least_certainty_alone, words.least_certainty_of_two
        roles = [*words.roles, *words.labels, *words.occupations, *words.employed_persons]
        signs = re.escape("".join(words.role_signs)) if words.role_signs else "(?!)"
        self._before = re.compile(
            rf"(?:{one_of(roles)}|[{signs}])(?:[是为叫系名]|名叫)?[\s:：，,“\"（(]{{0,2}}$"
            if words.role_signs
            else r"(?!)"
        )
        after = one_of([*words.words_after_persons, *words.honorifics])
        self._after = re.compile(rf"[”\"]?[（(，,：:\s]{{0,2}}(?:{after})")

    def least(self, told: str) -> float:
        """From which certainty a word is a person whatever stands around it."""
        return self._least_of_two if len(told) <= _SHORT else self._least

    def is_role(self, text: str, start: int) -> bool:
        """Whether what people are stands before this place."""
        return bool(self._before.search(text[max(0, start - _LOOKED_BACK) : start]))

    def told(self, text: str, persons: Sequence[Word]) -> set[str]:
        """The words of which one mention is a person by what stands around it."""
        plain = [word for word in persons if self._tell(text, word)]
        return {text[word.start : word.end] for word in self._listed(text, persons, plain)}

    def _tell(self, text: str, word: Word) -> bool:
        """Whether what stands before or behind is said of people."""
        if _ITEM.search(text[max(0, word.start - _LOOKED_BACK) : word.start]):
            return word.end - word.start > _SHORT
        return self.is_role(text, word.start) or bool(self._after.match(text, word.end))

    def _listed(self, text: str, persons: Sequence[Word], told: Sequence[Word]) -> Iterator[Word]:
        """Those, and who stands in one list with one of them or with a person of whom the tagger is sure."""
        sure = {word.start for word in told}
        certain = {
            word.start for word in persons if word.certainty >= self.least(text[word.start : word.end])
        }
        for one, other in itertools.pairwise(persons):
            if (
                _TOGETHER.fullmatch(text, one.end, other.start)
                and max(one.certainty, other.certainty) >= _BOTH
            ):
                sure |= {one.start, other.start}
        for ordered in (persons, persons[::-1]):
            for one, other in itertools.pairwise(ordered):
                first, second = sorted((one, other), key=lambda word: word.start)
                if one.start in sure | certain and _APART.fullmatch(text, first.end, second.start):
                    sure.add(other.start)
        yield from (word for word in persons if word.start in sure)
