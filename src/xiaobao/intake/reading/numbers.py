"""Numbers of a workbook → the text that the rules read: exact, without exponents, dates as dates.

A spreadsheet keeps 15 digits of a number. What has more was spoilt when it was typed, and its text keeps the
form that gives it away, 1.10101199001011E+17, so that no rule takes it for the number that was meant.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import isfinite

from xiaobao.intake.reading.shown import Meaning, Shown

_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]{1,4})?")
_EXACT_LIMIT = 10**15
_SPOILT = re.compile(r"[+-]?[0-9.]+E\+?[0-9]+")
_EPOCH = {False: datetime(1899, 12, 30, tzinfo=UTC), True: datetime(1904, 1, 1, tzinfo=UTC)}
_LAST_SERIAL = 2_958_466  # the day after 9999-12-31
_LEAP_DAY_THAT_WAS_NONE = 60  # 1900-02-29: serials up to it count a day more than there was
_DATED = (Meaning.DATE, Meaning.MOMENT, Meaning.TIME)
_DATE_FORM = "%Y-%m-%d"
_MOMENT_FORM = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateForms:
    """The forms in which a column of the layout is read, where it holds dates or moments."""

    formats: tuple[str, ...]
    with_time: bool


def is_number(text: str) -> bool:
    """True for what a cell of type number may hold."""
    return _NUMBER.fullmatch(text) is not None


def number_text(stated: str, shown: Shown) -> str:
    """A number as text; `stated` is a number by `is_number`."""
    text = stated if _PLAIN.fullmatch(stated) else _exact(stated)
    return text.zfill(shown.digits) if shown.digits and text.isdecimal() else text


def is_spoilt(text: str) -> bool:
    """True for the text of a number with more digits than a spreadsheet keeps."""
    return _SPOILT.fullmatch(text) is not None


def date_text(stated: str, shown: Shown, *, since_1904: bool, forms: DateForms | None) -> str | None:
    """A date or moment as text, in a form its column is read in; None for what shows none that was."""
    moment = _moment(float(stated), since_1904=since_1904) if shown.meaning in _DATED else None
    if moment is None:
        return None
    if shown.meaning is Meaning.TIME and float(stated) < 1:
        return moment.strftime("%H:%M:%S")
    return moment_text(moment, dated=shown.meaning is Meaning.DATE, forms=forms)


def moment_text(moment: datetime, *, dated: bool, forms: DateForms | None) -> str:
    """A moment as text in the first form of its column that loses nothing; `dated` for a day alone.

    A time that the cell does not show is left out, unless the column wants one. No time is made up.
    """
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if forms is None:
        return day.strftime(_DATE_FORM) if dated else moment.strftime(_MOMENT_FORM)
    if dated and not forms.with_time:
        return _written(day, forms.formats)
    return _written(moment, (_DATE_FORM, *forms.formats) if dated else forms.formats)


def _exact(stated: str) -> str:
    number = float(stated)
    if abs(number) >= _EXACT_LIMIT:
        return f"{number:.15G}" if isfinite(number) else stated.upper()
    text = f"{number:.15g}"
    if "e" in text:
        text = format(Decimal(text), "f")
    return "0" if text == "-0" else text


def _moment(serial: float, *, since_1904: bool) -> datetime | None:
    """The moment of a serial, to the millisecond; None for what is no day that was."""
    if not 0 <= serial < _LAST_SERIAL:
        return None
    if not since_1904 and serial < _LEAP_DAY_THAT_WAS_NONE + 1:
        if serial >= _LEAP_DAY_THAT_WAS_NONE:
            return None
        serial += 1
    try:
        moment = _EPOCH[since_1904] + timedelta(milliseconds=round(serial * 86_400_000))
    except OverflowError:
        return None
    return moment


def _written(moment: datetime, forms: Sequence[str]) -> str:
    """The moment in the first form that loses nothing of it, else in full."""
    for form in forms:
        text = moment.strftime(form)
        if datetime.strptime(text, form).replace(tzinfo=UTC) == moment:
            return text
    return moment.strftime(_MOMENT_FORM)
