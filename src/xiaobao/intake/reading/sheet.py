"""The rows of a sheet as they stream by: the text of each cell, and what is doubtful about it.

ECMA-376 part 1, 18.3. Rows and cells come in order, each once; a sheet in which they do not is broken, as
nobody can say which of two cells at one place is meant.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from xiaobao.intake.reading.book import Book
from xiaobao.intake.reading.markup import BROKEN_RULE, Markup, names_of
from xiaobao.intake.reading.numbers import DateForms
from xiaobao.intake.reading.scan import LINE_LIMIT_BYTES
from xiaobao.intake.reading.unreadable import UnreadableError, unreadable
from xiaobao.intake.reading.values import Values

ROWS_LIMIT = 1_048_576
COLUMNS_LIMIT = 16_384

_NAMES = names_of("row", "c", "v", "f", "t", "rPh", "is", "col", "sheetData", "mergeCell")
_DIGITS = "0123456789"
_NUMBER_LENGTH = 7
_YES = ("1", "true")


@dataclass(slots=True, kw_only=True)
class SheetRow:
    """One row with the cells that hold something."""

    number: int
    """From 1, as the sheet shows it."""
    hidden: bool
    cells: dict[int, str] = field(default_factory=dict)
    """Column from 0 → text."""
    doubts: list[tuple[int, str, str]] = field(default_factory=list)
    """Column, rule id and value of cells that do not hold what they show."""


def column_letters(column: int) -> str:
    """A, B … Z, AA … of a column counted from 0."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


class SheetReader:
    """Reads the rows of a sheet once, in order; `forms` says how columns that hold dates are read."""

    def __init__(self, part: str, book: Book, *, forms: Mapping[int, DateForms]) -> None:
        self._reader = _RowReader(part, book, forms)

    def rows(self, pieces: Iterable[bytes]) -> Iterator[SheetRow]:
        """The rows that are stated, empty ones too; UnreadableError where the sheet is broken."""
        reader = self._reader
        for piece in pieces:
            reader.markup.feed(piece)
            yield from reader.rows
            reader.rows.clear()
        reader.markup.close()
        yield from reader.rows

    @property
    def hidden_columns(self) -> frozenset[int]:
        """The columns that the sheet hides, once its first row was read."""
        return frozenset(self._reader.hidden_columns)

    @property
    def merged(self) -> tuple[str, ...]:
        """The merged ranges as stated, such as A1:B2, once all was read: they stand after the rows."""
        return tuple(self._reader.merged)


class _RowReader:
    """The handlers of the parser; attributes rather than objects, for they run some times for each cell."""

    def __init__(self, part: str, book: Book, forms: Mapping[int, DateForms]) -> None:
        self.rows: list[SheetRow] = []
        self.hidden_columns: list[int] = []
        self.merged: list[str] = []
        self._part = part
        self._values = Values(book)
        self._columns = _columns()
        self._forms = forms
        self._row: SheetRow | None = None
        self._last_row = 0
        self._row_text = ""
        self._column = -1
        self._size = 0
        self._in_data = False
        self._in_cell = False
        self._type = ""
        self._style = ""
        self._formula = False
        self._valued = False
        self._collecting = False
        self._reading = False
        self._parts: list[str] = []
        self.markup = Markup(part, start=self._start, end=self._end, text=self._text)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = _NAMES.get(name)
        if kind == "c":
            self._start_cell(attributes)
        elif kind == "v" or kind == "t":
            self._collecting = self._in_cell and not self._reading
            self._valued = True
        elif kind == "row":
            self._start_row(attributes)
        elif kind == "f":
            self._formula = True
        elif kind == "rPh":
            self._reading = True
        elif kind == "col":
            self._note_hidden(attributes)
        elif kind == "mergeCell":
            self.merged.append(attributes.get("ref", ""))
        elif kind == "sheetData":
            self._in_data = True
        elif kind is None:
            self.markup.deeper()

    def _end(self, name: str) -> None:
        kind = _NAMES.get(name)
        if kind == "c":
            self._end_cell()
        elif kind == "v" or kind == "t":
            self._collecting = False
        elif kind == "row":
            self._end_row()
        elif kind == "rPh":
            self._reading = False
        elif kind == "sheetData":
            self._in_data = False
        elif kind is None:
            self.markup.higher()

    def _text(self, text: str) -> None:
        if self._collecting:
            self._parts.append(text)

    def _start_row(self, attributes: dict[str, str]) -> None:
        stated = attributes.get("r")
        number = self._last_row + 1 if stated is None else _whole(stated)
        if not self._in_data or self._row is not None or not self._last_row < number <= ROWS_LIMIT:
            raise self._broken(number)
        self._last_row, self._row_text, self._column, self._size = number, str(number), -1, 0
        self._row = SheetRow(number=number, hidden=attributes.get("hidden") in _YES)

    def _end_row(self) -> None:
        if self._row is not None:
            self.rows.append(self._row)
            self._row = None

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        column = self._column + 1 if reference is None else self._column_of(reference)
        if self._row is None or self._in_cell or not self._column < column < COLUMNS_LIMIT:
            raise self._broken(self._last_row)
        self._column, self._in_cell, self._formula, self._valued = column, True, False, False
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip(_DIGITS)
        if reference[len(letters) :] != self._row_text:
            return COLUMNS_LIMIT
        return self._columns.get(letters, COLUMNS_LIMIT)

    def _end_cell(self) -> None:
        row, column = self._row, self._column
        stated = "".join(self._parts) if self._parts else ""
        self._parts.clear()
        self._in_cell = self._reading = False
        if row is None:
            return
        text, doubt = self._values.read(stated, self._type, self._style, self._forms.get(column))
        if text and not text.isspace():
            row.cells[column] = text
            self._size += len(text)
            if self._size > LINE_LIMIT_BYTES:
                raise unreadable("long_line", line_number=row.number)
        elif self._formula and doubt is None and not (self._valued and self._type == "str"):
            doubt = "formula_without_value"
        if doubt is not None:
            row.doubts.append((column, doubt, text or stated))

    def _note_hidden(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in _YES:
            first, last = _whole(attributes.get("min", "")), _whole(attributes.get("max", ""))
            self.hidden_columns += range(max(first, 1) - 1, min(last, COLUMNS_LIMIT))

    def _broken(self, row: int) -> UnreadableError:
        return unreadable(BROKEN_RULE, line_number=row or None, value=f"{self._part}:{row}")


def _whole(text: str) -> int:
    """A whole number from 1 as the attributes of a sheet state it; 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _NUMBER_LENGTH else 0


@cache
def _columns() -> dict[str, int]:
    return {column_letters(column): column for column in range(COLUMNS_LIMIT)}
