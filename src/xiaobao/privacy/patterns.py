"""Masks what has a pattern in a text: identity and bank cards, phones, social security numbers, e-mail.

Names and addresses have none and are masked by another pass. Full-width characters are read as their half-
width forms, one for one: places stay the same, and everything around a masked number is kept as written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from xiaobao.privacy.identity_cards import is_plausible

MASKING_VERSION = "1"
"""Changes whenever the same text may be masked otherwise; stored beside every masked text."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HALF_WIDTH = str.maketrans({chr(wide): chr(narrow) for wide, narrow in _FULL_WIDTH.items()} | {
    "\u3000": " ", "\u00a0": " ", "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-"
})  # fmt: skip
_WORTH_A_LOOK = r"[0-9０-９](?:[^\p{L}\p{N}]{0,3}[0-9０-９]){6}|[@＠]"

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}+@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){0,7}"
    r"\.[A-Za-z]{2,24}(?![A-Za-z])"
)
_RUN = re.compile(r"[0-9]++(?:[ \-.()]{1,3}[0-9]++)*+(?:[ \-]?[Xx](?![A-Za-z]))?")
_PIECE = re.compile(r"[0-9]+[Xx]?|[Xx]")
_MOST_PIECES = 12
_TABLE_PIECES, _MOST_IN_TABLE = 64, 4  # so many numbers in a row are a table: few pieces make one number
_SHORTEST, _LONGEST = 9, 19  # a social security number, a bank card

_CARD = re.compile(
    r"62[0-9]{11,17}|4[0-9]{12}(?:[0-9]{3})?|(?:5[1-5]|2[2-7]|35|60|65|9[0-9])[0-9]{14,17}|3[47][0-9]{13}"
)
_MOBILE = re.compile(r"(?:0?0?86)?1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(?:0?0?86)?(?:0?10|0?2[0-9])[1-9][0-9]{7}|(?:0?0?86)?0?[3-9][0-9]{2}[1-9][0-9]{6,7}")
_AREA = re.compile(r"(?:0?0?86|0)")
# 400 and 800 are service numbers: they name a company.
_NORTH_AMERICAN = re.compile(r"1?(?![48]00)[2-9][0-9]{2}[2-9][0-9]{6}")
_SOCIAL_SECURITY = re.compile(r"(?!000|666|9)[0-9]{3}(?!00)[0-9]{2}(?!0000)[0-9]{4}")
_PHONE_WORD = re.compile(r"(?i)(?:phone|call|cell|mobile|tel|fax|text|电话|手机|联系)[^0-9]{0,20}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    start: int
    end: int
    token: str


def mask_all(texts: pl.Series) -> pl.Series:
    """Every text of a column masked; texts without enough digits and without an at sign cost one look."""
    worth = texts.str.contains(_WORTH_A_LOOK).fill_null(False)
    if not worth.any():
        return texts
    masked = pl.Series([mask(text) for text in texts.filter(worth).to_list()], dtype=pl.String)
    return texts.clone().scatter(worth.arg_true(), masked)  # scatter writes in place


def mask(text: str) -> str:
    """The text with `[ID]`, `[CARD]`, `[PHONE]`, `[SSN]` and `[EMAIL]` where they stood."""
    narrow = text.translate(_HALF_WIDTH)
    emails = list(_emails(narrow))
    numbers = _numbers(
        _replaced(narrow, [(each.start, each.end, "\0" * (each.end - each.start)) for each in emails])
    )
    spans = sorted([*emails, *numbers], key=lambda span: span.start)
    return _replaced(text, [(span.start, span.end, span.token) for span in spans])


def _replaced(text: str, pieces: list[tuple[int, int, str]]) -> str:
    """The text with other pieces at places that do not overlap, given in order."""
    built, place = [], 0
    for start, end, piece in pieces:
        built += [text[place:start], piece]
        place = end
    return "".join([*built, text[place:]])


def _emails(text: str) -> Iterator[_Span]:
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield _Span(start=match.start(), end=match.end(), token="[EMAIL]")


def _numbers(text: str) -> Iterator[_Span]:
    """Runs of digits with separators; one may hold a date and a phone number, so its pieces are tried too."""
    for run in _RUN.finditer(text):
        if run.end() - run.start() < 7:
            continue
        pieces = [(match.start(), match.end()) for match in _PIECE.finditer(text, run.start(), run.end())]
        most = _MOST_PIECES if len(pieces) <= _TABLE_PIECES else _MOST_IN_TABLE
        first = 0
        while first < len(pieces):
            taken = _longest(text, pieces, first, most)
            if taken is not None:
                last, token = taken
                yield _Span(start=pieces[first][0], end=pieces[last][1], token=token)
                first = last
            first += 1


def _longest(text: str, pieces: list[tuple[int, int]], first: int, most: int) -> tuple[int, str] | None:
    """The longest row of pieces from `first` that is masked: the place of its last piece, and the token."""
    characters, ends = 0, []
    for last in range(first, min(len(pieces), first + most)):
        characters += pieces[last][1] - pieces[last][0]
        if characters > _LONGEST:
            break
        if characters >= _SHORTEST:
            ends.append(last)
    for last in reversed(ends):
        parts = [text[start:end] for start, end in pieces[first : last + 1]]
        if (token := _token(parts, text, pieces[first][0])) is not None:
            return last, token
    return None


def _token(parts: list[str], text: str, start: int) -> str | None:
    """What the pieces together are, None when they are nothing that is masked."""
    number = "".join(parts)
    if is_plausible(number):
        return "[ID]"
    if not number.isdecimal():
        return None
    if _CARD.fullmatch(number) and _luhn(number):
        return "[CARD]"
    if _SOCIAL_SECURITY.fullmatch(number) and [len(part) for part in parts] == [3, 2, 4]:
        return "[SSN]"
    if _MOBILE.fullmatch(number) or _is_landline(number, parts) or _is_north_american(parts, text, start):
        return "[PHONE]"
    return None


def _is_landline(number: str, parts: list[str]) -> bool:
    """An area code with its zero, or after the country code, before seven or eight digits."""
    if _LANDLINE.fullmatch(number) is None or _AREA.match(number) is None:
        return False
    return len(parts) <= 4


def _is_north_american(parts: list[str], text: str, start: int) -> bool:
    """Grouped 3-3-4 with or without the country's 1; ten digits in one only after a word for a phone."""
    if _NORTH_AMERICAN.fullmatch("".join(parts)) is None:
        return False
    lengths = [len(part) for part in parts]
    if lengths in ([3, 3, 4], [1, 3, 3, 4], [3, 7]):
        return True
    return (
        len(parts) == 1
        and lengths[0] == 10
        and _PHONE_WORD.search(text, max(0, start - 40), start) is not None
    )


def _luhn(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
