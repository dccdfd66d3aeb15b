"""Snapshot: the ledger as of a posting sequence, read-only; the one door to the figures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import ibis
import polars as pl

from xiaobao.ledger.engines import (
    Engine,
    Extent,
    SegmentMissingError,
    Stored,
    named_table,
    require_present,
)
from xiaobao.ledger.engines.duckdb import DuckDbEngine
from xiaobao.ledger.entries import SCHEMA, TAG_SCHEMA, first_entry_id
from xiaobao.lib.frames import in_order

__all__ = ["ENTRIES", "TAGS", "Extent", "SegmentMissingError", "Snapshot"]

ENTRIES: ibis.Table = named_table("entries", SCHEMA)
"""The rows of the ledger, in an expression that any snapshot can run."""
TAGS: ibis.Table = named_table("tags", TAG_SCHEMA)
"""The signed table of tags, likewise."""

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

    def run(
        self,
        expression: ibis.Expr,
        *,
        given: Mapping[str, pl.DataFrame] | None = None,
        extent: Extent | None = None,
    ) -> pl.DataFrame:
        """The rows of an expression over `ENTRIES` and `TAGS` as this snapshot has them.

        `given` are the rows of the other tables it names. `extent` are the entries it can need: others are
        as if they were not there.
        """
        stored = {
            "entries": self._stored(self.entry_files, SCHEMA, extent or Extent()),
            "tags": self._stored(self.tag_files, TAG_SCHEMA, Extent()),
        }
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

    def _stored(self, files: tuple[Path, ...], schema: Mapping[str, pl.DataType], extent: Extent) -> Stored:
        return Stored(files=files, schema=schema, posted_seq=self.posted_seq, extent=extent)

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
