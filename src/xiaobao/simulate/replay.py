"""The CFPB's public records delivered as if each day were today: only what was known that day.

A complaint arrives on the day it was received; the day it was sent to the company, when later, follows as an
amendment on that day. Responses, timeliness and disputes carry no date in the public files and are left out.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.periods import Period
from xiaobao.simulate.manifest import PlannedDelivery, write_manifest
from xiaobao.simulate.samples import sample_path

DOMAIN_ID = "cfpb"
SOURCE_CODE = "cfpb-public"
DAILY_SAMPLE = "cfpb/complaints_structured_2014_dev.csv"
LATE_SAMPLE = "cfpb/complaints_full_schema_2023.csv"
LATE_DAY = date(2023, 9, 11)  # the first Monday after the last record of the late file
UNDATED = frozenset({"company_response", "timely", "disputed", "company_public_response"})
_DELIVERED = time(17, 0)

Record = dict[str, str]

_README = """# Replay of public records 公开数据重放

Real complaint records of the United States Consumer Financial Protection Bureau (public domain),
cut into the files of the days on which they became known. `deliveries.jsonl` says what arrives when.
Play it into a *replay* home: `xiaobao simulate --replay cfpb --home HOME`.
"""


def write_replay(catalog: Catalog, folder: Path, *, period: Period | None = None) -> Path:
    """Write the replay's files and manifest into the folder; the manifest's path.

    With a period, only the daily records received in it, and only its days; the late file stays whole.
    """
    (folder / "files").mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(_README, encoding="utf-8")
    zone = catalog.domain(DOMAIN_ID).time_zone
    records = [r for r in read_records(sample_path(DAILY_SAMPLE)) if _received_in(r, period)]
    planned = [
        _write(folder, day, known_on(records, day), zone)
        for day in days_of(records)
        if period is None or day in period
    ]
    planned.append(_write(folder, LATE_DAY, without_undated(read_records(sample_path(LATE_SAMPLE))), zone))
    return write_manifest(planned, folder)


def days_of(records: Iterable[Record]) -> list[date]:
    """The days on which something became known, in order."""
    return sorted({date.fromisoformat(r[name]) for r in records for name in ("date_received", "date_sent")})


def read_records(path: Path) -> list[Record]:
    """The rows of a public file with every value as printed."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def known_on(records: Iterable[Record], day: date) -> list[Record]:
    """What day `day` adds: complaints received then, and earlier ones that were sent to the company then."""
    stated = day.isoformat()
    news = (r for r in records if r["date_received"] == stated or _sent_later_on(r, stated))
    return without_undated(
        {**record, "date_sent": record["date_sent"] if record["date_sent"] <= stated else ""}
        for record in news
    )


def without_undated(records: Iterable[Record]) -> list[Record]:
    """The records without the columns whose day nobody knows."""
    return [{name: value for name, value in r.items() if name not in UNDATED} for r in records]


def _received_in(record: Record, period: Period | None) -> bool:
    return period is None or date.fromisoformat(record["date_received"]) in period


def _sent_later_on(record: Record, stated: str) -> bool:
    return record["date_received"] < stated == record["date_sent"]


def _write(folder: Path, day: date, records: Sequence[Record], zone: ZoneInfo) -> PlannedDelivery:
    file = f"files/replay-{SOURCE_CODE}-{day.isoformat()}.csv"
    with (folder / file).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(records[0]))
        writer.writeheader()
        writer.writerows(records)
    return PlannedDelivery(
        at=datetime.combine(day, _DELIVERED, tzinfo=zone),
        mark="replay",
        source_code=SOURCE_CODE,
        day=day,
        kind="regular",
        revision=int(day.strftime("%Y%m%d")),
        stated_total=len(records),
        file=file,
    )
