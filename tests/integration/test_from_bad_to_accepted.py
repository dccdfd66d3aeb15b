"""A reporter gets from a bad workbook to an accepted one by what the sentences say, and by nothing else."""

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from bank_report_files import HEADER, row
from call_files import COUNTS, counts_row
from python_calamine import load_workbook
from workbook_files import workbook

from xiaobao.cli.main import run
from xiaobao.intake.template.sheets import DATA_SHEET
from xiaobao.lib.errors import ExitCode

DAY = "2020-03-02"
CASES = (
    *("编号", "事件", "受理方式", "来电时间", "类别", "被投诉机构", "业务办理渠道", "业务类别", "投诉原因"),
    *("产品", "涉及金额", "地区", "办理状态", "受理日期", "不予受理日期", "转办日期", "反馈日期", "办结日期"),
    *("关联编号", "证件号", "联系电话", "事实与诉求"),
)
_USUAL_CASE = {
    "事件": "新增",
    "受理方式": "来电",
    "来电时间": f"{DAY} 09:30",
    "类别": "投诉",
    "被投诉机构": "GY01",
    "业务办理渠道": "A0101",
    "业务类别": "B0302",
    "投诉原因": "C01",
    "地区": "420000",
    "涉及金额": "12.50",
    "受理日期": DAY,
}


def case(number: str, **changed: str) -> dict[str, str]:
    """A case of the hotline without fault; `changed` by header."""
    return dict.fromkeys(CASES, "") | {"编号": number} | _USUAL_CASE | changed


def calls(begins: str, **changed: str) -> dict[str, str]:
    """An interval of calls without fault; `changed` by header."""
    return counts_row(时段开始=begins if "-" in begins else f"{DAY} {begins}") | changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of file, as a reporter filled it in, and what is right where it is wrong."""

    sources: Mapping[str, str]
    """Language → the source that speaks it here."""
    header: Sequence[str]
    bad: Sequence[Mapping[str, str]]
    right: Mapping[str, str]
    """Header → what whoever reads that the value is wrong looks up and types."""
    number: str | None = None
    """Header of the number that no two rows share."""


KINDS = {
    "bank report": Kind(
        sources={"zh": "bank-gy01", "en": "bank-gy02"},
        header=HEADER,
        number="投诉编号",
        right=row(""),
        bad=[
            row("T1", 收到日期="2020-02-30"),
            row("T2", 收到日期="44000"),
            row("T3", 受理日期="2020-02-20"),
            row("T4", 业务类别="Z9"),
            row("T5", 投诉原因=""),
            row("T6", 金额="十二元"),
            row("T7", 金额="-3"),
            row("T8", 被投诉机构="某行"),
            row("T9", 事件="补充"),
            row("T9", 金额="7"),
            row(""),
            row("T12"),
        ],
    ),
    "hotline cases": Kind(
        sources={"zh": "sim-hotline-420000", "en": "sim-hotline-310000"},
        header=CASES,
        number="编号",
        right=case(""),
        bad=[
            case("H1", 来电时间="2020-03-02"),
            case("H2", 来电时间="昨天上午"),
            case("H3", 类别="闲聊"),
            case("H4", 事件="补充"),
            case("H5", 受理日期="2020-02-20"),
            case("H6", 涉及金额="很多"),
            case("H7", 地区="某省"),
            case("H8", 类别=""),
            case("H8", 涉及金额="7"),
            case(""),
            case("H11"),
        ],
    ),
    "calls": Kind(
        sources={"zh": "sim-hotline-calls-420000", "en": "sim-hotline-calls-310000"},
        header=COUNTS,
        right=counts_row(来电量="10", 接听地点="现场"),
        bad=[
            calls("2020-03-01 09:00"),
            calls("09:00", 属地分支机构="广东"),
            calls("2020-02-30 10:00"),
            calls("10:30", 来电量="9"),
            calls("11:00", 及时秒数=""),
            calls("11:30", 放弃量="-2"),
            calls("12:00", 接听地点="家里"),
            calls("12:30", 时段分钟="0"),
            calls("13:00", 通话秒数="很久"),
        ],
    ),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A fresh home that the commands mean."""
    home = str(tmp_path_factory.mktemp("bad") / "home")
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("DATABASE_URL", raising=False)
        environment.setenv("XIAOBAO_HOME", home)
        said("home", "create", home, "--domain", "pbc", "--mark", "simulated", "--at", f"{DAY}T08:00")
        yield home


def said(*arguments: str, code: ExitCode | None = ExitCode.FINE) -> str:
    """What a command prints."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        ended = run(list(arguments))
    assert code is None or ended is code, printed.getvalue()
    return printed.getvalue()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_workbook_becomes_an_accepted_and_posted_one(
    home: str, tmp_path: Path, kind: str, language: str
) -> None:
    given = KINDS[kind]
    source = given.sources[language]
    sent = tmp_path / "sent.xlsx"
    sent.write_bytes(workbook(given.bad, header=given.header))
    delivered = ("--source", source, "--day", DAY)
    shown = ("--format", "json", "--language", language)

    for attempt in range(5):
        marked = tmp_path / f"marked{attempt}.xlsx"
        checked = json.loads(
            said(*shown, "check", str(sent), *delivered, "--annotate", str(marked), code=None)
        )
        if checked["decision"] == "accepted":
            break
        assert checked["findings"]
        in_words = said("--language", language, "check", str(sent), *delivered, "--all", code=None)
        for finding in checked["findings"]:
            assert finding["sentence"][language] in in_words
        sent = mended(marked, checked["findings"], given, language, tmp_path / f"mended{attempt}.xlsx")
    rows = len(given.bad)
    assert (checked["decision"], checked["read"], checked["accepted"]) == ("accepted", rows, rows)
    assert attempt > 0

    noon = ("--at", f"{DAY}T12:00")
    receipt = json.loads(said(*shown, "receive", str(sent), *delivered, "--revision", "1", *noon))
    assert (receipt["decision"], receipt["accepted"]) == ("accepted", rows)
    said(*shown, "post", *noon)
    receipts = json.loads(said(*shown, "status", "--day", DAY))["receipts"]
    (own,) = [one for one in receipts if one["source_code"] == source]
    assert own["note"]["posted"] == rows
    note = said("--language", language, "status", "--note", str(own["sequence"]))
    assert ("记账" if language == "zh" else "posted") in note


def mended(marked: Path, findings: Sequence[dict[str, Any]], given: Kind, language: str, out: Path) -> Path:
    """The workbook with each cell that a finding names put right; a missing or taken number is new."""
    header, *rows = load_workbook(str(marked)).get_sheet_by_name(DATA_SHEET).to_python()
    for finding in findings:
        if finding["row"] is None or finding["severity"] == "warn":
            continue
        assert finding["column"] in given.header, finding
        place = header.index(finding["column"])
        # In a workbook the row of a finding is the row that the sheet shows.
        cells = rows[finding["row"] - 2]
        cells[place] = right(str(cells[place]), finding, given, language)
    with xlsxwriter.Workbook(str(out)) as book:
        sheet = book.add_worksheet(DATA_SHEET)
        for line, cells in enumerate([header, *rows]):
            sheet.write_row(line, 0, [str(cell) for cell in cells])
    return out


def right(was: str, finding: Mapping[str, Any], given: Kind, language: str) -> str:
    """What the sentence makes of a cell."""
    sentence = finding["sentence"][language]
    column = finding["column"]
    if column == given.number:
        return f"N{finding['row']}"
    if column == "时段开始":
        assert was in sentence or was[:16] in sentence, sentence  # a date is shown whole
        return f"{DAY} {18 + finding['row'] // 4}:{15 * (finding['row'] % 4):02}"
    if column == "时段分钟":
        return "15"
    if column == "属地分支机构":
        return re.findall(r"\d{6}", sentence)[-1]
    if column == "被投诉机构":
        return re.findall(r"[A-Z]{2}\d{2}", sentence)[-1]
    return given.right[column]


def test_english_sentences_on_counts_say_what_the_headers_mean(tmp_path: Path) -> None:
    sent = tmp_path / "sent.xlsx"
    sent.write_bytes(workbook([calls("09:00", 来电量="9"), calls("10:00", 及时秒数="")], header=COUNTS))
    delivered = ("--source", "sim-hotline-calls-420000", "--day", DAY)

    told = said("--language", "en", "check", str(sent), *delivered, code=ExitCode.DATA_REFUSED)

    assert "calls answered (接听量) + calls abandoned (放弃量) ≤ calls offered (来电量)" in told
    assert "the seconds that count as in time (及时秒数)" in told
