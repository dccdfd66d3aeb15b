"""Make the ledger again beside the one in use, and hold the register of issued briefs against the journal."""

from dataclasses import replace
from pathlib import Path

from xiaobao.lib.progress import OnProgress
from xiaobao.outputs.register import KIND
from xiaobao.outputs.register_index import register_differences
from xiaobao.submissions import journal
from xiaobao.submissions import rebuild as rebuilding
from xiaobao.submissions.home import Home
from xiaobao.submissions.rebuild import Rebuilt


def rebuild(home: Home, target: Path, *, on_progress: OnProgress) -> Rebuilt:
    """Rebuild into a new folder and compare; errors are those of `submissions.rebuild.rebuild`."""
    rebuilt = rebuilding.rebuild(home, target, on_progress=on_progress)
    briefs = register_differences(journal.records(home, kind=KIND))
    return replace(rebuilt, differences=rebuilt.differences.plus(briefs))
