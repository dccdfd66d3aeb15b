"""Values as a finding may show them: masked, and the first few of many."""

import re
from collections.abc import Sequence

import polars as pl

from xiaobao.lib.words import Words

_LISTED_LIMIT = 5
_MORE = " …+"
# The form of a day or moment, parted by signs or eight digits; no number of a card or mobile phone has it.
_DAY_SHOWN = (
    r"^(?:[0-9]{4}(?:[-/.][0-9]{1,2}[-/.][0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日?)"
    r"|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))"
    r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?$"
)
_BYTE = re.compile(r"byte ([0-9]+)")
_HAS_MORE = re.compile(re.escape(_MORE) + "([0-9]+)")


def masked(value: str) -> str:
    """A value as a finding may show it: two characters, then dots."""
    return value if len(value) <= 2 else f"{value[:2]}…"


def masked_values(values: pl.Series, *, of_dates: bool = False) -> pl.Series:
    """The values of a column as findings may show them; `of_dates`, what has a date's form stays whole."""
    frame = values.alias("value").to_frame()
    whole = pl.col("value").str.contains(_DAY_SHOWN) if of_dates else pl.lit(False)
    return frame.select(
        pl.when((pl.col("value").str.len_chars() > 2) & ~whole)
        .then(pl.col("value").str.slice(0, 2) + "…")
        .otherwise(pl.col("value"))
    ).to_series()


def listed(parts: Sequence[str]) -> str:
    """The first few of many in one value; how many more there are is told in either language."""
    more = len(parts) - _LISTED_LIMIT
    return ", ".join(parts[:_LISTED_LIMIT]) + (f"{_MORE}{more}" if more > 0 else "")


def shown(value: str | None, *, of_row: bool) -> Words:
    """A value as it stands; of the whole file also a place in bytes from 0, told in either language."""
    byte = None if value is None or of_row else _BYTE.fullmatch(value)
    if byte is not None:
        return Words(zh=f"偏移 {int(byte[1]):,} 字节处", en=f"byte {int(byte[1]):,}")
    if value is not None and not of_row and (more := _HAS_MORE.search(value)) is not None:
        return Words(
            zh=_HAS_MORE.sub(f" 等，另有 {more[1]} 项", value),
            en=_HAS_MORE.sub(f" and {more[1]} more", value),
        )
    return Words(zh=value or "—", en=value or "—")
