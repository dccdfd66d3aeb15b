"""Where two ledgers differ: batch by batch, row by row, column by column."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import polars as pl

from xiaobao.ledger.entries import first_entry_id
from xiaobao.ledger.snapshot import CALLS, TAGS, Snapshot
from xiaobao.ledger.tables import FORMS, Table
from xiaobao.submissions.commits import CommitRows, NumberedBatch
from xiaobao.submissions.notes import NoteCounts, counts_of

EXAMPLES_LIMIT = 20
_ROWS = {Table.TAGS: TAGS, Table.CALLS: CALLS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place where the rebuilt ledger is not the ledger in use."""

    table: str
    """A table of the ledger, notes, batches or brief."""
    place: str
    """The row: its entry id, or what names it in its table, or the posting sequence of a note."""
    column: str | None
    """None when the whole row is in one of them only."""
    in_use: str | None
    rebuilt: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """How many places differ, and the first of them."""

    count: int = 0
    first: tuple[Difference, ...] = ()

    def plus(self, found: Iterator[Difference]) -> "Differences":
        """These and more: all are counted, the first `EXAMPLES_LIMIT` kept."""
        count, first = self.count, list(self.first)
        for difference in found:
            count += 1
            if len(first) < EXAMPLES_LIMIT:
                first.append(difference)
        return Differences(count=count, first=tuple(first))


def differing_entries(in_use: Snapshot, rebuilt: Snapshot, *, first: int, last: int) -> Iterator[Difference]:
    """Where the entries of a run of batches differ in any column."""
    ours, theirs = (snapshot.batches(first, last) for snapshot in (in_use, rebuilt))
    if not ours.equals(theirs):
        yield from _differing(ours, theirs, table="entries", key=("entry_id",))


def stray_entries(in_use: Snapshot) -> Iterator[Difference]:
    """Entries whose ids are of no batch, so that no run of batches holds them."""
    entries = in_use.entries()
    first, beyond = first_entry_id(1), first_entry_id(in_use.posted_seq + 1)
    strays = in_use.run(entries.filter(~entries.entry_id.between(first, beyond - 1)).select("entry_id"))
    for (entry,) in strays.sort("entry_id").iter_rows():
        yield Difference(table="entries", place=str(entry), column=None, in_use="a row", rebuilt=None)


def differing_table(table: Table, in_use: Snapshot, rebuilt: Snapshot) -> Iterator[Difference]:
    """Where a table other than that of the entries differs in any column."""
    form = FORMS[table]
    ours, theirs = (
        snapshot.run(_ROWS[table]).select(*form.schema).sort(form.order) for snapshot in (in_use, rebuilt)
    )
    if not ours.equals(theirs):
        yield from _differing(ours, theirs, table=table.value, key=form.order)


def lost_batches(group: tuple[NumberedBatch, ...], aside: Set[int]) -> Iterator[Difference]:
    """Batches that were posted and can no longer be read; `aside` are the places of those set aside."""
    for one in group:
        if one.batch.why_unfit is not None and one.batch.sequence not in aside:
            yield Difference(
                table="batches",
                place=f"{one.posted_seq} (journal record {one.batch.sequence})",
                column=None,
                in_use="a batch",
                rebuilt=one.batch.why_unfit,
            )


def differing_notes(
    group: tuple[NumberedBatch, ...], rows: CommitRows, journaled: Mapping[int, NoteCounts]
) -> Iterator[Difference]:
    """Where the notes of a run of batches are not those of the journal."""
    for one, note in zip(group, rows.notes, strict=True):
        rebuilt, ours = counts_of(one, note), journaled.get(one.posted_seq)
        if one.batch.why_unfit is None and rebuilt != ours:
            yield Difference(
                table="notes",
                place=str(one.posted_seq),
                column=None,
                in_use=None if ours is None else str(ours),
                rebuilt=str(rebuilt),
            )


def _differing(
    ours: pl.DataFrame, theirs: pl.DataFrame, *, table: str, key: tuple[str, ...]
) -> Iterator[Difference]:
    counts = (
        ours.group_by(key)
        .len("in use")
        .join(theirs.group_by(key).len("rebuilt"), on=key, how="full", coalesce=True, nulls_equal=True)
    )
    once = (pl.col("in use") == 1) & (pl.col("rebuilt") == 1)
    for *place, mine, made in counts.filter(~once.fill_null(False)).sort(key).iter_rows():
        yield Difference(
            table=table, place=_shown(place), column=None, in_use=_row_count(mine), rebuilt=_row_count(made)
        )
    paired = ours.join(counts.filter(once), on=key, how="semi", nulls_equal=True)
    both = paired.join(theirs, on=key, how="inner", suffix=" rebuilt", nulls_equal=True)
    for column in (name for name in ours.columns if name not in key):
        wrong = both.filter(pl.col(column).ne_missing(pl.col(f"{column} rebuilt")))
        for values in wrong.select(*key, column, f"{column} rebuilt").iter_rows():
            yield Difference(
                table=table,
                place=_shown(values[:-2]),
                column=column,
                in_use=str(values[-2]),
                rebuilt=str(values[-1]),
            )


def _row_count(count: int | None) -> str | None:
    if count is None:
        return None
    return "a row" if count == 1 else f"{count} rows"


def _shown(place: Sequence[object]) -> str:
    return " ".join(str(part) for part in place)
