"""Files of calls: taken whole or not at all, added up by interval, and days without calls."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from bank_report_files import catalog
from call_files import DAY, SOURCE, call_file, counts_row, record_row

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.check import check
from xiaobao.intake.delivery import CheckResult, Decision, Delivery


def checked(
    folder: Path,
    rows: Sequence[Mapping[str, str]],
    *,
    kind: DeliveryKind = DeliveryKind.REGULAR,
    day: date = DAY,
) -> CheckResult:
    """The rows as a file, checked as at home."""
    return check(
        call_file(folder, rows),
        delivery=Delivery(source_code=SOURCE, day=day, kind=kind, revision=1),
        catalog=catalog(),
        simulated=True,
        history=None,
        keys=None,
    )


def rules_broken(result: CheckResult) -> set[str]:
    """Which rules found something; a rejected row sends a file of calls back whole."""
    return set(result.findings["rule_id"]) - {"reject_share"}


@pytest.mark.parametrize(
    ("changed", "rule_id"),
    [
        ({"属地分支机构": ""}, "required"),
        ({"时段开始": "9点"}, "type_date"),
        ({"来电量": "很多"}, "type_integer"),
    ],
)
def test_a_file_of_calls_with_one_unreadable_cell_goes_back_whole(
    tmp_path: Path, changed: dict[str, str], rule_id: str
) -> None:
    result = checked(tmp_path, [counts_row(**changed), counts_row(接听地点="现场")])

    assert (result.decision, rules_broken(result)) == (Decision.RETURNED, {rule_id})
    assert (result.accepted, result.batch.height) == (0, 0)


def test_a_nil_report_of_calls_has_no_rows_and_states_its_day(tmp_path: Path) -> None:
    assert rules_broken(checked(tmp_path, [counts_row()], kind=DeliveryKind.NIL)) == {"nil_with_rows"}
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    result = check(
        empty,
        delivery=Delivery(source_code=SOURCE, day=DAY, kind=DeliveryKind.NIL, revision=4),
        catalog=catalog(),
        simulated=True,
        history=None,
        keys=None,
    )

    assert (result.decision, result.read, result.accepted) == (Decision.ACCEPTED, 0, 0)
    assert result.batch.select("source_code", "day", "revision", "starts_at", "offered").rows() == [
        (SOURCE, DAY, 4, None, None)
    ]


def test_a_day_on_which_nobody_asked_for_a_person_is_stated_without_calls(tmp_path: Path) -> None:
    result = checked(tmp_path, [record_row(转人工时间="", 接听时间="")])

    assert (result.accepted, result.batch.height, result.batch["starts_at"].item()) == (1, 1, None)


def test_without_the_column_every_call_asked_for_a_person_when_it_came_in(tmp_path: Path) -> None:
    row = {header: value for header, value in record_row().items() if header != "转人工时间"}
    result = checked(tmp_path, [row])

    assert result.batch.select("offered", "answered", "answered_wait_seconds").rows() == [(1, 1, 120)]


def test_a_call_counts_in_the_local_half_hour_in_which_it_asked(tmp_path: Path) -> None:
    edge = {
        "来电时间": "2020-03-02 09:29:50",
        "接听时间": "2020-03-02 09:30:20",
        "结束时间": "2020-03-02 09:40:00",
    }
    rows = [
        record_row(通话编号="A", 转人工时间="2020-03-02 09:29:59", **edge),
        record_row(通话编号="B", 转人工时间="2020-03-02 09:30:00", **edge),
    ]
    result = checked(tmp_path, rows)

    begins = result.batch["starts_at"].dt.convert_time_zone("Asia/Shanghai").dt.strftime("%H:%M")
    assert list(zip(begins, result.batch["answered_in_time"], strict=True)) == [("09:00", 0), ("09:30", 1)]


def test_a_moment_of_another_day_is_shown_whole_and_in_local_time(tmp_path: Path) -> None:
    result = checked(tmp_path, [counts_row(时段开始="2020-03-01 09:00"), counts_row()])

    (shown,) = result.findings.filter(pl.col("rule_id") == "calls_other_day")["value"]
    assert shown == "2020-03-01 09:00:00"


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ("2020-02-30 10:00", "2020-02-30 10:00"),
        ("2020年2月30日", "2020年2月30日"),
        ("20200230", "20200230"),
        ("420106198503121234", "42…"),
        ("13812345678", "13…"),
        ("02787654321", "02…"),
        ("87654321", "87…"),
    ],
)
def test_what_is_no_date_in_a_column_of_dates_shows_one_only_where_it_has_its_form(
    tmp_path: Path, stated: str, shown: str
) -> None:
    result = checked(tmp_path, [counts_row(时段开始=stated), counts_row()])

    assert result.findings.filter(pl.col("rule_id") == "type_date")["value"].to_list() == [shown]
