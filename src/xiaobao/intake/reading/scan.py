"""The byte scan before any parsing: what makes a file unreadable is found here, in bounded memory.

The file is walked from the end of one record to the end of another in steps of at most a megabyte, so that a
line of two gigabytes is refused after its first megabyte and an ordinary file is scanned by `bytes.rfind` and
`bytes.count` alone. Newlines, quotes and NUL are single bytes in UTF-8 and in GB18030, and never part of a
longer character, so the walk needs no decoding.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from xiaobao.intake.reading.unreadable import Trouble
from xiaobao.lib.encoding import (
    ACCEPTED_ENCODINGS,
    BYTE_ORDER_MARK,
    Recogniser,
    wide_encoding,
)

LINE_LIMIT_BYTES = 1 << 20
"""A physical line, or a record with its quoted line breaks, may not be longer."""
BLOCK_BYTES = 8 << 20
"""Records are parsed in blocks of about this size."""

_LIMIT_WITH_END = LINE_LIMIT_BYTES + 1  # the newline itself
_PIECE_BYTES = 1 << 20
_BACKWARD_STEPS = 64
_RECORDS = re.compile(rb'(?:(?:[^"\n]++|"[^"]*+")*+\n)++')
_REGULAR_CELLS = re.compile(rb'(?:(?:(?:"[^"]*+")++|[^",\n]*+)(?:,|\r?\n))*+')


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A file that can be parsed."""

    encoding: str
    data_from: int
    """First byte after a byte order mark."""
    block_ends: tuple[int, ...]
    """Byte offsets at which a record ends, about every `BLOCK_BYTES`, the last at the end of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    content: bytes
    at: int
    last: bool


def scan(path: Path) -> Scan | Trouble:
    """Scan the bytes of a file: encoding, NUL bytes, line length, quotes."""
    with path.open("rb") as stream:
        first = stream.read(_PIECE_BYTES)
        if not first.removeprefix(BYTE_ORDER_MARK).strip() and _only_blanks(stream):
            return Trouble(rule_id="empty_file")
        if (wide := wide_encoding(first)) is not None:
            return Trouble(rule_id="encoding", line_number=1, value=wide, expected=ACCEPTED_ENCODINGS)
        data_from = len(BYTE_ORDER_MARK) if first.startswith(BYTE_ORDER_MARK) else 0
        stream.seek(data_from)
        return _scan_records(path, stream, data_from=data_from)


def _only_blanks(stream: BinaryIO) -> bool:
    while piece := stream.read(_PIECE_BYTES):
        if piece.strip():
            return False
    return True


def _scan_records(path: Path, stream: BinaryIO, *, data_from: int) -> Scan | Trouble:
    recogniser = Recogniser(marked=data_from > 0)
    ends: list[int] = []
    block_from = data_from
    for piece in _pieces_of_records(stream, at=data_from):
        if isinstance(piece, Trouble):
            return _placed(piece, path)
        if (nul := piece.content.find(b"\0")) >= 0:
            return _placed(Trouble(rule_id="nul_bytes", value=f"byte {piece.at + nul}"), path)
        if (undecodable := recogniser.feed(piece.content, at=piece.at)) is not None:
            trouble = Trouble(rule_id="encoding", value=f"byte {undecodable.at}", expected=ACCEPTED_ENCODINGS)
            return _placed(trouble, path)
        end = piece.at + len(piece.content)
        if end - block_from >= BLOCK_BYTES or (piece.last and end > block_from):
            ends.append(end)
            block_from = end
    return Scan(encoding=recogniser.encoding, data_from=data_from, block_ends=tuple(ends))


def _pieces_of_records(stream: BinaryIO, *, at: int) -> Iterator[_Piece | Trouble]:
    """Whole records, a few megabytes at a time; a Trouble, placed by its byte, ends the walk."""
    buffer = b""
    while True:
        piece = stream.read(_PIECE_BYTES)
        buffer += piece
        end = _whole_records(buffer, last=not piece)
        if end is None and (nul := buffer.find(b"\0")) >= 0:
            yield Trouble(rule_id="nul_bytes", value=f"byte {at + nul}")
            return
        if end is None:
            yield _too_long(buffer, at=at, last=not piece)
            return
        if end or not piece:
            yield _Piece(content=buffer[:end], at=at, last=not piece)
            buffer, at = buffer[end:], at + end
        if not piece:
            return


def _whole_records(buffer: bytes, *, last: bool) -> int | None:
    """Where the last whole record of the buffer ends; None when one is longer than the limit or unclosed."""
    end = 0
    while len(buffer) - end > _LIMIT_WITH_END:
        found = last_record_end(buffer, end, end + _LIMIT_WITH_END)
        if found is None:
            return None
        end = found
    if not last:
        return end
    return len(buffer) if buffer.count(b'"', end) % 2 == 0 else None


def last_record_end(buffer: bytes, start: int, stop: int) -> int | None:
    """The place after the last newline of `[start, stop)` that ends a record beginning at or after `start`.

    `start` is where a record begins. None when no record ends in the span.
    """
    end = buffer.rfind(b"\n", start, stop)
    inside = end >= 0 and buffer.count(b'"', start, end) % 2 == 1
    for _ in range(_BACKWARD_STEPS):
        if end < 0 or not inside:
            return None if end < 0 else end + 1
        # Every newline after the quote before `end` is inside quotes as well: go on before that quote.
        earlier = buffer.rfind(b"\n", start, buffer.rfind(b'"', start, end))
        inside = earlier >= 0 and buffer.count(b'"', earlier, end) % 2 == 0
        end = earlier
    whole = _RECORDS.match(buffer, start, stop)
    return whole.end() if whole else None


def _too_long(buffer: bytes, *, at: int, last: bool) -> Trouble:
    """What is wrong with a buffer that ends no record within the limit; it has a byte, but no line yet."""
    start = 0
    while (found := last_record_end(buffer, start, start + _LIMIT_WITH_END)) is not None:
        start = found
    window = buffer[start : start + _LIMIT_WITH_END]
    if not last and (b"\n" not in window or window.count(b'"') % 2 == 0):
        return Trouble(rule_id="long_line", value=f"byte {at + start}", expected=_limit())
    cells = _REGULAR_CELLS.match(window)
    return Trouble(rule_id="unclosed_quote", value=f"byte {at + start + (cells.end() if cells else 0)}")


def _placed(trouble: Trouble, path: Path) -> Trouble:
    """The trouble with its line; an unclosed quote is placed where quoting first goes wrong."""
    at = int((trouble.value or "byte 0").removeprefix("byte "))
    if trouble.rule_id == "unclosed_quote":
        at = min(at, _first_irregular_cell(path))
    return Trouble(
        rule_id=trouble.rule_id,
        line_number=_line_at(path, at),
        value=f"byte {at}",
        expected=trouble.expected,
    )


def _first_irregular_cell(path: Path) -> int:
    """The byte where the first cell starts that is not written as RFC 4180 wants it.

    One stray quote turns inside and outside around for the rest of the file; the last quote, which is then
    the one left open, may lie far from the one that is wrong.
    """
    with path.open("rb") as stream:
        at = len(BYTE_ORDER_MARK) if stream.read(len(BYTE_ORDER_MARK)) == BYTE_ORDER_MARK else 0
        stream.seek(at)
        buffer = b""
        while True:
            piece = stream.read(_PIECE_BYTES)
            buffer += piece
            match = _REGULAR_CELLS.match(buffer)
            end = match.end() if match else 0
            if not piece or len(buffer) - end > _LIMIT_WITH_END:
                return at + end
            buffer, at = buffer[end:], at + end


def _line_at(path: Path, at: int) -> int:
    """The physical line, from 1, of a byte of the file."""
    newlines = 0
    with path.open("rb") as stream:
        while at > 0 and (piece := stream.read(min(_PIECE_BYTES, at))):
            newlines += piece.count(b"\n")
            at -= len(piece)
    return newlines + 1


def _limit() -> str:
    return f"{LINE_LIMIT_BYTES // 1024} KiB"
