"""What a reader could not make rows of, and cells that do not hold what they show."""

import polars as pl

from xiaobao.catalog.sources import ColumnType, LayoutColumn
from xiaobao.intake.findings import Findings
from xiaobao.intake.layouts import Bound
from xiaobao.intake.reading.records import Block

_ERROR = r"^#[A-Z0-9/_]{1,14}[!?]?$"
_SUMMED = (ColumnType.AMOUNT, ColumnType.INTEGER)
# Here what a number shows is what is meant, digit by digit, and no other rule looks at its form.
_SHOWN = (
    *(ColumnType.TEXT, ColumnType.IDENTITY, ColumnType.CONTACT, ColumnType.NARRATIVE),
    *(ColumnType.CODE, ColumnType.INSTITUTION, ColumnType.REGION),
)


def report(block: Block, *, bound: Bound, findings: Findings) -> None:
    """Findings on records that are no rows, and on doubtful cells of the columns that are read."""
    for rule_id in block.irregular["rule_id"].unique(maintain_order=True).to_list():
        findings.rows(
            rule_id,
            block.irregular.filter(pl.col("rule_id") == rule_id),
            column=None,
            value=pl.col("value"),
            expected=pl.col("expected"),
        )
    if block.doubtful.is_empty():
        return
    for (rule_id, letters), cells in (
        _stray(block.doubtful).partition_by("rule_id", "column", as_dict=True, maintain_order=True).items()
    ):
        findings.rows(str(rule_id), cells, column=str(letters), value=pl.col("value"))
    for column in bound.layout.columns:
        _report_column(block.doubtful, column, bound=bound, findings=findings)


def _stray(doubtful: pl.DataFrame) -> pl.DataFrame:
    return doubtful.filter(pl.col("place").is_null())


def _report_column(doubtful: pl.DataFrame, column: LayoutColumn, *, bound: Bound, findings: Findings) -> None:
    places = bound.places.get(column.target, ())
    cells = doubtful.filter(pl.col("place").is_in(places))
    for (rule_id,), found in cells.partition_by("rule_id", as_dict=True, maintain_order=True).items():
        applied = _rule_for(str(rule_id), column)
        if applied is not None:
            # The name of an error is nobody's data and shown whole, whatever else it holds is not.
            error = pl.when(pl.col("value").str.contains(_ERROR)).then("value").otherwise(pl.lit("#"))
            findings.rows(
                applied,
                found,
                column=bound.printed[column.target],
                value=pl.col("value"),
                expected=error if applied == "cell_error" else None,
            )


def _rule_for(rule_id: str, column: LayoutColumn) -> str | None:
    """The rule that applies to a column; None where another judges it, or what it shows is nothing."""
    match rule_id:
        case "merged_cell" if column.type in _SUMMED:
            return "merged_unclear"  # an amount may count for all of the rows, or for one
        case "number_spoilt" if column.target == "complaint_no":
            return None  # complaint_no_form says so
        case "number_spoilt" | "display_differs" if column.type not in _SHOWN:
            return None
    return rule_id
