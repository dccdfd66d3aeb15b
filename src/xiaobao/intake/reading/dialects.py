"""CSV that parts its cells by another sign than the comma, or ends its lines by carriage returns alone.

Such a file is read as if its sign and the comma had changed places, line ends likewise, and they are put back
in every text that was read: one for one, so that bytes, lines and quotes stay where they are and one reader
serves all dialects. Single quotes are text like any other sign (decision 0026).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from xiaobao.intake.reading.records import PLACES
from xiaobao.intake.reading.scan import LINE_LIMIT_BYTES
from xiaobao.intake.reading.unreadable import unreadable
from xiaobao.lib.encoding import BYTE_ORDER_MARK

COMMA = ","
SEPARATORS = (COMMA, ";", "\t", "|")
CARRIAGE_RETURN = "CR"

_SWAP_LINES = bytes.maketrans(b"\r\n", b"\n\r")
_PIECE_BYTES = 1 << 20
_QUOTED = re.compile(rb'"[^"]*+"')
_LONE_RETURN = re.compile(rb"\r(?!\r*\n)")
_STATED = re.compile(r"sep=(.)[\r\n]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a file parts cells and lines."""

    separator: str = COMMA
    line_end: str | None = None
    """`CARRIAGE_RETURN` for a file whose line ends were swapped by `lines_swapped`."""

    def with_commas(self, content: bytes) -> bytes:
        """UTF-8 content with the separator and the comma in each other's place."""
        if self.separator == COMMA:
            return content
        pair = f"{self.separator}{COMMA}".encode()
        return content.translate(bytes.maketrans(pair, pair[::-1]))

    def text(self, text: str) -> str:
        """A text that was read so, as it stood in the file."""
        return "".join(self._swaps.get(sign, sign) for sign in text)

    def rows(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows that were read so, as they stood in the file."""
        if not self._swaps:
            return rows
        signs, others = list(self._swaps), list(self._swaps.values())
        return rows.with_columns(pl.col(pl.String).exclude(*PLACES).str.replace_many(signs, others))

    @property
    def _swaps(self) -> Mapping[str, str]:
        swaps = {} if self.separator == COMMA else {COMMA: self.separator, self.separator: COMMA}
        return swaps | ({"\r": "\n", "\n": "\r"} if self.line_end else {})


def stated_separator(first_record: str) -> str | None:
    """The separator that a first line such as `sep=;` states, None where it is no such line."""
    match = _STATED.fullmatch(first_record)
    return match[1] if match and match[1] in SEPARATORS else None


def ends_by_returns(path: Path) -> bool:
    """True for a file whose lines end, outside quotes, in carriage returns alone.

    UnreadableError where the first line does and others do not: nobody can tell where rows end.
    """
    with path.open("rb") as stream:
        first = stream.read(LINE_LIMIT_BYTES).removeprefix(BYTE_ORDER_MARK)
    if b"\0" in first:  # UTF-16 or no text at all: the scan names it
        return False
    outside = _QUOTED.sub(b"", first)
    lone, newline = _LONE_RETURN.search(outside), outside.find(b"\n")
    if lone is None or 0 <= newline < lone.start():
        return False
    if newline >= 0:
        raise unreadable("lone_return", line_number=1)
    return True


def lines_swapped(path: Path, *, into: Path) -> None:
    """A copy of the file with carriage returns and newlines in each other's place."""
    with path.open("rb") as stream, into.open("wb") as copy:
        while piece := stream.read(_PIECE_BYTES):
            copy.write(piece.translate(_SWAP_LINES))
