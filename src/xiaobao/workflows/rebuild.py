"""Make the ledger again beside the one in use, and the record of briefs from the journal."""

from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from xiaobao.lib.progress import OnProgress
from xiaobao.submissions import journal
from xiaobao.submissions import rebuild as rebuilding
from xiaobao.submissions.home import Home
from xiaobao.submissions.journal import Record
from xiaobao.submissions.rebuild import Rebuilt
from xiaobao.workflows.brief_tables import BRIEF_TABLES

BRIEFS_FILE = "briefs.jsonl"
"""Beside `segments` in the folder of a rebuild: every act on a brief as the journal has it, one a line."""
_KINDS = frozenset(table.kind for table in BRIEF_TABLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuiltHome:
    """A ledger made again, and how many acts on briefs the journal told; differences are of both."""

    ledger: Rebuilt
    briefs: int


def rebuild(home: Home, target: Path, *, on_progress: OnProgress) -> RebuiltHome:
    """Rebuild into a new folder and compare; errors are those of `submissions.rebuild.rebuild`."""
    rebuilt = rebuilding.rebuild(home, target, on_progress=on_progress)
    acts = [record for record in journal.records(home) if record.kind in _KINDS]
    (target / BRIEFS_FILE).write_bytes(b"".join(map(_line, acts)))
    differences = rebuilt.differences
    for table in BRIEF_TABLES:
        differences = differences.plus(table.differences(acts))
    return RebuiltHome(ledger=replace(rebuilt, differences=differences), briefs=len(acts))


def _line(record: Record) -> bytes:
    told = {"sequence": record.sequence, "kind": record.kind, **record.payload}
    return msgspec.json.encode(told) + b"\n"
