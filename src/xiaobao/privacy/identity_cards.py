"""Numbers of Chinese identity documents (GB 11643-1999): plausible, checked, and in their long form."""

import re
from datetime import date

from xiaobao.lib.text import half_width

# First two digits: the province-level divisions of GB/T 2260, with Taiwan, Hong Kong, Macao and residents of
# the latter three (81 to 83). Permanent residents from abroad have a 9 before the province that took them in
# (rules of their card of 2023), which leaves 91 to 98.
REGIONS = frozenset(
    str(number)
    for first, last in (
        (11, 15),
        (21, 23),
        (31, 37),
        (41, 46),
        (50, 54),
        (61, 65),
        (71, 71),
        (81, 83),
        (91, 98),
    )
    for number in range(first, last + 1)
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"

_LENGTH = 18
_DIGITS_OF_A_CARD = 16  # of 18 characters: one more besides the last may be a letter typed for a digit
_NEAR_LENGTHS = range(16, 21)
_OTHER = re.compile(r"[^0-9A-Z]")
# Letters and digits of unified social credit codes of organisations, by their value (GB 32100-2015).
_OF_CREDIT_CODES = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def check_character(body: str) -> str:
    """The 18th character of the 17 digits before it (ISO 7064, MOD 11-2)."""
    return CHECK_CHARACTERS[
        sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
    ]


def is_plausible(number: str) -> bool:
    """True for 18 characters, or 15 digits, with a known region and a birth date that exists."""
    if len(number) == 15 and number.isdecimal():
        return number[:2] in REGIONS and _is_date("19" + number[6:12])
    return (
        len(number) == 18
        and number[:17].isdecimal()
        and number[17] in "0123456789Xx"
        and number[:2] in REGIONS
        and number[6:8] in ("18", "19", "20")
        and _is_date(number[6:14])
    )


def resembles(text: str) -> bool:
    """True for a text that means to be the number of a card and is none.

    So are 18 letters and digits, nearly all of them digits, that fail what every card keeps, and a few more
    or fewer that begin with a region and a date of birth; a sound credit code of an organisation is none.
    """
    number = _OTHER.sub("", half_width(text).upper())
    if len(number) == _LENGTH:
        digits = sum(letter.isdecimal() for letter in number)
        return digits >= _DIGITS_OF_A_CARD and not (is_card(number) or is_credit_code(number))
    near = len(number) in _NEAR_LENGTHS and number[:14].isdecimal() and number[:2] in REGIONS
    return near and number[6:8] in ("19", "20") and _is_date(number[6:14])


def is_card(number: str) -> bool:
    """True for 18 characters that a card can have, the last of them right."""
    return (
        len(number) == _LENGTH and is_plausible(number) and check_character(number[:17]) == number[17].upper()
    )


def is_credit_code(number: str) -> bool:
    """True for the 18 characters of an organisation, the last of them right (GB 32100-2015)."""
    values = [_OF_CREDIT_CODES.find(letter) for letter in number]
    if len(values) != _LENGTH or min(values) < 0:
        return False
    total = sum(value * pow(3, place, 31) for place, value in enumerate(values[:17]))
    return values[17] == -total % 31


def long_form(number: str) -> str:
    """An old number of 15 digits as the 18 characters that replaced it; others unchanged."""
    if len(number) != 15 or not is_plausible(number):
        return number
    body = number[:6] + "19" + number[6:]
    return body + check_character(body)


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True
