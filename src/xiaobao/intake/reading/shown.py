"""What a number of a workbook means by its format: a number, a date, a moment, a number with leading zeros.

ECMA-376 part 1, 18.8.30: the built-in formats by number, the others by their code.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

_DATES = frozenset({14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58})
_TIMES = frozenset({18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56})
_MOMENTS = frozenset({22})
_NOT_SHOWN = re.compile(r"\\.|_.|\*.|\[[^\]]*\]", re.DOTALL)
_QUOTED = re.compile(r'"([^"]*)"|\\(.)', re.DOTALL)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_ZEROS = re.compile(r"0{2,20}")
_WORDS = re.compile(r"\w")
_FIRST_SECTION = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])*', re.DOTALL)
_GENERAL = re.compile(r"general|g/通用格式|standard", re.IGNORECASE)


class Meaning(StrEnum):
    """How a number is to be understood."""

    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    TIME = "time"
    WORDED = "worded"  # shown with letters or digits of the format's own, such as "GY01-"0000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How the cells of one style show a number."""

    meaning: Meaning = Meaning.NUMBER
    digits: int = 0
    """Leading zeros fill a whole number up to so many digits."""


NUMBER = Shown()


def shown_by(number: int, code: str | None) -> Shown:
    """The meaning of a format by its number and, where the workbook states one, its code."""
    if code is not None:
        return _by_code(code)
    for meaning, numbers in (
        (Meaning.DATE, _DATES),
        (Meaning.TIME, _TIMES),
        (Meaning.MOMENT, _MOMENTS),
    ):
        if number in numbers:
            return Shown(meaning=meaning)
    return NUMBER


def _by_code(code: str) -> Shown:
    matched = _FIRST_SECTION.match(code)
    section = matched.group() if matched else code
    if _ELAPSED.search(section) or _GENERAL.fullmatch(section.strip()):
        return NUMBER
    words = "".join(quoted or single for quoted, single in _QUOTED.findall(section))
    letters = _NOT_SHOWN.sub("", _QUOTED.sub("", section)).casefold()
    day = (
        "y" in letters
        or "d" in letters
        or "aaa" in letters
        or ("m" in letters and not {"h", "s"} & set(letters))
    )
    time = "h" in letters or "s" in letters
    if day or time:
        meaning = Meaning.MOMENT if day and time else Meaning.DATE if day else Meaning.TIME
        return Shown(meaning=meaning)
    if _WORDS.search(words):
        return Shown(meaning=Meaning.WORDED)
    return Shown(digits=len(letters)) if _ZEROS.fullmatch(letters) else NUMBER
