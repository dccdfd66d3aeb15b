"""Writes rows and what was found in them as a workbook: marked cells, comments, a sheet of findings."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.rules import SEVERITIES, Severity
from xiaobao.intake.findings import summary
from xiaobao.intake.reading.records import PLACES, ROW_NUMBER
from xiaobao.intake.sentences import Finding, sentence
from xiaobao.intake.template.sheets import DATA_SHEET, FINDINGS_SHEET
from xiaobao.lib.words import Language, Words

COMMENTS_LIMIT = 20_000
"""A spreadsheet grows slow with more; further cells are marked without a comment."""
LISTED_LIMIT = 100_000
"""Findings listed one by one; the summary by rule counts all."""
ROWS_LIMIT = 1_048_575
"""Rows a sheet holds below its header."""
_CELL_CHARACTERS_LIMIT = 32_767
_COMMENT_CHARACTERS = 1_000
_SIGNS_PER_CHARACTER = 2  # a workbook counts UTF-16 units, of which a rare character takes two
_CUT = Words(
    zh="…【此格超过 32,767 字，其后未写入；请改原文件】",
    en="… [more than a cell holds: the rest was left out; mend the file itself]",
)
_WIDTHS = (14, 26, 14, 100)

_UNREAD = Words(
    zh="（原文件此处的记录无法读成一行，见“检查结果”；请补全本行或删去）",
    en="(the record here could not be read as a row, see 检查结果; complete this row or delete it)",
)
_NO_TABLE = Words(
    zh="此文件未能读成表格，问题见“检查结果”；请修改原文件后再检查",
    en="this file could not be read as a table, see 检查结果; mend the file itself and check it again",
)
_BY_RULE = (
    Words(zh="后果", en="effect"),
    Words(zh="规则", en="rule"),
    Words(zh="条数", en="findings"),
    Words(zh="说明", en="what"),
)
_BY_PLACE = (
    Words(zh="单元格", en="cell"),
    Words(zh="规则", en="rule"),
    Words(zh="后果", en="effect"),
    Words(zh="问题与办法", en="what is wrong and what to do"),
)
_MORE = Words(
    zh="另有 {left} 条未逐条列出，已计入上表",
    en="{left} more are not listed one by one; the summary counts them",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The rows of a file as they were read."""

    header: tuple[str, ...]
    rows: pl.DataFrame
    """`row_number`, `line_number` and a text column a cell, "0", "1" …; null cells where there was no row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """What was written."""

    rows: int
    """Rows of data; 0 where the file could not be read as a table."""
    left_out: int
    """Rows that no sheet holds any more."""
    marked: int
    """Cells marked."""
    commented: int
    listed: int
    """Findings listed one by one."""
    cut: int
    """Cells whose text is longer than a cell holds; what is written of it ends by saying so."""


@dataclass(slots=True, kw_only=True)
class _Mark:
    """One cell that something was found in."""

    rejects: bool = False
    findings: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Formats:
    """Marks differ by border and weight too, so that they are told apart on paper without colour."""

    plain: Format
    header: Format
    wrong: Format
    doubtful: Format
    wrapped: Format
    link: Format


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedWorkbook:
    """A workbook of one file's rows with the findings of its check."""

    findings: pl.DataFrame
    catalog: Catalog
    language: Language

    def write(self, out: Path, *, sheet: Sheet | None, printed: Mapping[str, Sequence[int]]) -> Annotated:
        """Write it; without `sheet` findings alone. `printed`: header as findings print it → its places."""
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(str(out), options) as book:
            formats = _formats(book)
            data, listing = book.add_worksheet(DATA_SHEET), book.add_worksheet(FINDINGS_SHEET)
            if sheet is None:
                data.write_string(0, 0, _NO_TABLE.to(self.language))
                listing.activate()
                listed = self._list(listing, formats, rows={}, printed={})
                return Annotated(rows=0, left_out=0, marked=0, commented=0, listed=listed, cut=0)
            held = sheet.rows.head(ROWS_LIMIT)
            marks = self._marks(printed)
            commented = self._write_rows(data, sheet.header, held, marks, formats)
            rows = dict(zip(held[ROW_NUMBER], range(1, held.height + 1), strict=True))
            listed = self._list(listing, formats, rows=rows, printed=printed)
            return Annotated(
                rows=held.height,
                left_out=sheet.rows.height - held.height,
                marked=sum(number in rows for number, _ in marks),
                commented=commented,
                listed=listed,
                cut=_cells_cut(held),
            )

    def _marks(self, printed: Mapping[str, Sequence[int]]) -> dict[tuple[int, int], _Mark]:
        """(row number, place) → what was found there; a finding without a column marks the first cell."""
        marks: dict[tuple[int, int], _Mark] = defaultdict(_Mark)
        columns = (self.findings[name].to_list() for name in ("row_number", "column", "severity"))
        for number, (row, column, severity) in enumerate(zip(*columns, strict=True)):
            if row is None:
                continue
            for place in printed.get(column or "", (0,)):
                mark = marks[row, place]
                mark.rejects |= severity != Severity.WARN.value
                mark.findings.append(number)
        return marks

    def _write_rows(
        self,
        data: Worksheet,
        header: tuple[str, ...],
        rows: pl.DataFrame,
        marks: Mapping[tuple[int, int], _Mark],
        formats: _Formats,
    ) -> int:
        """Header and rows, marked; how many comments were written."""
        data.freeze_panes(1, 0)
        data.set_column(0, max(len(header) - 1, 0), 16, formats.plain)
        data.write_row(0, 0, header, formats.header)
        marked_rows = {number for number, _ in marks}
        cells = sorted((name for name in rows.columns if name not in PLACES), key=int)
        commented = 0
        for line, (number, *values) in enumerate(rows.select(ROW_NUMBER, *cells).iter_rows(), start=1):
            unread = not cells or values[0] is None
            if unread:
                data.write_string(line, 0, _UNREAD.to(self.language), formats.wrong)
            for place, value in enumerate(values):
                if value:
                    data.write_string(line, place, self._held(value), formats.plain)
            if number not in marked_rows:
                continue
            for place in range(max(len(values), 1)):
                mark = marks.get((number, place))
                if mark is None:
                    continue
                text = _UNREAD.to(self.language) if unread and not place else values[place] or ""
                style = formats.wrong if mark.rejects else formats.doubtful
                if text:
                    data.write_string(line, place, self._held(text), style)
                else:
                    data.write_blank(line, place, None, style)
                if commented < COMMENTS_LIMIT:
                    data.write_comment(line, place, self._comment(mark), {"x_scale": 2.5, "y_scale": 1.5})
                    commented += 1
        return commented

    def _held(self, text: str) -> str:
        """As much of a text as a cell holds; what is cut says so at its end."""
        if not _is_too_long(text):
            return text
        cut = _CUT.to(self.language)
        room = _SIGNS_PER_CHARACTER * (_CELL_CHARACTERS_LIMIT - _signs(cut))
        return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + cut

    def _comment(self, mark: _Mark) -> str:
        said = dict.fromkeys(self._sentence(number).sentence.to(self.language) for number in mark.findings)
        return "\n".join(said)[:_COMMENT_CHARACTERS]

    def _sentence(self, number: int) -> Finding:
        return sentence(self.findings.row(number, named=True), self.catalog)

    def _list(
        self,
        listing: Worksheet,
        formats: _Formats,
        *,
        rows: Mapping[int | None, int],
        printed: Mapping[str, Sequence[int]],
    ) -> int:
        """The summary by rule, then finding by finding with a link to its cell; how many were listed."""
        for place, width in enumerate(_WIDTHS):
            listing.set_column(place, place, width)
        line = self._line(listing, 0, _BY_RULE, formats.header)
        for row in summary(self.findings).iter_rows(named=True):
            rule = self.catalog.rules[row["rule_id"]]
            effect = SEVERITIES[Severity(row["severity"])]
            shown = (effect, rule.title, str(row["findings"]), rule.id)
            line = self._line(listing, line, shown, formats.plain)
        line = self._line(listing, line + 1, _BY_PLACE, formats.header)
        listed = self.findings.head(LISTED_LIMIT)
        for number in range(listed.height):
            found = self._sentence(number)
            cell = rows.get(found.row_number)
            if cell is not None:
                name = xl_rowcol_to_cell(cell, printed.get(found.column or "", (0,))[0])
                listing.write_formula(
                    line, 0, f'=HYPERLINK("#\'{DATA_SHEET}\'!{name}","{name}")', formats.link, name
                )
            listing.write_string(line, 1, self.catalog.rules[found.rule_id].title.to(self.language))
            listing.write_string(line, 2, SEVERITIES[found.severity].to(self.language))
            listing.write_string(line, 3, found.sentence.to(self.language), formats.wrapped)
            line += 1
        if left := self.findings.height - listed.height:
            listing.write_string(line, 3, _MORE.fill(left=left).to(self.language))
        return listed.height

    def _line(self, listing: Worksheet, line: int, shown: Sequence[Words | str], style: Format) -> int:
        for place, one in enumerate(shown):
            listing.write_string(line, place, one if isinstance(one, str) else one.to(self.language), style)
        return line + 1


def _is_too_long(text: str) -> bool:
    return _SIGNS_PER_CHARACTER * len(text) > _CELL_CHARACTERS_LIMIT and _signs(text) > _CELL_CHARACTERS_LIMIT


def _signs(text: str) -> int:
    """The length of a text as a workbook counts it."""
    return len(text.encode("utf-16-le")) // _SIGNS_PER_CHARACTER


def _cells_cut(rows: pl.DataFrame) -> int:
    long = rows.select(
        pl.col(name).filter(pl.col(name).str.len_bytes() > _CELL_CHARACTERS_LIMIT).implode()
        for name in rows.columns
        if name not in PLACES
    )
    return sum(_is_too_long(text) for column in long for texts in column for text in texts)


def _formats(book: Workbook) -> _Formats:
    return _Formats(
        plain=book.add_format({"num_format": "@"}),
        header=book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True}),
        wrong=book.add_format({"num_format": "@", "bg_color": "#F4B6B0", "bold": True, "border": 5}),
        doubtful=book.add_format({"num_format": "@", "bg_color": "#FFF0B8", "italic": True, "border": 3}),
        wrapped=book.add_format({"text_wrap": True}),
        link=book.add_format({"font_color": "#0B5394", "underline": 1}),
    )
