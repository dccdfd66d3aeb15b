"""The cells of one column of a block, and how a rule reports those it finds wrong."""

from dataclasses import dataclass

import polars as pl

from xiaobao.catalog.sources import LayoutColumn
from xiaobao.intake.findings import Findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """One column of the layout in one block of the file."""

    column: LayoutColumn
    header: str
    """As printed in the file."""
    text: pl.Series
    """As stated; empty cells are ""."""
    places: pl.DataFrame
    """`row_number` and `line_number` of each cell."""
    findings: Findings

    def report(
        self,
        rule_id: str,
        where: pl.Series | None,
        *,
        value: pl.Series | None = None,
        expected: str | pl.Series | None = None,
        of_dates: bool = False,
    ) -> None:
        """A finding for every row where `where` is true; `value` as stated when not given."""
        self.findings.ran(rule_id)
        if where is None or not where.any():
            return
        shown = self.text if value is None else value
        frame = self.places.with_columns(shown.alias("value"))
        if isinstance(expected, pl.Series):
            frame = frame.with_columns(expected.alias("expected"))
        else:
            frame = frame.with_columns(pl.lit(expected, dtype=pl.String).alias("expected"))
        self.findings.rows(
            rule_id,
            frame.filter(where.fill_null(False)),
            column=self.header,
            value=pl.col("value"),
            expected=pl.col("expected"),
            of_dates=of_dates,
        )

    def report_empty(self, empty: pl.Series | None, *, warn: bool = False) -> None:
        """Report the rows without a value: as `required`, or with `warn` as `not_stated`."""
        if self.column.required:
            self.report("required", empty)
        elif warn:
            self.report("not_stated", empty)
