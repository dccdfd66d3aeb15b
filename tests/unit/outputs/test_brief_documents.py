"""PDF and DOCX say what the page says, in the office grid, byte for byte the same each time."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import jinja2
import msgspec
import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Twips

from xiaobao.lib.text import columns_of
from xiaobao.lib.words import Language
from xiaobao.outputs.brief.chart_svg import png_of, svg_of
from xiaobao.outputs.brief.check import Checked
from xiaobao.outputs.brief.compose import compose
from xiaobao.outputs.brief.document import (
    Brief,
    Cell,
    Number,
    Paragraph,
    Table,
    Text,
    lines,
    text_of,
)
from xiaobao.outputs.brief.docx import DocxTemplates, TemplateError, render_docx
from xiaobao.outputs.brief.docx_columns import fit_columns
from xiaobao.outputs.brief.docx_faults import faults_of
from xiaobao.outputs.brief.facts import BriefFacts
from xiaobao.outputs.brief.fonts import fonts_for, missing_in
from xiaobao.outputs.brief.pdf import render_pdf
from xiaobao.outputs.brief.printed import PrintedChart, PrintedSeries, printed
from xiaobao.outputs.brief.readback import read_page
from xiaobao.outputs.brief.readback_pdf import pdf_text, signs_missing
from xiaobao.outputs.brief.render import render

Check = Callable[[Brief], Checked]
MILLIMETRES = 72 / 25.4
RARE_NAMES = "堃喆昇赟镕珺玥"


@pytest.fixture
def brief(facts: BriefFacts) -> Brief:
    """The Chinese one: its layout is a standard's."""
    return compose(facts, language="zh")


def pdf_of(brief: Brief, checked: Check) -> bytes:
    return render_pdf(brief, checked(brief).naming, fonts_for(brief.header.language))


def docx_of(brief: Brief, checked: Check, templates: DocxTemplates | None = None) -> bytes:
    return render_docx(brief, checked(brief).naming, templates or DocxTemplates())


def docx_text(content: bytes) -> str:
    """The text of a document and what is written beside its pictures, in reading order."""
    found = []
    for node in Document(io.BytesIO(content)).element.body.iter():
        if node.tag.endswith("}t"):
            found.append(node.text or "")
        elif node.tag.endswith("}docPr"):
            found.append(node.get("descr") or "")
    return "".join("".join(found).split())


def in_order(numbers: list[str], text: str) -> bool:
    place = 0
    for number in numbers:
        found = text.find(number, place)
        if found < 0:
            return False
        place = found + len(number)
    return True


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_three_renderings_print_the_same_numbers(
    facts: BriefFacts, checked: Check, language: Language
) -> None:
    brief = compose(facts, language=language)
    numbers = [
        "".join(token.printed.split())
        for _, tokens in lines(brief)
        for token in tokens
        if isinstance(token, Number)
    ]

    on_page = [
        "".join(one.printed.split()) for one in read_page(render(brief, checked(brief).naming)).numbers
    ]

    assert on_page == numbers
    assert len(numbers) > 50
    assert in_order(numbers, pdf_text(pdf_of(brief, checked)))
    assert in_order(numbers, docx_text(docx_of(brief, checked)))


def test_every_paragraph_and_table_cell_is_in_the_docx(brief: Brief, checked: Check) -> None:
    text = docx_text(docx_of(brief, checked))

    for _, tokens in lines(brief):
        assert "".join("".join(map(text_of, tokens)).split()) in text


def test_a_page_of_text_has_22_lines_of_28_characters(brief: Brief, checked: Check) -> None:
    plain = msgspec.structs.replace(
        brief, blocks=(Paragraph(tokens=(Text(text="金融消费者权益保护工作" * 150),)),)
    )

    document = pypdfium2.PdfDocument(pdf_of(plain, checked))
    page = document[1]
    text = page.get_textpage()
    boxes = [text.get_charbox(place, loose=False) for place in range(text.count_chars())]
    characters = [
        (box, text.get_text_range(place, 1))
        for place, box in enumerate(boxes)
        if re.match(r"[\u4e00-\u9fff]", text.get_text_range(place, 1))
    ]
    in_type_area = [box for box, _ in characters if 35 * MILLIMETRES < box[1] < 260 * MILLIMETRES]
    per_line = Counter(round((box[1] + box[3]) / 2 / (225 * MILLIMETRES / 22)) for box in in_type_area)

    assert len(per_line) == 22
    assert set(per_line.values()) == {28}
    assert min(box[0] for box in in_type_area) == pytest.approx(28 * MILLIMETRES, abs=2)
    assert max(box[2] for box in in_type_area) == pytest.approx(184 * MILLIMETRES, abs=2)


def test_every_sign_is_there_rare_names_as_well(brief: Brief, checked: Check) -> None:
    header = msgspec.structs.replace(
        brief.header, number="2020-7", issued_by=RARE_NAMES, issued_on=brief.header.day
    )
    signed = msgspec.structs.replace(brief, header=header)

    pdf = pdf_of(signed, checked)

    assert signs_missing(pdf, printed(signed, checked(signed).naming)) == ()
    assert RARE_NAMES in pdf_text(pdf)


def test_a_sign_that_no_font_has_is_named(brief: Brief, checked: Check) -> None:
    header = msgspec.structs.replace(
        brief.header, number="2020-7", issued_by="王🧿", issued_on=brief.header.day
    )
    signed = msgspec.structs.replace(brief, header=header)

    assert signs_missing(pdf_of(signed, checked), printed(signed, checked(signed).naming)) == ("🧿",)


def test_the_same_brief_gives_the_same_bytes(brief: Brief, checked: Check) -> None:
    assert pdf_of(brief, checked) == pdf_of(brief, checked)
    assert docx_of(brief, checked) == docx_of(brief, checked)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_headings_captions_and_pictures_of_the_docx_keep_with_what_follows(
    facts: BriefFacts, checked: Check, language: Language
) -> None:
    brief = compose(facts, language=language)
    blocks = printed(brief, checked(brief).naming).blocks
    wanted = [one.text for one in blocks if one.kind in ("heading", "table", "chart")]
    body = Document(io.BytesIO(docx_of(brief, checked))).element.body
    kept = [one for one in body.iter(qn("w:p")) if one.pPr is not None and one.pPr.keepNext is not None]
    texts = ["".join(node.text or "" for node in one.iter(qn("w:t"))) for one in kept]
    pictures = [one for one in body.iter(qn("w:p")) if list(one.iter(qn("wp:inline")))]

    assert {"heading", "table", "chart"} <= {one.kind for one in blocks}
    assert [one for one in texts if one in wanted] == wanted
    assert pictures and all(one in kept for one in pictures)
    for table in body.iter(qn("w:tbl")):
        note = "".join(node.text or "" for node in table.getnext().iter(qn("w:t")))
        assert all(one in kept for one in table.tr_lst[-1].iter(qn("w:p"))) is bool(note)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_column_of_the_docx_has_room_for_its_names_and_the_table_keeps_its_width(
    facts: BriefFacts, checked: Check, language: Language
) -> None:
    document = Document(io.BytesIO(docx_of(compose(facts, language=language), checked)))
    *tables, annex = document.tables

    assert len(tables) > 2
    for table in tables:
        widths = [column.width.twips for column in table.columns]
        longest = max(columns_of(cell.text) for cell in table.columns[0].cells)
        assert widths[0] >= min(230 + 95 * longest, 2200)
        assert 8700 < sum(widths) <= 8844
        assert [cell.width.twips for cell in table.rows[1].cells] == widths
    assert [round(column.width.mm) for column in annex.columns] == [11, 25, 37, 43, 25, 15]


def test_the_days_of_an_english_title_stand_on_one_line(facts: BriefFacts, checked: Check) -> None:
    brief = compose(facts, language="en")
    document = pypdfium2.PdfDocument(pdf_of(brief, checked))
    said = document[0].get_textpage().get_text_range().splitlines()

    title = next(place for place, line in enumerate(said) if line.startswith("Monitoring of financial"))
    assert said[title + 1].strip() == "27 March 2020"
    paragraphs = [one.text for one in Document(io.BytesIO(docx_of(brief, checked))).paragraphs]
    assert "Monitoring of financial consumer complaints,\n27 March 2020" in paragraphs


def test_a_day_and_a_number_of_the_docx_stay_on_one_line_in_wider_digits_too() -> None:
    document = Document()
    table = document.add_table(rows=2, cols=6)
    texts = (
        "西藏自治区 · 因营销方式和手段引起的投诉（3月8日至3月21日）",
        "3月21日",
        "5",
        "0.3",
        "16.7",
        "结束",
    )
    for cell, text in zip(table.rows[1].cells, texts, strict=True):
        cell.text = text
    for column in table.columns:
        column.width = Twips(8844 // 6)
    fit_columns(table._tbl)
    widths = [column.width.twips for column in table.columns]

    margins, digit, seam = 216, 115, 45  # of DejaVu Serif at nine points, wider than any Chinese font
    assert widths[1] >= margins + 3 * digit + 2 * 180 + 3 * seam
    assert widths[4] >= margins + 3 * digit + 58
    assert widths[0] > 3 * widths[1]


@pytest.mark.parametrize(("days", "is_whole"), [(5, True), (9, False)])
def test_heads_of_two_words_stand_on_one_line_where_there_is_room(days: int, is_whole: bool) -> None:
    table = Document().add_table(rows=0, cols=days + 1)
    for row in (["Source", *["22 March"] * days], ["Bank 01", *["late"] * days]):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    for column in table.columns:
        column.width = Twips(8844 // (days + 1))
    fit_columns(table._tbl)

    assert (table.columns[1].width.twips >= 216 + 8 * 95) is is_whole


def test_the_docx_leaves_its_language_and_the_place_of_its_pictures_to_no_office_suite(
    brief: Brief, checked: Check
) -> None:
    document = Document(io.BytesIO(docx_of(brief, checked)))

    languages = [
        one.get(qn("w:eastAsia"))
        for part, tag in ((document.styles, "w:lang"), (document.settings, "w:themeFontLang"))
        for one in part.element.iter(qn(tag))
    ]
    distances = {
        inline.get(side)
        for inline in document.element.body.iter(qn("wp:inline"))
        for side in ("distT", "distB", "distL", "distR")
    }
    assert set(languages) == {"zh-CN"} and len(languages) >= 2
    assert distances == {"0"}


def test_the_days_of_the_annex_of_the_docx_end_their_lines_between_them(brief: Brief, checked: Check) -> None:
    annex = Document(io.BytesIO(docx_of(brief, checked))).tables[-1]
    stated = [row.cells[3].text for row in annex.rows[1:]]

    assert any("\n" in cell for cell in stated)
    assert all(
        len(line) <= len("2020-03-21..2020-03-27@1337 …") for cell in stated for line in cell.split("\n")
    )


def test_the_mark_stands_on_every_page_of_the_pdf(brief: Brief, checked: Check) -> None:
    document = pypdfium2.PdfDocument(pdf_of(brief, checked))

    assert len(document) % 2 == 0
    for page in document:
        assert "模拟数据" in page.get_textpage().get_text_range()


def test_the_imprint_stands_at_the_foot_of_the_last_page(brief: Brief, checked: Check) -> None:
    document = pypdfium2.PdfDocument(pdf_of(brief, checked))
    page = document[len(document) - 1]
    searcher = page.get_textpage().search("草稿")
    place = searcher.get_next()

    assert place is not None
    box = page.get_textpage().get_charbox(place[0])
    assert 35 * MILLIMETRES < box[1] < 50 * MILLIMETRES


def test_a_long_table_repeats_its_head_on_the_next_page(brief: Brief, checked: Check) -> None:
    table = next(block for block in brief.blocks if isinstance(block, Table))
    long = msgspec.structs.replace(table, rows=table.rows * 40)
    document = pypdfium2.PdfDocument(pdf_of(msgspec.structs.replace(brief, blocks=(long,)), checked))
    head = "".join(text_of(token) for token in table.head[0].tokens)

    assert all(head in document[place].get_textpage().get_text_range() for place in (0, 1))


def test_a_head_a_little_too_wide_for_its_column_stays_on_one_line(facts: BriefFacts, checked: Check) -> None:
    brief = compose(facts, language="zh")
    table = next(block for block in brief.blocks if isinstance(block, Table) and len(block.rows) > 2)
    name, number = table.rows[0][:2]
    heads = ("机构", "银行卡", "债务催收", "贷款", "支付结算", "其他", "个人金融信息", "合计")
    wide = msgspec.structs.replace(
        table,
        head=tuple(Cell(tokens=(Text(text=one),), numeric=place > 0) for place, one in enumerate(heads)),
        rows=((name, *(number,) * 7),),
    )
    document = pypdfium2.PdfDocument(pdf_of(msgspec.structs.replace(brief, blocks=(wide,)), checked))

    assert "个人金融信息" in document[0].get_textpage().get_text_range()


def test_the_bracket_of_a_long_caption_is_not_broken(brief: Brief, checked: Check) -> None:
    table = next(block for block in brief.blocks if isinstance(block, Table))
    said = set()
    for length in range(24, 40):  # wherever the line ends
        caption = (Text(text="长" * length + "（单位：件）"),)
        long = msgspec.structs.replace(table, caption=caption)
        page = pypdfium2.PdfDocument(pdf_of(msgspec.structs.replace(brief, blocks=(long,)), checked))[0]
        said |= {
            one for one in page.get_textpage().get_text_range().splitlines() if "单位" in one or "位：" in one
        }

    assert said and all("（单位：件）" in one for one in said)


@pytest.mark.parametrize(
    ("broken", "what", "zh"),
    [
        ("{{ titel }}", "titel is not known", "没有名为 titel 的值"),
        ("{{ blocks[0].txt }}", "has no attribute 'txt'", "没有名为 txt 的部分"),
        ("{% if %}", "Expected an expression", "缺少表达式"),
        ("{{ title | upside }}", "No filter named 'upside'", "没有名为 upside 的过滤器"),
        ("{%p for one in blocks %}", "endfor is missing", "缺少 endfor"),
        ("{%p endif %}", "endif closes nothing", "endif 没有对应的开头"),
        ("{%p unless mark %}", "unless", "没有名为 unless 的语句"),
        ("{{ title }", "not closed", "括号没有成对"),
        ("title }}", "not closed or opened", "括号没有成对"),
        ("{{ title title }}", "got 'title'", "此处不应有“title”"),
        ("{{ blocks[0 }}", "expected ']'", "此处不应有“}”"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_broken_template_is_named_with_placeholder_and_line(
    facts: BriefFacts, checked: Check, tmp_path: Path, broken: str, what: str, zh: str, language: Language
) -> None:
    document = Document(str(DocxTemplates().path(language)))
    document.add_paragraph(broken)
    line = sum(1 for node in document.element.body.iter() if node.tag.endswith("}p"))
    file = tmp_path / f"brief-{language}.docx"
    document.save(str(file))

    with pytest.raises(TemplateError) as error:
        docx_of(compose(facts, language=language), checked, DocxTemplates(site=tmp_path))

    said = error.value.words
    assert str(file) in said.zh and str(file) in said.en
    assert f"第 {line} 行 {broken}（{zh}）；请改正占位符" in said.zh
    assert f"line {line}, {broken} (" in said.en
    assert what in said.en


def test_a_placeholder_broken_in_a_cell_of_a_table_or_in_the_header_is_found(
    brief: Brief, checked: Check, tmp_path: Path
) -> None:
    document = Document(str(DocxTemplates().path("zh")))
    document.tables[0].cell(2, 2).paragraphs[0].runs[0].text = "{{ cell.text | upper( }}"
    document.sections[0].header.paragraphs[0].runs[0].text = "{{ marks }}"
    document.save(str(tmp_path / "brief-zh.docx"))

    with pytest.raises(TemplateError) as error:
        docx_of(brief, checked, DocxTemplates(site=tmp_path))

    assert re.search(r"line \d+, \{\{ cell\.text \| upper\( \}\}", error.value.words.en)
    assert "{{ marks }} (marks is not known)" in error.value.words.en


@pytest.mark.parametrize(
    ("row", "lost"),
    [(0, "项目"), (2, "合计")],
    ids=["the row of heads", "the row of cells"],
)
def test_a_row_of_a_table_that_was_removed_is_noticed(
    brief: Brief, checked: Check, tmp_path: Path, row: int, lost: str
) -> None:
    document = Document(str(DocxTemplates().path("zh")))
    element = document.tables[0].rows[row]._tr
    element.getparent().remove(element)
    document.save(str(tmp_path / "brief-zh.docx"))

    with pytest.raises(TemplateError) as error:
        docx_of(brief, checked, DocxTemplates(site=tmp_path))

    assert lost in error.value.words.en and "a row of a table may have been removed" in error.value.words.en


@pytest.mark.parametrize("placeholder", ["{{ block.image }}", "{{ block.note }}"])
def test_a_placeholder_that_was_removed_is_noticed(
    brief: Brief, checked: Check, tmp_path: Path, placeholder: str
) -> None:
    document = Document(str(DocxTemplates().path("zh")))
    for paragraph in document.element.body.iter(qn("w:p")):
        if "".join(node.text or "" for node in paragraph.iter(qn("w:t"))) == placeholder:
            for node in paragraph.iter(qn("w:t")):
                node.text = ""
    document.save(str(tmp_path / "brief-zh.docx"))

    with pytest.raises(TemplateError, match=r"lacks|缺少"):
        docx_of(brief, checked, DocxTemplates(site=tmp_path))


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ("word/settings.xml", " (its part word/settings.xml is missing): save it again"),
        ("_rels/.rels", "it is no whole DOCX file: save it again"),
    ],
)
def test_a_part_that_was_removed_is_named_in_our_words(
    brief: Brief, checked: Check, tmp_path: Path, gone: str, said: str
) -> None:
    name = f"brief-{brief.header.language}.docx"
    with (
        zipfile.ZipFile(DocxTemplates().path(brief.header.language)) as packed,
        zipfile.ZipFile(tmp_path / name, "w") as left,
    ):
        for part in packed.namelist():
            if part != gone:
                left.writestr(part, packed.read(part))

    with pytest.raises(TemplateError) as error:
        docx_of(brief, checked, DocxTemplates(site=tmp_path))

    assert said in error.value.words.en and "no item" not in error.value.words.en
    assert "请在办公软件中由自带模板另存一份" in error.value.words.zh


def test_an_unbroken_template_has_no_fault(brief: Brief, checked: Check) -> None:
    names = set(msgspec.to_builtins(printed(brief, checked(brief).naming)))
    for language in ("zh", "en"):
        document = Document(str(DocxTemplates().path(language)))
        assert faults_of(document, names, jinja2.Environment()) == ()


def test_fonts_that_are_missing_are_named_with_those_that_stand_in(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("WARNING"):
        fonts_for("zh", site=tmp_path)

    assert "缺字体 仿宋_GB2312（正文），改用 " in caplog.text
    assert (
        "the font 方正小标宋简体 (masthead and title) is missing, Noto Serif SC is used instead"
        in caplog.text
    )
    assert missing_in((tmp_path,))[0].en.endswith("Noto Serif SC is used instead")


def test_rare_names_print_in_all_three_renderings(brief: Brief, checked: Check) -> None:
    header = msgspec.structs.replace(
        brief.header, number="2020-7", issued_by=RARE_NAMES, issued_on=brief.header.day
    )
    named = Paragraph(tokens=(Text(text=f"联系人{RARE_NAMES}。"),))
    signed = msgspec.structs.replace(brief, header=header, blocks=(*brief.blocks, named))

    for text in (
        render(signed, checked(signed).naming).decode(),
        pdf_text(pdf_of(signed, checked)),
        docx_text(docx_of(signed, checked)),
    ):
        assert text.count(RARE_NAMES) == 2


def test_rare_names_stand_in_the_pictures_of_charts(brief: Brief, checked: Check) -> None:
    chart = PrintedChart(
        form="bars",
        categories=(RARE_NAMES,),
        series=(PrintedSeries(name="", values=("3",), sizes=(3.0,)),),
        hollow=(),
        line=None,
    )
    blank = msgspec.structs.replace(chart, categories=("口" * len(RARE_NAMES),))

    assert f">{RARE_NAMES}</text>" in svg_of(chart)
    assert png_of(chart) != png_of(blank)


def test_a_template_that_is_no_document_is_named(brief: Brief, checked: Check, tmp_path: Path) -> None:
    (tmp_path / "brief-zh.docx").write_bytes(b"no document")

    with pytest.raises(TemplateError, match=r"brief-zh\.docx"):
        docx_of(brief, checked, DocxTemplates(site=tmp_path))


def test_a_template_of_the_site_is_used(brief: Brief, checked: Check, tmp_path: Path) -> None:
    document = Document(str(DocxTemplates().path("zh")))
    document.paragraphs[0].insert_paragraph_before("本局自制 {{ title }}")
    document.save(str(tmp_path / "brief-zh.docx"))

    assert docx_text(docx_of(brief, checked, DocxTemplates(site=tmp_path))).startswith("本局自制")


def test_nothing_in_a_complaint_is_run_by_a_template(brief: Brief, checked: Check) -> None:
    said = msgspec.structs.replace(brief, title=(Text(text="{{ 7 * 7 }} <w:p/> & {% if %}"),))

    assert "{{7*7}}<w:p/>&{%if%}" in docx_text(docx_of(said, checked))
