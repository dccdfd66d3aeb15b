"""A home with two months of deliveries, of which the first can expire."""

from datetime import UTC, date, datetime
from pathlib import Path

from bank_files import NOW, bank_file, deliver, row
from store import post

from xiaobao.submissions.archive import narrative_room, raw_room
from xiaobao.submissions.expiry import expire_month
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import ExpiredMonth

MONTH = "2014-10"
NOVEMBER = date(2014, 11, 3)
NOVEMBER_AT = datetime(2014, 11, 3, 4, 0, tzinfo=UTC)
PEOPLE = {"declared_by": "Li", "confirmed_by": "Wang"}


def two_months(home: Home, folder: Path) -> None:
    """A posted delivery of October with narratives, and one of November."""
    deliver(home, bank_file(folder, [row("T1", narrative="电话13812345678"), row("T2")]))
    deliver(home, november_file(folder), day=NOVEMBER, revision=2, at=NOVEMBER_AT)
    post(home, at=NOVEMBER_AT, now=NOW)


def november_file(folder: Path) -> Path:
    return bank_file(folder, [row("N1", day=NOVEMBER, narrative="十一月")], name="november.csv")


def expire(home: Home, month: str = MONTH, *, now: datetime = NOW) -> ExpiredMonth:
    return expire_month(home, month, **PEOPLE, at=NOVEMBER_AT, now=now)


def is_gone(home: Home, month: str = MONTH) -> bool:
    rooms = (raw_room(month), narrative_room(month))
    return not any(home.keys.has(room) or home.archive.has_room(room) for room in rooms)
