"""Rows of a CSV file that hold nothing, as spreadsheets write below a table: none, as in a workbook."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from xiaobao.intake.reading.records import LINE_NUMBER, ROW_NUMBER, Block

_PIECE_BYTES = 1 << 20


def end_of_data(path: Path, *, start: int, end: int, separator: str) -> int:
    """Where the last record between two offsets that holds anything ends; `start` where none does.

    Separators, line ends and blanks hold nothing. A quote does, so that no cell is cut.
    """
    empty = f"{separator} \t\r\n".encode()
    with path.open("rb") as stream:
        at = end
        while at > start:
            first = max(start, at - _PIECE_BYTES)
            stream.seek(first)
            held = len(stream.read(at - first).rstrip(empty))
            if held:
                return _line_end(path, first + held, end)
            at = first
    return start


def _line_end(path: Path, at: int, end: int) -> int:
    """The offset after the first newline from `at` on."""
    with path.open("rb") as stream:
        stream.seek(at)
        rest = stream.readline()
    return min(at + len(rest), end)


def without_blank(block: Block) -> Block:
    """The block without rows whose cells are all empty or white space; those after them count on."""
    rows = block.rows
    if rows.is_empty() or not rows["0"].str.contains(r"^\s*$").any():
        return block
    texts = pl.all().exclude(ROW_NUMBER, LINE_NUMBER)
    blank = rows.select(pl.all_horizontal(texts.str.contains(r"^\s*$"))).to_series()
    numbers = rows.filter(blank)[ROW_NUMBER]
    if numbers.is_empty():
        return block
    return replace(
        block,
        rows=_counted_on(rows.filter(~blank), numbers),
        irregular=_counted_on(block.irregular, numbers),
        read=block.read - numbers.len(),
    )


def _counted_on(frame: pl.DataFrame, blank: pl.Series) -> pl.DataFrame:
    before = blank.sort().search_sorted(frame[ROW_NUMBER]).cast(pl.Int64)
    return frame.with_columns((pl.col(ROW_NUMBER) - before).alias(ROW_NUMBER))
