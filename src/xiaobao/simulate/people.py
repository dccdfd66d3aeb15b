"""Invented people's numbers: valid in form, so that masking is exercised, and given to nobody."""

from datetime import date, timedelta
from random import Random

from xiaobao.simulate.ranges import People

_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
_PHONE_DIGITS = 11
_CARD_DIGITS = 19
_OLDEST_BORN_ON = date(1945, 1, 1)
_BORN_WITHIN_DAYS = 20_000


def identity(random: Random, people: People) -> str:
    """An identity number of 18 places with a right check digit (GB 11643-1999)."""
    born_on = _OLDEST_BORN_ON + timedelta(days=random.randrange(_BORN_WITHIN_DAYS))
    body = f"{random.choice(people.identity_regions)}{born_on:%Y%m%d}{random.randrange(1000):03d}"
    total = sum(weight * int(digit) for weight, digit in zip(_IDENTITY_WEIGHTS, body, strict=True))
    return body + _IDENTITY_CHECKS[total % 11]


def phone(random: Random, people: People) -> str:
    """A mobile number of 11 places."""
    return _digits(random, random.choice(people.phone_prefixes), _PHONE_DIGITS)


def card(random: Random, people: People) -> str:
    """A bank card number of 19 places with a right check digit (Luhn)."""
    body = _digits(random, random.choice(people.card_prefixes), _CARD_DIGITS - 1)
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return body + str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def _digits(random: Random, prefix: str, length: int) -> str:
    return prefix + "".join(str(random.randrange(10)) for _ in range(length - len(prefix)))
