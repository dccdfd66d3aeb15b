"""Workbooks that are in order, in all the ways a bank may write them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from bank_report_files import DAY, HEADER, SOURCE, catalog, checked, content, only_finding, row, rules_of
from python_calamine import load_workbook
from workbook_files import (
    MAIN,
    SHEET,
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

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.sources import DeliveryKind, FileFormat
from xiaobao.intake.delivery import CheckResult, Decision
from xiaobao.intake.reading.book import read_book
from xiaobao.intake.reading.sheet import SheetReader
from xiaobao.intake.reading.zips import Zip
from xiaobao.intake.sentences import sentences
from xiaobao.intake.template.plan import plan
from xiaobao.intake.template.sheets import DATA_SHEET
from xiaobao.intake.template.workbook import write_template

TOLD = [row("T1", 投诉内容="多收年费，\n请“退还”"), row("T2", 产品="信用卡"), row("T3", 金额="")]
AMOUNT, RECEIVED = HEADER.index("金额"), HEADER.index("收到日期")


def with_layout(**changed: object) -> Catalog:
    """The catalog with the layout of the bank's source changed."""
    known = catalog()
    source = known.source(SOURCE)
    layouts = tuple(replace(layout, **changed) for layout in source.layouts)
    return replace(known, sources={**known.sources, SOURCE: replace(source, layouts=layouts)})


def _content(result: CheckResult) -> pl.DataFrame:
    return result.batch.drop("row_number")


def _sentences(result: CheckResult) -> list[str]:
    return [finding.sentence.zh for finding in sentences(result.findings, catalog())]


def test_a_workbook_and_a_csv_file_of_the_same_rows_make_the_same_entries(tmp_path: Path) -> None:
    from_workbook = checked(tmp_path, workbook(TOLD))

    assert from_workbook.decision is Decision.ACCEPTED
    assert _content(from_workbook).equals(_content(checked(tmp_path, content(TOLD))))
    assert from_workbook.form.format is FileFormat.WORKBOOK
    assert from_workbook.form.sheet == "投诉"


def test_rows_keep_the_numbers_that_the_sheet_shows(tmp_path: Path) -> None:
    result = checked(tmp_path, workbook(TOLD, at=4))

    assert result.batch["row_number"].to_list() == [6, 7, 8]
    assert result.form.header_line == 5


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    def change(_: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range(0, 0, 0, 15, "投诉日报表")
        sheet.write_row(1, 0, ["报送单位：国有行01", "", "单位：元"])

    assert checked(tmp_path, workbook(TOLD, change, at=3)).accepted == 3


def test_dates_amounts_and_whole_numbers_are_read_by_value(tmp_path: Path) -> None:
    def change(book: Workbook, sheet: Worksheet) -> None:
        day = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
        money = book.add_format({"num_format": "¥#,##0.00"})
        sheet.write_datetime(1, RECEIVED, date(2020, 3, 1), day)
        sheet.write_number(2, RECEIVED, 43890.711805555555, day)
        sheet.write_datetime(3, RECEIVED, date(2020, 3, 1), book.add_format({"num_format": 22}))
        sheet.write_number(1, AMOUNT, 12.0)
        sheet.write_number(2, AMOUNT, 1234.5, money)
        sheet.write_formula(3, AMOUNT, "=0.1+0.2", None, 0.1 + 0.2)
        sheet.write_number(2, 0, 20200301001)

    result = checked(tmp_path, workbook(TOLD, change))

    assert result.decision is Decision.ACCEPTED
    assert result.batch["received_on"].to_list() == [date(2020, 3, 1), date(2020, 2, 29), date(2020, 3, 1)]
    assert result.batch["amount"].to_list() == [Decimal("12.00"), Decimal("1234.50"), Decimal("0.30")]
    assert result.batch["complaint_no"].to_list() == ["T1", "20200301001", "T3"]


def test_a_workbook_may_count_its_days_from_1904(tmp_path: Path) -> None:
    def change(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_datetime(1, RECEIVED, date(2020, 3, 1), book.add_format({"num_format": 14}))

    data = workbook(TOLD[:1], change, date_1904=True)

    assert b'date1904="1"' in members_of(data)["xl/workbook.xml"]
    assert checked(tmp_path, data).batch["received_on"].to_list() == [date(2020, 3, 1)]


def test_leading_zeros_that_a_format_shows_belong_to_the_number(tmp_path: Path) -> None:
    def change(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_number(1, 0, 42, book.add_format({"num_format": "00000000"}))

    assert checked(tmp_path, workbook(TOLD[:1], change)).batch["complaint_no"].to_list() == ["00000042"]


def test_blank_rows_and_columns_are_none(tmp_path: Path) -> None:
    def change(book: Workbook, sheet: Worksheet) -> None:
        border = book.add_format({"border": 1})
        for line in range(4, 400):
            for column in range(40):
                sheet.write_blank(line, column, None, border)
        sheet.write_string(500, 30, "  \n ")

    result = checked(tmp_path, workbook(TOLD, change))

    assert (result.decision, result.read) == (Decision.ACCEPTED, 3)
    assert rules_of(result) == []


def test_a_table_may_begin_in_any_column(tmp_path: Path) -> None:
    parts = rows_xml([{"": "", **told} for told in TOLD], header=("", "", *HEADER))

    result = checked(tmp_path, raw_workbook(sheet_xml(parts)))

    assert result.accepted == 3


def test_a_total_in_the_last_row_is_compared(tmp_path: Path) -> None:
    def change(book: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range(4, 0, 4, 2, "合计")
        sheet.write_number(4, 3, 3)

    def wrong(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_row(4, 0, ["合计", 4])

    assert checked(tmp_path, workbook(TOLD, change)).decision is Decision.ACCEPTED
    refused = checked(tmp_path, workbook(TOLD, wrong))
    assert refused.reason is not None
    assert refused.reason.zh == (
        "工作表“投诉”：声明 4 行，实际读到 3 行；文件可能不完整，"
        "请核对后重新报送（末行若写合计，其后一格填行数）。"
    )


def test_the_sheet_whose_header_fits_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    def change(book: Workbook, _: Worksheet) -> None:
        book.add_worksheet("上月").write(0, 0, "共 12 件")
        book.add_worksheet("填报说明").write(0, 0, "每日 17:30 前报送")
        book.add_worksheet("空表")
        book.add_chartsheet("图")

    result = checked(tmp_path, workbook(TOLD, change))

    assert result.accepted == 3
    assert only_finding(result)["rule_id"] == "sheets_not_read"
    assert _sentences(result) == ["只读入工作表“投诉”，未读：上月；其中如有数据，请并入后重新报送。"]


def test_hidden_sheets_rows_and_columns_are_read_and_said(tmp_path: Path) -> None:
    def change(book: Workbook, sheet: Worksheet) -> None:
        other = book.add_worksheet("封面")
        other.activate()
        sheet.hide()
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(AMOUNT, AMOUNT, None, None, {"hidden": True})

    result = checked(tmp_path, workbook(TOLD, change))

    assert result.accepted == 3
    assert _sentences(result) == [
        "数据取自隐藏的工作表“投诉”；请核对是否应报这一张。",
        "工作表“投诉”：有 1 行被隐藏或筛选（自第 3 行起），仍照常读入；如不应报送，请删除后重新报送。",
        "M 列被隐藏，仍照常读入；请核对其内容。",
    ]


def test_a_merged_cell_gives_its_value_to_all_of_its_rows_and_says_so(tmp_path: Path) -> None:
    bank = HEADER.index("被投诉机构")

    def change(_: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range(1, bank, 3, bank, "GY01")

    result = checked(tmp_path, workbook([each | {"被投诉机构": ""} for each in TOLD], change))

    assert result.batch["institution_code"].to_list() == ["GY01"] * 3
    assert rules_of(result) == ["merged_cell", "merged_cell"]
    assert _sentences(result)[0].startswith("工作表“投诉”第 3 行“被投诉机构（G 列）”取自合并单元格的值")


def test_a_header_of_two_merged_rows_is_one_header(tmp_path: Path) -> None:
    def change(book: Workbook, sheet: Worksheet) -> None:
        for column, name in enumerate(HEADER):
            if name not in ("业务类别", "投诉原因"):
                sheet.merge_range(0, column, 1, column, name)
        first = HEADER.index("业务类别")
        sheet.merge_range(0, first, 0, first + 1, "投诉分类")
        sheet.write_row(1, first, ["业务类别", "投诉原因"])
        put(sheet, TOLD, at=1)

    result = checked(tmp_path, workbook([], change))

    assert (result.accepted, result.form.header_line) == (3, 2)


def test_a_header_wholly_merged_over_two_rows_is_no_row_of_data(tmp_path: Path) -> None:
    def change(book: Workbook, sheet: Worksheet) -> None:
        put(sheet, TOLD, at=1)
        for column, name in enumerate(HEADER):
            sheet.merge_range(0, column, 1, column, name)

    assert checked(tmp_path, workbook([], change)).read == 3


def test_the_layout_may_name_the_sheet(tmp_path: Path) -> None:
    def change(book: Workbook, _: Worksheet) -> None:
        put(book.add_worksheet("上月"), TOLD)

    named = with_layout(sheet="投诉", other_sheets={"上月": "为对照"})

    assert checked(tmp_path, workbook(TOLD, change), using=named).decision is Decision.ACCEPTED


def test_a_nil_report_may_be_a_workbook_without_rows(tmp_path: Path) -> None:
    for data in (workbook(), raw_workbook(sheet_xml(""))):
        result = checked(tmp_path, data, kind=DeliveryKind.NIL)
        assert (result.decision, result.read, rules_of(result)) == (Decision.ACCEPTED, 0, [])


@pytest.mark.parametrize("space", [MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"])
def test_names_of_elements_may_be_written_in_any_way_that_xml_allows(tmp_path: Path, space: str) -> None:
    told = rows_xml(TOLD).replace("<", "<x:").replace("<x:/", "</x:").replace('r="', "r = '")
    told = told.replace('\' t="inlineStr"', "'\n t='inlineStr'").replace('"', "'").replace("'>", "' >")
    sheet = f"<?xml version='1.0'?><x:worksheet xmlns:x='{space}'><!-- a --><x:sheetData>{told}"
    data = raw_workbook(f"{sheet}</x:sheetData></x:worksheet>".encode("utf-16"))

    result = checked(tmp_path, data)

    assert _content(result).equals(_content(checked(tmp_path, content(TOLD))))


def test_rows_and_cells_need_not_say_where_they_are(tmp_path: Path) -> None:
    rows = "".join(
        "<row>" + "".join(f'<c t="str"><v>{cell}</v></c>' for cell in cells) + "</row>"
        for cells in (HEADER, [TOLD[1][name] for name in HEADER])
    )

    assert checked(tmp_path, raw_workbook(sheet_xml(rows))).accepted == 1


def test_parts_may_lie_anywhere_in_the_package(tmp_path: Path) -> None:
    moved = {
        name.replace("xl/", "Book\\"): body.replace(b"/xl/", b"/Book/").replace(b'"xl/', b'"/book/')
        for name, body in members_of(workbook(TOLD)).items()
    }

    assert checked(tmp_path, packed(moved)).accepted == 3


def test_what_another_reader_of_workbooks_sees_is_what_is_read(tmp_path: Path) -> None:
    def change(book: Workbook, sheet: Worksheet) -> None:
        bold = book.add_format({"bold": True})
        sheet.write_rich_string(1, 15, "多收", bold, "年费", "，请退还 <b>&amp;</b>")
        sheet.write_string(2, 15, " 前后空格 _x0041_ \t制表")
        sheet.write_number(2, AMOUNT, -0.5)
        sheet.write_boolean(3, 11, True)
        sheet.write_formula(3, 15, '="甲"&"乙"', None, "甲乙")

    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook(TOLD, change))

    with Zip(path, rule_id="workbook_broken") as zipped:
        reader = SheetReader(SHEET, read_book(zipped), forms={})
        ours = {
            (each.number - 1, column): text
            for each in reader.rows(zipped.pieces(SHEET))
            for column, text in each.cells.items()
        }
    theirs = {
        (line, column): "TRUE" if value is True else str(value)
        for line, cells in enumerate(load_workbook(path).get_sheet_by_index(0).to_python())
        for column, value in enumerate(cells)
        if value != ""
    }
    assert ours == theirs


def test_what_is_typed_into_a_template_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(plan(catalog(), catalog().source(SOURCE), day=DAY), path)
    empty = members_of(path.read_bytes())[SHEET].decode()
    cells = [TOLD[0][name] for name in HEADER]
    typed = empty.replace("</row></sheetData>", f"</row>{row_xml(2, cells)}</sheetData>")
    assert typed != empty

    result = checked(tmp_path, with_member(path.read_bytes(), SHEET, typed))

    assert (result.decision, result.form.sheet) == (Decision.ACCEPTED, DATA_SHEET)
    assert rules_of(result) == []
