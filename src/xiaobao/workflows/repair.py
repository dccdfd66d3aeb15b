"""Repair a home, then look at all of it again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from xiaobao.lib.progress import OnProgress
from xiaobao.submissions import journal, repairing
from xiaobao.submissions.home import Home
from xiaobao.submissions.problems import Problem
from xiaobao.workflows.brief_tables import BRIEF_TABLES
from xiaobao.workflows.verify import verify


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairOutcome:
    """What is whole again, and what is not."""

    files: tuple[str, ...]
    """Files of the archive, by their path in the home."""
    segments: tuple[str, ...]
    """The damaged segments that others took the place of."""
    rows: int
    """Rows of drafts and issued briefs that were entered again from the journal."""
    problems: tuple[Problem, ...]
    """What `verify` still finds."""


def repair(home: Home, *, now: Callable[[], datetime], on_progress: OnProgress) -> RepairOutcome:
    """Make again what archive and journal tell, and verify; errors are those of `repairing.repair`."""
    repaired = repairing.repair(home, now=now, on_progress=on_progress)
    records = list(journal.records(home))
    rows = sum(table.restore(records) for table in BRIEF_TABLES)
    problems = verify(home, reread=False, anchors=(), on_progress=on_progress)
    return RepairOutcome(files=repaired.files, segments=repaired.segments, rows=rows, problems=problems)
