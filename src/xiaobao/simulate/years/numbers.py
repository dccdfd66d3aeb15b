"""Numbers of invented people, valid in form and given to nobody, for whole columns at once."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from xiaobao.simulate.years.draws import Draws, Integers
from xiaobao.simulate.years.settings import Persons

_IDENTITY_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_IDENTITY_CHECKS = "10X98765432"
_PHONES = 10**8
_PHONE_STEP = 61_803_399
"""Coprime to the count of phones: every person below it has a phone of one's own."""
_OLDEST_BORN_ON = date(1945, 1, 1)
_BORN_WITHIN_DAYS = 20_000
_SEQUENCES = 1000


def phones(persons: Integers, people: Persons) -> pl.Series:
    """Mobile numbers of 11 places, one a person."""
    own = (persons * _PHONE_STEP + 27_182_818) % _PHONES
    return pl.Series(int(people.phone_prefix) * _PHONES + own).cast(pl.String)


def identities(persons: Integers, people: Persons, draws: Draws) -> pl.Series:
    """Identity numbers of 18 places with a right check digit (GB 11643-1999)."""
    regions = np.array([int(region) for region in people.identity_regions])
    region = regions[draws.below("identity:region", persons, len(regions))]
    born = _births()[draws.below("identity:born", persons, _BORN_WITHIN_DAYS)]
    body = (region * 10**8 + born) * _SEQUENCES + draws.below("identity:sequence", persons, _SEQUENCES)
    checks = _digits(body, 17) @ _IDENTITY_WEIGHTS % 11
    return pl.Series(body).cast(pl.String) + pl.Series(list(_IDENTITY_CHECKS)).gather(checks)


def cards(persons: Integers, people: Persons, draws: Draws) -> pl.Series:
    """Bank card numbers of 19 places with a right check digit (Luhn)."""
    body = int(people.card_prefix) * 10**8 + draws.below("card", persons, 10**8)
    digits = _digits(body, 18)[:, ::-1]
    doubled = digits * np.where(np.arange(18) % 2 == 0, 2, 1)
    check = -(doubled // 10 + doubled % 10).sum(axis=1) % 10
    return pl.Series(body * 10 + check).cast(pl.String)


def _births() -> Integers:
    days = (_OLDEST_BORN_ON + timedelta(days=number) for number in range(_BORN_WITHIN_DAYS))
    return np.array([day.year * 10_000 + day.month * 100 + day.day for day in days])


def _digits(numbers: Integers, count: int) -> Integers:
    """Numbers × places, the highest place first."""
    return numbers[:, None] // 10 ** np.arange(count - 1, -1, -1) % 10
