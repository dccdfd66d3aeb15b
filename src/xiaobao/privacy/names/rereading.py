"""Surnames of two signs that the tagger cuts: 客户端|木磊 is read again as 客户|端木磊."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from xiaobao.catalog.names import NameWords
from xiaobao.privacy.names.spans import is_chinese, one_of
from xiaobao.privacy.names.surroundings import Surroundings
from xiaobao.privacy.names.tagger import PERSON, Tagger, Word

_READ_ON = 12
"""Signs that are read again: a name and what is said of it."""
_APART = "，"
"""Put before them: a name at the beginning of a clause is seen best."""
_LONGEST = 4


class Rereading:
    """Finds them by the words of a catalog and reads them again with a tagger."""

    def __init__(self, words: NameWords, tagger: Tagger) -> None:
        self._tagger = tagger
        self._surnames, self._honorifics = words.double_surnames, frozenset(words.honorifics)
        self._surname = re.compile(rf"(?=(?:{one_of(sorted(words.double_surnames))}))")
        self._longer = frozenset(words.words_with_surname_last)
        self._surroundings = Surroundings(words)

    def read_again(self, text: str, words: Sequence[Word]) -> list[Word]:
        """The words, with the persons whom reading again shows in the place of what was cut."""
        if not self._surnames:
            return list(words)
        read = list(words)
        for found in self._surname.finditer(text):
            if (person := self._person(text, read, found.start())) is not None:
                read = list(_with(read, person))
        return read

    def _person(self, text: str, words: Sequence[Word], start: int) -> Word | None:
        """Who begins with the surname at this place; None for nobody, and for whom the tagger saw."""
        cut = next(word for word in words if word.end > start)
        if cut.kind == PERSON:
            return self._continued(text, words, cut) if cut.start == start else None
        if text[max(0, start - 1) : start + 1] in self._longer:  # 名单|于静怡
            return None
        again = self._tagger.words(_APART + text[start : start + _READ_ON])
        next(again)
        seen = next(again, None)
        if seen is None or seen.kind != PERSON or seen.end - seen.start <= 2:
            return None
        return replace(seen, start=start, end=start + seen.end - seen.start)

    def _continued(self, text: str, words: Sequence[Word], surname: Word) -> Word | None:
        """A surname alone and the word behind it, behind what people are: 柜员|澹台|明月."""
        after = next((word for word in words if word.start == surname.end), None)
        if surname.end - surname.start != 2 or after is None or after.end - surname.start > _LONGEST:
            return None
        given = text[after.start : after.end]
        is_given = is_chinese(given) and given not in self._honorifics
        is_name = is_given and self._surroundings.is_role(text, surname.start)
        return replace(surname, end=after.end) if is_name else None


def _with(words: Sequence[Word], person: Word) -> Iterator[Word]:
    """The words with this one in its place; what it cuts keeps its other part."""
    for word in words:
        if word.start < person.start:
            yield replace(word, end=min(word.end, person.start))
        if word.start <= person.start < word.end:
            yield person
        if word.end > person.end:
            yield replace(word, start=max(word.start, person.end))
