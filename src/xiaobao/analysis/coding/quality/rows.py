"""Entries as the judging of the banks' coding takes them."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from xiaobao.analysis.text.types import Rows

SEPARATOR = "›"
"""Between the levels of a code's path, which are codes of the standard."""
FACETS = ("business", "cause")
"""What a text says; through which channel the business was done it seldom does."""
ROWS: Mapping[str, pl.DataType] = {
    "complaint_key": pl.Int64(),
    "source_code": pl.String(),
    "complaint_no": pl.String(),
    "institution": pl.String(),
    "day": pl.Date(),
    "entry_kind": pl.String(),
    "text": pl.String(),
    **dict.fromkeys(FACETS, pl.String()),
}
"""`text` is null where there is none; the submitted codes are paths from the top, null where none of the
standard was submitted."""


def bank_places(institutions: pl.Series, names: list[str]) -> Rows:
    """The place of every row's bank in the names."""
    place = {name: number for number, name in enumerate(names)}
    return np.array([place[name] for name in institutions], np.int64)
