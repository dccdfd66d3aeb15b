"""Rows of a sheet, gathered into blocks of text."""

from collections.abc import Sequence

import polars as pl

from xiaobao.intake.reading.grid import SheetRow, column_letters
from xiaobao.intake.reading.records import (
    DOUBTFUL_SCHEMA,
    IRREGULAR_SCHEMA,
    LINE_NUMBER,
    ROW_NUMBER,
    Block,
)
from xiaobao.intake.reading.unreadable import unreadable

_BLOCK_ROWS = 20_000
_BLOCK_SIZE = 8 << 20
SIZE_LIMIT = 1 << 29
"""Characters of all rows together: a text that many cells share is kept once in the workbook, not here."""

_STRAY_RULE = "cell_without_header"


class RowBlocks:
    """Takes rows one by one and gives them as blocks; a row keeps the number the sheet shows it under."""

    def __init__(self, columns: Sequence[int]) -> None:
        self._columns = columns
        self._places = {column: place for place, column in enumerate(columns)}
        self._numbers: list[int] = []
        self._texts: list[list[str]] = []
        self._doubts: list[tuple[str, int, int, int | None, str | None, str]] = []
        self._size = self._sizes = 0

    @property
    def full(self) -> bool:
        """True when a block should be taken."""
        return len(self._numbers) >= _BLOCK_ROWS or self._size >= _BLOCK_SIZE

    def holds_anything(self, row: SheetRow) -> bool:
        """True for a row of data: with a cell that holds something, or should, under a header."""
        return bool(row.cells) or any(column in self._places for column, *_ in row.doubts)

    def add(self, row: SheetRow) -> None:
        """Take one row; UnreadableError where all of them hold more text than may be kept."""
        cells = row.cells
        self._numbers.append(row.number)
        self._texts.append([cells.get(column, "") for column in self._columns])
        self._size += sum(map(len, self._texts[-1]))
        if self._sizes + self._size > SIZE_LIMIT:
            limit = f"{SIZE_LIMIT >> 20} MiB"
            raise unreadable("unpacked_too_large", line_number=row.number, value="sheet", expected=limit)
        if not cells.keys() <= self._places.keys():
            stray = min(cells.keys() - self._places.keys())
            self._doubts.append(
                (_STRAY_RULE, row.number, row.number, None, column_letters(stray), cells[stray])
            )
        for column, rule_id, value in row.doubts:
            place = self._places.get(column)
            if place is not None:
                self._doubts.append((rule_id, row.number, row.number, place, None, value))

    def take(self) -> Block:
        """All rows taken since the last block."""
        count = len(self._numbers)
        numbers = pl.Series(self._numbers, dtype=pl.Int64)
        texts = text_frame(self._texts, width=len(self._columns))
        block = Block(
            rows=texts.with_columns(numbers.alias(ROW_NUMBER), numbers.alias(LINE_NUMBER)),
            irregular=pl.DataFrame(schema=IRREGULAR_SCHEMA),
            read=count,
            lines=count,
            doubtful=pl.DataFrame(self._doubts, schema=DOUBTFUL_SCHEMA, orient="row"),
        )
        self._numbers.clear()
        self._texts.clear()
        self._doubts.clear()
        self._sizes, self._size = self._sizes + self._size, 0
        return block


def text_frame(rows: Sequence[Sequence[str]], *, width: int) -> pl.DataFrame:
    """Rows of `width` texts as columns named "0", "1" …"""
    columns = zip(*rows, strict=True) if rows else [()] * width
    return pl.DataFrame(
        [pl.Series(str(place), column, dtype=pl.String) for place, column in enumerate(columns)]
    )
