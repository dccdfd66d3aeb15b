"""Says where a table of texts is broken: the line, and what a person does about it."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from xiaobao.lib.words import Words

_LINES_ABOVE = 20
"""Lines among which a header is looked for that is not the first one."""
_LONGEST_CELL = 1 << 27
_OTHER_FILES = (
    (b"PK\x03\x04", Words(zh="工作簿（xlsx 或 xls）", en="a workbook (xlsx or xls)")),
    (b"\xd0\xcf\x11\xe0", Words(zh="工作簿（xlsx 或 xls）", en="a workbook (xlsx or xls)")),
    (b"%PDF", Words(zh=" PDF 文件", en="a PDF file")),
    (b"\x1f\x8b", Words(zh="压缩文件（gzip）", en="a packed file (gzip)")),
    (b"7z\xbc\xaf\x27\x1c", Words(zh="压缩文件（7z）", en="a packed file (7z)")),
    (b"Rar!", Words(zh="压缩文件（rar）", en="a packed file (rar)")),
)
_PAGES = (b"<html", b"<!doctype html", b"<table", b"<?xml")
_PAGE = Words(zh="网页（HTML 或 XML）", en="a page (HTML or XML)")


def other_file(first: bytes) -> Words | None:
    """What a file is whose first bytes are those of no text; None where they may be a table's."""
    for begins, named in _OTHER_FILES:
        if first.startswith(begins):
            return named
    is_page = first.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PAGES)
    return _PAGE if is_page else None


def header_below(path: Path, encoding: str, separators: Sequence[str], columns: Sequence[str]) -> int | None:
    """The line, counted from 1, below the first that has these columns as cells; None without one."""
    with path.open(encoding=encoding, errors="replace") as stream:
        for line, text in enumerate(islice(stream, _LINES_ABOVE), start=1):
            for sign in separators:
                cells = {cell.strip().strip('"').strip() for cell in text.split(sign)}
                if line > 1 and len(cells) > 1 and cells.issuperset(columns):
                    return line
    return None


def broken_row(path: Path, encoding: str, separator: str) -> Words | None:
    """The first row with more cells than the header, or a quotation mark out of place; None without one."""
    try:
        for begins, cells, wanted in _rows(path, encoding, separator):
            if len(cells) > wanted:
                return Words(
                    zh=f"第 {begins} 行有 {len(cells)} 格，表头有 {wanted} 格；含分隔符的文字请加引号",
                    en=f"line {begins} has {len(cells)} cells, the header {wanted}: put quotation marks "
                    "round a text that has the separator in it",
                )
    except _QuotationMarkError as error:
        return Words(
            zh=f"自第 {error.line} 行起引号不成对；格中的引号须写成两个，整格再加引号",
            en=f"from line {error.line} on quotation marks do not pair: one within a cell is written twice, "
            "in quotation marks round the cell",
        )
    return None


class _QuotationMarkError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _rows(path: Path, encoding: str, separator: str) -> Iterator[tuple[int, list[str], int]]:
    """The line where a row begins, its cells, and how many cells the header has."""
    csv.field_size_limit(_LONGEST_CELL)
    begins, wanted = 1, 0
    with path.open(encoding=encoding, newline="", errors="replace") as stream:
        reader = csv.reader(stream, delimiter=separator, strict=True)
        try:
            for cells in reader:
                wanted = wanted or len(cells)
                if cells:
                    yield begins, cells, wanted
                begins = reader.line_num + 1
        except csv.Error as error:
            raise _QuotationMarkError(begins) from error
