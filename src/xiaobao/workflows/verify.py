"""Verify a home."""

from collections.abc import Sequence

from xiaobao.submissions import verify as verification
from xiaobao.submissions.home import Home
from xiaobao.submissions.problems import Problem
from xiaobao.submissions.verify import OnProgress


def verify(
    home: Home, *, reread: bool, anchors: Sequence[str], on_progress: OnProgress
) -> tuple[Problem, ...]:
    """Everything that is not as it was written; arguments are those of `submissions.verify.verify`."""
    return verification.verify(home, reread=reread, anchors=anchors, on_progress=on_progress)
