"""A reporter gets from a bad workbook to an accepted one by what the sentences say, and by nothing else."""

import json
from pathlib import Path

import xlsxwriter
from bank_report_files import DAY, HEADER, SOURCE, row
from click.testing import CliRunner
from python_calamine import load_workbook
from workbook_files import workbook

from xiaobao.cli.main import xiaobao
from xiaobao.intake.template.sheets import DATA_SHEET

BAD = [
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
]
# Who reads that a value is wrong looks the complaint up and types what is right.
RIGHT = row("")


def run(*arguments: str) -> str:
    return CliRunner().invoke(xiaobao, arguments, catch_exceptions=False).output


def test_a_bad_workbook_becomes_an_accepted_one(tmp_path: Path) -> None:
    sent = tmp_path / "sent.xlsx"
    sent.write_bytes(workbook(BAD))
    for attempt in range(4):
        marked = tmp_path / f"marked{attempt}.xlsx"
        output = run(
            *("--format", "json", "--language", "zh", "check", str(sent), "--source", SOURCE),
            *("--day", DAY.isoformat(), "--annotate", str(marked)),
        )
        said = json.loads(output)
        if said["decision"] == "accepted":
            break
        assert said["findings"]
        sent = mended(marked, said["findings"], tmp_path / f"mended{attempt}.xlsx")

    assert (said["decision"], said["read"], said["accepted"]) == ("accepted", 12, 12)
    assert attempt > 0


def mended(marked: Path, findings: list[dict[str, str]], out: Path) -> Path:
    """The workbook with each cell that a finding names put right; a missing or taken number is new."""
    header, *rows = load_workbook(str(marked)).get_sheet_by_name(DATA_SHEET).to_python()
    for finding in findings:
        assert finding["sentence"]["zh"]
        if finding["row"] is None or finding["severity"] == "warn":
            continue
        assert finding["column"] in HEADER, finding
        place = header.index(finding["column"])
        # In a workbook the row of a finding is the row that the sheet shows.
        cells = rows[finding["row"] - 2]
        cells[place] = f"N{finding['row']}" if finding["column"] == "投诉编号" else RIGHT[finding["column"]]
    with xlsxwriter.Workbook(str(out)) as book:
        sheet = book.add_worksheet(DATA_SHEET)
        for line, cells in enumerate([header, *rows]):
            sheet.write_row(line, 0, [str(cell) for cell in cells])
    return out
