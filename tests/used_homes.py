"""A small home in which everything has happened that leaves a file: for damage of every kind."""

from datetime import datetime, timedelta
from pathlib import Path

from bank_files import NOW, bank_file, deliver, row
from brief_homes import FIRST_DAY, complaint, issued_by_hand, report
from call_files import SOURCE as CALLS
from call_files import call_file, counts_row, record_row

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.lib.periods import ONE_DAY
from xiaobao.submissions import decisions, tagging
from xiaobao.submissions.decisions import Recoding
from xiaobao.submissions.home import Home
from xiaobao.workflows.close_day import close_day
from xiaobao.workflows.post import post

SECOND_DAY = FIRST_DAY + ONE_DAY
THIRD_DAY = SECOND_DAY + ONE_DAY
HOTLINE = "sim-hotline-420000"
_CASES = Path(__file__).parents[1] / "catalog/sources/hotline/samples/cases-2020-03-02.csv"


def used(home: Home, folder: Path) -> None:
    """Two closed days and an open one: texts, findings, a decision, tags, a void, calls, a brief."""
    noon = home.domain.cutoff_at(FIRST_DAY) - timedelta(hours=4)
    report(home, folder, [complaint(str(number), FIRST_DAY) for number in range(4)], day=FIRST_DAY)
    told = [
        row("N1", day=FIRST_DAY, bank="GY02", narrative="客户来电投诉：信用卡年费重复收取，联系 13800138000"),
        *(row(f"N{number}", day=FIRST_DAY, bank="GY02") for number in range(4, 34)),
        row("N3", day=FIRST_DAY, bank="GY02", event="更正"),
    ]
    file = bank_file(folder, told, name="GY02.csv")
    deliver(home, file, day=FIRST_DAY, source="bank-gy02", at=noon)
    post(home, at=None, now=lambda: NOW)
    _hotline(home, folder, at=noon)
    recoding = Recoding(source_code="bank-gy01", complaint_no="1", business_code="B0301")
    decisions.recode(home, recoding, by="an officer", reason="the text says so", at=noon)
    tagging.run(home, "epidemic", at=noon)
    _close(home, 0)
    issued_by_hand(home, FIRST_DAY)
    changed = complaint("2", SECOND_DAY, business="B03026", event="更正")
    report(home, folder, [changed, complaint("9", SECOND_DAY)], day=SECOND_DAY)
    decisions.void_revision(
        home,
        source_code="bank-gy01",
        revision=2,
        declared_by="Li",
        confirmed_by="Wang",
        reason="typed wrongly",
        at=home.domain.cutoff_at(SECOND_DAY) - timedelta(hours=1),
    )
    nil = DeliveryKind.NIL
    at = home.domain.cutoff_at(SECOND_DAY) - timedelta(hours=1)
    deliver(home, None, day=SECOND_DAY, source=CALLS, kind=nil, at=at)
    _close(home, 1)
    report(home, folder, [complaint("10", THIRD_DAY)], day=THIRD_DAY)
    tagging.run(home, "epidemic", at=home.domain.cutoff_at(THIRD_DAY) - timedelta(hours=1))
    post(home, at=None, now=lambda: NOW)


def _hotline(home: Home, folder: Path, *, at: datetime) -> None:
    """Cases of 12363, and its calls: as single calls first, then as counts that replace them."""
    cases = folder / _CASES.name
    cases.write_text(
        _CASES.read_text(encoding="utf-8").replace("2020-03-02", FIRST_DAY.isoformat()), encoding="utf-8"
    )
    deliver(home, cases, day=FIRST_DAY, source=HOTLINE, at=at)
    for revision, row_of in enumerate((record_row, counts_row), start=1):
        values = {
            name: value.replace("2020-03-02", FIRST_DAY.isoformat()) for name, value in row_of().items()
        }
        file = call_file(folder, [values], name=f"calls-{revision}.csv")
        facts = deliver(home, file, day=FIRST_DAY, source=CALLS, revision=revision, at=at)
        assert facts.is_accepted, facts
        post(home, at=None, now=lambda: NOW)


def _close(home: Home, days: int) -> None:
    day = FIRST_DAY + days * ONE_DAY
    at = home.domain.cutoff_at(day) + timedelta(minutes=1)
    close_day(home, day, at=at, now=lambda: NOW)
