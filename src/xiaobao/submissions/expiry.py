"""Expiry: two people have the raw files and narratives of a month destroyed, keys first; its entries stay.

The decision is journaled before anything goes. What a kill leaves there is destroyed by whoever comes next.
"""

import re
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from xiaobao.catalog.topics import LONGEST_WINDOW_DAYS
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words
from xiaobao.submissions import journal, runs, search_parts
from xiaobao.submissions.archive import narrative_room, raw_room
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, Claim, ExpiredMonth, HomeRecord, Receipt, Submission

KIND = "expire_month"
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class ExpiryError(UserError):
    """A month that cannot expire as asked; nothing was destroyed."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, exit_code=ExitCode.DATA_REFUSED)


def expire_month(
    home: Home, month: str, *, declared_by: str, confirmed_by: str, at: datetime, now: datetime
) -> ExpiredMonth:
    """Destroy the keys and files of a month's raw files and narratives, for ever.

    `month` as 2014-10, of business days; `now` is the real clock. Raises ExpiryError unless two different
    people are named, the domain's retention is over, and everything of the month is posted or set aside. A
    month that has expired before is returned as it was recorded.
    """
    names = _two_people(declared_by, confirmed_by)
    with transaction.atomic(durable=True):
        # Arrivals lock this row: what comes after us finds the month expired.
        HomeRecord.objects.select_for_update().get(id=1)
        journal.lock_head()
        expired = ExpiredMonth.objects.filter(month=month).first()
        if expired is None:
            _require_known(month)
            _require_over(home, month, now=now)
            _require_posted(month)
            payload = {"month": month, **names, "expired_at": now.isoformat()}
            record = journal.append(home, kind=KIND, payload=payload, at=at)
            expired = ExpiredMonth.objects.create(sequence=record, month=month, **names)
    finish_expiries(home)
    return expired


def finish_expiries(home: Home) -> tuple[str, ...]:
    """Destroy what is left of months that have expired; the months of which something was."""
    left = left_of_expired(home)
    for month in left:
        first = date.fromisoformat(f"{month}-01")
        # Passages of narratives stand in the runs of the days whose window reaches into the month.
        runs.remove(home, runs.TOPICS, first, _end_of(month) + timedelta(days=LONGEST_WINDOW_DAYS))
        search_parts.remove_month(home, month)
        for room in rooms_of(month):
            home.keys.destroy(room)  # first: without it the files are noise, wherever copies of them lie
            home.archive.destroy(room)
    return left


def left_of_expired(home: Home) -> tuple[str, ...]:
    """The expired months of which a key or a file is still there."""
    return tuple(month for month in expired_months() if any(_is_left(home, room) for room in rooms_of(month)))


def expired_months(*, until: int | None = None) -> tuple[str, ...]:
    """The months that have expired, sorted; those journaled up to a place where one is given."""
    found = ExpiredMonth.objects.all() if until is None else ExpiredMonth.objects.filter(sequence__lte=until)
    return tuple(found.order_by("month").values_list("month", flat=True))


def rooms_of(month: str) -> tuple[str, str]:
    """The rooms of the archive that expire together."""
    return raw_room(month), narrative_room(month)


def kept_until(home: Home, month: str) -> date:
    """The first day on which a month may expire: the retention runs from its end, or its last arrival."""
    ends_on = _end_of(month)
    last = Submission.objects.filter(raw_month=month).aggregate(last=Max("arrived_at"))["last"]
    if last is not None:
        ends_on = max(ends_on, last.astimezone(home.domain.time_zone).date())
    year = ends_on.year + home.domain.retention_years
    try:
        return ends_on.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 3, 1)


def _is_left(home: Home, room: str) -> bool:
    return home.keys.has(room) or home.archive.has_room(room)


def _end_of(month: str) -> date:
    """The day after the last of a month."""
    year, number = int(month[:4]), int(month[5:])
    return date(year + number // 12, number % 12 + 1, 1)


def _two_people(declared_by: str, confirmed_by: str) -> dict[str, str]:
    one, other = declared_by.strip(), confirmed_by.strip()
    if not one or not other or one.casefold() == other.casefold():
        raise ExpiryError(
            Words(
                zh="销毁一个月的原件须由两名不同人员声明与确认",
                en="a month expires by the word of two different people",
            )
        )
    return {"declared_by": one, "confirmed_by": other}


def _require_known(month: str) -> None:
    if not _MONTH.fullmatch(month) or not Submission.objects.filter(raw_month=month).exists():
        raise ExpiryError(
            Words(
                zh=f"没有 {month} 的原件（月份写作 2014-10，按业务日计）",
                en=f"there are no raw files of {month} (a month is written 2014-10, by business days)",
            )
        )


def _require_over(home: Home, month: str, *, now: datetime) -> None:
    until, today = kept_until(home, month), now.astimezone(home.domain.time_zone).date()
    if today < until:
        years = home.domain.retention_years
        raise ExpiryError(
            Words(
                zh=f"{month} 的原件须保存至 {until}（目录规定自月末或最后一份到达起 {years} 年），"
                f"今天是 {today}，不能销毁",
                en=f"the raw files of {month} are kept until {until} ({years} years from its end or its last "
                f"arrival, by the catalog); today is {today}",
            )
        )


def _require_posted(month: str) -> None:
    unfinished = Submission.objects.filter(raw_month=month, state="received")
    receipts = Receipt.objects.filter(submission__raw_month=month).values("sequence")
    waiting = Batch.objects.filter(sequence__in=receipts, posted_seq=None, set_aside=False)
    if unfinished.exists() or waiting.exists() or Claim.objects.filter(finished=False).exists():
        raise ExpiryError(
            Words(
                zh=f"{month} 还有未检查完或未记账的报送；请先执行 xiaobao post",
                en=f"a delivery of {month} is not checked or not posted yet; run xiaobao post first",
            )
        )
