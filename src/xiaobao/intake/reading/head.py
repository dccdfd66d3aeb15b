"""A row that may be the header of a file, and the rows below it: what readers give and intake chooses."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from xiaobao.intake.form import Form
from xiaobao.intake.reading.numbers import DateForms
from xiaobao.intake.reading.records import Block
from xiaobao.intake.reading.unreadable import Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Trailer:
    """A last row that states how many rows the file has, or sums of its columns."""

    cells: tuple[str, ...]
    """All cells of the row, by their place under the header."""
    line_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the layout that fits a header says of the rows below it."""

    trailer: str | None
    """First cell of a last row that states the total."""
    date_forms: Mapping[int, DateForms]
    """Place of a column from 0 → how its dates are read; for formats that have dates of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One row of the first ones."""

    cells: tuple[str, ...]
    """Half-width and trimmed."""
    sound: bool = True
    """False where the cells cannot be told apart for certain: then it fits nothing."""
    row: int
    """Its place among the rows of the file that hold anything, from 1."""
    fullest_above: int
    """How many cells the fullest row above it has, what belongs to the header itself left out."""
    form: Form
    """How the file is written if this is its header."""
    letters: tuple[str, ...] = ()
    """Column letters of the cells where the file is a sheet."""
    parts: Callable[[Wanted], Iterator[Block | Trailer | Trouble]]
    """Reads the rows: blocks, then what a last row states, then what is to be told of the whole."""
