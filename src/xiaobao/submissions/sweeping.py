"""Removing files that are no longer the ledger's, or that a process left when it was killed."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree

from django.db import transaction

from xiaobao.lib.files import lock
from xiaobao.submissions import lease
from xiaobao.submissions.home import Home
from xiaobao.submissions.lease import Lease
from xiaobao.submissions.models import Segment
from xiaobao.submissions.segment_files import last_posted_seq_of

KEPT_FOR = timedelta(hours=24)


def sweep(home: Home, mine: Lease, *, now: datetime) -> tuple[str, ...]:
    """Delete replaced segments, orphans and what kills left behind after 24 hours; the names deleted.

    For the holder of the lease alone: LeaseLostError, and nothing deleted, when another poster has taken
    over. An orphan, a segment that no transaction named, goes only when its claim is finished: never while
    its commit may still come.
    """
    until = now - KEPT_FOR
    gone = (*_old_segments(home, mine, until=until), *_left_behind(home, until=until))
    for path in gone:
        _remove(path)
    _free_locks(home, until=until)
    return tuple(path.name for path in gone)


def _old_segments(home: Home, mine: Lease, *, until: datetime) -> tuple[Path, ...]:
    with os.scandir(home.segments_folder) as found:  # a path for each of a day's replaced files takes long
        files = sorted(one.name for one in found if one.is_file())
    # Lease and manifest are read after the folder: a file of another holder, whose transaction is still to
    # come, is not in the list; and what was named meanwhile is not taken for an orphan.
    with transaction.atomic():
        head = lease.require(mine).posted_seq
        known = dict(Segment.objects.values_list("name", "replaced_at"))
    folder = home.segments_folder
    return tuple(
        folder / name for name in files if _may_go(folder, name, known=known, head=head, until=until)
    )


def _may_go(
    folder: Path, name: str, *, known: dict[str, datetime | None], head: int, until: datetime
) -> bool:
    if name in known:
        replaced_at = known[name]
        return replaced_at is not None and replaced_at < until
    if not _is_older(folder / name, until):
        return False
    last = last_posted_seq_of(name)
    return name.endswith(".partial") or (last is not None and last <= head)


def _left_behind(home: Home, *, until: datetime) -> Iterator[Path]:
    """What a killed process was writing: under names that nobody reads, or copies to work on."""
    found = (
        *home.archive.incoming_folder.glob("*"),
        *home.work_folder.glob("*"),
        *home.path.glob(".*.part"),
        *home.keys.folder.rglob(".*.part"),
    )
    return (path for path in sorted(found) if _is_older(path, until))


def _free_locks(home: Home, *, until: datetime) -> None:
    for path in sorted(home.locks_folder.glob("*")):
        if _is_older(path, until):
            with lock(path, wait=False):
                pass  # letting go removes the file; nobody else's goes


def _is_older(path: Path, until: datetime) -> bool:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC) < until
    except FileNotFoundError:
        return False


def _remove(path: Path) -> None:
    if path.is_dir():
        rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
