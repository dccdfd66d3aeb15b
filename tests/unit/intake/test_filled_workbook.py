"""A workbook whose rows are put in afterwards is whole, and none is left where that fails."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from python_calamine import load_workbook

from xiaobao.intake import filled_workbook
from xiaobao.intake.filled_workbook import Rows, styles_of, write_filled
from xiaobao.intake.sheet_markup import Column, rows_markup

PART = "xl/worksheets/sheet1.xml"


def skeleton() -> bytes:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("报送")
        for place, properties in enumerate(({"bold": True}, {"italic": True})):
            sheet.write_blank(0, place, None, book.add_format(properties))
        book.add_worksheet("其他").write_string(0, 0, "留下")
    return stream.getvalue()


def numbers() -> Iterator[bytes]:
    for first in (1, 1001):
        texts = pl.int_range(first, first + 1000, eager=True).cast(pl.String)
        yield rows_markup([Column(texts=texts, style="1")], first=first)


@pytest.mark.parametrize("limit", [1 << 20, 30_000], ids=["short", "long"])
def test_rows_are_put_in_and_all_else_stays(
    tmp_path: Path, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filled_workbook, "_SHORT_LIMIT_BYTES", limit)

    write_filled(tmp_path / "out.xlsx", skeleton(), {PART: Rows(extent="A1:A2000", pieces=numbers)})

    book = load_workbook(str(tmp_path / "out.xlsx"))
    assert book.sheet_names == ["报送", "其他"]
    assert book.get_sheet_by_name("报送").to_python() == [[str(number)] for number in range(1, 2001)]
    assert book.get_sheet_by_name("其他").to_python() == [["留下"]]


def test_styles_are_told_in_the_order_of_the_cells() -> None:
    assert styles_of(skeleton(), PART) == ("1", "2")


def test_nothing_is_left_where_the_rows_fail(tmp_path: Path) -> None:
    def failing() -> Iterator[bytes]:
        yield b"<row/>"
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        write_filled(tmp_path / "out.xlsx", skeleton(), {PART: Rows(extent="A1", pieces=failing)})
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    there = tmp_path / "out.xlsx"
    there.write_bytes(b"mine")

    with pytest.raises(FileExistsError):
        write_filled(there, skeleton(), {PART: Rows(extent="A1:A2000", pieces=numbers)})
    assert there.read_bytes() == b"mine"
