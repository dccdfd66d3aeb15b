"""Reads a scanned CSV file: its header, its blocks of rows, its trailer."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xiaobao.intake.reading.encoding import GB18030
from xiaobao.intake.reading.records import Block, parse_block
from xiaobao.intake.reading.scan import Scan, Trouble
from xiaobao.lib.text import tidy

_RECORD = re.compile(rb'(?:[^"\n]++|"[^"]*+")*+(?:\n|\Z)')
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_CELL_LIMIT = 1 << 21  # characters; above the longest record the scan lets through

csv.field_size_limit(_CELL_LIMIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The first record of a file that is not blank."""

    cells: tuple[str, ...]
    """Half-width and trimmed."""
    data_from: int
    """Byte offset of the record after it."""
    lines: int
    """Physical lines up to and including the header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trailer:
    """A last row that states how many rows the file has."""

    stated: str
    line_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw:
    content: bytes
    last: bool


def read_header(path: Path, scan: Scan) -> Header | Trouble:
    """The header, or why there is none in the first block that can be read."""
    with path.open("rb") as stream:
        stream.seek(scan.data_from)
        content = stream.read(scan.block_ends[0] - scan.data_from)
    at = 0
    while match := _RECORD.match(content, at):
        if match.group().strip():
            lines = content.count(b"\n", 0, match.end())
            if _LONE_RETURN.search(b"".join(match.group().split(b'"')[::2])):
                return Trouble(rule_id="lone_return", line_number=max(lines, 1))
            cells = _cells(_text(match.group(), scan))
            if cells is None:
                return Trouble(rule_id="header_unknown", line_number=max(lines, 1), value='"')
            return Header(cells=cells, data_from=scan.data_from + match.end(), lines=lines)
        if match.end() == at:
            break
        at = match.end()
    return Trouble(rule_id="header_unknown", line_number=1)


def read_blocks(
    path: Path, scan: Scan, header: Header, *, trailer_cell: str | None
) -> Iterator[Block | Trailer]:
    """The rows block by block, then the trailer where the file has one."""
    row, line = 1, header.lines + 1
    for raw in _raw_blocks(path, scan, header):
        content, trailer = raw.content, None
        if raw.last:
            content = content.rstrip(b"\r\n") + b"\n" if content.strip(b"\r\n") else b""
            content, trailer = _split_trailer(content, trailer_cell)
        if content:
            block = parse_block(content, width=len(header.cells), first_row=row, first_line=line)
            row, line = row + block.read, line + block.lines
            yield block
        if trailer is not None:
            yield Trailer(stated=trailer, line_number=line)


def _raw_blocks(path: Path, scan: Scan, header: Header) -> Iterator[_Raw]:
    with path.open("rb") as stream:
        start = header.data_from
        for end in scan.block_ends:
            stream.seek(start)
            content = stream.read(end - start)
            yield _Raw(content=_utf_8(content, scan), last=end == scan.block_ends[-1])
            start = end


def _split_trailer(content: bytes, trailer_cell: str | None) -> tuple[bytes, str | None]:
    """The content without its trailer line, and the total the trailer states."""
    start = content.rfind(b"\n", 0, -1) + 1
    line = content[start:]
    if trailer_cell is None or line.count(b'"') % 2 or trailer_cell.encode() not in line:
        return content, None
    cells = _cells(line.decode())
    if not cells or cells[0] != trailer_cell:
        return content, None
    return content[:start], cells[1] if len(cells) > 1 else ""


def _cells(record: str) -> tuple[str, ...] | None:
    """The cells of one record; None when it is not one record as RFC 4180 wants it."""
    try:
        rows = list(csv.reader(io.StringIO(record, newline=""), strict=True))
    except csv.Error:
        return None
    return tuple(map(tidy, rows[0])) if len(rows) == 1 else None


def _utf_8(content: bytes, scan: Scan) -> bytes:
    return content.decode(GB18030).encode() if scan.encoding == GB18030 else content


def _text(content: bytes, scan: Scan) -> str:
    return content.decode(GB18030 if scan.encoding == GB18030 else "utf-8")
