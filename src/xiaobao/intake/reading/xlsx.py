"""Reads a workbook: the rows that may be a header, then the rows below the one that is."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from xiaobao.catalog.sources import FileFormat
from xiaobao.intake.form import Form
from xiaobao.intake.reading.book import Book, SheetPart, read_book
from xiaobao.intake.reading.grid import COLUMNS_LIMIT, SheetRow, column_letters
from xiaobao.intake.reading.head import Head, Trailer, Wanted
from xiaobao.intake.reading.markup import BROKEN_RULE
from xiaobao.intake.reading.merges import Filler, Merge, merges_of, stated_merges
from xiaobao.intake.reading.records import Block
from xiaobao.intake.reading.rows import RowBlocks
from xiaobao.intake.reading.sheet import SheetReader
from xiaobao.intake.reading.unreadable import Trouble, unreadable
from xiaobao.intake.reading.zips import Zip
from xiaobao.lib.text import tidy

CHECKS = (
    *("workbook_broken", "unpacked_too_large", "long_line", "cell_error", "formula_without_value"),
    *("number_spoilt", "display_differs", "merged_cell", "merged_unclear", "cell_without_header"),
    *("hidden_rows", "hidden_columns", "hidden_sheet"),
)
"""The rules that reading a workbook applies."""

_MERGES_NEAR_LIMIT = 1000  # of a header; one with more of them is none, and is then found to fit nothing
_LETTERS_SHOWN = 10


@contextmanager
def open_workbook(path: Path, *, rows_limit: int) -> Iterator[tuple[Head, ...]]:
    """The rows of all sheets that may be a header, the first `rows_limit` of each; UnreadableError."""
    with Zip(path, rule_id=BROKEN_RULE) as packed:
        book = read_book(packed)
        sheets = [_Sheet(packed=packed, book=book, part=part) for part in book.sheets]
        heads = tuple(head for sheet in sheets for head in sheet.heads(rows_limit))
        if not heads:
            raise unreadable("empty_file")
        yield heads


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """The columns of a sheet that have a header, and the row below which the rows of data begin."""

    places: Sequence[int]
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """One sheet of the open workbook."""

    packed: Zip
    book: Book
    part: SheetPart

    def heads(self, rows_limit: int) -> Iterator[Head]:
        """The first rows that hold anything, with what merged cells say of them."""
        reader = SheetReader(self.part.part, self.book, forms={})
        rows = list(islice((row for row in reader.rows(self._pieces()) if row.cells), rows_limit))
        merges = self._merges_near(rows)
        filler = Filler(merges, columns=range(COLUMNS_LIMIT))
        fullest = 0
        for place, row in enumerate(rows, start=1):
            covering = [merge for merge in merges if merge.top <= row.number <= merge.bottom]
            own = _uncovered(row, covering)
            filler.fill(row)
            bottoms = (merge.bottom for merge in covering if merge.left in row.cells)
            columns = _Columns(places=sorted(row.cells), after=max((row.number, *bottoms)))
            yield self._head(row, columns, place=place, fullest_above=fullest)
            fullest = max(fullest, own)

    def _head(self, row: SheetRow, columns: _Columns, *, place: int, fullest_above: int) -> Head:
        return Head(
            cells=tuple(tidy(row.cells[column]) for column in columns.places),
            row=place,
            fullest_above=fullest_above,
            form=Form(format=FileFormat.WORKBOOK, sheet=self.part.name, header_line=row.number),
            letters=tuple(map(column_letters, columns.places)),
            parts=lambda wanted: self._parts(wanted, columns),
        )

    def _pieces(self) -> Iterator[bytes]:
        return self.packed.pieces(self.part.part)

    def _merges_near(self, rows: Sequence[SheetRow]) -> list[Merge]:
        if not rows:
            return []
        near = (merge for merge in merges_of(stated_merges(self._pieces())) if merge.top <= rows[-1].number)
        return list(islice(near, _MERGES_NEAR_LIMIT))

    def _parts(self, wanted: Wanted, columns: _Columns) -> Iterator[Block | Trailer | Trouble]:
        forms = {columns.places[place]: form for place, form in wanted.date_forms.items()}
        reader = SheetReader(self.part.part, self.book, forms=forms)
        merged = stated_merges(self._pieces())
        filler = Filler(merges_of(merged), columns=columns.places)
        blocks = RowBlocks(columns.places)
        hidden = _Hidden()
        waiting: SheetRow | None = None
        for row in reader.rows(self._pieces()):
            if row.number <= columns.after or not blocks.holds_anything(row):
                continue
            hidden.note(row)
            if waiting is not None:
                filler.fill(waiting)
                blocks.add(waiting)
                if blocks.full:
                    yield blocks.take()
            waiting = row
        if reader.merged != merged:
            raise unreadable(BROKEN_RULE, value="mergeCells")
        trailer = None if waiting is None else _trailer(waiting, columns.places, wanted.trailer)
        if waiting is not None and trailer is None:
            filler.fill(waiting)
            blocks.add(waiting)
        yield blocks.take()
        if trailer is not None:
            yield trailer
        yield from hidden.troubles(self.part, _within(columns.places, reader.hidden_columns))


@dataclass(slots=True)
class _Hidden:
    """What of a sheet is hidden and read all the same."""

    rows: int = 0
    first: int | None = None

    def note(self, row: SheetRow) -> None:
        """Count a row that is hidden."""
        if row.hidden:
            self.rows += 1
            self.first = self.first or row.number

    def troubles(self, part: SheetPart, columns: Sequence[int]) -> Iterator[Trouble]:
        """What the reporter is told."""
        if part.hidden:
            yield Trouble(rule_id="hidden_sheet", value=part.name)
        if self.rows:
            yield Trouble(rule_id="hidden_rows", line_number=self.first, value=str(self.rows))
        if columns:
            letters = [column_letters(column) for column in columns[:_LETTERS_SHOWN]]
            yield Trouble(rule_id="hidden_columns", value=", ".join(letters))


def _within(columns: Sequence[int], spans: Sequence[tuple[int, int]]) -> list[int]:
    """The columns that lie within one of the spans."""
    return [column for column in columns if any(first <= column <= last for first, last in spans)]


def _uncovered(row: SheetRow, covering: Sequence[Merge]) -> int:
    """How many cells of a row belong to no merged range: titles and the upper rows of a header do."""
    lefts = sorted(merge.left for merge in covering)
    rights = sorted(merge.right for merge in covering)
    return sum(bisect_right(lefts, column) == bisect_left(rights, column) for column in row.cells)


def _trailer(row: SheetRow, columns: Sequence[int], name: str | None) -> Trailer | None:
    """The last row as a trailer, where its first cell says so."""
    texts = [tidy(row.cells.get(column, "")) for column in columns]
    if name is None or texts[0] != name:
        return None
    return Trailer(cells=tuple(texts), line_number=row.number)
