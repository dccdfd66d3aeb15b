"""Removing files that are no longer the ledger's: replaced a day ago, or never named by a transaction."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from xiaobao.submissions.home import Home
from xiaobao.submissions.models import LedgerHead, Segment
from xiaobao.submissions.segment_files import last_posted_seq_of

KEPT_FOR = timedelta(hours=24)


def sweep(home: Home, *, now: datetime) -> tuple[str, ...]:
    """Delete replaced files and orphans after 24 hours of the real clock; the names deleted.

    For the holder of the lease alone. An orphan, a file that no transaction named, goes only when its claim
    is finished: never while its commit may still come.
    """
    files = sorted(path for path in home.segments_folder.iterdir() if path.is_file())
    # The manifest is read after the folder: what was named meanwhile is not taken for an orphan.
    known = dict(Segment.objects.values_list("name", "replaced_at"))
    head = LedgerHead.objects.get(id=1).posted_seq
    until = now - KEPT_FOR
    gone = [path for path in files if _may_go(path, known=known, head=head, until=until)]
    for path in gone:
        path.unlink(missing_ok=True)
    return tuple(path.name for path in gone)


def _may_go(path: Path, *, known: dict[str, datetime | None], head: int, until: datetime) -> bool:
    if path.name in known:
        replaced_at = known[path.name]
        return replaced_at is not None and replaced_at < until
    if datetime.fromtimestamp(path.stat().st_mtime, tz=UTC) >= until:
        return False
    last = last_posted_seq_of(path.name)
    return path.name.endswith(".partial") or (last is not None and last <= head)
