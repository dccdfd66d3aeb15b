"""One block of CSV bytes → rows of text with their places; nothing dropped, nothing filled in.

What Polars reads is held against the bytes: every quoted part is a whole cell, every row ends in a newline,
and the cells weigh, with a comma or a line end after each and the quotes around them, as much as the block.
A block that does not add up is read record by record, where each irregular record becomes a finding. Its
*skeleton*, the block with every quoted part replaced by a NUL (a byte the scan has ruled out), holds a record
in each line and a cell before each comma.
"""

import csv
import io
import re
from dataclasses import dataclass, field, replace
from typing import Self

import polars as pl

from xiaobao.intake.reading.marks import Marks
from xiaobao.lib.errors import XiaobaoError

ROW_NUMBER = "row_number"
LINE_NUMBER = "line_number"
PLACES: dict[str, pl.DataType] = {ROW_NUMBER: pl.Int64(), LINE_NUMBER: pl.Int64()}

_RECORD = re.compile(rb'(?:[^"\n]++|"[^"]*+")*+\n')
_BEFORE_TEXT = ',"\r\n\t '  # about the first text of a record
_BEGINNING = 40  # characters of a record that are kept to tell what it is
_STRAY = "[^,\x00]\x00|\x00[^,\r\x00]|\x00\r."
IRREGULAR_SCHEMA: dict[str, pl.DataType] = {
    "rule_id": pl.String(),
    **PLACES,
    "value": pl.String(),
    "expected": pl.String(),
    "begins": pl.String(),  # how the record begins, where that is known
}
DOUBTFUL_SCHEMA: dict[str, pl.DataType] = {
    "rule_id": pl.String(),
    **PLACES,
    "place": pl.Int64(),  # of the column, from 0; empty where the cell lies under no header
    "column": pl.String(),  # then its letters
    "value": pl.String(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The rows of a block."""

    rows: pl.DataFrame
    """`row_number`, `line_number` and one text column a cell, named "0", "1" …; empty cells are ""."""
    irregular: pl.DataFrame
    """Records that are no rows: rule_id, row_number, line_number, value, expected."""
    read: int
    """Records of the block, regular or not; blank lines are none."""
    lines: int
    """Physical lines of the block."""
    doubtful: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DOUBTFUL_SCHEMA))
    """Cells of its rows that do not hold what they show."""

    def moved(self, *, rows: int, lines: int) -> Self:
        """The same block after so many other rows and lines."""
        further = (pl.col(ROW_NUMBER) + rows, pl.col(LINE_NUMBER) + lines)
        return replace(
            self,
            rows=self.rows.with_columns(*further),
            irregular=self.irregular.with_columns(*further),
            doubtful=self.doubtful.with_columns(*further),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Breaks:
    """Line breaks inside cells."""

    of_rows: pl.Series | None
    """How many each row has; None when no row has one."""
    newlines: int
    returns: int
    """Newlines of them after a carriage return."""


def parse_block(raw: bytes, *, width: int, first_row: int, first_line: int) -> Block:
    """Parse whole records in UTF-8, the last one ending in a newline.

    `width` is the number of columns, `first_row` and `first_line` the numbers of the first record.
    """
    regular = _parse_regular(raw, width=width)
    if regular is None:
        return _parse_records(raw, width=width, first_row=first_row, first_line=first_line)
    parsed, breaks = regular
    rows = parsed.with_columns(
        pl.int_range(first_row, first_row + parsed.height, dtype=pl.Int64).alias(ROW_NUMBER),
        _line_numbers(parsed.height, breaks, first_line=first_line).alias(LINE_NUMBER),
    )
    lines = parsed.height if breaks is None else parsed.height + int(breaks.sum())
    return Block(rows=rows, irregular=_no_irregular(), read=parsed.height, lines=lines)


def _parse_regular(raw: bytes, *, width: int) -> tuple[pl.DataFrame, pl.Series | None] | None:
    """The rows and how many line breaks each has inside its cells; None when they do not add up."""
    marks = Marks.of(raw)
    frame = None if marks is None else _read_csv(raw, width=width)
    if marks is None or frame is None:
        return None
    breaks = _breaks(frame, marks.newlines - frame.height)
    cells = sum(frame.select(pl.all().str.len_bytes().cast(pl.Int64).sum()).row(0))
    around = frame.height * width + marks.quotes + marks.returns - breaks.returns
    # Polars refuses a record with too many cells and fills one with too few, which then is too heavy.
    whole = marks.newlines == frame.height + breaks.newlines and cells + around == len(raw)
    return (frame, breaks.of_rows) if whole else None


def _read_csv(raw: bytes, *, width: int) -> pl.DataFrame | None:
    """Polars' reading of regular records; None when it refuses."""
    schema = {str(place): pl.String for place in range(width)}
    try:
        return pl.read_csv(raw, schema=schema, has_header=False, empty_string_is_null=False)
    except pl.exceptions.PolarsError:
        return None


def _breaks(rows: pl.DataFrame, newlines: int) -> _Breaks:
    """The line breaks inside cells, of which there are `newlines` altogether."""
    of_rows, found, returns = None, 0, 0
    for column in sorted(rows.get_columns(), key=lambda column: -column.estimated_size()):
        if found >= newlines:
            break
        inside = column.str.count_matches("\n", literal=True).cast(pl.Int64)
        if here := int(inside.sum()):
            of_rows, found = inside if of_rows is None else of_rows + inside, found + here
            returns += int(column.str.count_matches("\r\n", literal=True).sum())
    return _Breaks(of_rows=of_rows, newlines=found, returns=returns)


def _line_numbers(height: int, breaks: pl.Series | None, *, first_line: int) -> pl.Series:
    """The physical line each row starts on."""
    plain = pl.int_range(first_line, first_line + height, dtype=pl.Int64, eager=True)
    return plain if breaks is None else plain + breaks.cum_sum() - breaks


def _parse_records(raw: bytes, *, width: int, first_row: int, first_line: int) -> Block:
    """Record by record: regular ones are parsed, the others named."""
    records = _records(raw, first_row=first_row, first_line=first_line)
    named = records.with_columns(
        pl.when(pl.col("stray") & (pl.col("lines") > 1))
        .then(pl.lit("unclosed_quote"))
        .when(pl.col("stray"))
        .then(pl.lit("quote_stray"))
        .when(pl.col("fields") != width)
        .then(pl.lit("field_count"))
        .alias("rule_id")
    )
    regular = named.filter(pl.col("rule_id").is_null())
    irregular = named.filter(pl.col("rule_id").is_not_null()).select(
        "rule_id",
        ROW_NUMBER,
        LINE_NUMBER,
        pl.when(pl.col("rule_id") == "field_count").then(pl.col("fields").cast(pl.String)).alias("value"),
        pl.when(pl.col("rule_id") == "field_count").then(pl.lit(str(width))).alias("expected"),
        pl.when(pl.col("rule_id") == "field_count")
        .then(pl.col("record").str.strip_chars(_BEFORE_TEXT).str.head(_BEGINNING))
        .alias("begins"),
    )
    text = regular["record"].str.join("").item().encode()
    parsed = _read_csv(text, width=width) if text else None
    if parsed is None or parsed.height != regular.height:
        parsed = _read_slowly(text, width=width, height=regular.height)
    return Block(
        rows=parsed.with_columns(regular[ROW_NUMBER], regular[LINE_NUMBER]),
        irregular=irregular,
        read=records.height,
        lines=raw.count(b"\n"),
    )


def _records(raw: bytes, *, first_row: int, first_line: int) -> pl.DataFrame:
    """The records that are not blank lines: record, stray, fields, lines and places."""
    # Between the first quote and the second lies what is quoted, and so on: all the pieces at even places are
    # outside. Three times as fast as a substitution where every cell is quoted.
    skeleton = b"\0".join(raw.split(b'"')[::2])
    frame = pl.DataFrame(
        {"record": _RECORD.findall(raw), "bones": skeleton.split(b"\n")[:-1]},
        schema={"record": pl.Binary, "bones": pl.Binary},
    ).cast(pl.String)
    return (
        frame.with_columns(
            pl.col("record").str.count_matches("\n", literal=True).cast(pl.Int64).alias("lines"),
            pl.col("bones").str.contains(_STRAY).alias("stray"),
            (pl.col("bones").str.count_matches(",", literal=True) + 1).alias("fields"),
        )
        .with_columns((first_line + pl.col("lines").cum_sum() - pl.col("lines")).alias(LINE_NUMBER))
        .filter(pl.col("bones").str.strip_chars() != "")
        .with_columns(pl.int_range(first_row, first_row + pl.len(), dtype=pl.Int64).alias(ROW_NUMBER))
    )


def _read_slowly(text: bytes, *, width: int, height: int) -> pl.DataFrame:
    """The same rows by the standard library, where Polars would not read them."""
    rows = list(csv.reader(io.StringIO(text.decode(), newline=""), strict=True))
    if len(rows) != height or any(len(row) != width for row in rows):
        raise XiaobaoError(f"{len(rows)} rows were read where {height} of {width} cells were counted")
    return pl.DataFrame(rows, schema={str(place): pl.String for place in range(width)}, orient="row")


def _no_irregular() -> pl.DataFrame:
    return pl.DataFrame(schema=IRREGULAR_SCHEMA)
