"""Writes a template as a workbook: drop-downs, hints, a locked header, and a sheet that says its version."""

from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from xiaobao.catalog.sources import ColumnType
from xiaobao.intake.template.plan import TemplateColumn, TemplatePlan
from xiaobao.intake.template.sheets import DATA_SHEET, LISTS_SHEET, NOTES_SHEET, VERSION_LABEL
from xiaobao.lib.words import Words

ROWS = 20_000
"""Rows with drop-downs and checks; more may be typed below them."""

_WIDTH, _WIDE = 16, 28
_TEXT_LIMIT = 255  # of a validation's message
_TITLE_LIMIT = 32
_TEXT = frozenset({ColumnType.TEXT, ColumnType.IDENTITY, ColumnType.CONTACT, ColumnType.NARRATIVE})
_HINTS = {
    ColumnType.TEXT: Words(zh="文本；编号按原样填写", en="text, as it stands"),
    ColumnType.DATE: Words(zh="日期，如 2020-03-02", en="a day, as 2020-03-02"),
    ColumnType.MOMENT: Words(zh="时刻，如 2020-03-02 09:30", en="a moment, as 2020-03-02 09:30"),
    ColumnType.AMOUNT: Words(
        zh="金额，不带单位，至多两位小数", en="an amount without unit, two decimals at most"
    ),
    ColumnType.INTEGER: Words(zh="整数", en="a whole number"),
    ColumnType.CODE: Words(zh="从下拉列表选择，或填代码", en="choose from the list, or type the code"),
    ColumnType.INSTITUTION: Words(zh="从下拉列表选择", en="choose from the list"),
    ColumnType.REGION: Words(zh="从下拉列表选择", en="choose from the list"),
    ColumnType.NARRATIVE: Words(zh="投诉内容原文", en="the complaint in words"),
    ColumnType.EVENT: Words(zh="从下拉列表选择；空白为新增", en="choose from the list; empty means new"),
    ColumnType.SEAT_PLACE: Words(
        zh="从下拉列表选择；不知则空", en="choose from the list; empty where not known"
    ),
    ColumnType.ENTRY_KIND: Words(zh="从下拉列表选择", en="choose from the list"),
    ColumnType.IDENTITY: Words(zh="证件号码", en="number of the identity document"),
    ColumnType.CONTACT: Words(zh="联系电话", en="phone number"),
}
_REQUIRED = Words(zh="必填", en="required")


def write_template(plan: TemplatePlan, path: Path) -> None:
    """Write the workbook; the same plan gives a workbook of the same cells."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_custom_property(VERSION_LABEL, plan.version)
        sheet = book.add_worksheet(DATA_SHEET)
        notes = book.add_worksheet(NOTES_SHEET)
        lists = book.add_worksheet(LISTS_SHEET)
        lists.hide()
        header = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True})
        required = book.add_format(
            {"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True, "font_color": "#A61B1B"}
        )
        formats = {
            column.type: book.add_format({"locked": False, "num_format": _number_format(column.type)})
            for column in plan.columns
        }
        for place, column in enumerate(plan.columns):
            wide = _WIDE if column.choices or column.type is ColumnType.NARRATIVE else _WIDTH
            sheet.set_column(place, place, wide, formats[column.type])
            sheet.write_string(0, place, column.header, required if column.required else header)
            _validate(sheet, place, column, plan, listed=_list(lists, place, column))
        _finish(sheet)
        _explain(notes, plan, bold=book.add_format({"bold": True}))


def _finish(sheet: Worksheet) -> None:
    sheet.freeze_panes(1, 1)
    sheet.protect(
        options={
            "format_cells": True,
            "format_columns": True,
            "format_rows": True,
            "insert_rows": True,
            "delete_rows": True,
            "sort": True,
            "autofilter": True,
        }
    )


def _list(lists: Worksheet, place: int, column: TemplateColumn) -> str | None:
    """Where the choices of a column stand on the sheet of lists."""
    if not column.choices:
        return None
    lists.write_string(0, place, column.header)
    for row, choice in enumerate(column.choices, start=1):
        lists.write_string(row, place, choice)
    last = xl_rowcol_to_cell(len(column.choices), place, row_abs=True, col_abs=True)
    return f"='{LISTS_SHEET}'!${xl_col_to_name(place)}$2:{last}"


def _validate(
    sheet: Worksheet, place: int, column: TemplateColumn, plan: TemplatePlan, *, listed: str | None
) -> None:
    hint = _hint(column)
    shown = {
        "input_title": column.header[:_TITLE_LIMIT],
        "input_message": f"{hint.zh}\n{hint.en}"[:_TEXT_LIMIT],
        "error_title": column.header[:_TITLE_LIMIT],
        "error_message": f"{hint.zh}\n{hint.en}"[:_TEXT_LIMIT],
        # What is typed is judged by the check, which explains itself; the workbook only warns.
        "error_type": "warning",
    }
    sheet.data_validation(1, place, ROWS, place, {**_condition(column, plan, listed=listed), **shown})


def _condition(column: TemplateColumn, plan: TemplatePlan, *, listed: str | None) -> dict[str, object]:
    if listed is not None:
        return {"validate": "list", "source": listed}
    if column.type is ColumnType.DATE:
        return {"validate": "date", "criteria": ">=", "value": plan.earliest_on}
    if column.type is ColumnType.AMOUNT:
        return {"validate": "decimal", "criteria": ">=", "value": 0}
    if column.type is ColumnType.INTEGER:
        return {"validate": "integer", "criteria": ">=", "value": 0}
    return {"validate": "any"}


def _hint(column: TemplateColumn) -> Words:
    hint = _HINTS[column.type]
    if not column.required:
        return hint
    return Words(zh=f"{_REQUIRED.zh}；{hint.zh}", en=f"{_REQUIRED.en}; {hint.en}")


def _number_format(kind: ColumnType) -> str:
    if kind is ColumnType.DATE:
        return "yyyy-mm-dd"
    if kind is ColumnType.MOMENT:
        return "yyyy-mm-dd hh:mm"
    if kind is ColumnType.AMOUNT:
        return "0.00"
    return "@" if kind in _TEXT else "General"


def _explain(notes: Worksheet, plan: TemplatePlan, *, bold: Format) -> None:
    source = plan.source
    standard = plan.standard or "—"
    about = [
        (VERSION_LABEL, plan.version),
        ("来源 source", f"{source.code} {source.name.zh} {source.name.en}"),
        ("代码有效日 codes in force on", plan.day.isoformat()),
        ("分类标准 standard", f"{standard}（重建表 reconstructed）" if plan.reconstructed else standard),
        ("报送截止 deadline", source.deadline.isoformat("minutes")),
    ]
    if source.simulated:
        about.append(("模拟 simulated", "虚构机构，仅供演示 invented institution, for demonstration only"))
    notes.set_column(0, 0, _WIDE)
    notes.set_column(1, 2, 2 * _WIDE)
    for row, (label, value) in enumerate(about):
        notes.write_string(row, 0, label, bold)
        notes.write_string(row, 1, value)
    first = len(about) + 1
    for place, title in enumerate(("栏目 column", "填写要求", "what to fill in")):
        notes.write_string(first, place, title, bold)
    for row, column in enumerate(plan.columns, start=first + 1):
        hint = _hint(column)
        for place, value in enumerate((column.header, hint.zh, hint.en)):
            notes.write_string(row, place, value)
    notes.protect()
