"""Segments made again from journal and batch files, as the rules of posting say."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from xiaobao.ledger.snapshot import Snapshot
from xiaobao.ledger.tables import Table
from xiaobao.submissions.commits import CommitRows, NumberedBatch, Prior, Wanted, prior_rows, rows_of
from xiaobao.submissions.comparison import Differences, differing_notes, lost_batches
from xiaobao.submissions.home import Home
from xiaobao.submissions.replaying import PostingHistory
from xiaobao.submissions.segment_files import WrittenSegment, write_rows

Run = tuple[int, int]
"""First and last posting sequence of a run of batches."""


@dataclass(slots=True, kw_only=True)
class Made:
    """The segments made so far in a folder."""

    folder: Path
    written: list[WrittenSegment] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    def paths(self, table: Table) -> tuple[Path, ...]:
        """The files of a table, in order of posting."""
        return tuple(self.folder / one.name for one in self.written if one.table == table)

    def rows(self, table: Table) -> int:
        """How many rows of a table they hold."""
        return sum(one.facts.rows for one in self.written if one.table == table)

    def snapshot(self, *, as_of: int | None = None) -> Snapshot:
        """The ledger they make up, as of a posting sequence or the last."""
        last = self.runs[-1][1] if self.runs else 0
        return Snapshot(
            posted_seq=last if as_of is None else as_of,
            entry_files=self.paths(Table.ENTRIES),
            tag_files=self.paths(Table.TAGS),
            call_files=self.paths(Table.CALLS),
        )

    def prior(self, wanted: Wanted) -> Prior:
        """The rows so far that those of the next batches are held against."""
        snapshot = self.snapshot()
        try:
            return prior_rows(snapshot, wanted)
        finally:
            snapshot.close()

    def add(self, group: tuple[NumberedBatch, ...], rows: CommitRows) -> None:
        """Write the rows of the next run of batches."""
        first, last = group[0].posted_seq, group[-1].posted_seq
        for table, frame in rows.tables.items():
            written = write_rows(self.folder, frame, table=table, first=first, last=last)
            if written is not None:
                self.written.append(written)
        self.runs.append((first, last))


def make_again(
    home: Home, made: Made, history: PostingHistory, *, on_run: Callable[[int], None]
) -> Differences:
    """Make all segments of a history; the batches that are lost, and the notes that come out otherwise.

    `on_run` is told the last posting sequence after each run of batches.
    """
    differences = Differences()
    aside = {one.place for one in history.batches if one.set_aside}
    for group, voided in history.groups(home):
        rows = rows_of(group, prior=made.prior, voided=voided)
        made.add(group, rows)
        differences = differences.plus(lost_batches(group, aside))
        differences = differences.plus(differing_notes(group, rows, history.notes))
        on_run(made.runs[-1][1])
    return differences
