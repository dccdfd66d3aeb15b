"""Snapshot: the ledger as of a posting sequence, read-only; the one door to the figures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import ibis
import polars as pl

from xiaobao.ledger.calls import CALL_SCHEMA
from xiaobao.ledger.engines import (
    Amounts,
    Engine,
    Extent,
    SegmentMissingError,
    Stored,
    require_present,
)
from xiaobao.ledger.engines.duckdb import DuckDbEngine
from xiaobao.ledger.engines.expressions import named_table
from xiaobao.ledger.engines.sums import columns_for
from xiaobao.ledger.entries import SCHEMA, TAG_SCHEMA, first_entry_id
from xiaobao.ledger.tables import FORMS, Table
from xiaobao.lib.frames import in_order

__all__ = [
    "CALLS",
    "ENTRIES",
    "FILED_ENTRIES",
    "TAGS",
    "Amounts",
    "Extent",
    "SegmentMissingError",
    "Snapshot",
]

ENTRIES: ibis.Table = named_table(Table.ENTRIES, SCHEMA)
"""The rows of the ledger, in an expression that any snapshot can run."""
FILED_ENTRIES: ibis.Table = named_table(Table.ENTRIES, {**SCHEMA, "filename": pl.String()})
"""The same rows with the file each is of, for `Amounts`."""
TAGS: ibis.Table = named_table(Table.TAGS, TAG_SCHEMA)
"""The signed table of tags, likewise."""
CALLS: ibis.Table = named_table(Table.CALLS, CALL_SCHEMA)
"""The signed table of call counts, likewise: a figure is a sum of sign times value, never a count of rows."""

_DAYS = named_table("wanted_days", {"source_code": pl.String(), "day": pl.Date()})
_CALLS_OF_DAYS = CALLS.semi_join(_DAYS, ["source_code", "day"])

_PAGE_ROWS = 200_000
_IDS_PER_STEP = 1 << 18  # a step never crosses a batch: 2^24 ids a batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The live files and how far of them is read.

    `posted_seq <= n` is always applied, so that files merged later answer an older as-of alike. One question
    at a time; any method raises SegmentMissingError when a file was replaced meanwhile, and never answers
    with fewer rows.
    """

    posted_seq: int
    entry_files: tuple[Path, ...]
    tag_files: tuple[Path, ...]
    call_files: tuple[Path, ...] = ()
    engine: Engine = field(default_factory=DuckDbEngine, repr=False, compare=False)

    def at(self, posted_seq: int) -> "Snapshot":
        """The same files as of an earlier sequence; shares the engine. ValueError for a later one."""
        if posted_seq > self.posted_seq:
            raise ValueError(f"this snapshot ends at {self.posted_seq}; {posted_seq} is later")
        return replace(self, posted_seq=posted_seq)

    def entries(self) -> ibis.Table:
        """`ENTRIES`: the columns of `ledger.entries.SCHEMA`; whose rows they are, `run` decides."""
        require_present(self.entry_files)
        return ENTRIES

    def tags(self) -> ibis.Table:
        """`TAGS`: the columns of `ledger.entries.TAG_SCHEMA`; whose rows they are, `run` decides."""
        require_present(self.tag_files)
        return TAGS

    def calls(self) -> ibis.Table:
        """`CALLS`: the columns of `ledger.calls.CALL_SCHEMA`; whose rows they are, `run` decides."""
        require_present(self.call_files)
        return CALLS

    def run(
        self,
        expression: ibis.Expr,
        *,
        given: Mapping[str, pl.DataFrame] | None = None,
        extent: Extent | None = None,
        summed_by: Iterable[str] | None = None,
        amounts: Amounts | None = None,
    ) -> pl.DataFrame:
        """The rows of an expression over `ENTRIES`, `TAGS` and `CALLS` as this snapshot has them.

        `given` are the rows of the other tables it names. `extent` are the entries it can need: others are
        as if they were not there. `summed_by`: it takes nothing of the entries but these columns and sums of
        `sign`, so that sums kept of each file will do; or, with `amounts`, what these say of each row.
        """
        files = {
            Table.ENTRIES: self.entry_files,
            Table.TAGS: self.tag_files,
            Table.CALLS: self.call_files,
        }
        stored = {table.value: self._stored(table, files[table], extent) for table in Table}
        if summed_by is not None:
            columns = columns_for(summed_by, extent or Extent())
            stored[Table.ENTRIES] = replace(stored[Table.ENTRIES], summed_by=columns, amounts=amounts)
        return self.engine.run(expression, stored=stored, given=given)

    def lookup(self, keys: pl.Series, *, columns: Sequence[str] = tuple(SCHEMA)) -> pl.DataFrame:
        """Every row of the complaints with these keys (`complaint_key`, Int64), in order of entry id.

        Of the columns named, entry_id among them; each one less is one less to decode.
        """
        if keys.is_empty() or not self.entry_files:
            return pl.DataFrame(schema={name: SCHEMA[name] for name in columns})
        rows = self.engine.rows_of_complaints(
            self.entry_files, keys=keys.unique(), columns=columns, posted_seq=self.posted_seq
        )
        return in_order(rows, of="entry_id")

    def calls_of(self, days: pl.DataFrame) -> pl.DataFrame:
        """Every row of call counts of these days (columns `source_code`, `day`), in no order."""
        if days.is_empty() or not self.call_files:
            return pl.DataFrame(schema=CALL_SCHEMA)
        return self.run(_CALLS_OF_DAYS, given={_DAYS.get_name(): days.select(_DAYS.columns).unique()})

    def batches(self, first: int, last: int) -> pl.DataFrame:
        """Every row of the batches from one posting sequence to another, in order of entry id."""
        return self._rows_of_ids(first_entry_id(first), first_entry_id(last + 1) - 1)

    def pages(self, *, after: int = 0) -> Iterator[pl.DataFrame]:
        """The rows of batches after `after`, in order of entry id, in pages of bounded size."""
        for first, last in self._spans(ENTRIES.filter(ENTRIES.posted_seq > after)):
            yield self._rows_of_ids(first, last)

    def close(self) -> None:
        """Free the engine; closes the snapshots that share it as well."""
        self.engine.close()

    def _rows_of_ids(self, first: int, last: int) -> pl.DataFrame:
        if not self.entry_files:
            return pl.DataFrame(schema=SCHEMA)
        rows = self.engine.rows_of_ids(self.entry_files, first=first, last=last, posted_seq=self.posted_seq)
        return in_order(rows, of="entry_id")

    def _stored(self, table: Table, files: tuple[Path, ...], extent: Extent | None) -> Stored:
        wanted = extent if table is Table.ENTRIES and extent else Extent()
        return Stored(files=files, schema=FORMS[table].schema, posted_seq=self.posted_seq, extent=wanted)

    def _spans(self, table: ibis.Table) -> Iterator[tuple[int, int]]:
        step = (table.entry_id // _IDS_PER_STEP).cast("int64").name("step")
        counts = self.run(table.group_by(step).aggregate(rows=table.count())).sort("step")
        first, rows = None, 0
        last = 0
        for number, count in counts.select("step", "rows").iter_rows():
            if first is not None and rows + count > _PAGE_ROWS:
                yield first, last
                first, rows = None, 0
            first = number * _IDS_PER_STEP if first is None else first
            last = (number + 1) * _IDS_PER_STEP - 1
            rows += count
        if first is not None:
            yield first, last
