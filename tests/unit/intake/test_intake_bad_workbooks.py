"""Workbooks that are not in order: a sentence that names sheet, row and column, and never an exception."""

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from bank_report_files import HEADER, SOURCE, catalog, checked, only_finding, row, rules_of
from workbook_files import (
    MAIN,
    SHEET,
    letters,
    members_of,
    packed,
    put,
    raw_workbook,
    row_xml,
    rows_xml,
    sheet_xml,
    with_member,
    workbook,
)
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xiaobao.intake.delivery import CheckResult, Decision
from xiaobao.intake.reading import rows, zips
from xiaobao.intake.sentences import sentences

TEN = [row(f"OK{number}") for number in range(10)]
LAST = 11  # row of the sheet, counted from 0, that holds the eleventh row of data
SOUND = workbook(TEN)


def _one_more(change: Callable[[Workbook, Worksheet], None], **changed: str) -> bytes:
    return workbook([*TEN, row("T1", **changed)], change)


def _told(result: CheckResult) -> tuple[object, ...]:
    finding = only_finding(result)
    return tuple(finding[name] for name in ("rule_id", "sheet", "row_number", "letters", "column"))


def _assert_returned(result: CheckResult, rule_id: str) -> None:
    assert result.decision is Decision.RETURNED
    assert rule_id in rules_of(result)
    assert (result.read, result.batch.height) == (0, 0)


def test_an_error_in_a_cell_rejects_its_row_and_is_never_an_empty_cell(tmp_path: Path) -> None:
    result = checked(
        tmp_path, _one_more(lambda _, sheet: sheet.write_formula(LAST, 11, "=NA()", None, "#N/A") and None)
    )

    assert _told(result) == ("cell_error", "投诉", 12, "L", "产品")
    (finding,) = sentences(result.findings, catalog())
    assert finding.sentence.zh == (
        "工作表“投诉”第 12 行“产品（L 列）”是错误值 #N/A（公式出错）；请改正公式或直接填写值，再重报该行。"
    )
    assert finding.sentence.en.startswith("Sheet “投诉”: Row 12: “产品 (column L)” holds the error #N/A")


def test_an_error_shows_no_more_of_a_cell_than_its_name(tmp_path: Path) -> None:
    rows = rows_xml(TEN) + row_xml(12, list(row("T1").values())).replace(
        "</row>", '<c r="N12" t="e"><v>13812345678</v></c></row>'
    )

    result = checked(tmp_path, raw_workbook(sheet_xml(rows)))

    assert _told(result)[0] == "cell_error"
    assert "138" not in str(result.findings.rows())


def test_a_formula_that_was_never_worked_out_rejects_its_row(tmp_path: Path) -> None:
    rows = rows_xml(TEN) + row_xml(12, list(row("T1").values())).replace(
        '<c r="M12" t="inlineStr"><is><t>12.50</t></is></c>', '<c r="M12"><f>SUM(M2:M11)</f></c>'
    )

    result = checked(tmp_path, raw_workbook(sheet_xml(rows)))

    assert _told(result) == ("formula_without_value", "投诉", 12, "M", "金额")


@pytest.mark.parametrize(
    "number", ["110101199003077710", "1.10101199003078E+17", "1e999", "1234567890123456"]
)
def test_a_number_with_more_digits_than_a_spreadsheet_keeps_is_no_identity(
    tmp_path: Path, number: str
) -> None:
    rows = rows_xml(TEN) + row_xml(12, list(row("T1").values())).replace(
        "</row>", f'<c r="N12"><v>{number}</v></c></row>'
    )

    result = checked(tmp_path, raw_workbook(sheet_xml(rows)))

    assert _told(result) == ("number_spoilt", "投诉", 12, "N", "证件号")


def test_a_long_number_is_no_number_of_a_complaint(tmp_path: Path) -> None:
    result = checked(tmp_path, _one_more(lambda _, sheet: sheet.write_number(LAST, 0, 1.2e15) and None))

    assert _told(result) == ("complaint_no_form", "投诉", 12, "A", "投诉编号")


def test_words_that_only_the_format_shows_are_no_part_of_a_number(tmp_path: Path) -> None:
    def change(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_number(LAST, 0, 12, book.add_format({"num_format": '"GY01-"0000'}))
        sheet.write_number(LAST, 12, 12, book.add_format({"num_format": '0.00"元"'}))

    assert _told(checked(tmp_path, _one_more(change)))[0] == "display_differs"


@pytest.mark.parametrize(
    ("serial", "rule_id"),
    [
        (43891, "date_serial"),
        (43891.5, "date_serial"),
        (-1, "type_date"),
        (60, "type_date"),
        (2958466, "type_date"),
    ],
)
def test_a_serial_that_is_not_shown_as_a_date_is_none(tmp_path: Path, serial: float, rule_id: str) -> None:
    result = checked(
        tmp_path, _one_more(lambda _, sheet: sheet.write_number(LAST, 3, serial) and None, 受理日期="")
    )

    assert _told(result) == (rule_id, "投诉", 12, "D", "收到日期")


@pytest.mark.parametrize("serial", [-1, 60, 60.5, 2958466, 1e9])
def test_a_day_that_never_was_is_no_date_however_it_is_shown(tmp_path: Path, serial: float) -> None:
    def change(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_number(LAST, 3, serial, book.add_format({"num_format": "yyyy-mm-dd"}))

    assert _told(checked(tmp_path, _one_more(change, 受理日期="")))[0] == "type_date"


def test_a_time_that_the_cell_shows_is_no_part_of_a_date(tmp_path: Path) -> None:
    def change(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_number(LAST, 3, 43891.5, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))

    assert _told(checked(tmp_path, _one_more(change)))[0] == "type_date"


def test_an_amount_in_a_merged_cell_is_not_guessed_at(tmp_path: Path) -> None:
    def change(_: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range(1, 12, 2, 12, "")
        sheet.write_number(1, 12, 100)

    result = checked(tmp_path, workbook([each | {"金额": ""} for each in TEN], change))

    assert _told(result) == ("merged_unclear", "投诉", 3, "M", "金额")
    assert result.accepted == 9


def test_cells_merged_across_columns_are_not_guessed_at(tmp_path: Path) -> None:
    def change(_: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range(LAST, 10, LAST, 11, "北京")

    result = checked(tmp_path, _one_more(change, 地区="", 产品=""))

    assert _told(result) == ("merged_unclear", "投诉", 12, "K", "地区")


def test_what_lies_unseen_under_a_merged_cell_is_not_taken(tmp_path: Path) -> None:
    rows = rows_xml([*TEN[:9], row("T1", 产品="甲"), row("T2", 产品="乙")])

    result = checked(
        tmp_path, raw_workbook(sheet_xml(rows, after='<mergeCells><mergeCell ref="L11:L12"/></mergeCells>'))
    )

    assert _told(result) == ("merged_unclear", "投诉", 12, "L", "产品")


def test_a_cell_beside_the_table_rejects_its_row(tmp_path: Path) -> None:
    result = checked(tmp_path, _one_more(lambda _, sheet: sheet.write(LAST, 20, "已核实") and None))

    finding = only_finding(result)
    assert (finding["rule_id"], finding["row_number"], finding["column"]) == ("cell_without_header", 12, "U")


def test_rows_that_look_like_data_above_the_header_return_the_file(tmp_path: Path) -> None:
    def change(_: Workbook, sheet: Worksheet) -> None:
        sheet.write_row(0, 0, list(row("T0").values()))

    result = checked(tmp_path, workbook(TEN, change, at=1))

    assert result.decision is Decision.RETURNED
    assert rules_of(result) == ["rows_above_header"]


def test_two_sheets_that_fit_return_the_file_and_are_named(tmp_path: Path) -> None:
    def change(book: Workbook, _: Worksheet) -> None:
        hidden = book.add_worksheet("上月")
        put(hidden, TEN)
        hidden.hide()

    result = checked(tmp_path, workbook(TEN, change))

    _assert_returned(result, "several_sheets")
    assert only_finding(result)["value"] == "投诉, 上月"


def test_a_sheet_with_another_name_than_the_layout_wants_returns_the_file(tmp_path: Path) -> None:
    known = catalog()
    source = known.source(SOURCE)
    named = tuple(replace(layout, sheet="日报") for layout in source.layouts)
    using = replace(known, sources={**known.sources, SOURCE: replace(source, layouts=named)})

    result = checked(tmp_path, SOUND, using=using)

    _assert_returned(result, "sheet_unknown")
    assert only_finding(result)["expected"] == "日报"


def test_a_header_that_fits_no_layout_is_named_with_its_place(tmp_path: Path) -> None:
    header = tuple(name.replace("投诉原因", "原因") for name in HEADER)

    result = checked(tmp_path, workbook(TEN, at=2, header=header))

    _assert_returned(result, "header_unknown")
    finding = only_finding(result)
    assert (finding["sheet"], finding["line_number"], finding["value"]) == ("投诉", 3, "−投诉原因 +原因")


def test_a_header_of_16384_columns_is_answered_in_a_short_sentence(tmp_path: Path) -> None:
    cells = "".join(f'<c r="{letters(place)}1"><v>{place}</v></c>' for place in range(16_384))

    result = checked(tmp_path, raw_workbook(sheet_xml(f'<row r="1">{cells}</row>')))

    _assert_returned(result, "header_unknown")
    assert len(str(only_finding(result)["value"])) < 500


def test_a_column_beyond_the_last_there_is_breaks_the_workbook(tmp_path: Path) -> None:
    beyond = sheet_xml('<row r="1"><c r="XFE1"><v>1</v></c></row>')

    _assert_returned(checked(tmp_path, raw_workbook(beyond)), "workbook_broken")


def test_a_row_beyond_the_last_there_is_breaks_the_workbook(tmp_path: Path) -> None:
    rows = rows_xml(TEN)

    last = checked(tmp_path, raw_workbook(sheet_xml(rows + row_xml(1_048_576, list(row("T1").values())))))
    beyond = checked(tmp_path, raw_workbook(sheet_xml(rows + row_xml(1_048_577, list(row("T1").values())))))

    assert (last.accepted, last.batch["row_number"].max()) == (11, 1_048_576)
    _assert_returned(beyond, "workbook_broken")


def test_two_cells_far_apart_cost_no_more_than_two_cells(tmp_path: Path) -> None:
    rows = rows_xml([*TEN, row("T1")]) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

    result = checked(tmp_path, raw_workbook(sheet_xml(rows)))

    assert "cell_without_header" in rules_of(result)
    assert (result.read, result.rejected) == (12, 1)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="5"><c r="A5"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>',
        '<row r="5"/><row r="5"/>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="0"/>',
        '<row r="-1"/>',
        '<row r="x"/>',
        '<row r="１"/>',
        '<row r="1"><c r=""><v>1</v></c></row>',
        '<row r="1"><c r="a1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>x</v></c></row>',
        '<row r="1"><row r="2"/></row>',
        '<c r="A1"><v>1</v></c>',
        '<row r="1"><c r="A1"><c r="B1"/></c></row>',
        '<row r="1"',
        "&amp;&undefined;",
        "<a>" * 100 + "</a>" * 100,
        f"<row a='{'x' * (3 << 20)}'/>",
        "\x00",
    ],
)
def test_a_sheet_that_is_not_as_the_standard_wants_it_breaks_the_workbook(tmp_path: Path, rows: str) -> None:
    _assert_returned(checked(tmp_path, raw_workbook(sheet_xml(rows))), "workbook_broken")


def test_a_sheet_that_breaks_off_far_below_the_header_is_taken_in_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "_BLOCK_ROWS", 50)
    told = rows_xml([row(f"T{number}") for number in range(400)])

    result = checked(tmp_path, raw_workbook(sheet_xml(told + "<row")))

    _assert_returned(result, "workbook_broken")
    assert result.layout_id is None


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 10}">' for n in range(12))


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        (f"<!DOCTYPE x [{ENTITIES}]>", "&e11;"),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>', "&e;"),
        ('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', "a"),
        ('<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>', "a"),
    ],
)
@pytest.mark.parametrize("part", ["sheet", "strings", "styles", "book"])
def test_no_part_may_have_a_document_type(tmp_path: Path, declared: str, text: str, part: str) -> None:
    sheet = rows_xml(TEN).replace("OK0", text)
    parts = {
        "sheet": f'{declared}<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>',
        "strings": f'{declared}<sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>',
        "styles": f'{declared}<styleSheet xmlns="{MAIN}"><a>{text}</a></styleSheet>',
    }
    data = (
        raw_workbook(parts["sheet"])
        if part == "sheet"
        else raw_workbook(sheet_xml(rows_xml(TEN)), **{part: parts[part]})
        if part in parts
        else raw_workbook(sheet_xml(rows_xml(TEN)))
    )
    if part == "book":
        whole = members_of(data)["xl/workbook.xml"].decode()
        data = with_member(data, "xl/workbook.xml", whole.replace("<workbook", f"{declared}<workbook"))

    _assert_returned(checked(tmp_path, data), "workbook_broken")


@pytest.mark.parametrize("name", ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET])
@pytest.mark.parametrize("how", ["missing", "empty", "text", "other"])
def test_a_part_that_is_missing_or_no_xml_breaks_the_workbook(tmp_path: Path, name: str, how: str) -> None:
    members = members_of(SOUND)
    if how == "missing":
        del members[name]
    else:
        members[name] = {"empty": b"", "text": b"hello", "other": b"<a/>"}[how]

    result = checked(tmp_path, packed(members))

    assert result.decision is Decision.RETURNED
    assert set(rules_of(result)) <= {"workbook_broken", "container_members", "empty_file", "format_refused"}


def test_a_link_to_itself_or_outside_leads_nowhere(tmp_path: Path) -> None:
    links = members_of(SOUND)["xl/_rels/workbook.xml.rels"].decode()
    for target in ("../xl/workbook.xml", "../../../etc/passwd", "http://127.0.0.1:9/", "", "/"):
        changed = links.replace("worksheets/sheet1.xml", target)
        result = checked(tmp_path, with_member(SOUND, "xl/_rels/workbook.xml.rels", changed))
        assert result.decision is Decision.RETURNED


def test_a_text_longer_than_a_record_may_be_is_refused_by_its_row(tmp_path: Path) -> None:
    rows = rows_xml([*TEN, row("T1", 投诉内容="长" * (1 << 20))])

    result = checked(tmp_path, raw_workbook(sheet_xml(rows)))

    _assert_returned(result, "long_line")
    assert only_finding(result)["line_number"] == 12


def test_a_part_that_unpacks_out_of_proportion_is_refused_before_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zips, "RATIO_FROM_BYTES", 1 << 19)
    bomb = sheet_xml(rows_xml(TEN) + "<row/>" * 200_000)

    for data in (raw_workbook(bomb), raw_workbook(sheet_xml(""), strings=" " * (1 << 20))):
        _assert_returned(checked(tmp_path, data), "unpacked_too_large")


@pytest.mark.parametrize(("more", "rows"), [(-1000, 0), (-1, 0), (1, 10), (1 << 31, 10)])
def test_a_part_that_lies_about_its_size_is_read_whole_or_not_at_all(
    tmp_path: Path, more: int, rows: int
) -> None:
    body = sheet_xml(rows_xml(TEN)).encode()
    data = bytearray(raw_workbook(body))
    place = data.rfind(SHEET.encode()) - 46
    assert data[place : place + 4] == b"PK\x01\x02"
    data[place + 24 : place + 28] = struct.pack("<I", len(body) + more)

    assert checked(tmp_path, bytes(data)).accepted == rows


@pytest.mark.parametrize("method", [12, 14, 93, 99])
def test_a_part_packed_in_a_way_that_is_not_known_breaks_the_workbook(tmp_path: Path, method: int) -> None:
    data = bytearray(SOUND)
    for head, offset in ((b"PK\x01\x02", 10), (b"PK\x03\x04", 8)):
        place = -1
        while (place := data.find(head, place + 1)) >= 0:
            data[place + offset : place + offset + 2] = struct.pack("<H", method)

    _assert_returned(checked(tmp_path, bytes(data)), "workbook_broken")


def test_two_members_of_one_name_break_the_workbook(tmp_path: Path) -> None:
    data = with_member(SOUND, "xl/workbook.xmm", b"<a/>").replace(b"xl/workbook.xmm", b"xl/workbook.xml")

    _assert_returned(checked(tmp_path, data), "workbook_broken")


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_workbook_that_was_cut_off_is_named_as_one(tmp_path: Path, share: float) -> None:
    _assert_returned(checked(tmp_path, SOUND[: int(len(SOUND) * share)]), "workbook_broken")


COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (COMPOUND + "Workbook".encode("utf-16-le") + b"\x00" * 100, "Excel 97-2003 (.xls, .et)"),
        (COMPOUND, "OLE"),
        (packed({"[Content_Types].xml": "", "xl/workbook.bin": ""}), "Excel binary (.xlsb)"),
        (packed({"mimetype": "x", "content.xml": ""}), "OpenDocument (.ods)"),
        (packed({"[Content_Types].xml": "", "word/document.xml": ""}), "Word (.docx)"),
        (b"<html><body><table><tr><td>1</td></tr></table>", "HTML"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "HTML"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "XML Spreadsheet 2003",
        ),
        (b"%PDF-1.7", "PDF"),
        (b"Rar!\x1a\x07\x01\x00", "RAR"),
    ],
)
def test_other_formats_are_refused_by_name(tmp_path: Path, data: bytes, name: str) -> None:
    result = checked(tmp_path, data)

    _assert_returned(result, "format_refused")
    assert only_finding(result)["value"] == name


def test_a_workbook_with_a_password_is_told_how_to_take_it_off(tmp_path: Path) -> None:
    data = COMPOUND + b"\x00" * (3 << 20) + "EncryptionInfo".encode("utf-16-le") + b"\x00" * 600

    result = checked(tmp_path, data)

    _assert_returned(result, "workbook_encrypted")
    assert result.reason is not None
    assert "取消密码" in result.reason.zh


def test_of_a_header_with_signs_about_its_names_the_header_is_told_not_a_row(
    tmp_path: Path,
) -> None:
    starred = [f"*{name}" for name in HEADER]
    rows = [{f"*{name}": cell for name, cell in row("T1").items()}]

    result = checked(tmp_path, workbook(rows, header=starred))

    finding = only_finding(result)
    assert finding["rule_id"] == "header_unknown"
    assert finding["line_number"] == 1
    assert "+*投诉编号" in str(finding["value"])
