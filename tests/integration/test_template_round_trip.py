"""A template made, filled in, checked and received: what it offers is taken, and an old one is named."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from filled_templates import Cell, filled
from python_calamine import load_workbook

from xiaobao.cli.main import xiaobao
from xiaobao.intake.template.sheets import DATA_SHEET, LISTS_SHEET
from xiaobao.submissions.home import Home

DAY = date(2020, 3, 2)
OLD = "2018-01-01"
"""A day before the first coding standard: its template offers other codes."""
CASE: Mapping[str, Cell] = {
    "编号": "H1",
    "来电时间": datetime(2020, 3, 2, 9, 30, tzinfo=UTC),
    "受理日期": DAY,
    "涉及金额": 12,
    "联系电话": "13800138000",
    "事实与诉求": "客户反映信用卡年费重复收取",
}
REPORT: Mapping[str, Cell] = {"投诉编号": "T1", "收到日期": DAY, "受理日期": DAY, "金额": 12}
COUNTS: Mapping[str, Cell] = {
    "时段开始": datetime(2020, 3, 2, 9, 0, tzinfo=UTC),
    "时段分钟": 30,
    "来电量": 10,
    "接听量": 8,
    "放弃量": 2,
}
RECORDS: Mapping[str, Cell] = {
    "通话编号": "D1",
    "来电时间": datetime(2020, 3, 2, 9, 0, 5, tzinfo=UTC),
    "转人工时间": datetime(2020, 3, 2, 9, 0, 41, tzinfo=UTC),
    "接听时间": datetime(2020, 3, 2, 9, 0, 53, tzinfo=UTC),
    "结束时间": datetime(2020, 3, 2, 9, 6, 7, tzinfo=UTC),
}
OF_CODES = [
    pytest.param("bank-gy01", "daily", REPORT, id="bank"),
    pytest.param("sim-hotline-420000", "cases", CASE, id="hotline cases"),
]
OF_CALLS = [
    pytest.param("sim-hotline-calls-420000", "records", RECORDS, id="hotline calls, records"),
    pytest.param("sim-hotline-calls-420000", "counts", COUNTS, id="hotline calls, counts"),
]


def run(*arguments: str, language: str = "en") -> Result:
    return CliRunner().invoke(xiaobao, ["--language", language, *arguments], catch_exceptions=False)


def _filled(folder: Path, source: str, layout: str, stated: Mapping[str, Cell], *, day: str) -> Path:
    """A template with one row: what is stated, else the first choice of the drop-down."""
    template = folder / f"{source}-{day}.xlsx"
    made = run("template", source, "--layout", layout, "--day", day, "--out", str(template))
    assert made.exit_code == 0, made.output
    book = load_workbook(template)
    header = book.get_sheet_by_name(DATA_SHEET).to_python()[0]
    lists = book.get_sheet_by_name(LISTS_SHEET).to_python()
    offered = {name: choice for name, choice in zip(lists[0], lists[1], strict=True) if name and choice}
    assert set(stated) <= set(header)
    chosen = {**offered, "事件": "新增", **_of_the_source(source), **_known_codes()}
    row = [stated.get(str(name), str(chosen.get(name, ""))) for name in header]
    return filled(template, [row], folder / f"filled-{template.name}")


def _of_the_source(source: str) -> dict[str, str]:
    return {"属地分支机构": "湖北", "地区": "湖北"} if "420000" in source else {}


def _known_codes() -> dict[str, str]:
    return {"业务办理渠道": "A0101", "业务类别": "B0302", "投诉原因": "C01", "被投诉机构": "国有行01"}


@pytest.mark.parametrize(("source", "layout", "stated"), [*OF_CODES, *OF_CALLS])
def test_a_template_of_the_day_is_taken_without_a_word_about_it(
    home: Home, tmp_path: Path, source: str, layout: str, stated: Mapping[str, Cell]
) -> None:
    file = _filled(tmp_path, source, layout, stated, day=str(DAY))

    checked = json.loads(
        run("--format", "json", "check", str(file), "--source", source, "--day", str(DAY)).output
    )
    given = _received(home, file, source)

    for said in (checked, given):
        assert (said["decision"], said["read"], said["accepted"]) == ("accepted", 1, 1), said
        assert "template_outdated" in said["checks_run"]
    assert "template_outdated" not in str(checked["findings"]) + str(given["rule_counts"])


@pytest.mark.parametrize(("source", "layout", "stated"), OF_CODES)
def test_an_old_template_is_taken_and_named_with_the_current_one(
    home: Home, tmp_path: Path, source: str, layout: str, stated: Mapping[str, Cell]
) -> None:
    file = _filled(tmp_path, source, layout, stated, day=OLD)
    said = run("check", str(file), "--source", source, "--day", str(DAY)).output
    given = _received(home, file, source)

    assert (given["decision"], given["accepted"]) == ("accepted", 1)
    assert "template_outdated" in [count["rule_id"] for count in given["rule_counts"]]
    sentences = [
        line["sentence"] for line in given["first_findings"] if line["rule_id"] == "template_outdated"
    ]
    for told in (said, sentences[0]["en"], sentences[0]["zh"]):
        versions = re.findall(rf"{layout}-[0-9a-f]{{8}}", told)
        assert len(set(versions)) == 2
        assert f"xiaobao template {source} --layout {layout} --day {DAY}" in told.replace("\n", " ")


def test_the_current_template_comes_by_the_command_that_the_finding_names(tmp_path: Path) -> None:
    file = _filled(tmp_path, "bank-gy01", "daily", REPORT, day=OLD)
    said = run("check", str(file), "--source", "bank-gy01", "--day", str(DAY)).output
    command = re.search(r"xiaobao (template .*) --out FILE.xlsx", said)
    assert command is not None

    made = run(*command[1].split(), "--out", str(tmp_path / "new.xlsx"))

    current = re.search(r"(daily-[0-9a-f]{8}) = xiaobao", said)
    assert current is not None
    assert current[1] in made.output


def _received(home: Home, file: Path, source: str) -> dict[str, object]:
    told = ("--source", source, "--day", str(DAY), "--revision", "1", "--at", f"{DAY}T10:00")
    output = run("--format", "json", "receive", str(file), "--home", str(home.path), *told).output
    given: dict[str, object] = json.loads(output)
    return given
