"""Verify a home: ledger and deliveries, drafts of briefs, and the register of what was issued."""

from collections.abc import Sequence

from xiaobao.lib.progress import OnProgress
from xiaobao.submissions import verify as verification
from xiaobao.submissions.home import Home
from xiaobao.submissions.problems import Problem
from xiaobao.workflows.brief_tables import BRIEF_TABLES


def verify(
    home: Home, *, reread: bool, anchors: Sequence[str], on_progress: OnProgress
) -> tuple[Problem, ...]:
    """Everything that is not as it was written; arguments are those of `submissions.verify.verify`."""
    return verification.verify(
        home,
        reread=reread,
        anchors=anchors,
        indexes=tuple(table.problems for table in BRIEF_TABLES),
        on_progress=on_progress,
    )
