"""The files of spec rows that no list of cells describes: workbooks, containers, files of other formats."""

import zipfile
from collections.abc import Callable, Mapping, Sequence

from bank_report_files import DAY, HEADER, SOURCE, catalog, content, row
from workbook_files import (
    gzipped,
    packed,
    put,
    raw_workbook,
    row_xml,
    rows_xml,
    sheet_xml,
    workbook,
)
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xiaobao.intake.reading.scan import LINE_LIMIT_BYTES
from xiaobao.intake.template.plan import plan
from xiaobao.intake.template.sheets import NOTES_SHEET, VERSION_LABEL

TEN = [row(f"OK{number}") for number in range(10)]
CSV = content(TEN)
_AMOUNT = HEADER.index("金额")
_PRODUCT = HEADER.index("产品")
_IDENTITY = HEADER.index("证件号")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504
_PUBLIC = {
    "complaint_id": "",
    "product": "Debt collection",
    "sub_product": "Medical",
    "issue": "Disclosure verification of debt",
    "sub_issue": "Not given enough info to verify debt",
    "state": "FL",
    "zip_code": "32219",
    "submitted_via": "Web",
    "date_received": "2014-11-13",
    "date_sent": "2014-11-13",
    "company": "Choice Recovery, Inc.",
    "company_response": "",
    "timely": "",
    "disputed": "",
}


def usual(source: str, number: str) -> dict[str, str]:
    """A row in order of a source."""
    return _PUBLIC | {"complaint_id": number} if source == "cfpb-public" else row(number)


def bytes_of_rows(rows: Sequence[Mapping[str, str]]) -> bytes:
    """The rows as CSV in UTF-8, their keys as the header."""
    return content(rows, header=tuple(rows[0]))


def _book(change: Callable[[Workbook, Worksheet], None] | None = None) -> bytes:
    return workbook(TEN, change)


def _with_cell(cell: str, *, place: int = _AMOUNT) -> bytes:
    """A workbook in whose last row one cell, empty otherwise, is written as given."""
    extra = row("T1") | {HEADER[place]: ""}
    after = "".join(f"{part}</c>" for part in row_xml(12, list(extra.values())).split("</c>")[:-1])
    cells = [part for part in after.split("<c ") if part]
    before = [part for part in cells[1:] if _column(part) < place]
    behind = [part for part in cells[1:] if _column(part) > place]
    written = "".join(f"<c {part}" for part in before) + cell + "".join(f"<c {part}" for part in behind)
    return raw_workbook(sheet_xml(f'{rows_xml(TEN)}<row r="12">{written}</row>'))


def _column(cell: str) -> int:
    return ord(cell.split('r="', 1)[1][0]) - ord("A")


def _named_by_format(book: Workbook, sheet: Worksheet) -> None:
    sheet.write_number(1, 0, 12, book.add_format({"num_format": '"GY01-"0000'}))


def _merged(sheet: Worksheet, column: int, text: str) -> None:
    sheet.merge_range(1, column, 2, column, text)


def _hidden_row(_: Workbook, sheet: Worksheet) -> None:
    sheet.set_row(2, None, None, {"hidden": True})


def _hidden_column(_: Workbook, sheet: Worksheet) -> None:
    sheet.set_column(_AMOUNT, _AMOUNT, None, None, {"hidden": True})


def _cover(book: Workbook, sheet: Worksheet) -> None:
    book.add_worksheet("封面").activate()
    sheet.hide()


def _other_sheet(name: str, *, rows: bool) -> Callable[[Workbook, Worksheet], None]:
    def change(book: Workbook, _: Worksheet) -> None:
        other = book.add_worksheet(name)
        if rows:
            put(other, TEN)
        else:
            other.write(0, 0, "说明")

    return change


def _row_above(_: Workbook, sheet: Worksheet) -> None:
    sheet.write_row(0, 0, list(row("T0").values()))


def _title_above(_: Workbook, sheet: Worksheet) -> None:
    sheet.write(0, 0, "投诉日报")


def _without_last_member_byte() -> bytes:
    data = bytearray(packed({"日报.csv": CSV}))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + flags] |= 1
    return bytes(data)


def _stated_version(version: str) -> Callable[[Workbook, Worksheet], None]:
    def change(book: Workbook, _: Worksheet) -> None:
        book.add_worksheet(NOTES_SHEET).write_row(0, 0, [VERSION_LABEL, version])

    return change


def _current_version() -> str:
    return plan(catalog(), catalog().source(SOURCE), day=DAY).version


MADE: dict[str, Callable[[], bytes]] = {
    "a workbook": _book,
    "a workbook cut in half": lambda: _book()[: len(_book()) // 2],
    "a workbook with a password": lambda: (
        _COMPOUND + b"\x00" * (3 << 20) + "EncryptionInfo".encode("utf-16-le") + b"\x00" * 600
    ),
    "a workbook of Excel 97": lambda: _COMPOUND + "Workbook".encode("utf-16-le") + b"\x00" * 100,
    "a formula that gives #N/A": lambda: _with_cell(
        '<c r="L12" t="e"><f>NA()</f><v>#N/A</v></c>', place=_PRODUCT
    ),
    "a formula without a value": lambda: _with_cell('<c r="M12"><f>SUM(M2:M11)</f></c>'),
    "a formula with its value": lambda: _with_cell('<c r="M12"><f>SUM(M2:M11)</f><v>125</v></c>'),
    "an identity number as a number": lambda: _with_cell(
        '<c r="N12"><v>110101199003077710</v></c>', place=_IDENTITY
    ),
    "an identity number as text": lambda: _with_cell(
        '<c r="N12" t="inlineStr"><is><t>110101199003077715</t></is></c>', place=_IDENTITY
    ),
    "a number shown as GY01-0012": lambda: _book(_named_by_format),
    "merged products": lambda: workbook(TEN, lambda _, sheet: _merged(sheet, _PRODUCT, "信用卡")),
    "merged amounts": lambda: workbook(
        [each | {"金额": ""} for each in TEN], lambda _, sheet: _merged(sheet, _AMOUNT, "100")
    ),
    "a cell beside the table": lambda: _book(lambda _, sheet: sheet.write(1, 20, "已核实") and None),
    "a hidden row": lambda: _book(_hidden_row),
    "a hidden column": lambda: _book(_hidden_column),
    "a hidden sheet": lambda: _book(_cover),
    "a second sheet with a note": lambda: _book(_other_sheet("备注", rows=False)),
    "a second sheet that explains": lambda: _book(_other_sheet("填报说明", rows=False)),
    "a workbook of the template of the day": lambda: _book(_stated_version(_current_version())),
    "a workbook of another template": lambda: _book(_stated_version("daily-0123abcd")),
    "a second sheet with rows": lambda: _book(_other_sheet("上月", rows=True)),
    "a row above the header": lambda: workbook(TEN, _row_above, at=1),
    "a title above the header": lambda: workbook(TEN, _title_above, at=1),
    "a zip file": lambda: packed({"日报.csv": CSV}),
    "a zip file cut in half": lambda: packed({"日报.csv": CSV})[:200],
    "a zip file of folders and system files": lambda: packed(
        {"报送/": b"", "报送/__MACOSX/x": b"x", "._日报.csv": b"x", "~$日报.xlsx": b"x", "Desktop.ini": b"x"}
    ),
    "a zip file by bzip2": lambda: packed({"日报.csv": CSV}, method=zipfile.ZIP_BZIP2),
    "a zip file of two": lambda: packed({"一.csv": CSV, "二.csv": CSV}),
    "a zip file with a password": _without_last_member_byte,
    "a gzip file": lambda: gzipped(CSV),
    "a gzip file in a zip file": lambda: packed({"日报.csv.gz": gzipped(CSV)}),
    "a gzip file of 64 MiB of zeros": lambda: gzipped(b"0" * (64 << 20)),
    "a line of more than 1 MiB": lambda: content([row("T1", 投诉内容="长" * (LINE_LIMIT_BYTES // 2))]),
    "an object with 1,001 keys": lambda: (
        "{" + ", ".join(f'"{number}": ""' for number in range(1001)) + "}\n"
    ).encode(),
}
