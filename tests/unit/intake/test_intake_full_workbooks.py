"""Workbooks as large as a spreadsheet program can make them are answered within bounded memory and time."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from bank_report_files import HEADER, row
from workbook_files import SHEET, letters, members_of, raw_workbook, row_xml, sheet_xml

ROWS, COLUMNS = 1_048_576, 16_384
MEMORY_LIMIT_MEBIBYTES, SECONDS_LIMIT = 3_072, 240
CHECK = """
import resource, sys, time
from xiaobao.cli.main import xiaobao
began = time.process_time()
try:
    xiaobao(sys.argv[1:], standalone_mode=False)
finally:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\\n{used} MiB, {time.process_time() - began:.1f} s of CPU", file=sys.stderr)
"""


def _with_sheet(path: Path, pieces: list[tuple[str, int]]) -> None:
    """A workbook whose sheet has these texts, each so often; `#` in a text is the number of the row."""
    begin, end = sheet_xml("\x00").split("\x00")
    number = 1
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name, content in members_of(raw_workbook("")).items():
            if name != SHEET:
                target.writestr(name, content)
        with target.open(SHEET, "w", force_zip64=True) as sheet:
            sheet.write(begin.encode())
            for piece, times in pieces:
                for start in range(number, number + times, 4096):
                    numbers = range(start, min(start + 4096, number + times))
                    sheet.write("".join(piece.replace("#", str(each)) for each in numbers).encode())
                number += times
            sheet.write(end.encode())


def _checked(path: Path) -> tuple[dict[str, object], int, float]:
    """What the check says, its memory in MiB and its seconds of CPU."""
    options = ("--format", "json", "check", str(path), "--source", "bank-gy01", "--day", "2020-03-02")
    done = subprocess.run(
        [sys.executable, "-c", CHECK, *options], capture_output=True, text=True, timeout=600, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    memory, seconds = done.stderr.strip().splitlines()[-1].split(" MiB, ")
    return json.loads(done.stdout), int(memory), float(seconds.split(" ")[0])


@pytest.mark.long
def test_a_workbook_of_all_rows_there_can_be_is_answered(tmp_path: Path) -> None:
    told = row_xml(7, list(row("T#").values())).replace('7" t=', '#" t=').replace('<row r="7"', '<row r="#"')
    header = row_xml(1, HEADER)
    _with_sheet(tmp_path / "rows.xlsx", [(header, 1), (told, ROWS - 1)])

    said, memory, seconds = _checked(tmp_path / "rows.xlsx")

    assert said["decision"] in ("accepted", "returned"), said
    assert said["decision"] == "returned" or said["read"] == ROWS - 1
    assert memory < MEMORY_LIMIT_MEBIBYTES, memory
    assert seconds < SECONDS_LIMIT, seconds


@pytest.mark.long
@pytest.mark.parametrize("rows", [1, 1000])
def test_a_workbook_of_all_columns_there_can_be_is_answered(tmp_path: Path, rows: int) -> None:
    beyond = "".join(f'<c r="{letters(place)}#"><v>1</v></c>' for place in range(len(HEADER), COLUMNS))
    header = row_xml(1, HEADER)
    wide = f'<row r="#">{beyond}</row>'
    _with_sheet(tmp_path / "columns.xlsx", [(header, 1), (wide, rows)])

    said, memory, seconds = _checked(tmp_path / "columns.xlsx")

    assert said["findings"]
    assert memory < MEMORY_LIMIT_MEBIBYTES, memory
    assert seconds < SECONDS_LIMIT, seconds
