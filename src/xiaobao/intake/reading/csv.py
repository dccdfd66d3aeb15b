"""Reads a scanned CSV file: its header, its blocks of rows, its trailer."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from xiaobao.intake.reading.blank import end_of_data, without_blank
from xiaobao.intake.reading.dialects import Dialect
from xiaobao.intake.reading.head import Trailer
from xiaobao.intake.reading.records import Block, parse_block
from xiaobao.intake.reading.scan import Scan
from xiaobao.lib.encoding import GB18030, UTF_8
from xiaobao.lib.parallel import in_order
from xiaobao.lib.text import tidy

_RECORD = re.compile(rb'(?:[^"\n]++|"[^"]*+")*+(?:\n|\Z)')
_CELL_LIMIT = 1 << 21  # characters; above the longest record the scan lets through

csv.field_size_limit(_CELL_LIMIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One of the first records of a file that are not blank."""

    record: str
    """As it stands in the file."""
    cells: tuple[str, ...]
    """Half-width and trimmed."""
    sound: bool
    """False when a quote is where none may be, and the cells are what can be made of it."""
    data_from: int
    """Byte offset of the record after it."""
    lines: int
    """Physical lines up to and including the header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw:
    content: bytes
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parsed:
    block: Block | None
    """Its rows numbered from 1, its lines too."""
    trailer: tuple[str, ...] | None
    """The cells of a last row that states totals."""


def read_headers(path: Path, scan: Scan, *, dialect: Dialect) -> Iterator[Header]:
    """The records of the first block that are not blank, each as the header it may be."""
    with path.open("rb") as stream:
        stream.seek(scan.data_from)
        content = stream.read(scan.block_ends[0] - scan.data_from)
    at = 0
    while (match := _RECORD.match(content, at)) and match.end() > at:
        at = match.end()
        if match.group().strip():
            record = _text(match.group(), scan)
            cells = _cells(record, dialect)
            yield Header(
                record=record,
                cells=_cells(record, dialect, strict=False) or () if cells is None else cells,
                sound=cells is not None,
                data_from=scan.data_from + at,
                lines=content.count(b"\n", 0, at),
            )


def read_blocks(
    path: Path, scan: Scan, header: Header, *, trailer_cell: str | None, dialect: Dialect
) -> Iterator[Block | Trailer]:
    """The rows block by block, then the trailer where the file has one."""
    rows, lines = 0, header.lines
    parse = partial(
        _parsed,
        width=len(header.cells),
        encoding=_encoding(scan),
        trailer_cell=trailer_cell,
        dialect=dialect,
    )
    for parsed in in_order(parse, _raw_blocks(path, scan, header, separator=dialect.separator)):
        if parsed.block is not None:
            yield parsed.block.moved(rows=rows, lines=lines)
            rows, lines = rows + parsed.block.read, lines + parsed.block.lines
        if parsed.trailer is not None:
            yield Trailer(cells=parsed.trailer, line_number=lines + 1)


def _raw_blocks(path: Path, scan: Scan, header: Header, *, separator: str) -> Iterator[_Raw]:
    start = header.data_from
    data_end = end_of_data(path, start=start, end=scan.block_ends[-1], separator=separator)
    with path.open("rb") as stream:
        while start < data_end:
            end = min(data_end, next(each for each in scan.block_ends if each > start))
            stream.seek(start)
            yield _Raw(content=stream.read(end - start), last=end == data_end)
            start = end


def _parsed(raw: _Raw, *, width: int, encoding: str, trailer_cell: str | None, dialect: Dialect) -> _Parsed:
    content = raw.content if encoding == UTF_8 else raw.content.decode(encoding).encode()
    content, trailer = dialect.with_commas(content), None
    if raw.last:
        content = content.rstrip(b"\r\n") + b"\n" if content.strip(b"\r\n") else b""
        content, trailer = _split_trailer(content, trailer_cell)
    block = parse_block(content, width=width, first_row=1, first_line=1) if content else None
    return _Parsed(
        block=None if block is None else without_blank(replace(block, rows=dialect.rows(block.rows))),
        trailer=None if trailer is None else tuple(map(dialect.text, trailer)),
    )


def _split_trailer(content: bytes, trailer_cell: str | None) -> tuple[bytes, tuple[str, ...] | None]:
    """The content without its trailer line, and the cells of the trailer."""
    start = content.rfind(b"\n", 0, -1) + 1
    line = content[start:]
    if trailer_cell is None or line.count(b'"') % 2 or trailer_cell.encode() not in line:
        return content, None
    cells = _cells(line.decode(), Dialect())
    if not cells or cells[0] != trailer_cell:
        return content, None
    return content[:start], cells


def _cells(record: str, dialect: Dialect, *, strict: bool = True) -> tuple[str, ...] | None:
    """The cells of one record; None when it is not one record as RFC 4180 wants it."""
    reader = csv.reader(io.StringIO(record, newline=""), strict=strict, delimiter=dialect.separator)
    try:
        rows = list(reader)
    except csv.Error:
        return None
    return tuple(map(tidy, rows[0])) if len(rows) == 1 or (rows and not strict) else None


def _text(content: bytes, scan: Scan) -> str:
    return content.decode(_encoding(scan))


def _encoding(scan: Scan) -> str:
    return GB18030 if scan.encoding == GB18030 else UTF_8
