"""The day close: what was known of a business day when it ended, sealed and chained."""

import time
from datetime import date, datetime

from xiaobao.lib.words import Words
from xiaobao.submissions import poster
from xiaobao.submissions.closes import CloseFacts, close_of, close_sequences, last_close, skipped_by
from xiaobao.submissions.home import Home
from xiaobao.submissions.lease import LeaseHeldError, MomentSource
from xiaobao.submissions.models import Batch
from xiaobao.submissions.sealing import CloseError, require_next, require_over, seal

__all__ = [
    "CloseError",
    "CloseFacts",
    "close_day",
    "close_of",
    "close_sequences",
    "last_close",
    "skip_day",
    "skipped_by",
]

_WAIT_SECONDS = 0.2
_WAITS = 300  # one minute for another poster to finish


def close_day(
    home: Home, day: date, *, at: datetime, now: MomentSource, skip_from: date | None = None
) -> CloseFacts:
    """Close a business day: post what arrived before its cut-off, then seal what is known of it.

    `at` is the business clock, `now` the real one. `skip_from` declares the days from there to the day before
    skipped. Closing again returns the first close. Raises CloseError when the cut-off has not passed, the day
    before is open, or a batch from before the cut-off still waits.
    """
    if (earlier := close_of(home, day)) is not None and not earlier.sealed.skipped:
        return earlier
    if earlier is not None or skipped_by(day) is not None:
        raise CloseError(
            Words(
                zh=f"{day} 已声明跳过，不再日结",
                en=f"{day} was declared skipped; it is not closed any more",
            )
        )
    require_over(home, day, at=at)
    require_next(day, skip_from=skip_from)
    _drain(home, home.domain.cutoff_at(day), at=at, now=now)
    return seal(home, day, at=at, skip_from=skip_from)


def skip_day(home: Home, day: date, *, at: datetime) -> CloseFacts:
    """Declare that a business day has no close: what arrived on it belongs to the next one."""
    if (earlier := close_of(home, day)) is not None:
        if not earlier.sealed.skipped:
            raise CloseError(
                Words(zh=f"{day} 已经日结，不能跳过", en=f"{day} is closed; it cannot be skipped")
            )
        return earlier
    require_over(home, day, at=at)
    return seal(home, day, at=at, skipped=True)


def _drain(home: Home, cutoff: datetime, *, at: datetime, now: MomentSource) -> None:
    """Post until nothing that arrived before the cut-off waits; another poster at work is waited for."""
    for tried in range(_WAITS):
        if not _waiting(cutoff):
            return
        try:
            poster.post_pending(home, at=at, now=now)
        except LeaseHeldError:
            if tried == _WAITS - 1:
                raise
            time.sleep(_WAIT_SECONDS)


def _waiting(cutoff: datetime) -> bool:
    return Batch.objects.filter(posted_seq=None, set_aside=False, arrived_at__lte=cutoff).exists()
