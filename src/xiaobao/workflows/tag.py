"""Run a tag's rule over the ledger and post what it changes."""

from collections.abc import Callable
from datetime import datetime

from xiaobao.submissions import poster, tagging
from xiaobao.submissions.business_clock import business_now
from xiaobao.submissions.home import Home
from xiaobao.submissions.tagging import TagRun


def tag(home: Home, tag_id: str, *, at: datetime | None, now: Callable[[], datetime]) -> TagRun:
    """Post what waits, run the rule over the whole ledger, post what it sets and takes back.

    Errors are those of `tagging.run` and `poster.post_pending`.
    """
    moment = business_now(home, at=at, now=now())
    poster.post_pending(home, at=moment, now=now)
    run = tagging.run(home, tag_id, at=moment)
    if run.batch is not None:
        poster.post_pending(home, at=moment, now=now)
    return run
