"""Files of calls of an invented branch of the hotline, and what a home holds of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from xiaobao.ledger.calls import CALL_SCHEMA, present
from xiaobao.submissions import manifest
from xiaobao.submissions.home import Home

SOURCE = "sim-hotline-calls-420000"
DAY = date(2020, 3, 2)
AT = datetime(2020, 3, 2, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
COUNTS = (
    *("属地分支机构", "时段开始", "时段分钟", "接听地点", "来电量", "接听量", "放弃量"),
    *("及时接听量", "及时秒数", "接听等待秒数", "放弃等待秒数", "通话秒数"),
)
RECORDS = ("通话编号", "属地分支机构", "来电时间", "转人工时间", "接听时间", "结束时间", "接听地点")


def counts_row(**changed: str) -> dict[str, str]:
    """A row of counts without fault; `changed` by header."""
    values = ("湖北", "2020-03-02 09:00", "30", "居家", "10", "8", "2", "6", "20", "90", "40", "2400")
    return dict(zip(COUNTS, values, strict=True)) | changed


def record_row(**changed: str) -> dict[str, str]:
    """A call without fault; `changed` by header."""
    moments = (f"2020-03-02 09:0{minute}:00" for minute in range(1, 5))
    return dict(zip(RECORDS, ("HB1", "湖北", *moments, "居家"), strict=True)) | changed


def call_file(folder: Path, rows: Sequence[Mapping[str, str]], *, name: str = "calls.csv") -> Path:
    """The rows as a CSV file with the headers of the first."""
    path = folder / name
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def call_rows(home: Home, *, as_of: int | None = None) -> pl.DataFrame:
    """All rows of call counts of a home."""
    return manifest.reading(home, lambda snapshot: snapshot.run(snapshot.calls()), as_of=as_of).select(
        *CALL_SCHEMA
    )


def offered(home: Home, *, as_of: int | None = None) -> dict[tuple[date, str], int]:
    """(day, local begin of the interval) → calls offered, as stated at present."""
    stated = present(call_rows(home, as_of=as_of))
    begins = pl.col("starts_at").dt.convert_time_zone("Asia/Shanghai").dt.strftime("%H:%M")
    found = stated.select("day", begins.alias("begins"), "offered")
    assert not found.select("day", "begins").is_duplicated().any()
    return {(day, begins): count for day, begins, count in found.iter_rows()}
