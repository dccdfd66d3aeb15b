"""Tables that commands write: all or nothing."""

from pathlib import Path

import polars as pl

from xiaobao.lib.files import new_file, put_in_place
from xiaobao.lib.ids import new_token


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """Write the table as CSV in UTF-8; the path must not exist."""
    temporary = path.parent / f".{new_token()}.part"
    try:
        with new_file(temporary) as stream:
            frame.write_csv(stream)
        put_in_place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
