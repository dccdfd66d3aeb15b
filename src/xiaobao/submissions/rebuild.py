"""The ledger made again from journal, batch files and decisions, and compared with the one in use."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xiaobao.ledger.snapshot import Snapshot
from xiaobao.ledger.tables import Table
from xiaobao.lib.errors import UserError
from xiaobao.lib.files import make_folder
from xiaobao.lib.progress import OnProgress, untold
from xiaobao.lib.words import Words
from xiaobao.submissions import journal, manifest
from xiaobao.submissions.comparison import (
    Difference,
    Differences,
    differing_entries,
    differing_table,
    stray_entries,
)
from xiaobao.submissions.home import Home
from xiaobao.submissions.remaking import Made, make_again
from xiaobao.submissions.replaying import PostingHistory, read_history

STEP = Words(zh="批次", en="batches")


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
    call_counts: int
    differences: Differences
    """Of all tables and of posting notes; none when they are equal in every column."""


def rebuild(home: Home, target: Path, *, on_progress: OnProgress = untold) -> Rebuilt:
    """Make the ledger again in `target`, which is absent or empty, and compare it with the home's.

    Raises TargetError when the folder is not free, and as archive and journal do where what they should hold
    is lost or damaged. The home is not changed.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise TargetError(target)
    made = Made(folder=(target / "segments").absolute())
    make_folder(made.folder)
    head = manifest.read().head  # before the journal: what is posted meanwhile is rebuilt and compared too
    history = read_history(journal.records(home))
    differences = make_again(
        home, made, history, on_run=lambda last: on_progress(last, history.head, STEP)
    ).plus(_beyond(history, head))
    until = max(head, history.head)
    differences = manifest.reading(home, lambda in_use: _compare(in_use, made, differences), as_of=until)
    return Rebuilt(
        folder=target,
        posted_seq=history.head,
        entries=made.rows(Table.ENTRIES),
        tags=made.rows(Table.TAGS),
        call_counts=made.rows(Table.CALLS),
        differences=differences,
    )


def _beyond(history: PostingHistory, head: int) -> Iterator[Difference]:
    if history.head < head:
        yield Difference(
            table="entries", place="head", column="posted_seq", in_use=str(head), rebuilt=str(history.head)
        )


def _compare(in_use: Snapshot, made: Made, differences: Differences) -> Differences:
    rebuilt = made.snapshot()
    try:
        for first, last in made.runs:
            differences = differences.plus(differing_entries(in_use, rebuilt, first=first, last=last))
        for table in (Table.TAGS, Table.CALLS):
            differences = differences.plus(differing_table(table, in_use, rebuilt))
        return differences.plus(stray_entries(in_use))
    finally:
        rebuilt.close()
