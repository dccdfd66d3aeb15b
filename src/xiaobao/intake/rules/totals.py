"""Rules over the whole file: numbers stated twice, totals stated, the share of rejected rows."""

import re
from collections.abc import Collection

import polars as pl

from xiaobao.intake.delivery import Delivery
from xiaobao.intake.findings import Findings
from xiaobao.intake.reading.head import Trailer
from xiaobao.ledger.entries import ROWS_PER_BATCH_LIMIT, Event

_STATING = (Event.NEW.value, Event.SNAPSHOT.value)
_PLACES = ("row_number", "line_number")


def check_duplicates(rows: pl.DataFrame, *, printed: dict[str, str], findings: Findings) -> None:
    """A number stated as new twice: equal rows count once; of differing ones nobody knows which is right."""
    findings.ran("duplicate_in_file", "conflict_in_file")
    numbers = rows.select("complaint_no", "row_number").filter(
        rows["event"].is_in(_STATING) & rows["complaint_no"].is_not_null()
    )
    if numbers["complaint_no"].hash().n_unique() == numbers.height:
        return  # different hashes are different numbers: most files need no more than this
    twice = numbers.filter(numbers["complaint_no"].is_duplicated())
    repeated = rows.filter(pl.col("row_number").is_in(twice["row_number"].implode()))
    content = [name for name in repeated.columns if name not in _PLACES]
    seen = repeated.with_columns(
        pl.struct(content).n_unique().over("complaint_no").alias("contents"),
        pl.col("row_number").min().over("complaint_no").alias("first_row"),
    )
    column = printed.get("complaint_no", "complaint_no")
    findings.rows(
        "duplicate_in_file",
        seen.filter((pl.col("contents") == 1) & (pl.col("row_number") > pl.col("first_row"))),
        column=column,
        value=pl.col("complaint_no"),
        expected=pl.col("first_row"),
    )
    others = pl.col("row_number").cast(pl.String).implode().over("complaint_no").list.head(5).list.join(", ")
    findings.rows(
        "conflict_in_file",
        seen.with_columns(others.alias("others")).filter(pl.col("contents") > 1),
        column=column,
        value=pl.col("complaint_no"),
        expected=pl.col("others"),
    )


def check_stated_totals(
    read: int,
    *,
    delivery: Delivery,
    trailer: Trailer | None,
    sums: Collection[int],
    findings: Findings,
) -> None:
    """The totals of the delivery and of the trailer against the rows read.

    `sums` are the places under which the trailer states sums of columns; one that states sums alone counts
    no rows.
    """
    if delivery.stated_total is not None:
        findings.ran("stated_total")
        if delivery.stated_total != read:
            findings.file("stated_total", value=str(read), expected=str(delivery.stated_total))
    if trailer is None:
        return
    stated = [(place, text) for place, text in enumerate(trailer.cells) if place and text]
    count = next((text for place, text in stated if place not in sums), "")
    if not count and stated:
        return
    findings.ran("stated_total")
    if not re.fullmatch(r"0*[0-9]{1,18}", count, re.ASCII) or int(count) != read:
        findings.file(
            "stated_total", line_number=trailer.line_number, value=str(read), expected=count[:20] or "—"
        )


def check_size(read: int, findings: Findings) -> None:
    """A batch has room for fewer than `ROWS_PER_BATCH_LIMIT` rows."""
    findings.ran("too_many_rows")
    if read >= ROWS_PER_BATCH_LIMIT:
        findings.file("too_many_rows", value=str(read), expected=str(ROWS_PER_BATCH_LIMIT - 1))


def check_reject_share(read: int, rejected: int, *, limit: float, findings: Findings) -> None:
    """Above the catalog's share, and where nothing at all is left, the file is returned whole."""
    findings.ran("reject_share")
    if read and (rejected / read > limit or rejected == read):
        findings.file("reject_share", value=f"{100 * rejected / read:.1f} %", expected=f"{100 * limit:g} %")
