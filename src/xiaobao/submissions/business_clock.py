"""The business clock: the real one, or in a replay or simulated home one of its own that never goes back."""

from datetime import datetime

from django.db.models import Q

from xiaobao.lib.errors import UserError, XiaobaoError
from xiaobao.lib.words import Words
from xiaobao.submissions.home import Home
from xiaobao.submissions.home_file import Mark
from xiaobao.submissions.models import HomeRecord


class ClockError(UserError):
    """A business moment that this home cannot take."""


def business_now(home: Home, *, at: datetime | None, now: datetime) -> datetime:
    """The business moment of a command: the real clock; in replay and simulated homes a clock of their own.

    There `at` moves it, forwards only, and what the last command said holds until the next says otherwise.
    Raises ClockError for an `at` in an ordinary home, or one before the last.
    """
    if home.mark is Mark.ORDINARY:
        if at is not None:
            raise ClockError(
                Words(
                    zh="普通家目录使用真实时钟，不接受 --at",
                    en="an ordinary home goes by the real clock: --at is for replay and simulated homes",
                )
            )
        return now
    if at is not None:
        _move_clock(at)
        return at
    return _clock()


def _move_clock(at: datetime) -> None:
    earlier = Q(business_at=None) | Q(business_at__lte=at)
    if HomeRecord.objects.filter(earlier, id=1).update(business_at=at) != 1:
        last = _clock().astimezone(at.tzinfo).isoformat()
        raise ClockError(
            Words(
                zh=f"业务时钟不能倒退：已到 {last}，给出的是 {at.isoformat()}",
                en=f"the business clock never goes back: it is at {last}, given {at.isoformat()}",
            )
        )


def _clock() -> datetime:
    last = HomeRecord.objects.get(id=1).business_at
    if last is None:
        raise XiaobaoError("a replay or simulated home has no business clock")
    return last
