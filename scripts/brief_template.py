"""Writes the DOCX templates of the brief that the package carries; clerks edit a copy in their office suite.

Layout of GB/T 9704-2012 as far as a word processor keeps it: A4, type area 156 mm x 225 mm, 22 lines of 28
characters of 16 pt. Placeholders are those of `outputs.brief.printed`.
"""

import sys
from pathlib import Path

from docx import Document
from docx.document import Document as Doc
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

FOLDER = Path(__file__).parents[1] / "src/xiaobao/outputs/brief/templates"
RED = RGBColor(0xB5, 0x12, 0x0F)
GREY = RGBColor(0x5F, 0x5F, 0x5F)
BODY, STRONG, EMPHASIS, TITLE = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"


def main() -> None:
    """Write both templates."""
    for language, size in (("zh", 16.0), ("en", 11.5)):
        document = _page(size, chinese=language == "zh")
        _head(document, size)
        _blocks(document, size, chinese=language == "zh")
        _annex(document)
        _imprint(document, size)
        document.save(str(FOLDER / f"brief-{language}.docx"))


def _page(size: float, *, chinese: bool) -> Doc:
    document = Document()
    _in_chinese(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        _run(paragraph, "— ", 14)
        _field(paragraph, "PAGE")
        _run(paragraph, " —", 14)
    for header in (section.header, section.even_page_header):
        header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(header.paragraphs[0], "{{ mark }}", 10.5, font=STRONG, colour=RED)
    normal = document.styles["Normal"]
    normal.font.size = Pt(size)
    _font(normal.element.get_or_add_rPr(), BODY)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    normal.paragraph_format.line_spacing = Pt(225 / 25.4 * 72 / 22 if chinese else 17.5)
    if chinese:
        grid = section._sectPr.find(qn("w:docGrid"))
        grid = grid if grid is not None else section._sectPr.makeelement(qn("w:docGrid"), {})
        grid.set(qn("w:type"), "lines")
        grid.set(qn("w:linePitch"), "579")
        if grid.getparent() is None:
            section._sectPr.append(grid)
    return document


def _in_chinese(document: Doc) -> None:
    """Say that East Asian text is Chinese: else fonts that stand in set commas as elsewhere."""
    for part, tag in ((document.styles, "w:lang"), (document.settings, "w:themeFontLang")):
        for language in part.element.iter(qn(tag)):
            language.set(qn("w:eastAsia"), "zh-CN")


def _head(document: Doc, size: float) -> None:
    _line(document, "{{ masthead }}", 30 if size > 12 else 22, font=TITLE, colour=RED, centre=True, free=True)
    _line(document, "{{ number }}", 14 if size > 12 else 11, centre=True)
    paragraph = _line(document, "{{ bureau }}\t{{ day }}", 14 if size > 12 else 11)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)
    _rule(paragraph, "bottom", "B5120F", 12)
    _line(document, "", 8)
    _line(
        document,
        # Days go to the second line whole.
        "{{ '\\n（'.join(title.rsplit('（', 1)) }}"
        if size > 12
        else "{{ ',\\n'.join(title.rsplit(', ', 1)) }}",
        22 if size > 12 else 16,
        font=TITLE,
        centre=True,
        free=True,
    )
    _line(document, "", 8)


def _blocks(document: Doc, size: float, *, chinese: bool) -> None:
    indent = Pt(2 * 156 / 25.4 * 72 / 28) if chinese else Pt(0)
    _line(document, "{%p for block in blocks %}", size)
    _line(document, "{%p if block.kind == 'heading' %}", size)
    heading = _line(document, "{{ block.text }}", size, font=STRONG, indent=indent)
    heading.paragraph_format.keep_with_next = True
    _line(document, "{%p elif block.kind == 'table' %}", size)
    caption = _line(document, "{{ block.text }}", 11, font=STRONG, centre=True)
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(3)
    _table(document, head="block.head", rows="block.rows", size=9)
    _line(document, "{{ block.note }}", 9, colour=GREY)
    _line(document, "{%p elif block.kind == 'chart' %}", size)
    caption = _line(document, "{{ block.text }}", 11, font=STRONG, centre=True)
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(3)
    picture = _line(document, "{{ block.image }}", 9, centre=True)
    picture.paragraph_format.keep_with_next = True
    _line(document, "{{ block.note }}", 9, colour=GREY)
    for role, font in (("summary", EMPHASIS), ("caution", STRONG)):
        _line(document, f"{{%p elif block.role == '{role}' %}}", size)
        _line(document, "{{ block.text }}", size, font=font, indent=indent)
    _line(document, "{%p elif block.role in ('note', 'scope') %}", size)
    _line(document, "{{ block.text }}", 11 if chinese else 9.5, colour=GREY, indent=indent)
    _line(document, "{%p else %}", size)
    _line(document, "{{ block.text }}", size, indent=indent)
    _line(document, "{%p endif %}", size)
    _line(document, "{%p endfor %}", size)


def _annex(document: Doc) -> None:
    title = _line(document, "{{ annex_title }}", 11, font=STRONG, centre=True)
    title.paragraph_format.space_before = Pt(16)
    title.paragraph_format.keep_with_next = True
    table = document.add_table(rows=4, cols=6)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for cell, width in zip(table.columns, (11, 25, 37, 43, 25, 15), strict=True):
        cell.width = Mm(width)
    for place in range(6):
        _cell(table.cell(0, place).paragraphs[0], f"{{{{ annex_heads[{place}] }}}}", 8, font=STRONG)
        apart = (
            ".replace(', ', ',\\n').replace('… ', '…\\n')" if place == 3 else ""
        )  # no line ends within a day
        _cell(table.cell(2, place).paragraphs[0], f"{{{{ row[{place}]{apart} }}}}", 7.5)
    _cell(table.cell(1, 0).paragraphs[0], "{%tr for row in annex_rows %}", 7.5)
    _cell(table.cell(3, 0).paragraphs[0], "{%tr endfor %}", 7.5)
    _borders(table._tbl)
    _whole(table.rows[0]._tr, heading=True)
    _whole(table.rows[2]._tr)
    note = _line(document, "{{ annex_note }}", 8, colour=GREY)
    note.paragraph_format.keep_with_next = True  # no sheet has the imprint alone


def _imprint(document: Doc, size: float) -> None:
    paragraph = _line(document, "{{ imprint[0] }}\t{{ imprint[1] }}", 14 if size > 12 else 11)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.paragraph_format.space_before = Pt(24)
    paragraph.paragraph_format.keep_together = True
    _rule(paragraph, "top", "000000", 8)
    _rule(paragraph, "bottom", "000000", 8)


def _table(document: Doc, *, head: str, rows: str, size: float) -> None:
    table = document.add_table(rows=4, cols=11)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    # The heading of a column of numbers breaks before its bracket.
    broken = "cell.text.replace('（', '\\n（') if cell.numeric else cell.text"
    for row, name, font, text in ((0, head, STRONG, broken), (2, "row.cells", BODY, "cell.text")):
        parts = (
            f"{{%tc for cell in {name} %}}",
            "{%tc if cell.absent and cell.numeric %}",
            f"{{{{ {text} }}}}",
            "{%tc elif cell.absent %}",
            f"{{{{ {text} }}}}",
            "{%tc elif cell.numeric %}",
            f"{{{{ {text} }}}}",
            "{%tc else %}",
            f"{{{{ {text} }}}}",
            "{%tc endif %}",
            "{%tc endfor %}",
        )
        for place, part in enumerate(parts):
            paragraph = table.cell(row, place).paragraphs[0]
            _cell(paragraph, part, size, font=font, colour=GREY if place in (2, 4) else None)
            if place in (2, 6):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _cell(table.cell(1, 0).paragraphs[0], f"{{%tr for row in {rows} %}}", size)
    _cell(table.cell(3, 0).paragraphs[0], "{%tr endfor %}", size)
    _borders(table._tbl)
    _whole(table.rows[0]._tr, heading=True)
    _whole(table.rows[2]._tr)


def _line(
    document: Doc,
    text: str,
    size: float,
    *,
    font: str = BODY,
    colour: RGBColor | None = None,
    centre: bool = False,
    free: bool = False,
    indent: Pt | None = None,
) -> Paragraph:
    paragraph = document.add_paragraph()
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indent is not None:
        paragraph.paragraph_format.first_line_indent = indent
    if free or size < 11.5:
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        _off_grid(paragraph)
    _run(paragraph, text, size, font=font, colour=colour)
    return paragraph


def _cell(
    paragraph: Paragraph, text: str, size: float, *, font: str = BODY, colour: RGBColor | None = None
) -> None:
    # Exact: fonts that stand in for those of the standard are taller and would move tables to other pages.
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(size * 1.3)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
    _off_grid(paragraph)
    _run(paragraph, text, size, font=font, colour=colour)


def _off_grid(paragraph: Paragraph) -> None:
    """Small type keeps its own line height: the 22 lines of the page are for the text."""
    off = OxmlElement("w:snapToGrid")
    off.set(qn("w:val"), "0")
    paragraph._p.get_or_add_pPr().insert_element_before(off, "w:spacing", "w:ind", "w:jc", "w:rPr")


def _run(
    paragraph: Paragraph, text: str, size: float, *, font: str = BODY, colour: RGBColor | None = None
) -> Run:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    _font(run._r.get_or_add_rPr(), font)
    if colour is not None:
        run.font.color.rgb = colour
    return run


def _font(properties: OxmlElement, font: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name, value in (("w:ascii", "Times New Roman"), ("w:hAnsi", "Times New Roman"), ("w:eastAsia", font)):
        fonts.set(qn(name), value)


def _field(paragraph: Paragraph, code: str) -> None:
    for kind, text in (("begin", None), (None, code), ("end", None)):
        run = paragraph.add_run()
        run.font.size = Pt(14)
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _rule(paragraph: Paragraph, side: str, colour: str, eighths: int) -> None:
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    rule = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "4"), ("color", colour)):
        rule.set(qn(f"w:{name}"), value)
    borders.append(rule)


def _borders(table: OxmlElement) -> None:
    borders = OxmlElement("w:tblBorders")
    for side, eighths in (("top", 8), ("bottom", 8), ("insideH", 2)):
        rule = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "0"), ("color", "555555")):
            rule.set(qn(f"w:{name}"), value)
        borders.append(rule)
    table.tblPr.append(borders)


def _whole(row: OxmlElement, *, heading: bool = False) -> None:
    """A row that no page break divides; a heading comes again on the next page."""
    properties = row.get_or_add_trPr()
    for name in ("w:cantSplit", *(("w:tblHeader",) if heading else ())):
        properties.append(OxmlElement(name))


if __name__ == "__main__":
    sys.exit(main())
