"""κ of every bank on a level, its drift after a day, and which banks stand out."""

from datetime import date
from math import sqrt

import numpy as np

from xiaobao.analysis.coding.quality.agreement import Kappa, kappa
from xiaobao.analysis.coding.quality.standing_out import fallen_agreement, low_agreement
from xiaobao.analysis.coding.quality.told import ToldBank, ToldDrift, ToldKappa
from xiaobao.analysis.text.types import Booleans, Floats, Rows

_SHOWN = 4


def told_kappa(found: Kappa) -> ToldKappa:
    """As it is kept."""
    return ToldKappa(
        rows=found.rows,
        distinct=found.families,
        agreeing=found.agreeing,
        kappa=rounded(found.value),
        low=rounded(found.low),
        high=rounded(found.high),
    )


def rounded(value: float | None) -> float | None:
    """To four decimals."""
    return None if value is None else round(value, _SHOWN)


def of_banks(
    submitted: Rows,
    read: Rows,
    *,
    banks: Rows,
    names: list[str],
    families: Rows,
    after: Booleans,
    least: int,
) -> tuple[ToldBank, ...]:
    """Every bank: its agreement in all, before and after; p-values over all banks that are told."""
    whole, before, later = (
        [
            kappa(submitted[rows], read[rows], families[rows], least=least)
            for bank in range(len(names))
            for rows in [np.flatnonzero((banks == bank) & chosen)]
        ]
        for chosen in (np.ones(len(banks), bool), ~after, after)
    )
    low = _of_told(whole)
    fallen = _of_drifts(before, later)
    return tuple(
        ToldBank(
            institution=name,
            agreement=told_kappa(whole[bank]),
            p_value=rounded(low[bank]),
            drift=_drift(before[bank], later[bank], fallen[bank]),
        )
        for bank, name in enumerate(names)
    )


def _of_told(found: list[Kappa]) -> list[float | None]:
    told = [one for one in found if one.is_told]
    values = low_agreement(_values(told), _variances(told), _families(told))
    return _spread(values, [one.is_told for one in found])


def _of_drifts(before: list[Kappa], after: list[Kappa]) -> list[float | None]:
    able = [one.is_told and other.is_told for one, other in zip(before, after, strict=True)]
    first = [one for one, chosen in zip(before, able, strict=True) if chosen]
    second = [one for one, chosen in zip(after, able, strict=True) if chosen]
    falls = _values(second) - _values(first)
    return _spread(fallen_agreement(falls, _variances(first), _families(first), _families(second)), able)


def _spread(values: list[float | None], able: list[bool]) -> list[float | None]:
    left = iter(values)
    return [next(left) if chosen else None for chosen in able]


def _values(found: list[Kappa]) -> Floats:
    return np.array([one.value for one in found], np.float64)


def _variances(found: list[Kappa]) -> Floats:
    return np.array([one.variance for one in found], np.float64)


def _families(found: list[Kappa]) -> Floats:
    return np.array([one.families for one in found], np.float64)


def _drift(before: Kappa, after: Kappa, p_value: float | None) -> ToldDrift:
    low, high = difference_limits(before, after)
    told = before.value is not None and after.value is not None
    return ToldDrift(
        before=told_kappa(before),
        after=told_kappa(after),
        difference=rounded(after.value - before.value)  # type: ignore[operator]
        if told
        else None,
        low=rounded(low),
        high=rounded(high),
        p_value=rounded(p_value),
    )


def difference_limits(before: Kappa, after: Kappa) -> tuple[float | None, float | None]:
    """95 % interval of κ after less κ before, from the limits of both (Zou and Donner 2008)."""
    if before.value is None or before.low is None or before.high is None:
        return None, None
    if after.value is None or after.low is None or after.high is None:
        return None, None
    change = after.value - before.value
    down = sqrt((after.value - after.low) ** 2 + (before.high - before.value) ** 2)
    up = sqrt((after.high - after.value) ** 2 + (before.value - before.low) ** 2)
    return change - down, change + up


def since_of(days: list[date], since: date) -> Booleans:
    """Which days lie on or after the day."""
    return np.array([day >= since for day in days], bool)
