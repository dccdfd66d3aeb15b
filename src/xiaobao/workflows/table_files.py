"""Tables that commands write: all or nothing."""

from pathlib import Path

import polars as pl

from xiaobao.lib.files import new_file, put_in_place
from xiaobao.lib.ids import new_token

_CHANGED = r"([=+\-@\t\r]|0[0-9]|[0-9]{12,}$)"
"""How a text begins that a spreadsheet would carry out (CWE-1236), or of which it makes another number: of
zeros in front and of more than fifteen digits nothing is left."""
_WRITTEN = f"^{_CHANGED}"
_STATED = f"^'{_CHANGED}"


def write_sheet(frame: pl.DataFrame, path: Path) -> None:
    """Write a table that persons open and fill in: with the mark by which spreadsheets know UTF-8.

    A text that they would change begins with an apostrophe; `as_stated` takes it away.
    """
    write_csv(frame.with_columns(pl.col(pl.String).str.replace(_WRITTEN, "'${1}")), path, is_marked=True)


def as_stated(frame: pl.DataFrame) -> pl.DataFrame:
    """The texts of a sheet as they were before it was written."""
    return frame.with_columns(pl.col(pl.String).str.replace(_STATED, "${1}"))


def write_csv(frame: pl.DataFrame, path: Path, *, is_marked: bool = False) -> None:
    """Write the table as CSV in UTF-8, with a byte order mark if asked; the path must not exist."""
    temporary = path.parent / f".{new_token()}.part"
    try:
        with new_file(temporary) as stream:
            frame.write_csv(stream, include_bom=is_marked)
        put_in_place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
