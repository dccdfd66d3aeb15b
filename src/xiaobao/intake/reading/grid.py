"""Rows and columns of a sheet: their numbers, their letters, and how many of them are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ROWS_LIMIT = 1_048_576
COLUMNS_LIMIT = 16_384
MERGES_LIMIT = 500_000


def column_letters(column: int) -> str:
    """A, B … Z, AA … of a column counted from 0."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


COLUMNS: Mapping[str, int] = {column_letters(column): column for column in range(COLUMNS_LIMIT)}
"""Letters → column from 0."""


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
