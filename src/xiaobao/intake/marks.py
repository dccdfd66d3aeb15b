"""Which cells of a file's rows are marked, by the findings about them."""

from collections.abc import Mapping, Sequence

import polars as pl

from xiaobao.catalog.rules import Severity
from xiaobao.intake.reading.records import ROW_NUMBER

NUMBER = "number"
"""Place of a finding among all, from 0."""
LINE = "line"
"""Place of a row among those given back, from 0."""
PLACE = "place"
"""Place of a cell in its row, from 0."""
REJECTS = "rejects"
UNHELD = "unheld"
"""True for a cell whose trouble its text does not hold: given back as text, it would be accepted unmended."""
_COLUMN = "column"
_OF_CELLS = ("cell_error", "formula_without_value", "number_spoilt", "display_differs", "merged_unclear")
"""Rules about what a cell is, not about what it says."""


def placed(findings: pl.DataFrame, *, rows: pl.Series, printed: Mapping[str, Sequence[int]]) -> pl.DataFrame:
    """number, line, place: where each finding stands; `line` is null where no row is meant, or none held.

    `rows` are the numbers of the rows that are given back. A finding without a column means the first cell,
    one of a column that several cells make up means all of them, the first first.
    """
    places = pl.DataFrame(
        [(header, place) for header, places in printed.items() for place in places],
        schema={_COLUMN: pl.String, PLACE: pl.Int64},
        orient="row",
    )
    lines = pl.DataFrame({ROW_NUMBER: rows, LINE: pl.int_range(len(rows), dtype=pl.Int64, eager=True)})
    named = findings.with_row_index(NUMBER).select(NUMBER, ROW_NUMBER, pl.col(_COLUMN).fill_null(""))
    return (
        named.join(places, on=_COLUMN, how="left", maintain_order="left_right")
        .join(lines, on=ROW_NUMBER, how="left", maintain_order="left")
        .select(NUMBER, LINE, pl.col(PLACE).fill_null(0))
    )


def marks_of(findings: pl.DataFrame, where: pl.DataFrame) -> pl.DataFrame:
    """line, place, rejects, unheld and the findings' numbers of each marked cell; `where` as `placed`."""
    judged = findings.select(
        (pl.col("severity") != Severity.WARN.value).alias(REJECTS),
        pl.col("rule_id").is_in(_OF_CELLS).alias(UNHELD),
    )
    return (
        where.filter(pl.col(LINE).is_not_null())
        .join(judged.with_row_index(NUMBER), on=NUMBER, how="left", maintain_order="left")
        .group_by(LINE, PLACE)
        .agg(pl.col(REJECTS, UNHELD).any(), pl.col(NUMBER))
        .sort(LINE, PLACE)
    )
