"""The ledger made again from journal, batch files and decisions, and compared with the one in use."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.errors import UserError
from xiaobao.lib.files import make_folder
from xiaobao.lib.progress import OnProgress, untold
from xiaobao.lib.words import Words
from xiaobao.submissions import journal, manifest
from xiaobao.submissions.commits import CommitRows, NumberedBatch, rows_of
from xiaobao.submissions.comparison import (
    Difference,
    Differences,
    differing_entries,
    differing_notes,
    differing_tags,
    lost_batches,
    stray_entries,
)
from xiaobao.submissions.home import Home
from xiaobao.submissions.replaying import PostingHistory, read_history
from xiaobao.submissions.segment_files import ENTRIES, TAGS, write_rows

_STEP = Words(zh="批次", en="batches")

_Run = tuple[int, int]
"""First and last posting sequence of a run of batches."""


class TargetError(UserError):
    """The folder to rebuild into is not free."""

    def __init__(self, target: Path) -> None:
        super().__init__(
            Words(
                zh=f"{target} 已存在且不是空文件夹；请给出新的文件夹",
                en=f"{target} exists and is not an empty folder; name a new one",
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What a rebuild made, and how it differs from the ledger in use."""

    folder: Path
    """Holds `segments`, as a home does."""
    posted_seq: int
    entries: int
    tags: int
    differences: Differences
    """Of entries, tags and posting notes; none when they are equal in every column."""


@dataclass(slots=True, kw_only=True)
class _Made:
    """The segments made so far."""

    folder: Path
    entries: list[Path] = field(default_factory=list)
    tags: list[Path] = field(default_factory=list)
    runs: list[_Run] = field(default_factory=list)
    entry_rows: int = 0
    tag_rows: int = 0

    def snapshot(self) -> Snapshot:
        return Snapshot(
            posted_seq=self.runs[-1][1] if self.runs else 0,
            entry_files=tuple(self.entries),
            tag_files=tuple(self.tags),
        )

    def lookup(self, keys: pl.Series) -> pl.DataFrame:
        snapshot = self.snapshot()
        try:
            return snapshot.lookup(keys)
        finally:
            snapshot.close()

    def add(self, group: tuple[NumberedBatch, ...], rows: CommitRows) -> None:
        first, last = group[0].posted_seq, group[-1].posted_seq
        for paths, frame, table in ((self.entries, rows.entries, ENTRIES), (self.tags, rows.tags, TAGS)):
            written = write_rows(self.folder, frame, table=table, first=first, last=last)
            if written is not None:
                paths.append(self.folder / written.name)
        self.runs.append((first, last))
        self.entry_rows += rows.entries.height
        self.tag_rows += rows.tags.height


def rebuild(home: Home, target: Path, *, on_progress: OnProgress = untold) -> Rebuilt:
    """Make the ledger again in `target`, which is absent or empty, and compare it with the home's.

    Raises TargetError when the folder is not free, and as archive and journal do where what they should hold
    is lost or damaged. The home is not changed.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise TargetError(target)
    made = _Made(folder=(target / "segments").absolute())
    make_folder(made.folder)
    head = manifest.read().head  # before the journal: what is posted meanwhile is rebuilt and compared too
    history = read_history(journal.records(home))
    differences = _make(home, made, history, on_progress).plus(_beyond(history, head))
    until = max(head, history.head)
    differences = manifest.reading(home, lambda in_use: _compare(in_use, made, differences), as_of=until)
    return Rebuilt(
        folder=target,
        posted_seq=history.head,
        entries=made.entry_rows,
        tags=made.tag_rows,
        differences=differences,
    )


def _make(home: Home, made: _Made, history: PostingHistory, on_progress: OnProgress) -> Differences:
    differences = Differences()
    aside = {one.place for one in history.batches if one.set_aside}
    for group, voided in history.groups(home):
        rows = rows_of(group, lookup=made.lookup, voided=voided)
        made.add(group, rows)
        differences = differences.plus(lost_batches(group, aside))
        differences = differences.plus(differing_notes(group, rows, history.notes))
        on_progress(made.runs[-1][1], history.head, _STEP)
    return differences


def _beyond(history: PostingHistory, head: int) -> Iterator[Difference]:
    if history.head < head:
        yield Difference(
            table="entries", place="head", column="posted_seq", in_use=str(head), rebuilt=str(history.head)
        )


def _compare(in_use: Snapshot, made: _Made, differences: Differences) -> Differences:
    rebuilt = made.snapshot()
    try:
        for first, last in made.runs:
            differences = differences.plus(differing_entries(in_use, rebuilt, first=first, last=last))
        return differences.plus(stray_entries(in_use)).plus(differing_tags(in_use, rebuilt))
    finally:
        rebuilt.close()
