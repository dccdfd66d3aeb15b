"""Masks names, addresses and employers; the same name has the same number within a text.

What the tagger sees and what the words around say are joined. A name that was found once is masked wherever
the text has it again. What others have hidden already (刘某某), regions, streets without a door and the
organisations that complaints are about stay as they are.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from xiaobao.catalog.names import NameWords
from xiaobao.privacy.names.addresses import Addresses
from xiaobao.privacy.names.employers import Employers
from xiaobao.privacy.names.latin import LatinNames
from xiaobao.privacy.names.persons import Persons
from xiaobao.privacy.names.rereading import Rereading
from xiaobao.privacy.names.spans import CHINESE
from xiaobao.privacy.names.tagger import Tagger

_PROGRAM_VERSION = "8"
"""Changes whenever the same text may be masked otherwise with the same words."""
_VERSION_DIGITS = 8


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
        self._tagger = tagger
        digest = hashlib.sha256(repr(_stated(words)).encode()).hexdigest()
        self.version = f"names-{_PROGRAM_VERSION}.{digest[:_VERSION_DIGITS]}"
        """Of the program and of the words; stored beside every masked text."""
        self._addresses = Addresses(words)
        self._employers = Employers(words)
        self._persons = Persons(words)
        self._latin = LatinNames(words)
        self._rereading = Rereading(words, tagger)

    def mask(self, text: str) -> str:
        """The text with `[NAME1]`, `[ADDRESS1]`, `[EMPLOYER1]` … where they stood."""
        return masked(text, self.masks(text))

    def masks(self, text: str) -> list[Masked]:
        """What is masked of a text, in order, not overlapping."""
        found: list[tuple[int, int, Kind]] = []
        for start, end in self._latin.spans(text):
            _add(found, start, end, Kind.NAME)
        if not CHINESE.search(text):
            return _numbered(text, sorted(found))
        words = self._rereading.read_again(text, list(self._tagger.words(text)))
        for start, end in self._addresses.spans(text, words):
            _add(found, start, end, Kind.ADDRESS)
        for start, end in self._employers.spans(text, words):
            _add(found, start, end, Kind.EMPLOYER)
        for start, end in self._persons.spans(text, words):
            _add(found, start, end, Kind.NAME)
        return _numbered(text, sorted(found))


def masked(text: str, masks: Sequence[Masked]) -> str:
    """The text with the tokens of its masks."""
    built, place = [], 0
    for one in masks:
        built += [text[place : one.start], one.token]
        place = one.end
    return "".join([*built, text[place:]])


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


def _stated(words: NameWords) -> list[object]:
    """The words in an order that does not change from run to run."""
    values = [getattr(words, name) for name in words.__slots__]
    return [sorted(value) if isinstance(value, frozenset) else value for value in values]
