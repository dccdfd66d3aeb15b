"""Totals, feet and notes, headers among the rows: told, never read as data and never lost."""

import json
from pathlib import Path

from bank_report_files import HEADER, checked, content, row, rules_of
from workbook_files import workbook
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xiaobao.intake.delivery import CheckResult, Decision
from xiaobao.intake.reading.records import parse_block

ROWS = [row("T1"), row("T2"), row("T3")]
TOTAL_3, TOTAL_4 = (f"合计,{count}{',' * 14}\n".encode() for count in (3, 4))
FOOT = "填表人：张三,,审核人：李四,,,,,,,,,,,,,\n".encode()


def _told(result: CheckResult) -> list[tuple[str, int]]:
    return [(each["rule_id"], each["row_number"]) for each in result.findings.iter_rows(named=True)]


def test_a_foot_below_three_complaints_is_one_sentence_and_returns_nothing(tmp_path: Path) -> None:
    result = checked(tmp_path, content(ROWS) + FOOT)

    assert (result.decision, result.read, result.accepted) == (Decision.ACCEPTED, 3, 3)
    assert _told(result) == [("row_of_form", 4)]


def test_a_merged_foot_of_a_workbook_is_one_sentence(tmp_path: Path) -> None:
    def change(_: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range(4, 0, 4, len(HEADER) - 1, "填表人：张三    审核人：李四")

    result = checked(tmp_path, workbook(ROWS, change))

    assert (result.read, result.accepted, _told(result)) == (3, 3, [("row_of_form", 5)])


def test_a_total_with_a_foot_below_it_is_compared(tmp_path: Path) -> None:
    right = checked(tmp_path, content(ROWS) + TOTAL_3 + FOOT)
    wrong = checked(tmp_path, content(ROWS) + TOTAL_4.replace("合".encode(), "合 ".encode()) + FOOT)

    assert (right.accepted, rules_of(right)) == (3, ["row_of_form"])
    assert wrong.decision is Decision.RETURNED
    assert sorted(rules_of(wrong)) == ["row_of_form", "stated_total"]


def test_a_merged_total_with_a_foot_below_it_is_compared(tmp_path: Path) -> None:
    def change(_: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range(4, 0, 4, 2, "合计")
        sheet.write(4, 3, "4")
        sheet.write(5, 0, "制表日期：2020-03-02")

    result = checked(tmp_path, workbook(ROWS, change))

    assert result.decision is Decision.RETURNED
    assert sorted(rules_of(result)) == ["row_of_form", "stated_total"]


def test_a_total_among_the_rows_is_told_and_the_last_one_compared(tmp_path: Path) -> None:
    more = content([row("T4")]).partition(b"\n")[2]

    result = checked(tmp_path, content(ROWS) + TOTAL_3 + more + TOTAL_4)

    assert (result.read, result.accepted, _told(result)) == (4, 4, [("row_of_totals", 4)])


def test_tables_put_together_keep_all_their_rows(tmp_path: Path) -> None:
    result = checked(tmp_path, content(ROWS) + content([row("T4"), row("T5")]))

    assert (result.read, result.accepted, _told(result)) == (5, 5, [("header_repeated", 4)])


def test_a_header_in_another_order_among_the_rows_is_no_header(tmp_path: Path) -> None:
    turned = ",".join(reversed(HEADER)).encode() + b"\n"

    result = checked(tmp_path, content([row(f"T{number}") for number in range(9)]) + turned)

    assert (result.read, result.rejected) == (10, 1)
    assert "header_repeated" not in rules_of(result)


def test_a_total_in_json_lines_is_told(tmp_path: Path) -> None:
    lines = [*ROWS, dict.fromkeys(HEADER, "") | {"投诉编号": "总计", "事件": "3"}]

    result = checked(tmp_path, "\n".join(json.dumps(line) for line in lines).encode())

    assert (result.read, result.accepted, _told(result)) == (3, 3, [("row_of_totals", 4)])


def test_a_complaint_whose_cells_are_filled_is_data_however_it_begins(tmp_path: Path) -> None:
    rows = [row("合计-1"), row("备注：一"), row("投诉编号"), row("合计", 类别="投诉")]

    result = checked(tmp_path, content([*rows, row("T5")]))

    assert (result.read, result.accepted, rules_of(result)) == (5, 5, [])


def test_a_form_without_a_complaint_is_no_file_of_rows(tmp_path: Path) -> None:
    result = checked(tmp_path, content([]) + FOOT)

    assert result.decision is Decision.RETURNED
    assert sorted(rules_of(result)) == ["empty_file", "row_of_form"]


def test_a_record_keeps_how_it_begins_and_no_more() -> None:
    block = parse_block(
        '"注：甲",x\na,b,c\n'.encode() + b"y" * 90 + b"\n", width=3, first_row=1, first_line=1
    )

    assert block.irregular["begins"].to_list() == ['注：甲",x', "y" * 40]
