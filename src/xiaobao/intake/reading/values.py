"""The value of a cell as text, and the rule that doubts it: an error, a number that is not what it shows."""

from datetime import UTC, datetime
from functools import lru_cache

from xiaobao.intake.reading.book import Book, in_plain
from xiaobao.intake.reading.markup import BROKEN_RULE
from xiaobao.intake.reading.numbers import (
    DateForms,
    date_text,
    is_number,
    is_spoilt,
    moment_text,
    number_text,
)
from xiaobao.intake.reading.shown import NUMBER, Meaning, Shown
from xiaobao.intake.reading.unreadable import unreadable

_REMEMBERED = 1 << 16
_BOOLEANS = {"1": "TRUE", "0": "FALSE", "true": "TRUE", "false": "FALSE"}
_PLACE_LENGTH = 9

Value = tuple[str, str | None]
"""Text and rule id."""


class Values:
    """Reads the values of one workbook's cells."""

    def __init__(self, book: Book) -> None:
        self.texts = tuple("" if text.isspace() else text for text in book.texts)
        """The shared texts; blank ones hold nothing."""
        self._styles = {str(place): shown for place, shown in enumerate(book.styles)}
        self._since_1904 = book.since_1904
        self._number = lru_cache(maxsize=_REMEMBERED)(self._read_number)  # the same ones come again

    def read(self, stated: str, kind: str, style: str, forms: DateForms | None) -> Value:
        """The value of a cell of type `t` and style `s` that states a text, in the forms of its column."""
        if kind == "s":
            return self._shared(stated), None
        if not stated:
            return "", None
        if kind == "n":
            return self._number(stated, style, forms)
        if kind == "e":
            return "", "cell_error"  # no text: an error must not pass for one
        if kind == "b":
            return _BOOLEANS.get(stated, stated), None
        if kind == "d":
            return _iso(stated, forms), None
        return _unless_blank(in_plain(stated)), None

    def _shared(self, stated: str) -> str:
        if not stated:
            return ""
        place = int(stated) if stated.isdecimal() and len(stated) <= _PLACE_LENGTH else len(self.texts)
        if place >= len(self.texts):
            raise unreadable(BROKEN_RULE, value=f"sharedStrings {stated[:20]}")
        return self.texts[place]

    def _read_number(self, stated: str, style: str, forms: DateForms | None) -> Value:
        if not is_number(stated):
            return in_plain(stated), None
        shown: Shown = self._styles.get(style, NUMBER)
        date = date_text(stated, shown, since_1904=self._since_1904, forms=forms)
        if date is not None:
            return date, None
        text = number_text(stated, shown)
        if is_spoilt(text):
            return text, "number_spoilt"
        return text, "display_differs" if shown.meaning is Meaning.WORDED else None


def _unless_blank(text: str) -> str:
    """The text of a cell; white space alone shows nothing and holds nothing."""
    return "" if text.isspace() else text


def _iso(stated: str, forms: DateForms | None) -> str:
    """A cell of type date states it in ISO 8601; its time is shown where it states one."""
    try:
        moment = datetime.fromisoformat(stated).replace(tzinfo=UTC)
    except ValueError:
        return stated
    return moment_text(moment, dated="T" not in stated, forms=forms)
