"""Reads moments as officers and spreadsheets write them: 2020-04-03T10:00, 2020/4/3 10:00, 2020年4月3日."""

import polars as pl

from xiaobao.analysis.text.days import days_of

_WIDE = dict(zip("０１２３４５６７８９：", "0123456789:", strict=True))
_TIME = r"[T\s日午](\d{1,2})\s*[:时]\s*(\d{1,2})(?:\s*[:分]\s*(\d{1,2}))?"
_AFTERNOON = r"(?i)下午|晚上|\dpm\b|\spm\b"
_ZONE = r":\d{2}(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})\s*$"
_NOON, _DAY_HOURS, _HOUR_MINUTES = 12, 24, 60


def moments_of(told: pl.Series) -> pl.Series:
    """The moment of each value, null where there is no day that can be read; a day alone is its beginning.

    A zone is taken into account; what states none stands as it is beside what states one.
    """
    plain = told.str.replace_many(_WIDE)
    times = plain.str.extract_groups(_TIME).struct
    hour, minute, second = (times.field(str(place)).cast(pl.Int64).fill_null(0) for place in (1, 2, 3))
    late = (plain.str.contains(_AFTERNOON).fill_null(False) & (hour < _NOON)).cast(pl.Int64) * _NOON
    seconds = (hour + late) * 3600 + minute * 60 + second
    zone = plain.str.extract(_ZONE).str.replace("Z", "+0000", literal=True).str.replace(":", "", literal=True)
    sign = zone.str.starts_with("-").fill_null(False).cast(pl.Int64) * -2 + 1
    ahead = sign * (zone.str.slice(1, 2).cast(pl.Int64) * 3600 + zone.str.slice(3, 2).cast(pl.Int64) * 60)
    found = days_of(told).cast(pl.Datetime("us")) + _seconds(seconds - ahead.fill_null(0))
    is_moment = (hour < _DAY_HOURS) & (minute < _HOUR_MINUTES) & (second < _HOUR_MINUTES)
    return found.set(~is_moment, None)


def _seconds(many: pl.Series) -> pl.Series:
    return (many * 1_000_000).cast(pl.Duration("us"))
