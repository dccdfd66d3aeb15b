"""The brief as plain strings in reading order: what the PDF and the DOCX set in type."""

import msgspec

from xiaobao.lib.words import Words
from xiaobao.outputs.brief import annex
from xiaobao.outputs.brief.compose import SENTENCES
from xiaobao.outputs.brief.document import (
    Brief,
    Cell,
    Chart,
    Heading,
    Paragraph,
    Series,
    Table,
    Tokens,
    text_of,
)
from xiaobao.outputs.brief.labels import MARK_WORDS, Naming
from xiaobao.outputs.brief.numbering import chart_number, heading_number, imprint, number_text, table_number
from xiaobao.outputs.brief.vocabulary import long_day

_ANNEX_NOTE = Words(
    zh="各数背后的台账行用 xiaobao brief rows 查看；只见于图表的数字，其来源见网页版附表。",
    en="xiaobao brief rows shows the rows of the ledger behind each figure; figures that only tables and "
    "charts print are traced in the annex of the web page.",
)


class PrintedCell(msgspec.Struct, frozen=True, kw_only=True):
    """A cell of a table."""

    text: str
    numeric: bool = False
    absent: bool = False
    """Grey: nothing was reported, which is not zero."""


class PrintedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a table; a total is set apart."""

    cells: tuple[PrintedCell, ...]
    total: bool = False


class PrintedSeries(msgspec.Struct, frozen=True, kw_only=True):
    """A row of values of a chart."""

    name: str
    values: tuple[str, ...]
    sizes: tuple[float | None, ...]
    """What is drawn: the same values without commas; None where words stand for a number."""


class PrintedChart(msgspec.Struct, frozen=True, kw_only=True):
    """A chart, every string as its reader sees it."""

    form: str
    categories: tuple[str, ...]
    series: tuple[PrintedSeries, ...]
    hollow: tuple[int, ...]
    line: PrintedSeries | None

    def texts(self) -> tuple[str, ...]:
        """Everything that stands in the picture."""
        values = (value for one in self.series for value in one.values)
        names = (one.name for one in self.series if len(self.series) > 1)
        line = (f"{self.line.name} {self.line.values[0]}",) if self.line else ()
        return (*self.categories, *values, *names, *line)


class PrintedBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A heading (with its number), a paragraph (with its role) or a table (with caption, rows and note)."""

    kind: str
    text: str
    role: str = ""
    chart: PrintedChart | None = None
    head: tuple[PrintedCell, ...] = ()
    rows: tuple[PrintedRow, ...] = ()
    note: str = ""


class PrintedBrief(msgspec.Struct, frozen=True, kw_only=True):
    """A whole brief, every string as its reader sees it."""

    language: str
    mark: str
    """That the data are simulated or replayed; empty in an ordinary home."""
    masthead: str
    number: str
    bureau: str
    day: str
    title: str
    blocks: tuple[PrintedBlock, ...]
    imprint: tuple[str, ...]
    annex_title: str
    annex_note: str
    annex_heads: tuple[str, ...]
    annex_rows: tuple[tuple[str, ...], ...]
    """Figures of the text: number, measure, filter, day@sequence, basis, value."""

    def all_text(self) -> str:
        """Every sign that is printed, white space left out."""
        charts = (block.chart.texts() for block in self.blocks if block.chart)
        cells = (
            cell for block in self.blocks for cell in (*block.head, *(c for r in block.rows for c in r.cells))
        )
        parts = (
            *(self.mark, self.masthead, self.number, self.bureau, self.day, self.title),
            *(text for block in self.blocks for text in (block.text, block.note)),
            *(cell.text for cell in cells),
            *(text for texts in charts for text in texts),
            *(*self.imprint, self.annex_title, self.annex_note, *self.annex_heads),
            *(text for row in self.annex_rows for text in row),
        )
        return "".join("".join(parts).split())


def printed(brief: Brief, naming: Naming) -> PrintedBrief:
    """The strings of a brief; the same for the same brief under the same catalog."""
    header, language = brief.header, brief.header.language
    in_text, _ = annex.rows_of(brief, naming)
    return PrintedBrief(
        language=language,
        mark="" if header.mark == "ordinary" else MARK_WORDS[header.mark].to(language),
        masthead=SENTENCES[brief.header.series, language].masthead,
        number=number_text(brief),
        bureau=naming.label("bureau", header.domain_id).text,
        day=long_day(header.day, language),
        title=_text(brief.title),
        blocks=_blocks(brief),
        imprint=imprint(brief),
        annex_title=annex.TITLE.to(language),
        annex_note=annex.READINGS_NOTE.to(language) + _ANNEX_NOTE.to(language),
        annex_heads=tuple(head.to(language) for head in annex.HEADS[:-1]),
        annex_rows=tuple(
            (row.figure.id, row.measure, row.where, row.readings, row.basis, row.value) for row in in_text
        ),
    )


def _blocks(brief: Brief) -> tuple[PrintedBlock, ...]:
    found: list[PrintedBlock] = []
    headings = tables = charts = 0
    for block in brief.blocks:
        match block:
            case Heading():
                headings += 1
                number = heading_number(headings, brief.header.language)
                found.append(PrintedBlock(kind="heading", text=number + _text(block.tokens)))
            case Paragraph():
                found.append(PrintedBlock(kind="paragraph", text=_text(block.tokens), role=block.role))
            case Table():
                tables += 1
                found.append(_table(block, table_number(tables, brief.header.language)))
            case Chart():
                charts += 1
                number = chart_number(charts, brief.header.language)
                chart = printed_chart(block, brief)
                text, note = number + _text(block.caption), _text(block.note)
                found.append(PrintedBlock(kind="chart", text=text, chart=chart, note=note))
    return tuple(found)


def _table(block: Table, number: str) -> PrintedBlock:
    return PrintedBlock(
        kind="table",
        text=number + _text(block.caption),
        head=tuple(map(_cell, block.head)),
        rows=tuple(
            PrintedRow(cells=tuple(map(_cell, row)), total=place in block.total_rows)
            for place, row in enumerate(block.rows)
        ),
        note=_text(block.note),
    )


def printed_chart(block: Chart, brief: Brief) -> PrintedChart:
    """The strings and sizes of a chart."""
    return PrintedChart(
        form=block.form,
        categories=tuple(map(_text, block.categories)),
        series=tuple(_series(one, brief) for one in block.series),
        hollow=block.hollow,
        line=_series(block.line, brief) if block.line else None,
    )


def _series(series: Series, brief: Brief) -> PrintedSeries:
    figures = [brief.figure(value.figure) for value in series.values]
    return PrintedSeries(
        name=_text(series.name),
        values=tuple(value.printed for value in series.values),
        sizes=tuple(float(one.value) if one and one.value is not None else None for one in figures),
    )


def _cell(cell: Cell) -> PrintedCell:
    return PrintedCell(text=_text(cell.tokens), numeric=cell.numeric, absent=cell.absent)


def _text(tokens: Tokens) -> str:
    return "".join(map(text_of, tokens))
