"""Employers: organisations of which the words around them say that a person works there."""

import re
from collections.abc import Iterator, Sequence

from xiaobao.catalog.names import NameWords
from xiaobao.privacy.names.spans import Span, one_of
from xiaobao.privacy.names.tagger import ORGANISATION, PERSON, PLACE, Word

_REACH = 16
"""How many characters before an organisation are looked at."""
_AFTER = 12
_NAMING = r"[\u3400-\u9fffA-Za-z0-9（）()·]"
_UNIT = rf"(?:的?{_NAMING}{{1,4}}?(?:部|部门|车间|项目部|分公司|科室|班组|食堂|总部))?"
"""What of the organisation: 的财务部."""
_NOUNS = frozenset({ORGANISATION, PLACE, PERSON, "n", "nz", "nw", "ns", "nt", "s", "m", "vn", "xc", "a"})
"""Kinds of words that names of organisations are made of."""
_PAUSE = "，。；：！？、,;:!?\\s"


class Employers:
    """Finds employers by the words of a catalog."""

    def __init__(self, words: NameWords) -> None:
        self._words = words
        work = one_of(words.employed_after)
        not_work = rf"(?!{one_of(words.not_employed_after)})" if words.not_employed_after else ""
        adverbs = rf"(?:{one_of(words.employed_between)})?" if words.employed_between else ""
        occupations = one_of(words.occupations) if words.occupations else "(?!)"
        self._working = re.compile(
            rf"{_UNIT}{adverbs}(?:{not_work}{work}|(?:做|当|任|担任|从事)了?{occupations})"
        )
        self._being = re.compile(
            rf"{_UNIT}的?(?:{one_of(words.ranks)})*{occupations}" if words.ranks else "(?!)"
        )
        persons = one_of(words.employed_persons) if words.employed_persons else "(?!)"
        self._person_is = re.compile(rf"{persons}[^{_PAUSE}]{{0,4}}?(?:是|系|为|原)(?:原|一名|一位|一个)?$")
        own = rf"(?:{persons}的?(?:工作|原|原工作)?|(?<![\u3400-\u9fff]))"  # else 建设单位, 经办单位
        self._person_of = re.compile(rf"{own}单位(?:是|为|[:：])?$")
        ends = one_of(words.organisations_end) if words.organisations_end else "(?!)"
        self._untagged = re.compile(
            rf"{one_of(words.employed_before)}({_NAMING}{{2,24}}?{ends})(?={self._working.pattern})"
        )

    def spans(self, text: str, words: Sequence[Word]) -> Iterator[Span]:
        """Organisations where a person works; those that complaints are about stay."""
        for start, end in _organisations(words):
            if not self._is_kept(text[start:end]) and self._employs(text, start, end):
                yield start, end
        for found in self._untagged.finditer(text):
            start, end = found.span(1)
            parts = [word for word in words if word.start < end and word.end > start]
            is_noun = all(word.kind in _NOUNS for word in parts)
            if is_noun and self._is_named(found[1]) and not self._is_kept(found[1]):
                yield start, end

    def _employs(self, text: str, start: int, end: int) -> bool:
        before, after = text[max(0, start - _REACH) : start].rstrip(), text[end : end + _AFTER]
        return (
            (before.endswith(self._words.employed_before) and bool(self._working.match(after)))
            or before.endswith(self._words.employer_before)
            or bool(self._person_of.search(before))
            or (bool(self._person_is.search(before)) and bool(self._being.match(after)))
        )

    def _is_kept(self, told: str) -> bool:
        return any(part in told for part in self._words.kept_organisations)

    def _is_named(self, told: str) -> bool:
        """Whether it says which one: 长沙一家公司 does not."""
        if any(word in told for word in self._words.no_organisation_names):
            return False
        ends = [end for end in self._words.organisations_end if told.endswith(end)]
        name = told[: -max(map(len, ends), default=0) or None]
        cut = max(
            (name.rfind(mark) + len(mark) for mark in self._words.regions_end if mark in name), default=0
        )
        return len(name) - cut > 1


def _organisations(words: Sequence[Word]) -> Iterator[Span]:
    """Organisations, those that stand side by side as one, with the places right before them."""
    start = end = -1
    has_organisation = False
    for word in words:
        if word.kind not in (ORGANISATION, PLACE):
            continue
        if word.start != end:
            if has_organisation:
                yield start, end
            start, has_organisation = word.start, False
        end = word.end
        has_organisation = has_organisation or word.kind == ORGANISATION
    if has_organisation:
        yield start, end
