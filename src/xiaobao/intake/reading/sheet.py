"""The rows of a sheet as they stream by: the text of each cell, and what is doubtful about it.

ECMA-376 part 1, 18.3. Rows and cells come in order, each once; a sheet in which they do not is broken, as
nobody can say which of two cells at one place is meant.
"""

from collections.abc import Iterable, Iterator, Mapping

from xiaobao.intake.reading.book import Book
from xiaobao.intake.reading.grid import COLUMNS, COLUMNS_LIMIT, MERGES_LIMIT, ROWS_LIMIT, SheetRow
from xiaobao.intake.reading.markup import BROKEN_RULE, Markup, names_of
from xiaobao.intake.reading.numbers import DateForms
from xiaobao.intake.reading.regular import HEAD_END, HEAD_LIMIT_BYTES, RegularRows, may_be_regular
from xiaobao.intake.reading.scan import LINE_LIMIT_BYTES
from xiaobao.intake.reading.unreadable import UnreadableError, unreadable
from xiaobao.intake.reading.values import Values

_NAMES = names_of("row", "c", "v", "f", "t", "rPh", "is", "col", "sheetData", "mergeCell")
_DIGITS = "0123456789"
_NUMBER_LENGTH = 7
_YES = ("1", "true")


class SheetReader:
    """Reads the rows of a sheet once, in order; `forms` says how columns that hold dates are read."""

    def __init__(self, part: str, book: Book, *, forms: Mapping[int, DateForms]) -> None:
        self._values = Values(book)
        self._forms = forms
        self._reader = _RowReader(part, self._values, forms)

    def rows(self, pieces: Iterable[bytes]) -> Iterator[SheetRow]:
        """The rows that are stated, empty ones too; UnreadableError where the sheet is broken."""
        reader, remaining = self._reader, iter(pieces)
        yield from self._regular_rows(remaining)
        for piece in remaining:
            yield from reader.read(piece)
        reader.markup.close()
        yield from reader.rows

    def _regular_rows(self, pieces: Iterator[bytes]) -> Iterator[SheetRow]:
        """The rows up to the first that only the parser reads; it is given the head, and what is left."""
        head, found, rest = _head(pieces)
        yield from self._reader.read(head + found)
        if found and self._reader.in_data and may_be_regular(head):
            regular = RegularRows(head, self._values, self._forms)
            yield from regular.read(rest)
            while not regular.ended and (piece := next(pieces, None)) is not None:
                yield from regular.read(piece)
            self._reader.last_row, rest = regular.last_row, regular.rest
        yield from self._reader.read(rest)

    @property
    def hidden_columns(self) -> tuple[tuple[int, int], ...]:
        """First and last of the columns that the sheet hides, once its first row was read."""
        return tuple(self._reader.hidden_columns)

    @property
    def merged(self) -> tuple[str, ...]:
        """The merged ranges as stated, such as A1:B2, once all was read: they stand after the rows."""
        return tuple(self._reader.merged)


def _head(pieces: Iterator[bytes]) -> tuple[bytes, bytes, bytes]:
    """What stands before the rows, the tag that begins them if there is one, and what was read beyond."""
    content = b""
    while HEAD_END not in content and len(content) < HEAD_LIMIT_BYTES and (piece := next(pieces, None)):
        content += piece
    return content.partition(HEAD_END)


class _RowReader:
    """The handlers of the parser; attributes rather than objects, for they run some times for each cell."""

    def __init__(self, part: str, values: Values, forms: Mapping[int, DateForms]) -> None:
        self.rows: list[SheetRow] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.merged: list[str] = []
        self.in_data = False
        self.last_row = 0
        self._part = part
        self._values = values
        self._forms = forms
        self._row: SheetRow | None = None
        self._row_text = ""
        self._column = -1
        self._size = 0
        self._collected = 0
        self._in_cell = False
        self._type = ""
        self._style = ""
        self._formula = False
        self._valued = False
        self._collecting = False
        self._reading = False
        self._parts: list[str] = []
        self.markup = Markup(part, start=self._start, end=self._end, text=self._text)

    def read(self, piece: bytes) -> Iterator[SheetRow]:
        """The rows that end in a piece."""
        self.markup.feed(piece)
        yield from self.rows
        self.rows.clear()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = _NAMES.get(name)
        if kind == "c":
            self._start_cell(attributes)
        elif kind == "v":
            self._start_value()
        elif kind == "t":
            self._collecting = self._in_cell and not self._reading and self._type == "inlineStr"
        elif kind == "row":
            self._start_row(attributes)
        elif kind == "f":
            self._formula = True
        elif kind == "rPh":
            self._reading = True
        elif kind == "col":
            self._note_hidden(attributes)
        elif kind == "mergeCell":
            self._note_merged(attributes.get("ref", ""))
        elif kind == "sheetData":
            self.in_data = True
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
            self.in_data = False
        elif kind is None:
            self.markup.higher()

    def _text(self, text: str) -> None:
        if self._collecting:
            self._parts.append(text)
            self._collected += len(text)
            self._limit(self._collected)

    def _limit(self, size: int) -> None:
        if size > LINE_LIMIT_BYTES:
            raise unreadable("long_line", line_number=self.last_row)

    def _start_value(self) -> None:
        if self._valued or not self._in_cell:
            raise self._broken(self.last_row)
        self._valued, self._collecting = True, self._type != "inlineStr"

    def _start_row(self, attributes: dict[str, str]) -> None:
        stated = attributes.get("r")
        number = self.last_row + 1 if stated is None else _whole(stated)
        if not self.in_data or self._row is not None or not self.last_row < number <= ROWS_LIMIT:
            raise self._broken(number)
        self.last_row, self._row_text, self._column, self._size = number, str(number), -1, 0
        self._row = SheetRow(number=number, hidden=attributes.get("hidden") in _YES)

    def _end_row(self) -> None:
        if self._row is not None:
            self.rows.append(self._row)
            self._row = None

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        column = self._column + 1 if reference is None else self._column_of(reference)
        if self._row is None or self._in_cell or not self._column < column < COLUMNS_LIMIT:
            raise self._broken(self.last_row)
        self._column, self._in_cell, self._formula, self._valued = column, True, False, False
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip(_DIGITS)
        if reference[len(letters) :] != self._row_text:
            return COLUMNS_LIMIT
        return COLUMNS.get(letters, COLUMNS_LIMIT)

    def _end_cell(self) -> None:
        row, column = self._row, self._column
        stated = "".join(self._parts) if self._parts else ""
        self._parts.clear()
        self._collected = 0
        self._in_cell = self._reading = False
        if row is None:
            return
        text, doubt = self._values.read(stated, self._type, self._style, self._forms.get(column))
        if text:
            row.cells[column] = text
            self._size += len(text)
            self._limit(self._size)
        elif self._formula and doubt is None and not (self._valued and self._type == "str"):
            doubt = "formula_without_value"
        if doubt is not None:
            row.doubts.append((column, doubt, text or stated))

    def _note_merged(self, reference: str) -> None:
        self.merged.append(reference)
        if len(self.merged) > MERGES_LIMIT:
            raise self._broken(0)

    def _note_hidden(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in _YES:
            first, last = _whole(attributes.get("min", "")), _whole(attributes.get("max", ""))
            self.hidden_columns.append((first - 1, last - 1))
            if len(self.hidden_columns) > COLUMNS_LIMIT:
                raise self._broken(0)

    def _broken(self, row: int) -> UnreadableError:
        return unreadable(BROKEN_RULE, line_number=row or None, value=f"{self._part}:{row}")


def _whole(text: str) -> int:
    """A whole number from 1 as the attributes of a sheet state it; 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _NUMBER_LENGTH else 0
