"""A workbook written in two steps: by XlsxWriter without its rows, then with them put into its sheets.

XlsxWriter makes all that is not rows (styles, comments, widths, parts) and takes 8 µs a cell, which is half a
minute for a large file; the markup of rows is short, and made a column at a time.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_BEGIN, _END = b"<sheetData>", b"</sheetData>"
_EXTENT = re.compile(rb'(?<=<dimension ref=")[^"]*')
_STYLE = re.compile(rb' s="([0-9]+)"')
_SHORT_LIMIT_BYTES = (1 << 31) - 1
"""What a member holds without the longer heads of ZIP64, which spreadsheet programs may warn of."""


class _TooLongError(Exception):
    """A member wants the longer heads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of one sheet."""

    extent: str
    """The range they take, such as A1:P100."""
    pieces: Callable[[], Iterator[bytes]]
    """Their markup; asked for again where the sheet turns out very large."""


def styles_of(skeleton: bytes, part: str) -> tuple[str, ...]:
    """The ids of the styles of the cells that the sheet holds so far, in their order."""
    with ZipFile(BytesIO(skeleton)) as packed:
        _, _, cells = packed.read(part).partition(_BEGIN)
    return tuple(style.decode() for style in _STYLE.findall(cells.partition(_END)[0]))


def write_filled(out: Path, skeleton: bytes, sheets: Mapping[str, Rows]) -> None:
    """Write the new file `out`: the workbook `skeleton`, the rows of these parts in place of its own.

    OSError where it cannot be written; then none is left.
    """
    with out.open("xb") as stream:
        try:
            try:
                _write(stream, skeleton, sheets, long=False)
            except _TooLongError:
                stream.seek(0)
                stream.truncate()
                _write(stream, skeleton, sheets, long=True)
        except BaseException:
            out.unlink()
            raise


def _write(stream: BinaryIO, skeleton: bytes, sheets: Mapping[str, Rows], *, long: bool) -> None:
    with ZipFile(BytesIO(skeleton)) as made, ZipFile(stream, "w", ZIP_DEFLATED) as packed:
        for member in made.infolist():
            content = made.read(member)
            info = ZipInfo(member.filename, member.date_time)
            info.compress_type, info.external_attr = ZIP_DEFLATED, member.external_attr
            if member.filename not in sheets:
                packed.writestr(info, content)
                continue
            size = 0
            with packed.open(info, "w", force_zip64=long) as sheet:
                for piece in _filled(content, sheets[member.filename]):
                    size += len(piece)
                    if size > _SHORT_LIMIT_BYTES and not long:
                        raise _TooLongError
                    sheet.write(piece)


def _filled(content: bytes, rows: Rows) -> Iterator[bytes]:
    head, _, rest = content.partition(_BEGIN)
    yield _EXTENT.sub(rows.extent.encode(), head) + _BEGIN
    yield from rows.pieces()
    yield _END + rest.partition(_END)[2]
