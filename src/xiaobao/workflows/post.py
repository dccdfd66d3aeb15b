"""Post what was accepted, once or for as long as the process runs."""

import time
from collections.abc import Callable
from datetime import datetime

from xiaobao.ledger.posting import BatchNote
from xiaobao.submissions import poster, receiving
from xiaobao.submissions.business_clock import business_now
from xiaobao.submissions.home import Home
from xiaobao.submissions.lease import LeaseHeldError, LeaseLostError

_PAUSE_SECONDS = 0.5


def post(home: Home, *, at: datetime | None, now: Callable[[], datetime]) -> tuple[BatchNote, ...]:
    """Check what a crash left unchecked, then post all that is pending; the notes of the batches posted.

    `at` moves the business clock of a replay or simulated home, `now` is the real clock. Raises
    LeaseHeldError while another poster is at work, and health.UnsoundError for a store that is not what the
    database says.
    """
    business_now(home, at=at, now=now())
    receiving.recheck_unfinished(home, at=_business(home, now))
    return poster.post_pending(home, at=lambda: _business(home, now), now=now)


def watch(
    home: Home, *, now: Callable[[], datetime], on_posted: Callable[[tuple[BatchNote, ...]], None]
) -> None:
    """Post whatever arrives, until the process is interrupted; other posters are given way to."""
    post_quietly = _giving_way(lambda: post(home, at=None, now=now))
    notes = post_quietly()
    while True:
        if notes:
            on_posted(notes)
        time.sleep(_PAUSE_SECONDS)
        notes = post_quietly() if poster.is_pending() else ()


def _giving_way(act: Callable[[], tuple[BatchNote, ...]]) -> Callable[[], tuple[BatchNote, ...]]:
    def acted() -> tuple[BatchNote, ...]:
        try:
            return act()
        except (LeaseHeldError, LeaseLostError):
            return ()

    return acted


def _business(home: Home, now: Callable[[], datetime]) -> datetime:
    return business_now(home, at=None, now=now())
