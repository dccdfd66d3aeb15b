"""Masks names, addresses and employers; the same name has the same number within a text.

What the tagger sees and what the words around say are joined. A name that was found once is masked wherever
the text has it again. What others have hidden already (刘某某), regions, streets without a door and the
organisations that complaints are about stay as they are.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from xiaobao.catalog.names import NameWords
from xiaobao.privacy.names.tagger import ORGANISATION, PERSON, PLACE, Tagger, Word

_PROGRAM_VERSION = "2"
"""Changes whenever the same text may be masked otherwise with the same words."""
_VERSION_DIGITS = 8
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_JOINS = frozenset("·•・")
_LONGEST = 4
_REACH = 8
"""How many characters from an organisation a word of employment may stand."""
_NUMBER = r"[0-9０-９A-Za-z一二三四五六七八九十百零〇\-－#]{1,8}"


class Kind(StrEnum):
    """What was masked."""

    NAME = "NAME"
    ADDRESS = "ADDRESS"
    EMPLOYER = "EMPLOYER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """The characters [start, end) of a text, what they are, and which of its kind within the text."""

    start: int
    end: int
    kind: Kind
    number: int

    @property
    def token(self) -> str:
        """What stands in for them."""
        return f"[{self.kind}{self.number}]"


class NameMasker:
    """Masks by the words of a catalog and the tagger of this installation."""

    def __init__(self, words: NameWords, tagger: Tagger) -> None:
        self._words = words
        self._tagger = tagger
        digest = hashlib.sha256(repr(_stated(words)).encode()).hexdigest()
        self.version = f"names-{_PROGRAM_VERSION}.{digest[:_VERSION_DIGITS]}"
        """Of the program and of the words; stored beside every masked text."""
        self._long_tails = tuple(tail for tail in words.tails_of_no_name if len(tail) > 1)
        """A given name may end in the sign of a road, not in the word for a school."""
        doors = "|".join(map(re.escape, sorted(words.doors, key=len, reverse=True)))
        streets = "|".join(map(re.escape, sorted(words.streets, key=len, reverse=True)))
        self._door = re.compile(rf"(?:{streets})(?:{_NUMBER}(?:{doors}))+(?:{_NUMBER}(?:{doors})?)?")
        labels = "|".join(map(re.escape, sorted(words.labels, key=len, reverse=True)))
        self._label = re.compile(rf"(?:{labels})(?:是|为|叫|系)?\s?[:：]?\s?(?=[\u3400-\u9fff])")

    def mask(self, text: str) -> str:
        """The text with `[NAME1]`, `[ADDRESS1]`, `[EMPLOYER1]` … where they stood."""
        built, place = [], 0
        for one in self.masks(text):
            built += [text[place : one.start], one.token]
            place = one.end
        return "".join([*built, text[place:]])

    def masks(self, text: str) -> list[Masked]:
        """What is masked of a text, in order, not overlapping."""
        if not _CHINESE.search(text):
            return []
        words = list(self._tagger.words(text))
        found: list[tuple[int, int, Kind]] = []
        for start, end in self._addresses(text, words):
            _add(found, start, end, Kind.ADDRESS)
        for start, end in self._employers(text, words):
            _add(found, start, end, Kind.EMPLOYER)
        names = [*self._tagged(text, words), *self._labelled(text, words)]
        # The longest first: what the tagger cut short in one place is masked whole as it was elsewhere.
        for start, end in sorted([*names, *_again(text, names)], key=lambda span: span[0] - span[1]):
            _add(found, start, end, Kind.NAME)
        return _numbered(text, sorted(found))

    def _tagged(self, text: str, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
        labels = {label.end() for label in self._label.finditer(text)}
        for place, word in enumerate(words):
            if word.kind != PERSON:
                continue
            told = text[word.start : word.end]
            following = text[word.end : words[place + 1].end] if place + 1 < len(words) else ""
            if following.endswith(self._words.tails_of_no_name):
                continue
            length = self._length_of_name(told, following, is_labelled=word.start in labels)
            if length:
                yield word.start, word.start + length

    def _length_of_name(self, told: str, following: str, *, is_labelled: bool) -> int:
        """How much of what the tagger takes for a person is a name; 0 for nothing."""
        surname = self._surname(told)
        rest = told[len(surname) :]
        hidden = any(sign in self._words.hidden or sign in self._words.signs_of_no_name for sign in rest)
        is_place = told.endswith(self._long_tails)
        if hidden or is_place or told in self._words.no_names or self._is_kept(told):
            return 0
        if any(sign in _JOINS for sign in told):
            return len(told)
        if surname and (rest in self._words.honorifics or (not rest and following in self._words.honorifics)):
            return len(surname)
        is_named = (surname or is_labelled) and 2 <= len(told) <= _LONGEST and told != surname
        return len(told) if is_named and _is_chinese(told) else 0

    def _is_kept(self, told: str) -> bool:
        return any(part in told for part in self._words.kept_organisations)

    def _surname(self, told: str) -> str:
        if told[:2] in self._words.double_surnames:
            return told[:2]
        return told[:1] if told[:1] in self._words.surnames else ""

    def _labelled(self, text: str, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
        """After a label: two to four characters with a surname first, up to where a word ends."""
        ends = {word.end for word in words}
        for label in self._label.finditer(text):
            start = label.end()
            surname = self._surname(text[start : start + 2])
            for length in (3, 2, 4):
                end = start + length
                told = text[start:end]
                whole = end in ends and _is_chinese(told) and len(told) == length > len(surname)
                after = text[end : end + 1]
                if surname and whole and (not after or not _is_chinese(after)):
                    yield start, end
                    break

    def _addresses(self, text: str, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
        """From the name of the street or estate to the last door."""
        for door in self._door.finditer(text):
            if text.startswith(self._words.kept_after_address, door.end()):
                continue
            start = door.start()
            for word in reversed([word for word in words if word.start < door.end()]):
                if word.end <= start and (
                    word.kind not in (PLACE, ORGANISATION) or self._is_region(text, word)
                ):
                    break
                start = min(start, word.start)
                if door.start() - start > 2 * _REACH:
                    break
            kept = self._last_region(text[start : door.start()])
            yield start + kept, door.end()

    def _is_region(self, text: str, word: Word) -> bool:
        return text[word.start : word.end].endswith(self._words.regions_end)

    def _last_region(self, told: str) -> int:
        """Where the last region within what was taken ends."""
        ends = [told.rfind(mark) + len(mark) for mark in self._words.regions_end if mark in told]
        longest = max(ends, default=0)
        return longest if longest < len(told) else 0

    def _employers(self, text: str, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
        for start, end in _joined(words):
            told = text[start:end]
            if self._is_kept(told):
                continue
            before, after = text[max(0, start - _REACH) : start].rstrip(), text[end : end + _REACH]
            at_work = (
                before.endswith(self._words.employed_before)
                and after.startswith(self._words.employed_after)
                and not after.startswith(self._words.not_employed_after)
            )
            if (
                at_work
                or before.endswith(self._words.employer_before)
                or after.startswith(self._words.employer_after)
            ):
                yield start, end


def _joined(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Organisations, those that stand side by side as one."""
    start = end = -1
    for word in words:
        if word.kind != ORGANISATION:
            continue
        if word.start != end:
            if end > start:
                yield start, end
            start = word.start
        end = word.end
    if end > start:
        yield start, end


def _again(text: str, names: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Whole names elsewhere in the text; a surname alone is no name."""
    for name in {text[start:end] for start, end in names if end - start > 1}:
        for other in re.finditer(re.escape(name), text):
            yield other.span()


def _add(found: list[tuple[int, int, Kind]], start: int, end: int, kind: Kind) -> None:
    if end > start and all(end <= other[0] or other[1] <= start for other in found):
        found.append((start, end, kind))


def _numbered(text: str, found: Sequence[tuple[int, int, Kind]]) -> list[Masked]:
    known: dict[tuple[Kind, str], int] = {}
    counted: dict[Kind, int] = {}
    numbered = []
    for start, end, kind in found:
        key = (kind, text[start:end])
        if key not in known:
            counted[kind] = counted.get(kind, 0) + 1
            known[key] = counted[kind]
        numbered.append(Masked(start=start, end=end, kind=kind, number=known[key]))
    return numbered


def _is_chinese(told: str) -> bool:
    return all(_CHINESE.match(sign) for sign in told)


def _stated(words: NameWords) -> list[object]:
    """The words in an order that does not change from run to run."""
    values = [getattr(words, name) for name in words.__slots__]
    return [sorted(value) if isinstance(value, frozenset) else value for value in values]
