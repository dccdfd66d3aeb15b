"""The workbook a reporter fills in: what it offers is what intake accepts."""

import csv
import io
import re
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from python_calamine import load_workbook

from xiaobao.catalog import reading
from xiaobao.catalog.sources import ColumnType, DeliveryKind
from xiaobao.cli.main import xiaobao
from xiaobao.intake.check import check
from xiaobao.intake.delivery import Delivery
from xiaobao.intake.template.plan import NoTemplateError, TemplatePlan, plan
from xiaobao.intake.template.sheets import DATA_SHEET, NOTES_SHEET, VERSION_LABEL
from xiaobao.intake.template.workbook import write_template

CATALOG = reading.load()
DAY = date(2020, 3, 2)
SOURCE = CATALOG.source("bank-gy01")
PLAN = plan(CATALOG, SOURCE, day=DAY)
TYPED = {ColumnType.DATE: "2020-03-01", ColumnType.AMOUNT: "12.50"}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "report.xlsx"
    write_template(PLAN, path)
    return path


def sheet_xml(book: Path, number: int) -> str:
    with ZipFile(book) as parts:
        return parts.read(f"xl/worksheets/sheet{number}.xml").decode()


def test_the_header_is_that_of_the_layout(book: Path) -> None:
    rows = load_workbook(book).get_sheet_by_name(DATA_SHEET).to_python()
    assert rows[0] == [column.headers[0] for column in SOURCE.layouts[0].columns]


def test_the_version_stands_where_people_and_programs_find_it(book: Path) -> None:
    rows = load_workbook(book).get_sheet_by_name(NOTES_SHEET).to_python()
    assert [VERSION_LABEL, PLAN.version] in [row[:2] for row in rows]


def test_the_header_is_locked_and_the_rows_are_open(book: Path) -> None:
    assert "<sheetProtection" in sheet_xml(book, 1)
    with ZipFile(book) as parts:
        assert 'locked="0"' in parts.read("xl/styles.xml").decode()


def test_every_column_with_choices_has_a_drop_down(book: Path) -> None:
    lists = re.findall(r'<dataValidation type="list"', sheet_xml(book, 1))
    assert len(lists) == sum(bool(column.choices) for column in PLAN.columns)


def test_everything_a_template_offers_is_accepted(tmp_path: Path) -> None:
    """One row a choice, the other cells holding the first choice of their columns."""
    rows = list(_rows(PLAN))
    path = tmp_path / "report.csv"
    text = io.StringIO()
    csv.writer(text).writerows([[column.header for column in PLAN.columns], *rows])
    path.write_text(text.getvalue(), encoding="utf-8")
    delivery = Delivery(source_code=SOURCE.code, day=DAY, kind=DeliveryKind.REGULAR, revision=1)
    result = check(
        path, delivery=delivery, catalog=CATALOG, simulated=SOURCE.simulated, history=None, keys=None
    )
    about_choices = result.findings.filter(result.findings["rule_id"] != "code_unmapped")
    assert result.findings.filter(result.findings["rule_id"] == "code_unmapped").is_empty()
    assert set(about_choices["rule_id"]) <= {"not_stated", "optional_empty"}
    assert result.accepted == len(rows)


def _rows(planned: TemplatePlan) -> list[list[str]]:
    rows = []
    for place, column in enumerate(planned.columns):
        for choice in column.choices:
            row = [each.choices[0] if each.choices else TYPED.get(each.type, "") for each in planned.columns]
            row[place] = choice
            row[0] = f"T{len(rows) + 1:05d}"
            for at, each in enumerate(planned.columns):
                if each.type is ColumnType.EVENT and place != at:
                    row[at] = ""
            rows.append(row)
    return rows


def test_other_codes_make_another_version() -> None:
    later = plan(CATALOG, SOURCE, day=date(2018, 1, 1))
    assert later.version != PLAN.version
    assert plan(CATALOG, SOURCE, day=DAY).version == PLAN.version


def test_a_bank_is_offered_its_own_names_alone() -> None:
    column = next(column for column in PLAN.columns if column.type is ColumnType.INSTITUTION)
    register = CATALOG.register("pbc", simulated=True)
    found = {register.resolve(name) for name in column.choices}
    assert {each.institution_code for each in found if each} == {SOURCE.institution_code}


def test_a_source_of_several_layouts_wants_one_named() -> None:
    with pytest.raises(NoTemplateError):
        plan(CATALOG, CATALOG.source("cfpb-public"), day=date(2023, 9, 1))


def test_the_command_writes_a_template_and_overwrites_nothing(tmp_path: Path) -> None:
    out = tmp_path / "report.xlsx"
    arguments = ["--language", "zh", "template", "bank-gy01", "--day", "2020-03-02", "--out", str(out)]
    said = CliRunner().invoke(xiaobao, arguments, catch_exceptions=False)
    assert PLAN.version in said.output
    again = CliRunner().invoke(xiaobao, arguments)
    assert again.exit_code != 0
    assert load_workbook(out).sheet_names[0] == DATA_SHEET
