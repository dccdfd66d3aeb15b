"""Numbers of Chinese identity documents (GB 11643-1999): plausible, checked, and in their long form."""

from datetime import date

# First two digits: the province-level divisions of GB/T 2260, with Taiwan, Hong Kong, Macao and residents of
# the latter three (81 to 83), and 91 for permanent residents from abroad.
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
        (91, 91),
    )
    for number in range(first, last + 1)
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"


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
