"""Destroy the raw files and narratives of a month whose retention is over."""

from datetime import datetime

from xiaobao.submissions import expiry
from xiaobao.submissions.business_clock import business_now
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import ExpiredMonth


def expire_month(
    home: Home, month: str, *, declared_by: str, confirmed_by: str, now: datetime
) -> ExpiredMonth:
    """Let a month expire by the real clock `now`; errors are those of `expiry.expire_month`."""
    return expiry.expire_month(
        home,
        month,
        declared_by=declared_by,
        confirmed_by=confirmed_by,
        at=business_now(home, at=None, now=now),
        now=now,
    )
