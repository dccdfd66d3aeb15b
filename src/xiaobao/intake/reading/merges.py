"""Merged cells: what lies under one has the value of its first cell, and every row that takes it is told.

They are stated after the rows, so they are looked up first, by their letters alone; the parser, which sees
the whole of a sheet, must find the same ones.
"""

import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from xiaobao.intake.reading.grid import COLUMNS_LIMIT, MERGES_LIMIT, ROWS_LIMIT, SheetRow
from xiaobao.intake.reading.markup import BROKEN_RULE
from xiaobao.intake.reading.unreadable import unreadable

MERGED_RULE = "merged_cell"
UNCLEAR_RULE = "merged_unclear"

_STATED = re.compile(rb"<(?:[\w.-]+:)?mergeCell\s[^<>]*?\bref\s*=\s*[\"']([^\"'<>]{1,40})[\"']")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})(?::\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}))?")
_KEPT_BYTES = 1 << 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """One merged range; rows from 1, columns from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class _Open:
    """A range that goes on below the row that was read last."""

    merge: Merge
    text: str
    doubt: tuple[int, str, str] | None


class Filler:
    """Gives the cells under merged ranges their value, row by row.

    `columns` are those that have a header, in order: nothing is filled in anywhere else.
    """

    def __init__(self, merges: Iterable[Merge], *, columns: Sequence[int]) -> None:
        self._columns = columns
        headed = (merge for merge in merges if self._headed(merge))
        self._ahead = deque(sorted(headed, key=attrgetter("top")))
        self._open: dict[int, _Open] = {}

    def fill(self, row: SheetRow) -> None:
        """Fill in the cells of the next row that holds anything, and doubt what is not clear."""
        for column, opened in list(self._open.items()):
            if row.number > opened.merge.bottom:
                del self._open[column]
            else:
                self._fill(row, opened)
        while self._ahead and self._ahead[0].top <= row.number:
            self._begin(row, self._ahead.popleft())

    def _headed(self, merge: Merge) -> Sequence[int]:
        first, after = bisect_left(self._columns, merge.left), bisect_right(self._columns, merge.right)
        return self._columns[first:after]

    def _fill(self, row: SheetRow, opened: _Open) -> None:
        column = opened.merge.left
        own = row.cells.get(column)
        if own is not None and own != opened.text:
            row.doubts.append((column, UNCLEAR_RULE, own))  # what a merged range covers is not seen
        elif opened.text or opened.doubt:
            if opened.text:
                row.cells[column] = opened.text
            row.doubts.append(opened.doubt or (column, MERGED_RULE, opened.text))

    def _begin(self, row: SheetRow, merge: Merge) -> None:
        if merge.bottom < row.number:
            return
        top = merge.top == row.number
        if merge.bottom > merge.top:
            text = row.cells.get(merge.left, "") if top else ""
            doubt = next((each for each in row.doubts if each[0] == merge.left), None)
            self._open[merge.left] = _Open(merge, text, doubt if top else None)
            if not top:
                self._fill(row, self._open[merge.left])
        headed = self._headed(merge)
        if len(headed) > 1:
            row.doubts.append((headed[0], UNCLEAR_RULE, row.cells.get(headed[0], "")))


def stated_merges(pieces: Iterable[bytes]) -> tuple[str, ...]:
    """The ranges that a sheet states, looked up by their letters."""
    found: list[str] = []
    kept = b""
    for piece in pieces:
        window = kept + piece
        end = 0
        if b"mergeCell" in window:
            for match in _STATED.finditer(window):
                found.append(match[1].decode("utf-8", "replace"))
                end = match.end()
            if len(found) > MERGES_LIMIT:
                raise unreadable(BROKEN_RULE, value="mergeCells")
        kept = window[max(end, len(window) - _KEPT_BYTES) :]
    return tuple(found)


def merges_of(references: Iterable[str]) -> Iterator[Merge]:
    """The ranges within a sheet; what is no range covers nothing."""
    for reference in references:
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            continue
        first, second = _column(match[1]), _column(match[3] or match[1])
        top, bottom = int(match[2]), int(match[4] or match[2])
        yield Merge(
            top=min(top, bottom),
            left=min(first, second),
            bottom=min(max(top, bottom), ROWS_LIMIT),
            right=min(max(first, second), COLUMNS_LIMIT - 1),
        )


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
