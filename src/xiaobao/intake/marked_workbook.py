"""Writes rows and what was found in them as a workbook: marked cells, comments, a sheet of findings."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from io import BytesIO
from itertools import islice
from pathlib import Path

import polars as pl
import xlsxwriter

from xiaobao.catalog.catalog import Catalog
from xiaobao.intake.filled_workbook import Rows, styles_of, write_filled
from xiaobao.intake.findings_sheet import WIDTHS, FindingsSheet
from xiaobao.intake.marked_styles import FORMATS, Styles
from xiaobao.intake.marks import LINE, NUMBER, PLACE, REJECTS, UNHELD, marks_of, placed
from xiaobao.intake.reading.grid import column_letters
from xiaobao.intake.reading.records import PLACES, ROW_NUMBER
from xiaobao.intake.sent import Sent
from xiaobao.intake.sentences import Finding, sentence, sentences
from xiaobao.intake.sheet_markup import Column, rows_markup
from xiaobao.intake.template.sheets import DATA_SHEET, FINDINGS_SHEET
from xiaobao.lib.parallel import in_order
from xiaobao.lib.words import Language, Words

COMMENTS_LIMIT = 20_000
"""A spreadsheet grows slow with more; further cells are marked without a comment."""
LISTED_LIMIT = 100_000
"""Findings listed one by one; the summary by rule counts all."""
ROWS_LIMIT = 1_048_575
"""Rows a sheet holds below its header."""
_CELL_CHARACTERS_LIMIT = 32_767
_COMMENT_CHARACTERS = 1_000
_WAS_CHARACTERS = 200
_SIGNS_PER_CHARACTER = 2  # a workbook counts UTF-16 units, of which a rare character takes two
_ROWS_A_PIECE = 10_000
_COMMENT_SHAPE = {"x_scale": 2.5, "y_scale": 1.5}
_DATA_PART, _FINDINGS_PART = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
_CUT = Words(
    zh="…【此格超过 32,767 字，其后未写入；请改原文件】",
    en="… [more than a cell holds: the rest was left out; mend the file itself]",
)
_UNREAD = Words(
    zh="（原文件此处的记录无法读成一行，见“检查结果”；请补全本行或删去）",
    en="(the record here could not be read as a row, see 检查结果; complete this row or delete it)",
)
_WAS = Words(zh="原文件中此格读作“{text}”。", en="The file has “{text}” here.")
_NO_TABLE = Words(
    zh="此文件未能读成表格，问题见“检查结果”；请修改原文件后再检查",
    en="this file could not be read as a table, see 检查结果; mend the file itself and check it again",
)


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


@dataclass(frozen=True, kw_only=True)
class MarkedWorkbook:
    """A workbook of one file's rows with the findings of its check."""

    findings: pl.DataFrame
    sent: Sent | None
    """None gives the findings alone."""
    catalog: Catalog
    language: Language

    def write(self, out: Path) -> Annotated:
        """Write it into the new file `out`; OSError where it cannot be written."""
        skeleton, commented = self._skeleton()
        styles = Styles(**dict(zip(FORMATS, styles_of(skeleton, _DATA_PART), strict=True)))
        listing = FindingsSheet(
            findings=self.findings,
            told=self._told,
            where=self._where,
            catalog=self.catalog,
            language=self.language,
        )
        write_filled(
            out,
            skeleton,
            {
                _DATA_PART: Rows(extent=self._extent, pieces=partial(self._data, styles)),
                _FINDINGS_PART: Rows(
                    extent=f"A1:{column_letters(len(WIDTHS) - 1)}{listing.height}",
                    pieces=partial(listing.pieces, styles),
                ),
            },
        )
        return Annotated(
            rows=self._held.height,
            left_out=0 if self.sent is None else self.sent.rows.height - self._held.height,
            marked=self._marks.height,
            commented=commented,
            listed=len(self._told),
            cut=int(sum(_too_long(self._held[name]).sum() for name in self._cells)),
        )

    def _skeleton(self) -> tuple[bytes, int]:
        """All of the workbook but its rows, and how many comments it has."""
        stream = BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
            formats = [book.add_format(properties) for properties in FORMATS.values()]
            data, listing = book.add_worksheet(DATA_SHEET), book.add_worksheet(FINDINGS_SHEET)
            for place, style in enumerate(formats):
                data.write_blank(0, place, None, style)
            listing.write_blank(0, 0, None, formats[0])  # its rows stand in place of this cell
            for place, width in enumerate(WIDTHS):
                listing.set_column(place, place, width)
            if self.sent is None:
                listing.activate()
            else:
                data.freeze_panes(1, 0)
                data.set_column(0, self._width - 1, 16, formats[0])
            commented = self._marks.head(COMMENTS_LIMIT)
            for line, place, unheld, numbers in commented.select(LINE, PLACE, UNHELD, NUMBER).iter_rows():
                text = (self._held[line, str(place)] if unheld else None) or ""
                data.write_comment(line + 1, place, self._comment(numbers, text), _COMMENT_SHAPE)
        return stream.getvalue(), commented.height

    def _data(self, styles: Styles) -> Iterator[bytes]:
        """The rows of data as markup, their header first."""
        if self.sent is None:
            said = pl.Series([_NO_TABLE.to(self.language)])
            yield rows_markup([Column(texts=said)], first=1)
            return
        marked = pl.Series([styles.header])
        header = [
            Column(texts=pl.Series([cell]), style=styles.header, marks=marked) for cell in self.sent.header
        ]
        yield rows_markup(header, first=1) if header else b""
        style = pl.when(REJECTS).then(pl.lit(styles.wrong)).otherwise(pl.lit(styles.doubtful))
        marks = self._marks.select(LINE, PLACE, UNHELD, style.alias("style"))
        by_place = {int(place): each for (place,), each in marks.partition_by(PLACE, as_dict=True).items()}
        yield from in_order(
            partial(self._piece, styles=styles, marks=by_place), range(0, self._held.height, _ROWS_A_PIECE)
        )

    def _piece(self, begin: int, *, styles: Styles, marks: dict[int, pl.DataFrame]) -> bytes:
        """Some rows, from the one at the place `begin`."""
        rows = self._held.slice(begin, _ROWS_A_PIECE)
        columns = []
        for place in range(self._width):
            name = str(place)
            sent = rows[name] if name in rows.columns else _empty(rows.height)
            texts, marked, errors = self._whole(sent.fill_null("")), None, None
            if place in marks:
                here = marks[place].filter(pl.col(LINE).is_between(begin, begin + rows.height, closed="left"))
                marked = _empty(rows.height).scatter(here[LINE] - begin, here["style"])
                unheld = here.filter(pl.col(UNHELD))[LINE] - begin
                errors = pl.repeat(False, rows.height, eager=True).scatter(unheld, True)
            if place == 0 and (unread := sent.is_null()).any():
                wrong = pl.when(unread).then(pl.lit(styles.wrong))
                texts = pl.select(
                    pl.when(unread).then(pl.lit(_UNREAD.to(self.language))).otherwise(texts)
                ).to_series()
                marked = pl.select(wrong if marked is None else pl.coalesce(marked, wrong)).to_series()
            columns.append(Column(texts=texts, style=styles.plain, marks=marked, errors=errors))
        return rows_markup(columns, first=begin + 2)

    def _whole(self, texts: pl.Series) -> pl.Series:
        """As much of each text as a cell holds; what is cut says so at its end."""
        long = _too_long(texts)
        if not long.any():
            return texts
        cut = _CUT.to(self.language)
        room = _SIGNS_PER_CHARACTER * (_CELL_CHARACTERS_LIMIT - _signs(cut))
        held = [
            text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + cut
            for text in texts.filter(long)
        ]
        return texts.scatter(long.arg_true(), held)

    def _comment(self, numbers: list[int], text: str) -> str:
        """What was found in a cell; `text` is what it was read as, where the cell no longer shows it."""
        said = dict.fromkeys(self._finding(number).sentence.to(self.language) for number in numbers)
        shown = text if len(text) <= _WAS_CHARACTERS else f"{text[:_WAS_CHARACTERS]}…"
        was = [_WAS.fill(text=shown).to(self.language)] if text else []
        return "\n".join([*was, *said])[:_COMMENT_CHARACTERS]

    def _finding(self, number: int) -> Finding:
        if number < len(self._told):
            return self._told[number]
        return sentence(self.findings.row(number, named=True), self.catalog)

    @cached_property
    def _told(self) -> list[Finding]:
        """The findings that are listed one by one."""
        return list(islice(sentences(self.findings, self.catalog), LISTED_LIMIT))

    @cached_property
    def _held(self) -> pl.DataFrame:
        """The rows that the sheet holds; what lay beside the table in a column after the last header."""
        if self.sent is None:
            return pl.DataFrame()
        rows = self.sent.rows.head(ROWS_LIMIT)
        if self.sent.beside.is_empty():
            return rows
        beside = self.sent.beside.select(ROW_NUMBER, pl.col("value").alias(str(len(self.sent.header))))
        return rows.join(beside, on=ROW_NUMBER, how="left", maintain_order="left")

    @cached_property
    def _where(self) -> pl.DataFrame:
        if self.sent is None:
            return placed(self.findings, rows=pl.Series(dtype=pl.Int64), printed={})
        last = (len(self.sent.header),)
        printed = dict.fromkeys(self.sent.beside["column"], last) | self.sent.printed
        return placed(self.findings, rows=self._held[ROW_NUMBER], printed=printed)

    @cached_property
    def _marks(self) -> pl.DataFrame:
        return marks_of(self.findings, self._where)

    @property
    def _cells(self) -> list[str]:
        return [name for name in self._held.columns if name not in PLACES]

    @property
    def _width(self) -> int:
        if self.sent is None:
            return 1
        return max(len(self.sent.header) + (not self.sent.beside.is_empty()), 1)

    @property
    def _extent(self) -> str:
        return f"A1:{column_letters(self._width - 1)}{self._held.height + 1}"


def _empty(height: int) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, height)


def _too_long(texts: pl.Series) -> pl.Series:
    """Which texts are longer than a cell holds, as a workbook counts: in units of UTF-16, two bytes each."""
    long = texts.str.len_bytes() > _CELL_CHARACTERS_LIMIT
    if not long.any():
        return long
    return pl.Series([text is not None and _signs(text) > _CELL_CHARACTERS_LIMIT for text in texts])


def _signs(text: str) -> int:
    """The length of a text as a workbook counts it."""
    return len(text.encode("utf-16-le")) // _SIGNS_PER_CHARACTER
