"""How fast is a workbook read and checked, and how fast does calamine read it and check nothing?"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import xlsxwriter
from python_calamine import load_workbook
from xlsxwriter.worksheet import Worksheet

from bench import deliveries
from bench.intake import ours
from bench.timing import peak_mebibytes, seconds
from xiaobao.catalog.catalog import Catalog
from xiaobao.intake.annotate import annotate

ROWS = 100_000
WRONG_ROWS = 5_000
_TEXTS = 5_000
_DAY, _AMOUNT, _RECEIVED = "日期", "金额", "收到日期"


def write(catalog: Catalog, path: Path, *, wrong: int = 0) -> None:
    """`ROWS` rows with all 16 cells filled: days as dates, amounts as numbers, the rest as text.

    The first `wrong` of them have no day of receipt that there is.
    """
    frame = deliveries.frame(catalog, ROWS, seed=2)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("投诉")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for column, name in enumerate(frame.columns):
            sheet.write_string(0, column, name)
            put = _writer(sheet, column, name, day)
            values = frame["受理日期" if name == "办结日期" else name].to_list()
            for line, value in enumerate(values, start=1):
                if name == _RECEIVED and line <= wrong:
                    sheet.write_string(line, column, "2020-13-45")
                else:
                    put(line, value)


def _writer(sheet: Worksheet, column: int, name: str, day: object) -> Callable[[int, str], object]:
    if name.endswith(_DAY):
        return lambda line, value: sheet.write_datetime(line, column, date.fromisoformat(value), day)
    if name == _AMOUNT:
        return lambda line, value: sheet.write_number(line, column, float(value))
    return lambda line, value: sheet.write_string(
        line, column, value or f"{name} {line % _TEXTS}，要求减免违约金"
    )


def measure(catalog: Catalog, folder: Path) -> list[tuple[str, str]]:
    """Rows of the results table."""
    path = folder / "workbook.xlsx"
    write(catalog, path)
    before = peak_mebibytes()
    result = ours(path, catalog)
    assert (result.read, result.accepted) == (ROWS, ROWS), (result.read, result.accepted, result.findings)
    own = seconds(lambda: ours(path, catalog), times=3)
    peak = peak_mebibytes()
    peer = seconds(lambda: load_workbook(path).get_sheet_by_index(0).to_python(), times=3)
    bad = folder / "bad.xlsx"
    write(catalog, bad, wrong=WRONG_ROWS)
    marked = seconds(lambda: _marked(bad, catalog, folder / "marked.xlsx"))
    size = f"{path.stat().st_size / 1e6:.1f} MB"
    return [
        (f"XLSX of {ROWS:,} rows × 16 columns ({size}) read and checked (goal ≤ 6 s)", f"{own:.2f} s"),
        (
            f"the same with {WRONG_ROWS:,} wrong rows checked and given back annotated (goal ≤ 20 s)",
            f"{marked:.2f} s",
        ),
        ("the same cells read by calamine, nothing checked", f"{peer:.2f} s"),
        ("highest memory, of the process so far and while checking", f"{before:.0f} MiB, {peak:.0f} MiB"),
    ]


def _marked(path: Path, catalog: Catalog, out: Path) -> None:
    result = ours(path, catalog, keep=True)
    assert result.rejected == WRONG_ROWS, result.rejected
    annotate(result, catalog=catalog, language="zh", out=out)
