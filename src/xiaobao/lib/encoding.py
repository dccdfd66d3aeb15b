"""Which encoding a file is in: UTF-8 or GB18030, recognised piece by piece and never guessed at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

UTF_8 = "utf-8"
UTF_8_WITH_MARK = "utf-8-sig"
GB18030 = "gb18030"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ACCEPTED_ENCODINGS = "UTF-8, GB18030"

_BLOCK_BYTES = 1 << 20
_SAMPLE_BYTES = 1 << 16
# Text that was written in GB18030 uses the characters of GB 2312 nearly always; the same pairs read out of
# Latin-1 or of damaged UTF-8 fall outside it about every second time (decision 0021).
_COMMON_SHARE = 0.7
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UTF_32_MARKS = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
_WIDE = re.compile(r"[^\x00-\x7f]+")
_NOT_ASCII = re.compile(rb"[^\x00-\x7f]")
# Two Chinese characters of UTF-8 beside each other, which read as three rare or unlikely ones of GB18030.
_CHINESE_IN_UTF_8 = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecodable:
    """The byte, counted from 0, from which the file is in no encoding that is accepted."""

    at: int


def wide_encoding(first_bytes: bytes) -> str | None:
    """The name of an encoding of two or four bytes that the first bytes show, None when they show none."""
    if first_bytes.startswith(_UTF_32_MARKS):
        return "UTF-32"
    if first_bytes.startswith(_UTF_16_MARKS):
        return "UTF-16"
    sample = first_bytes[:256]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    return "UTF-16" if half >= 4 and (even + odd) * 10 >= half * 4 and min(even, odd) * 10 <= half else None


class Recogniser:
    """Fed a file in pieces that end at a character, it tells the encoding or the byte that has none."""

    def __init__(self, *, marked: bool) -> None:
        self.encoding = UTF_8_WITH_MARK if marked else UTF_8
        self._wide_seen = marked

    def feed(self, piece: bytes, *, at: int) -> Undecodable | None:
        """Take the piece that starts at byte `at` of the file."""
        if piece.isascii():
            return None
        if self.encoding == GB18030:
            return _line_in_utf_8(piece, at=at) or _undecodable(piece, GB18030, at=at)
        if _is_utf_8(piece):
            self._wide_seen = True
            return None
        if not self._wide_seen:
            mixed = _line_in_utf_8(piece, at=at)
            if _looks_like_gb18030(piece if mixed is None else piece[: mixed.at - at]):
                self.encoding = GB18030
                return mixed
        return _undecodable(piece, UTF_8, at=at)


def encoding_of(path: Path) -> str | Undecodable:
    """The encoding of a file, by all of its bytes."""
    recogniser, at = None, 0
    for piece in pieces(path):
        recogniser = recogniser or Recogniser(marked=piece.startswith(BYTE_ORDER_MARK))
        if (undecodable := recogniser.feed(piece, at=at)) is not None:
            return undecodable
        at += len(piece)
    return recogniser.encoding if recogniser else UTF_8


def pieces(path: Path) -> Iterator[bytes]:
    """The bytes of the file in pieces of whole lines."""
    left = b""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            lines, newline, rest = block.rpartition(b"\n")
            if newline:
                yield left + lines + newline
                left = rest
            else:
                left += block
    if left:
        yield left


def _is_utf_8(piece: bytes) -> bool:
    # Polars validates without building the text: some ten times as fast as bytes.decode.
    try:
        pl.Series([piece], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.ComputeError:
        return False
    return True


def _undecodable(piece: bytes, encoding: str, *, at: int) -> Undecodable | None:
    try:
        piece.decode(encoding)
    except UnicodeDecodeError as error:
        return Undecodable(at=at + error.start)
    return None


def _line_in_utf_8(piece: bytes, *, at: int) -> Undecodable | None:
    """Where a file in GB18030 goes on in UTF-8: the first line whose Chinese is UTF-8 to the last byte.

    Its bytes are pairs of GB18030 as well and would be read as other words, without a sign that it is so.
    """
    end = 0
    while (match := _CHINESE_IN_UTF_8.search(piece, end)) is not None:
        start, end = piece.rfind(b"\n", 0, match.start()) + 1, piece.find(b"\n", match.end())
        end = len(piece) if end < 0 else end
        line = piece[start:end]
        if _is_utf_8(line):
            wide = _NOT_ASCII.search(line)
            assert wide is not None, "the match is not ASCII"
            return Undecodable(at=at + start + wide.start())
    return None


def _looks_like_gb18030(piece: bytes) -> bool:
    try:
        text = piece.decode(GB18030)
    except UnicodeDecodeError:
        return False
    wide = "".join(_WIDE.findall(text))[:_SAMPLE_BYTES]
    if not wide:
        return False
    common = len(wide.encode("gb2312", "ignore")) // 2
    # Signs of four bytes, such as › between levels, have digits at every other: misread text has hardly any.
    of_four_bytes = len(wide.encode(GB18030)) // 2 - len(wide)
    return common + of_four_bytes >= _COMMON_SHARE * len(wide)
