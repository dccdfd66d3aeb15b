"""The complaints of a ledger as documents of the index, and which of them a new posting touched."""

from collections.abc import Collection, Mapping

import polars as pl

from xiaobao.analysis.dimensions import NOT_STATED
from xiaobao.ledger.snapshot import Snapshot

_FIELD_COLUMNS = {
    "institution": "institution_code",
    "business": "business_code",
    "cause": "cause_code",
    "channel": "channel_code",
    "region": "region_code",
    "path": "path",
    "source": "source_code",
    "number": "complaint_no",
    "kind": "entry_kind",
}
"""Field of the index → the ledger's column, as it was stated."""
_MAY_BE_EMPTY = ("institution", "business", "cause", "channel", "region")
_COLUMNS = (
    *("complaint_key", "entry_id", "posted_seq", "sign", "received_on", "narrative_digest"),
    *_FIELD_COLUMNS.values(),
)


def touched_since(snapshot: Snapshot, posted_seq: int) -> pl.Series:
    """Keys of the complaints that a batch after this sequence says something of."""
    if not snapshot.entry_files:
        return pl.Series("complaint_key", [], dtype=pl.Int64)
    entries = snapshot.entries()
    found = snapshot.run(entries.filter(entries.posted_seq > posted_seq).select("complaint_key").distinct())
    return found["complaint_key"].sort()


def touched_in(snapshot: Snapshot, batches: Collection[int]) -> pl.Series:
    """Keys of the complaints that one of these batches says something of."""
    if not snapshot.entry_files or not batches:
        return pl.Series("complaint_key", [], dtype=pl.Int64)
    entries = snapshot.entries()
    found = snapshot.run(
        entries.filter(entries.posted_seq.isin(sorted(batches))).select("complaint_key").distinct()
    )
    return found["complaint_key"].sort()


def statements_of(snapshot: Snapshot, keys: pl.Series) -> pl.DataFrame:
    """Every row of these complaints, in order: what `standing_of` and `months_of` read."""
    return snapshot.lookup(keys, columns=_COLUMNS)


def standing_of(statements: pl.DataFrame, months: Mapping[int, str]) -> pl.DataFrame:
    """The complaints that stand and have a text: fields of the index, `posted_seq` and `month` of the text.

    `months`: of batches whose texts are kept. The text is that of the latest of them that stated it.
    """
    stated = statements.filter(pl.col("sign") > 0)
    standing = statements.group_by("complaint_key").agg(pl.col("sign").cast(pl.Int64).sum())
    latest = stated.unique("complaint_key", keep="last", maintain_order=True).join(
        standing.filter(pl.col("sign") > 0).select("complaint_key"), on="complaint_key", how="semi"
    )
    kept = pl.DataFrame(
        {"posted_seq": list(months), "month": list(months.values())},
        schema={"posted_seq": pl.Int64, "month": pl.String},
    )
    texts = (
        stated.select("complaint_key", "narrative_digest", "posted_seq")
        .join(kept, on="posted_seq", how="inner")
        .sort("posted_seq")
        .unique(["complaint_key", "narrative_digest"], keep="last", maintain_order=True)
    )
    found = latest.drop("posted_seq").join(texts, on=["complaint_key", "narrative_digest"], how="inner")
    fields = {name: pl.col(column) for name, column in _FIELD_COLUMNS.items()}
    fields |= {name: fields[name].fill_null(NOT_STATED) for name in _MAY_BE_EMPTY}
    return found.select(
        "narrative_digest", "posted_seq", "month", key="complaint_key", day="received_on", **fields
    ).sort("posted_seq", "key")


def months_of(statements: pl.DataFrame, months: Mapping[int, str], *, until: int) -> dict[str, list[int]]:
    """Month → keys that its part may hold, as far as batches up to a sequence brought a text of theirs."""
    earlier = statements.filter((pl.col("sign") > 0) & (pl.col("posted_seq") <= until))
    found: dict[str, set[int]] = {}
    for posted, key in earlier.select("posted_seq", "complaint_key").unique().iter_rows():
        if posted in months:
            found.setdefault(months[posted], set()).add(key)
    return {month: sorted(keys) for month, keys in found.items()}
