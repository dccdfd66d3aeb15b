"""What do the largest workbooks cost that a spreadsheet program can make: of all rows, and of all columns?"""

import io
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

from bench import deliveries
from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog

ROWS, COLUMNS, WIDE_ROWS = 1_048_576, 16_384, 1_000
_SHEET = "xl/worksheets/sheet1.xml"
_CHARACTERS_AT_ONCE = 1_000_000
_SECONDS_LIMIT = 600
_CHECK = """
import sys, time
from bench.timing import peak_mebibytes
from xiaobao.cli.main import xiaobao
began = time.process_time()
try:
    xiaobao(sys.argv[1:], standalone_mode=False)
finally:
    print(f"\\n{peak_mebibytes():.0f} {time.process_time() - began}", file=sys.stderr)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the check of a workbook said, in a process of its own, and what it cost."""

    said: dict[str, object]
    mebibytes: int
    cpu_seconds: float
    wall_seconds: float


def all_rows(path: Path) -> Path:
    """A workbook of all rows there can be, 16 cells in each, no number twice."""
    header, told = _usual(reading.load())
    return _written(path, [(_row(header), 1), (_row(["T#", *told[1:]]), ROWS - 1)])


def all_columns(path: Path, *, rows: int = WIDE_ROWS) -> Path:
    """A workbook whose rows fill all columns that there can be and that the header does not name."""
    header, _ = _usual(reading.load())
    beyond = "".join(f'<c r="{_letters(place)}#"><v>1</v></c>' for place in range(len(header), COLUMNS))
    return _written(path, [(_row(header), 1), (f'<row r="#">{beyond}</row>', rows)])


def checked(path: Path) -> Checked:
    """Check a workbook; AssertionError where it ends in a traceback."""
    options = (
        "--format",
        "json",
        "check",
        str(path),
        "--source",
        deliveries.SOURCE,
        "--day",
        str(deliveries.LAST_DAY),
    )
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", _CHECK, *options],
        capture_output=True,
        text=True,
        timeout=_SECONDS_LIMIT,
        check=False,
    )
    wall = time.monotonic() - began
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    memory, seconds = done.stderr.strip().splitlines()[-1].split()
    return Checked(
        said=json.loads(done.stdout),
        mebibytes=int(memory),
        cpu_seconds=float(seconds),
        wall_seconds=wall,
    )


def measure(folder: Path) -> list[tuple[str, str]]:
    """Rows of the results table."""
    rows, columns = checked(all_rows(folder / "rows.xlsx")), checked(all_columns(folder / "columns.xlsx"))
    return [
        (f"XLSX of {ROWS - 1:,} rows × 16 columns, {rows.said['decision']}", _cost(rows)),
        (f"XLSX of {WIDE_ROWS:,} rows × {COLUMNS:,} columns, {columns.said['decision']}", _cost(columns)),
    ]


def _cost(cost: Checked) -> str:
    return f"{cost.wall_seconds:.0f} s ({cost.cpu_seconds:.0f} s of CPU), {cost.mebibytes:,} MiB"


def _usual(catalog: Catalog) -> tuple[list[str], list[str]]:
    frame = deliveries.frame(catalog, 1, seed=2)
    return frame.columns, [str(cell or "") for cell in frame.row(0)]


def _row(cells: Sequence[str]) -> str:
    """A row of texts; `#` stands for its number."""
    written = (
        f'<c r="{_letters(place)}#" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
        for place, cell in enumerate(cells)
    )
    return f'<row r="#">{"".join(written)}</row>'


def _letters(column: int) -> str:
    first, last = divmod(column, 26)
    return (_letters(first - 1) if first else "") + chr(65 + last)


def _written(path: Path, pieces: Sequence[tuple[str, int]]) -> Path:
    """A workbook whose sheet has these rows, each so often, one after the other."""
    empty = io.BytesIO()
    with xlsxwriter.Workbook(empty) as book:
        book.add_worksheet("投诉")
    number = 1
    with (
        zipfile.ZipFile(empty) as made,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out,
    ):
        for name in made.namelist():
            if name != _SHEET:
                out.writestr(name, made.read(name))
        begin, end = made.read(_SHEET).decode().split("<sheetData/>")
        with out.open(_SHEET, "w", force_zip64=True) as sheet:
            sheet.write(f"{begin}<sheetData>".encode())
            for piece, times in pieces:
                at_once = max(1, _CHARACTERS_AT_ONCE // len(piece))
                for start in range(number, number + times, at_once):
                    numbers = range(start, min(start + at_once, number + times))
                    sheet.write("".join(piece.replace("#", str(each)) for each in numbers).encode())
                number += times
            sheet.write(f"</sheetData>{end}".encode())
    return path
