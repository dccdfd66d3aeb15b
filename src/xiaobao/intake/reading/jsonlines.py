"""Reads a file of JSON objects, one a line, the headers of a layout as their keys.

Numbers are taken as they are written, digit by digit: no float comes between an amount and the ledger. Parsed
by the standard library: it alone gives both the pairs, so that a key stated twice is seen, and the digits.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from xiaobao.catalog.sources import FileFormat
from xiaobao.intake.form import Form
from xiaobao.intake.reading.head import Head, Trailer
from xiaobao.intake.reading.records import IRREGULAR_SCHEMA, LINE_NUMBER, ROW_NUMBER, Block
from xiaobao.intake.reading.rows import text_frame
from xiaobao.intake.reading.scan import LINE_LIMIT_BYTES
from xiaobao.intake.reading.unreadable import Trouble, UnreadableError, unreadable
from xiaobao.lib.encoding import ACCEPTED_ENCODINGS, BYTE_ORDER_MARK, GB18030, Recogniser
from xiaobao.lib.text import tidy

CHECKS = ("encoding", "nul_bytes", "long_line", "json_line", "json_nested", "json_key_twice", "json_keys")
"""The rules that reading JSON lines applies."""

_PIECE_BYTES = 1 << 20
_BLOCK_ROWS = 20_000
_KEYS_LIMIT = 1000
_KEY_SHOWN = 40
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wrong:
    """Why a line is no row."""

    rule_id: str
    key: str | None = None


_Pairs = list[tuple[str, str]]


def open_json_lines(path: Path) -> tuple[Head, ...]:
    """The keys of all objects as a header; UnreadableError where no line can be read, or the bytes cannot."""
    lines = _Lines(path)
    places: dict[str, int] = {}
    first: int | None = None
    for number, line in lines:
        pairs = _parse(line)
        if isinstance(pairs, _Wrong):
            first = first or number
            continue
        for key, _ in pairs:
            places.setdefault(key, len(places))
        if len(places) > _KEYS_LIMIT:
            raise unreadable("json_keys", line_number=number, expected=str(_KEYS_LIMIT))
    if not places:
        raise unreadable("json_lines", line_number=first)
    head = Head(
        cells=tuple(map(tidy, places)),
        row=1,
        fullest_above=0,
        form=Form(format=FileFormat.JSON_LINES, encoding=lines.encoding),
        parts=lambda _: _blocks(path, places),
    )
    return (head,)


class _Lines:
    """The lines of a file that hold anything, with their numbers."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.encoding = ""

    def __iter__(self) -> Iterator[tuple[int, str]]:
        number = 1
        for text in self._texts():
            for line in text.split("\n"):
                if line and not line.isspace():
                    yield number, line
                number += 1

    def _texts(self) -> Iterator[str]:
        """Whole lines without the last line end, some at a time."""
        with self._path.open("rb") as stream:
            marked = stream.read(len(BYTE_ORDER_MARK)) == BYTE_ORDER_MARK
            at = stream.seek(len(BYTE_ORDER_MARK) if marked else 0)
            recogniser = Recogniser(marked=marked)
            number, kept = 1, b""
            while True:
                piece = stream.read(_PIECE_BYTES)
                whole, end, kept = (kept + piece).rpartition(b"\n") if piece else (kept, b"", b"")
                if len(kept) > LINE_LIMIT_BYTES:
                    raise _too_long(number + whole.count(b"\n") + len(end))
                if whole or end:
                    yield _decoded(whole, recogniser, at=at, number=number)
                    number += whole.count(b"\n") + len(end)
                    at += len(whole) + len(end)
                self.encoding = recogniser.encoding
                if not piece:
                    return


def _decoded(content: bytes, recogniser: Recogniser, *, at: int, number: int) -> str:
    if (nul := content.find(b"\0")) >= 0:
        line = number + content.count(b"\n", 0, nul)
        raise unreadable("nul_bytes", line_number=line, value=f"byte {at + nul}")
    if (undecodable := recogniser.feed(content, at=at)) is not None:
        line = number + content.count(b"\n", 0, undecodable.at - at)
        value = f"byte {undecodable.at}"
        raise unreadable("encoding", line_number=line, value=value, expected=ACCEPTED_ENCODINGS)
    if len(content) > LINE_LIMIT_BYTES:
        sizes = [len(line) > LINE_LIMIT_BYTES for line in content.split(b"\n")]
        if any(sizes):
            raise _too_long(number + sizes.index(True))
    return content.decode(GB18030 if recogniser.encoding == GB18030 else "utf-8")


def _too_long(line: int) -> UnreadableError:
    return unreadable("long_line", line_number=line, expected=f"{LINE_LIMIT_BYTES // 1024} KiB")


class _Object(list[tuple[str, object]]):
    """The pairs of a JSON object, in order, a key as often as it is stated."""


def _refuse_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are no JSON


_DECODER = json.JSONDecoder(
    object_pairs_hook=_Object, parse_int=str, parse_float=str, parse_constant=_refuse_constant
)


def _parse(line: str) -> _Pairs | _Wrong:
    """The keys and texts of one line."""
    try:
        stated = _DECODER.decode(line)
    except (ValueError, RecursionError):
        return _Wrong(rule_id="json_line")
    if not isinstance(stated, _Object) or ("\\u" in line and _holds_no_text(stated)):
        return _Wrong(rule_id="json_line")
    if len({key for key, _ in stated}) < len(stated):
        keys = [key for key, _ in stated]
        return _Wrong(rule_id="json_key_twice", key=next(key for key in keys if keys.count(key) > 1))
    return _texts(stated)


def _texts(stated: _Object) -> _Pairs | _Wrong:
    pairs: _Pairs = []
    for key, value in stated:
        if isinstance(value, str):
            pairs.append((key, value))
        elif value is None:
            pairs.append((key, ""))
        elif isinstance(value, bool):
            pairs.append((key, "true" if value else "false"))
        else:
            return _Wrong(rule_id="json_nested", key=key)
    return pairs


def _holds_no_text(stated: _Object) -> bool:
    """True where an escape stands for half a character, or for NUL."""
    texts = (text for pair in stated for text in pair if isinstance(text, str))
    return any(_NOT_TEXT.search(text) for text in texts)


def _blocks(path: Path, places: dict[str, int]) -> Iterator[Block | Trailer | Trouble]:
    gathered = _Gathered(places)
    for number, line in _Lines(path):
        gathered.add(number, _parse(line))
        if gathered.read >= _BLOCK_ROWS:
            yield gathered.take()
    yield gathered.take()


class _Gathered:
    """Lines gathered for a block."""

    def __init__(self, places: dict[str, int]) -> None:
        self._places = places
        self._row = 0
        self._clear()

    def _clear(self) -> None:
        self._numbers: list[tuple[int, int]] = []
        self._texts: list[list[str]] = []
        self._irregular: list[tuple[str, int, int, None, str | None, None]] = []

    @property
    def read(self) -> int:
        """Lines that wait to be taken."""
        return len(self._numbers) + len(self._irregular)

    def add(self, number: int, pairs: _Pairs | _Wrong) -> None:
        """Take one line that holds anything."""
        self._row += 1
        if isinstance(pairs, _Wrong):
            key = pairs.key if pairs.key is None else pairs.key[:_KEY_SHOWN]
            self._irregular.append((pairs.rule_id, self._row, number, None, key, None))
            return
        texts = [""] * len(self._places)
        for key, text in pairs:
            texts[self._places[key]] = text
        self._numbers.append((self._row, number))
        self._texts.append(texts)

    def take(self) -> Block:
        """All lines taken since the last block."""
        places = {ROW_NUMBER: pl.Int64, LINE_NUMBER: pl.Int64}
        numbers = pl.DataFrame(self._numbers, schema=places, orient="row")
        block = Block(
            rows=text_frame(self._texts, width=len(self._places)).hstack(numbers),
            irregular=pl.DataFrame(self._irregular, schema=IRREGULAR_SCHEMA, orient="row"),
            read=self.read,
            lines=self.read,
        )
        self._clear()
        return block
