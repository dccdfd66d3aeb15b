"""Addresses: what leads to a door, found by the form of its end and the words before it."""

import re
from collections.abc import Iterator, Sequence

from xiaobao.catalog.names import NameWords
from xiaobao.privacy.names.spans import CHINESE, Span, is_chinese, one_of
from xiaobao.privacy.names.tagger import ORGANISATION, PERSON, PLACE, Word

_NUMBER = r"[0-9０-９A-Za-z一二三四五六七八九十百零〇\-－#]{1,8}"
_NO_ROOM = r"(?![0-9０-９年月日.%％元平米㎡mM户人名个万多余层楼吨亩公+＋号])"
"""What follows a number that counts something."""
_ROOM = rf"[0-9０-９]{{3,5}}{_NO_ROOM}"
"""The number of a room at the end, without a word behind it: 1栋2304."""
_ROOM_BY_DASH = rf"[0-9]{{1,3}}(?:[-－][0-9]{{1,4}})?[-－][0-9]{{3,4}}{_NO_ROOM}"
"""5-4304, 12-2-301."""
_LABELLED = r"(?:\s?[:：]\s?|[为是])([^，。；！？,;!?\s]{4,40})"
_OPENING, _CLOSING = "（(", "）)"
_IN_BRACKETS = 40
_LONGEST = 16
"""How many characters the name of a street or estate may have, from where a door is told."""
_NAMING = frozenset({PLACE, ORGANISATION, PERSON, "nz", "nw", "ns", "nt", "s"})
"""Kinds of words that names of streets and estates are made of."""
_NOUN = "n"
_OTHER = frozenset({"v", "vd", "ad", "f", "p", "c", "d", "r", "u"})
"""Kinds of words that end in a sign of streets and are none: 绕道, 里."""


class Addresses:
    """Finds addresses by the words of a catalog."""

    def __init__(self, words: NameWords) -> None:
        self._words = words
        doors, streets = one_of(words.doors), one_of(words.streets)
        buildings, rooms = one_of(words.buildings), one_of(words.rooms)
        chain = rf"(?:{_NUMBER}(?:{doors}))"
        not_after = rf"(?!{one_of(words.not_door_after)})" if words.not_door_after else ""
        self._door = re.compile(rf"(?P<street>{streets})(?P<first>{chain}{not_after}){chain}*(?:{_ROOM})?")
        forms = [
            rf"(?<![0-9])[0-9]{{1,3}}[-－][0-9]{{1,2}}[-－](?!(?:19|20)[0-9]{{2}}){_ROOM}",
            rf"(?P<street>{streets})(?:[（(][^（）()，。：:0-9]{{0,8}})?{_ROOM_BY_DASH}",
        ]
        if words.buildings and words.rooms:
            within = rf"(?:{_NUMBER}(?:{one_of((*words.doors, *words.rooms))}))"
            room = rf"(?:{_NUMBER}(?:{rooms})|{_ROOM})"
            forms.append(rf"{_NUMBER}(?:{buildings}){within}*?{room}{within}*(?:{_ROOM})?")
        self._others = [re.compile(form) for form in forms]
        labels = one_of(words.address_labels)
        self._labelled = re.compile(rf"(?:{labels}){_LABELLED}") if words.address_labels else None
        self._region = re.compile(rf"[\u3400-\u9fffA-Z0-9]{{1,8}}?{one_of(words.regions_end)}")

    def spans(self, text: str, words: Sequence[Word]) -> Iterator[Span]:
        """From the name of the street or estate to the last door; the longest first."""
        found = [*self._told_by_label(text), *self._told_by_door(text, words)]
        yield from sorted(found, key=lambda span: span[0] - span[1])

    def _told_by_label(self, text: str) -> Iterator[Span]:
        for told in self._labelled.finditer(text) if self._labelled else ():
            start, end = told.span(1)
            # An estate (小区) ends like a region.
            while (region := self._region.match(text, start, end)) and not self._is_street(region.group()):
                start = region.end()
            if end - start > 1 and not self._is_kept(text, start, end):
                yield start, end

    def _told_by_door(self, text: str, words: Sequence[Word]) -> Iterator[Span]:
        for door in self._door.finditer(text):
            start = self._start(text, words, door.start())
            is_named = self._is_name(text[start : door.start()])
            leads_on = door.end() > door.end("first")
            is_door = is_named or leads_on or door["street"] not in self._words.buildings_of_many
            is_street = not any(_is_other(word, door.end("street")) for word in words)
            if is_door and is_street and not self._is_kept(text, start, door.end()):
                yield start, door.end()
        for form in self._others:
            for door in form.finditer(text):
                start = self._start(text, words, door.start())
                is_named = self._is_name(text[start : door.start()])
                if (is_named or self._tells_a_room(door.group())) and not self._is_kept(
                    text, start, door.end()
                ):
                    yield start, door.end()

    def _tells_a_room(self, told: str) -> bool:
        """Not so 9栋2单元, the door of many, nor 8-2-1103, which may count anything."""
        is_worded = any(building in told for building in self._words.buildings)
        return is_worded and not told.endswith(self._words.units)

    def _is_kept(self, text: str, start: int, end: int) -> bool:
        """The address of a branch, or an office of those whom complaints are about."""
        told = text[start:end]
        return (
            text.startswith(self._words.kept_after_address, end)
            or told.endswith(self._words.kept_after_address)
            or any(part in told for part in self._words.kept_organisations)
        )

    def _is_street(self, told: str) -> bool:
        return told.endswith(self._words.streets)

    def _is_name(self, told: str) -> bool:
        return bool(told) and told not in self._words.no_street_names

    def _start(self, text: str, words: Sequence[Word], at: int) -> int:
        """Where the name begins that stands before `at`, after the region if it says one."""
        start = self._before_brackets(text, at)
        nouns = 0
        for word in reversed([word for word in words if word.start < start]):
            told = text[word.start : word.end]
            is_noun = word.kind == _NOUN and word.end - word.start > 1 and not nouns
            is_part = word.end > start or word.kind in _NAMING or is_noun
            is_other = told in self._words.no_street_names or told.endswith(self._words.regions_end)
            if word.end < start or not is_part or (is_other and word.end <= start):
                break
            nouns += is_noun
            start = word.start
            if at - start > _LONGEST:
                break
        return start + self._last_region(text[start:at])

    def _before_brackets(self, text: str, at: int) -> int:
        """Before brackets that stand between a name and its door: 华悦城（楚府路交汇处）1栋."""
        if at and text[at - 1] in _CLOSING:
            opening = max(text.rfind(sign, max(0, at - _IN_BRACKETS), at) for sign in _OPENING)
            is_named = opening > 0 and is_chinese(text[opening - 1])
            return opening if is_named and CHINESE.search(text, opening, at) else at
        return at

    def _last_region(self, told: str) -> int:
        """Where the last region within what was taken ends."""
        bracket = min((told.find(sign) for sign in _OPENING if sign in told), default=len(told))
        ends = [
            told.rfind(mark, 0, bracket) + len(mark)
            for mark in self._words.regions_end
            if mark in told[:bracket]
        ]
        longest = max(ends, default=0)
        return longest if longest < len(told) else 0


def _is_other(word: Word, end: int) -> bool:
    return word.start < end <= word.end and word.kind in _OTHER
