"""Make the ledger again beside the one in use."""

from pathlib import Path

from xiaobao.lib.words import Words
from xiaobao.submissions import rebuild as rebuilding
from xiaobao.submissions.home import Home
from xiaobao.submissions.rebuild import Rebuilt
from xiaobao.submissions.verify import OnProgress

_STEP = Words(zh="批次", en="batches")


def rebuild(home: Home, target: Path, *, on_progress: OnProgress) -> Rebuilt:
    """Rebuild into a new folder and compare; errors are those of `submissions.rebuild.rebuild`."""
    return rebuilding.rebuild(home, target, on_progress=lambda done, total: on_progress(done, total, _STEP))
