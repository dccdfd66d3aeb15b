"""The complaints of a span of days as topics are looked for in them: what stands at a posting sequence."""

from dataclasses import dataclass

import polars as pl

from xiaobao.analysis.dimension_columns import column_name, with_dimensions
from xiaobao.analysis.dimensions import Scope, columns_of
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.member_tables import member_tables
from xiaobao.ledger.entries import EntryKind
from xiaobao.ledger.snapshot import Snapshot

INSTITUTION, CATEGORY = "institution", "business.1"
COMPLAINT_SCHEMA: dict[str, pl.DataType] = {
    "complaint_key": pl.Int64(),
    "narrative_digest": pl.String(),
    "day": pl.Date(),
    INSTITUTION: pl.String(),
    CATEGORY: pl.String(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaints:
    """Complaints that stand, and where their texts lie."""

    rows: pl.DataFrame
    """`COMPLAINT_SCHEMA`, by day and key; the digest is null where no text came."""
    posted: tuple[int, ...]
    """Posting sequences of all batches that stated a complaint of these days, rising."""


def complaints_of(snapshot: Snapshot, scope: Scope, *, path: str | None, reading: Reading) -> Complaints:
    """The complaints of a path received in the days of `reading`, as known at its sequence."""
    names = (INSTITUTION, CATEGORY)
    entries = snapshot.entries().filter(lambda one: one.entry_kind == EntryKind.COMPLAINT.value)
    entries = entries.filter(
        entries.received_on >= reading.period.from_on,
        entries.received_on < reading.period.to_on,
        entries.posted_seq <= reading.posted_seq,
    )
    if path is not None:
        entries = entries.filter(entries.path == path)
    kept = {"complaint_key", "narrative_digest", "received_on", "posted_seq", "sign", *columns_of(names)}
    named = with_dimensions(entries.select(*sorted(kept)), names)
    taken = named.select(
        "complaint_key",
        "narrative_digest",
        "posted_seq",
        "sign",
        day=named.received_on,
        **{name: named[column_name(name)] for name in names},
    )
    found = snapshot.run(taken, given=member_tables(names, scope=scope))
    standing = (
        found.group_by(list(COMPLAINT_SCHEMA))
        .agg(pl.col("sign").cast(pl.Int64).sum())
        .filter(pl.col("sign") > 0)
        .select(list(COMPLAINT_SCHEMA))
        .cast(pl.Schema(COMPLAINT_SCHEMA))
        .sort("day", "complaint_key")
    )
    stated = found.filter(pl.col("sign") > 0)["posted_seq"].unique().sort()
    return Complaints(rows=standing, posted=tuple(stated.to_list()))
