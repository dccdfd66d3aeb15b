"""Files of invented banks, as small as a test needs them."""

import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.delivery import Delivery
from xiaobao.submissions import receiving
from xiaobao.submissions.home import Home
from xiaobao.submissions.receipts import ReceiptFacts

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DAY = date(2014, 10, 8)
NOON = datetime(2014, 10, 8, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
EVENING = datetime(2014, 10, 8, 10, 0, tzinfo=UTC)  # 18:00 in Shanghai: after the deadline
SOURCE = "bank-gy01"
HEADER = [
    *("投诉编号", "事件", "类别", "收到日期", "受理日期", "办结日期", "被投诉机构", "业务办理渠道"),
    *("业务类别", "投诉原因", "地区", "产品", "金额", "证件号", "联系电话", "投诉内容"),
]


def row(
    number: str, *, day: date = DAY, event: str = "新增", bank: str = "GY01", narrative: str = ""
) -> list[str]:
    """One row of a bank's file."""
    codes = ["A01", "B01", "C01"]
    return [number, event, "投诉", day.isoformat(), "", "", bank, *codes, "110000", "", "", "", "", narrative]


def bank_file(folder: Path, rows: Sequence[Sequence[str]], *, name: str = "report.csv") -> Path:
    """A bank's file with its trailer."""
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        writer.writerows(rows)
        writer.writerow(["合计", str(len(rows)), *[""] * (len(HEADER) - 2)])
    return path


def deliver(
    home: Home,
    path: Path | None,
    *,
    revision: int | None = 1,
    kind: DeliveryKind = DeliveryKind.REGULAR,
    day: date = DAY,
    source: str = SOURCE,
    at: datetime | None = NOON,
    now: datetime = NOW,
    total: int | None = None,
    covers_from: date | None = None,
) -> ReceiptFacts:
    """Deliver a file and give the receipt."""
    delivery = Delivery(
        source_code=source,
        day=day,
        kind=kind,
        revision=revision,
        stated_total=total,
        covers_from=covers_from,
    )
    return receiving.receive(home, path, delivery=delivery, at=at, now=now)
