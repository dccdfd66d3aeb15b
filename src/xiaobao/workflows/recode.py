"""Record a decision of the bureau and post it."""

from collections.abc import Callable
from datetime import datetime

from xiaobao.ledger.posting import BatchNote
from xiaobao.submissions import decisions, poster
from xiaobao.submissions.business_clock import business_now
from xiaobao.submissions.decisions import Recoding
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import RevisionVoid


def recode(
    home: Home, recoding: Recoding, *, by: str, reason: str, at: datetime | None, now: Callable[[], datetime]
) -> tuple[BatchNote, ...]:
    """Record how the bureau codes a complaint and post the decision; the notes of what was posted.

    What waits is posted first, so that the decision is about the complaint as it is known. Errors are those
    of `decisions.recode` and `poster.post_pending`.
    """
    moment = business_now(home, at=at, now=now())
    poster.post_pending(home, at=moment, now=now)
    decisions.recode(home, recoding, by=by, reason=reason, at=moment)
    return poster.post_pending(home, at=moment, now=now)


def void_revision(
    home: Home,
    *,
    source_code: str,
    revision: int,
    declared_by: str,
    confirmed_by: str,
    reason: str,
    at: datetime | None,
    now: Callable[[], datetime],
) -> RevisionVoid:
    """Declare a revision void; errors are those of `decisions.void_revision`."""
    return decisions.void_revision(
        home,
        source_code=source_code,
        revision=revision,
        declared_by=declared_by,
        confirmed_by=confirmed_by,
        reason=reason,
        at=business_now(home, at=at, now=now()),
    )
