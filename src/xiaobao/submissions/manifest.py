"""Which segments are the ledger: head and live files are read in one statement."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import polars as pl
from django.db import connection

from xiaobao.ledger.engines import Engine, SegmentMissingError
from xiaobao.ledger.engines.chosen import chosen_engine, embedded_engine
from xiaobao.ledger.engines.files import FileReader
from xiaobao.ledger.entries import SCHEMA
from xiaobao.ledger.tables import Table
from xiaobao.lib.errors import UserError, XiaobaoError
from xiaobao.lib.frames import in_order
from xiaobao.lib.words import Words
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import LedgerHead, Segment

if TYPE_CHECKING:
    from xiaobao.ledger.snapshot import Snapshot

_OPEN_TRIES = 5
_PATHS_KEPT = 4_096

_Answer = TypeVar("_Answer")


class AsOfError(UserError):
    """A posting sequence the ledger has not reached."""

    def __init__(self, *, as_of: int, head: int) -> None:
        super().__init__(
            Words(
                zh=f"台账只记到记账序号 {head}，没有 {as_of}",
                en=f"the ledger is posted up to sequence {head}; there is no {as_of} yet",
            )
        )


class SegmentGoneError(XiaobaoError):
    """A live segment is not in its folder, however often the manifest is read."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"segments named live are missing: {', '.join(names)}; run xiaobao verify")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The ledger's head and its live files at one moment."""

    head: int
    files: Mapping[Table, tuple[str, ...]]

    def missing(self, folder: Path) -> tuple[str, ...]:
        """Live files that are not in the folder."""
        named = (name for names in self.files.values() for name in names)
        return tuple(name for name in named if not _path(folder, name).exists())


def read(*, as_of: int | None = None) -> Manifest:
    """Head and live files, from one statement; files that only hold rows after `as_of` are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_statement())
        rows = cursor.fetchall()
    head = int(rows[0][0])
    if as_of is not None and not 0 <= as_of <= head:
        raise AsOfError(as_of=as_of, head=head)
    until = head if as_of is None else as_of
    live = [(table, name) for _, table, name, first in rows if name is not None and first <= until]
    return Manifest(
        head=head,
        files={table: tuple(sorted(name for of, name in live if of == table)) for table in Table},
    )


def open_snapshot(
    home: Home, *, as_of: int | None = None, engine: Callable[[], Engine] = embedded_engine
) -> "Snapshot":
    """The ledger as of a posting sequence, the head when none is given.

    A file that a merge replaced and a sweep removed meanwhile makes it read the manifest again, at the same
    sequence. Raises AsOfError beyond the head, SegmentGoneError when a live file stays missing.
    """
    for _ in range(_OPEN_TRIES):
        manifest = read(as_of=as_of)
        as_of = manifest.head if as_of is None else as_of
        missing = manifest.missing(home.segments_folder)
        if not missing:
            return _snapshot(home, manifest, as_of, engine())
    raise SegmentGoneError(missing)


def asking(home: Home, work: Callable[["Snapshot"], _Answer], *, as_of: int | None = None) -> _Answer:
    """`reading`, answered by the engine of the setting: for measures and drill-downs.

    Raises EngineError where that engine cannot answer.
    """
    return reading(home, work, as_of=as_of, engine=chosen_engine)


def reading(
    home: Home,
    work: Callable[["Snapshot"], _Answer],
    *,
    as_of: int | None = None,
    engine: Callable[[], Engine] = embedded_engine,
) -> _Answer:
    """What `work` makes of a snapshot; done again at the same sequence when a file went away under it.

    Answered inside this process: posting, closing and verifying wait for no other machine.
    """
    for _ in range(_OPEN_TRIES):
        snapshot = open_snapshot(home, as_of=as_of, engine=engine)
        as_of = snapshot.posted_seq
        try:
            return work(snapshot)
        except SegmentMissingError:
            continue
        finally:
            snapshot.close()
    raise SegmentGoneError(read(as_of=as_of).missing(home.segments_folder))


def rows_of_complaints(
    home: Home, keys: pl.Series, *, columns: Sequence[str] = tuple(SCHEMA)
) -> pl.DataFrame:
    """Every row of the complaints with these keys, as the ledger stands, in order of entry id.

    What `Snapshot.lookup` gives, without a snapshot: nothing else is asked for a receipt, and the engine of
    a snapshot takes 0.3 s to load.
    """
    as_of: int | None = None
    for _ in range(_OPEN_TRIES):
        manifest = read(as_of=as_of)
        as_of = manifest.head if as_of is None else as_of
        files = _paths(home, manifest)[Table.ENTRIES]
        try:
            rows = FileReader().rows_of_complaints(files, keys=keys, columns=columns, posted_seq=as_of)
            return in_order(rows, of="entry_id")
        except SegmentMissingError:
            continue
    raise SegmentGoneError(read(as_of=as_of).missing(home.segments_folder))


def _paths(home: Home, manifest: Manifest) -> Mapping[Table, tuple[Path, ...]]:
    folder = home.segments_folder
    return {table: tuple(_path(folder, name) for name in names) for table, names in manifest.files.items()}


@lru_cache(maxsize=_PATHS_KEPT)
def _path(folder: Path, name: str) -> Path:
    # The same object for the same file: whatever is kept by path is found without comparing texts.
    return folder / name


def _snapshot(home: Home, manifest: Manifest, posted_seq: int, engine: Engine) -> "Snapshot":
    files = _paths(home, manifest)
    module = importlib.import_module("xiaobao.ledger.snapshot")  # only who asks loads what answers
    snapshot: Snapshot = module.Snapshot(
        posted_seq=posted_seq,
        entry_files=files[Table.ENTRIES],
        tag_files=files[Table.TAGS],
        call_files=files[Table.CALLS],
        engine=engine,
    )
    return snapshot


def _statement() -> str:
    head, segment = LedgerHead._meta.db_table, Segment._meta.db_table
    quoted = connection.ops.quote_name("table")
    return (
        f"SELECT head.posted_seq, live.{quoted}, live.name, live.first_posted_seq"
        f" FROM {head} AS head LEFT JOIN {segment} AS live ON live.replaced_by IS NULL"
    )
