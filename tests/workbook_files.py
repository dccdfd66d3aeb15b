"""Workbooks and containers of an invented bank: some a spreadsheet would write, some nobody would."""

import gzip
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape

import xlsxwriter
from bank_report_files import HEADER
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"

Rows = Sequence[Mapping[str, str]]
Change = Callable[[Workbook, Worksheet], None]


def put(sheet: Worksheet, rows: Rows, *, at: int = 0, header: Sequence[str] = HEADER) -> None:
    """Write header and rows as text, the header in row `at` counted from 0; empty cells are left out."""
    sheet.write_row(at, 0, header)
    for line, row in enumerate(rows, start=at + 1):
        for column, name in enumerate(header):
            if row.get(name, ""):
                sheet.write_string(line, column, row[name])


def workbook(
    rows: Rows = (),
    change: Change | None = None,
    *,
    at: int = 0,
    name: str = "投诉",
    header: Sequence[str] = HEADER,
    **options: object,
) -> bytes:
    """A workbook of one sheet as xlsxwriter writes it, changed before it is closed; `options` are its own."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **options})
    sheet = book.add_worksheet(name)
    put(sheet, rows, at=at, header=header)
    if change is not None:
        change(book, sheet)
    book.close()
    return stream.getvalue()


def packed(members: Mapping[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return stream.getvalue()


def members_of(data: bytes) -> dict[str, bytes]:
    """The members of a zip file."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {name: source.read(name) for name in source.namelist()}


def with_member(data: bytes, name: str, content: bytes | str) -> bytes:
    """The zip file with one member replaced or added."""
    return packed({**members_of(data), name: content})


def gzipped(data: bytes) -> bytes:
    """The same in gzip."""
    return gzip.compress(data, mtime=0)


def raw_workbook(
    sheet: str | bytes, *, strings: str | None = None, styles: str | None = None, book: str = ""
) -> bytes:
    """A workbook of one sheet made of the parts as given; `book` comes before the sheets of its part."""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f'{_DECLARED}<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": _links({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": (
            f'{_DECLARED}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}">{book}'
            '<sheets><sheet name="投诉" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _links(
            {"rId1": ("worksheet", "worksheets/sheet1.xml")}
            | ({"rId2": ("sharedStrings", "sharedStrings.xml")} if strings is not None else {})
            | ({"rId3": ("styles", "styles.xml")} if styles is not None else {})
        ),
        SHEET: sheet,
    }
    if strings is not None:
        parts[STRINGS] = strings
    if styles is not None:
        parts["xl/styles.xml"] = styles
    return packed(parts)


def sheet_xml(rows: str, *, after: str = "") -> str:
    """A sheet part around rows as given."""
    return f'{_DECLARED}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def row_xml(number: int, cells: Sequence[str], *, attributes: str = "") -> str:
    """A row of inline texts."""
    written = "".join(
        f'<c r="{letters(place)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
        for place, cell in enumerate(cells)
        if cell
    )
    return f'<row r="{number}"{attributes}>{written}</row>'


def rows_xml(rows: Rows, *, header: Sequence[str] = HEADER) -> str:
    """Header and rows of inline texts."""
    lines = [list(header), *([row.get(name, "") for name in header] for row in rows)]
    return "".join(row_xml(number, cells) for number, cells in enumerate(lines, start=1))


def letters(column: int) -> str:
    """The letters of a column counted from 0."""
    first, last = divmod(column, 26)
    return (letters(first - 1) if first else "") + chr(65 + last)


def _links(targets: Mapping[str, tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="{number}" Type="{RELATIONSHIPS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in targets.items()
    )
    return f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'
