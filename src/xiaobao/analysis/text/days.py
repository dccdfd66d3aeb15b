"""Reads days as people and systems write them: 2020年3月2日, 20200302, 03/02/2020, Mar 2, 2020.

Of 03/02/2020 the column says which is the month: where it stands first in a value that can be nothing else
(03/25/2020), it does so in all; where values speak for both or for none, none of them is read.
"""

from calendar import month_abbr

import polars as pl

_WIDE = dict(zip("０１２３４５６７８９／－．：", "0123456789/-.:", strict=True))
_YEAR_FIRST = r"^\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\D|$)"
_WITHOUT_SIGNS = r"^\s*((?:19|20)\d{2})(\d{2})(\d{2})(?:\D|\d{6}\s*$|$)"
_YEAR_LAST = r"^\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:\D|$)"
_MONTHS = "|".join(month_abbr[1:])
_MONTH_FIRST = rf"(?i)^\s*({_MONTHS})[a-z]*\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?:\D|$)"
_DAY_FIRST = rf"(?i)^\s*(\d{{1,2}})(?:st|nd|rd|th)?[\s-]+({_MONTHS})[a-z]*\.?,?[\s-]+(\d{{4}})(?:\D|$)"
_LAST_MONTH = 12


def days_of(told: pl.Series) -> pl.Series:
    """The day of each value, null where there is none that can be read."""
    plain = told.str.replace_many(_WIDE)
    first, second, year = _groups(plain, _YEAR_LAST)
    month, day = (first, second) if _is_month_first(first, second) else (second, first)
    if _is_month_first(first, second) == _is_month_first(second, first):
        year = pl.Series([None] * len(told), dtype=pl.String)
    named, of_month, of_year = _groups(plain, _MONTH_FIRST)
    of_month_too, named_too, of_year_too = _groups(plain, _DAY_FIRST)
    forms = (
        _groups(plain, _YEAR_FIRST),
        _groups(plain, _WITHOUT_SIGNS),
        (year, month, day),
        (of_year, _number(named), of_month),
        (of_year_too, _number(named_too), of_month_too),
    )
    read = [_date(*form) for form in forms]
    return pl.select(pl.coalesce([pl.lit(one) for one in read])).to_series()


def _groups(told: pl.Series, pattern: str) -> tuple[pl.Series, pl.Series, pl.Series]:
    parts = told.str.extract_groups(pattern).struct
    return parts.field("1"), parts.field("2"), parts.field("3")


def _is_month_first(first: pl.Series, second: pl.Series) -> bool:
    """Whether the second of the two can only be a day somewhere, and the first a month everywhere."""
    numbers, others = first.cast(pl.Int64), second.cast(pl.Int64)
    return bool((others > _LAST_MONTH).any()) and not bool((numbers > _LAST_MONTH).any())


def _number(named: pl.Series) -> pl.Series:
    numbers = {name.lower(): str(number) for number, name in enumerate(month_abbr) if name}
    return named.str.to_lowercase().replace_strict(numbers, default=None, return_dtype=pl.String)


def _date(year: pl.Series, month: pl.Series, day: pl.Series) -> pl.Series:
    read = (year + "-" + month + "-" + day).str.to_date("%Y-%m-%d", strict=False)
    return pl.select(pl.when(read.dt.year() > 0).then(read)).to_series()
