"""Close a business day, put the ledger's files in order, look for what rises or emerges, renew the search."""

from collections.abc import Callable
from datetime import date, datetime

from xiaobao.submissions import closing, compaction, lease, receiving, sweeping
from xiaobao.submissions.business_clock import business_now
from xiaobao.submissions.closing import CloseFacts
from xiaobao.submissions.home import Home
from xiaobao.submissions.lease import LeaseHeldError, LeaseLostError
from xiaobao.workflows.find_linkage import find_where_linked
from xiaobao.workflows.find_surges import find_surges, kept
from xiaobao.workflows.find_topics import find_where_decided
from xiaobao.workflows.renew_search import renew_where_masked


def close_day(
    home: Home, day: date, *, skip_from: date | None = None, at: datetime | None, now: Callable[[], datetime]
) -> CloseFacts:
    """Close a day as `close_and_rewrite` does, then look at what the night looks at and keep it."""
    facts = close_and_rewrite(home, day, skip_from=skip_from, at=at, now=now)
    if kept(home, day) is None:
        find_surges(home, day)
    find_where_decided(home, day)
    find_where_linked(home, day)
    renew_where_masked(home, posted_seq=facts.posted_seq)
    return facts


def close_and_rewrite(
    home: Home, day: date, *, skip_from: date | None = None, at: datetime | None, now: Callable[[], datetime]
) -> CloseFacts:
    """Check what a crash left unchecked, close the day, and rewrite its months.

    `at` moves the business clock of a replay or simulated home, `now` is the real clock. Errors are those of
    `closing.close_day`.
    """
    moment = business_now(home, at=at, now=now())
    receiving.recheck_unfinished(home, at=moment)
    facts = closing.close_day(home, day, at=moment, now=now, skip_from=skip_from)
    rewrite(home, now=now)
    return facts


def rewrite(home: Home, *, now: Callable[[], datetime]) -> bool:
    """The nightly rewrite; False when a poster is at work or took over, and the next close does it."""
    try:
        with lease.held(now=now) as ours:
            compaction.rewrite_by_month(home, ours, now=now())
            lease.renew(ours, now=now())
            sweeping.sweep(home, ours, now=now())
    except (LeaseHeldError, LeaseLostError):
        return False
    return True
