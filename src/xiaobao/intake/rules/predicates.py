"""Predicates over typed columns: one look at all of them, and a finding for each row that one is true of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from xiaobao.intake.findings import Findings


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTest:
    """What is wrong with a row, by an expression over the mapped columns."""

    rule_id: str
    column: str
    """The target whose header and value the finding names."""
    wrong: pl.Expr
    expected: pl.Expr | None = None


def apply(
    rows: pl.DataFrame, tests: Iterable[RowTest], *, printed: Mapping[str, str], findings: Findings
) -> None:
    """Report every row that fails a test; `printed` gives the header of a target in the file."""
    asked = tuple(tests)
    findings.ran(*(test.rule_id for test in asked))
    if not asked:
        return
    # One look at all of them: a row is only picked where some row fails.
    failed = rows.select(test.wrong.any().alias(str(place)) for place, test in enumerate(asked)).row(0)
    for test, any_wrong in zip(asked, failed, strict=True):
        if any_wrong:
            findings.rows(
                test.rule_id,
                rows.filter(test.wrong),
                column=printed.get(test.column, test.column),
                value=pl.col(test.column).cast(pl.String),
                expected=test.expected,
                of_dates=rows.schema[test.column].is_temporal(),
            )
