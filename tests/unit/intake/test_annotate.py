"""A checked file comes back as a workbook: exactly the wrong cells marked, everything else as it was."""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest
from bank_report_files import DAY, HEADER, SOURCE, catalog, checked, content, row
from python_calamine import load_workbook
from workbook_files import MAIN, Change, letters, workbook
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake import marked_workbook
from xiaobao.intake.annotate import annotate
from xiaobao.intake.check import check
from xiaobao.intake.delivery import CheckResult, Decision, Delivery
from xiaobao.intake.marked_workbook import Annotated
from xiaobao.intake.template.sheets import DATA_SHEET, FINDINGS_SHEET
from xiaobao.lib.words import Language

DELIVERY = Delivery(source_code=SOURCE, day=DAY, kind=DeliveryKind.REGULAR, revision=1, stated_total=None)
BAD = [
    row("T1", 业务类别="Z9"),
    row("T2", 收到日期="2020-02-30"),
    row("T3", 金额="-5", 投诉内容="=1+1 多收年费，\n请退还"),
    row("", 产品="信用卡"),
]


def given_back(
    folder: Path, data: bytes, *, name: str = "sent.csv", language: Language = "zh"
) -> tuple[CheckResult, Annotated, Path]:
    file, out = folder / name, folder / "marked.xlsx"
    file.write_bytes(data)
    result = check(
        file, delivery=DELIVERY, catalog=catalog(), simulated=True, history=None, keys=None, keep=True
    )
    written = annotate(result, catalog=catalog(), language=language, out=out)
    return result, written, out


def comments(out: Path) -> dict[str, str]:
    """Cell → its comment."""
    with zipfile.ZipFile(out) as book:
        if "xl/comments1.xml" not in book.namelist():
            return {}
        root = ElementTree.fromstring(book.read("xl/comments1.xml"))
    return {each.get("ref", ""): "".join(each.itertext()) for each in root.iter(f"{{{MAIN}}}comment")}


def styles(out: Path) -> dict[str, str]:
    """Cell of the data → its style."""
    with zipfile.ZipFile(out) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    return dict(re.findall(r'<c r="([A-Z]+[0-9]+)" s="([0-9]+)"', sheet))


def cells_of(result: CheckResult) -> set[str]:
    """The cells that findings name; a finding without a column means the first cell of its row."""
    rows = result.findings.filter(pl.col("row_number").is_not_null())
    return {
        f"{letters(HEADER.index(column) if column in HEADER else 0)}{number + 1}"
        for number, column in rows.select("row_number", "column").iter_rows()
    }


def test_exactly_the_cells_of_the_findings_are_marked_and_commented(tmp_path: Path) -> None:
    result, written, out = given_back(tmp_path, content(BAD))

    marked = {cell for cell, style in styles(out).items() if style not in ("1", "2")}
    assert marked == cells_of(result) == set(comments(out))
    assert {"I2", "D3", "M4", "A5"} <= marked
    assert (written.rows, written.marked, written.commented) == (4, len(marked), len(marked))


@pytest.mark.parametrize(("language", "said"), [("zh", "2020-02-30"), ("en", "not a date")])
def test_a_comment_says_in_the_language_asked_for_what_to_do(
    tmp_path: Path, language: Language, said: str
) -> None:
    _, _, out = given_back(tmp_path, content(BAD), language=language)

    comment = comments(out)["D3"]
    assert ("不是可识别的日期" if language == "zh" else said) in comment


def test_every_value_comes_back_as_text_and_nothing_becomes_a_formula(tmp_path: Path) -> None:
    _, _, out = given_back(tmp_path, content(BAD))

    header, *rows = load_workbook(str(out)).get_sheet_by_name(DATA_SHEET).to_python()
    assert tuple(header) == HEADER
    assert [dict(zip(header, cells, strict=True)) for cells in rows] == BAD
    with zipfile.ZipFile(out) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    "text", ["<r><t>多收</t></r>", "<r></is></c><c>多收</r>", "a_x0041_b", " \t多收 ", "&lt;"]
)
def test_a_text_that_looks_like_markup_comes_back_as_it_is(tmp_path: Path, text: str) -> None:
    _, _, out = given_back(tmp_path, content([row("T1", 投诉内容=text), row("T2", 投诉内容=text, 金额="-5")]))

    file = out.with_name("again.xlsx")
    file.write_bytes(out.read_bytes())
    again = check(
        file, delivery=DELIVERY, catalog=catalog(), simulated=True, history=None, keys=None, keep=True
    )
    assert again.sent is not None
    assert again.sent.rows[str(HEADER.index("投诉内容"))].to_list() == [text, text]


def test_header_plain_and_marked_cells_are_told_apart_by_their_style(tmp_path: Path) -> None:
    _, _, out = given_back(tmp_path, content(BAD))

    of_cells = styles(out)
    header = {of_cells[f"{letters(place)}1"] for place in range(len(HEADER))}
    assert len(header) == 1
    assert len(header | {of_cells["A2"], of_cells["D3"]}) == 3


def test_rows_come_back_alike_in_pieces_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    for size in (1, 3, 100):
        monkeypatch.setattr(marked_workbook, "_ROWS_A_PIECE", size)
        folder = tmp_path / str(size)
        folder.mkdir()
        _, _, out = given_back(folder, content(BAD))
        with zipfile.ZipFile(out) as book:
            told.append([book.read(name) for name in book.namelist() if name.startswith("xl/")])
    assert told[0] == told[1] == told[2]


def _of_an_error(_: Workbook, sheet: Worksheet) -> None:
    sheet.write_formula(6, 15, "=NA()", None, "#N/A")


def _never_worked_out(_: Workbook, sheet: Worksheet) -> None:
    sheet.write_formula(6, 15, "=A1", None, "")


def _spoilt(_: Workbook, sheet: Worksheet) -> None:
    sheet.write_number(6, 13, 110101199003077710)


def _shown_by_its_format(book: Workbook, sheet: Worksheet) -> None:
    sheet.write_number(6, 11, 12, book.add_format({"num_format": '"产品"0000'}))


def _merged(_: Workbook, sheet: Worksheet) -> None:
    sheet.merge_range(5, 12, 6, 12, "")
    sheet.write_number(5, 12, 100)


def _beside(_: Workbook, sheet: Worksheet) -> None:
    sheet.write(6, 20, "已核实")


@pytest.mark.parametrize(
    ("rule_id", "change", "said"),
    [
        ("cell_error", _of_an_error, "错误值"),
        ("formula_without_value", _never_worked_out, "没有计算结果"),
        ("number_spoilt", _spoilt, "此格读作“1.1010119900307"),
        ("display_differs", _shown_by_its_format, "此格读作“12”"),
        ("merged_unclear", _merged, "此格读作“100”"),
        ("cell_without_header", _beside, "没有表头"),
    ],
)
def test_what_a_cell_is_rejects_its_row_again_until_it_is_mended(
    tmp_path: Path, rule_id: str, change: Change, said: str
) -> None:
    rows = [row(f"T{number}", 金额="") for number in range(10)]
    result, _, out = given_back(tmp_path, workbook(rows, change), name="sent.xlsx")

    again = checked(tmp_path, out.read_bytes())

    assert rule_id in set(result.findings["rule_id"])
    assert (again.read, again.accepted, again.rejected) == (10, result.accepted, result.rejected)
    assert again.batch["complaint_no"].equals(result.batch["complaint_no"])
    assert any(said in comment for comment in comments(out).values())


def test_a_control_character_comes_back_as_one_and_is_found_again(tmp_path: Path) -> None:
    rows = [row(f"T{number}") for number in range(10)]
    result, _, out = given_back(
        tmp_path, content([*rows, row("T2\x06"), row("T11", 投诉内容="多收\x1b年费")])
    )

    again = checked(tmp_path, out.read_bytes())

    assert result.accepted == 11
    assert sorted(again.findings["rule_id"]) == sorted(result.findings["rule_id"])
    assert again.batch["complaint_no"].equals(result.batch["complaint_no"])


def test_findings_are_listed_by_rule_and_by_place(tmp_path: Path) -> None:
    result, written, out = given_back(tmp_path, content(BAD))

    listed = load_workbook(str(out)).get_sheet_by_name(FINDINGS_SHEET).to_python()
    told = [line[3] for line in listed]
    assert written.listed == result.findings.height
    assert any("2020-02-30 不是可识别的日期" in str(one) for one in told)
    assert "D3" in [line[0] for line in listed]


@pytest.mark.parametrize("name", ["sent.xlsx", "sent.csv"])
def test_a_workbook_given_back_is_taken_as_it_is_and_finds_the_same(tmp_path: Path, name: str) -> None:
    data = workbook(BAD) if name.endswith("xlsx") else content(BAD)
    result, _, out = given_back(tmp_path, data, name=name)

    again = checked(tmp_path, out.read_bytes())

    assert "sheets_not_read" not in set(again.findings["rule_id"])
    assert (again.read, again.accepted, again.rejected) == (result.read, result.accepted, result.rejected)
    assert sorted(again.findings["rule_id"]) == sorted(result.findings["rule_id"])


def test_a_record_that_is_no_row_keeps_a_marked_row_that_is_rejected_again(tmp_path: Path) -> None:
    lines = content([row(f"T{number}") for number in range(1, 41)]).decode().splitlines(keepends=True)
    lines[2] = "T2,新增,投诉\n"
    result, written, out = given_back(tmp_path, "".join(lines).encode())

    rows = load_workbook(str(out)).get_sheet_by_name(DATA_SHEET).to_python()[1:]
    assert (result.rejected, written.rows) == (1, 40)
    assert rows[0][0] == "T1"
    assert "无法读成一行" in str(rows[1][0])
    assert checked(tmp_path, out.read_bytes()).rejected == 1


def test_a_file_that_is_no_table_gives_the_findings_alone(tmp_path: Path) -> None:
    result, written, out = given_back(tmp_path, b"a,b\n1,2\n")

    assert result.decision is Decision.RETURNED
    assert (written.rows, written.listed) == (0, result.findings.height)
    assert "检查结果" in str(load_workbook(str(out)).get_sheet_by_name(DATA_SHEET).to_python()[0][0])


def test_what_exceeds_a_limit_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marked_workbook, "LISTED_LIMIT", 1)
    monkeypatch.setattr(marked_workbook, "COMMENTS_LIMIT", 1)
    monkeypatch.setattr(marked_workbook, "ROWS_LIMIT", 2)

    result, written, out = given_back(tmp_path, content(BAD))

    assert (written.rows, written.left_out, written.listed, written.commented) == (2, 2, 1, 1)
    assert f"另有 {result.findings.height - 1} 条" in str(
        load_workbook(str(out)).get_sheet_by_name(FINDINGS_SHEET).to_python()[-1][3]
    )


def test_links_to_cells_are_formulas_of_which_a_sheet_holds_any_number(tmp_path: Path) -> None:
    result, written, out = given_back(tmp_path, content(BAD))

    with zipfile.ZipFile(out) as book:
        listing = book.read("xl/worksheets/sheet2.xml").decode()
        links = [name for name in book.namelist() if name.endswith("sheet2.xml.rels")]
    # A sheet opens with 65,530 hyperlinks at most, and findings may be more.
    assert "<hyperlink" not in listing
    assert links == []
    assert listing.count("HYPERLINK(") == result.findings["row_number"].drop_nulls().len() > 0
    assert written.listed == result.findings.height


@pytest.mark.parametrize("sign", ["长", "𠮷"], ids=["common", "rare"])
def test_a_text_longer_than_a_cell_holds_is_cut_and_says_so(tmp_path: Path, sign: str) -> None:
    held, long = sign * (32_767 // len(sign.encode("utf-16-le")) * 2), sign * 40_000
    rows = [row("T1", 投诉内容=held), row("T2", 投诉内容=long, 金额="-5"), row("T3", 金额="-5")]

    _, written, out = given_back(tmp_path, content(rows))

    place = HEADER.index("投诉内容")
    texts = [each[place] for each in load_workbook(str(out)).get_sheet_by_name(DATA_SHEET).to_python()[1:]]
    assert written.cut == 1
    assert texts[0] == held
    assert str(texts[1]).startswith(sign * 10_000)
    assert str(texts[1]).endswith("请改原文件】")
    assert len(str(texts[1]).encode("utf-16-le")) // 2 in (32_766, 32_767)
    assert texts[2] == ""


def test_a_workbook_without_long_texts_is_cut_nowhere(tmp_path: Path) -> None:
    assert given_back(tmp_path, content(BAD))[1].cut == 0
