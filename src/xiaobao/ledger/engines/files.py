"""Whole rows read from the files by Polars, without an engine: for few rows with every column.

DuckDB would decode all columns of all rows; Polars decodes them for the rows wanted alone, which is three
to eight times as fast. Even so a file without any such row costs as much as ten of one column, so the
column that tells which rows are wanted is read first. Of small files, which most are where little is
reported a day, that column is kept: they never change, and every receipt asks for it.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from xiaobao.ledger.engines import require_present
from xiaobao.ledger.entries import SCHEMA
from xiaobao.lib.frames import compact

_KEPT_FILES, _KEPT_FILE_BYTES = 256, 1 << 20
"""Together some 20 MB of keys at most: a row has about 100 bytes in a file, its key 8."""
_Keys = npt.NDArray[np.int64]


class FileReader:
    """The half of an engine that reads whole rows on this host."""

    def rows_of_complaints(
        self, files: Sequence[Path], *, keys: pl.Series, columns: Sequence[str], posted_seq: int
    ) -> pl.DataFrame:
        """Some columns of the entries with these keys; see `ledger.engines.Engine`."""
        try:
            likely = [path for path in files if _may_hold(path, keys.to_numpy())]
        except OSError:
            require_present(files)
            raise
        return _read(likely, pl.col("complaint_key").is_in(keys.implode()), columns, posted_seq)

    def rows_of_ids(self, files: Sequence[Path], *, first: int, last: int, posted_seq: int) -> pl.DataFrame:
        """Every column of the entries with these ids; see `ledger.engines.Engine`."""
        return _read(files, pl.col("entry_id").is_between(first, last), tuple(SCHEMA), posted_seq)


def _may_hold(path: Path, keys: _Keys) -> bool:
    """False where a small file has none of the keys; a large one is asked by its column."""
    state = path.stat()
    if state.st_size > _KEPT_FILE_BYTES:
        return True
    held = _keys_of(path, state.st_mtime_ns)
    places = held.searchsorted(keys).clip(max=len(held) - 1)
    return bool(len(held)) and bool((held[places] == keys).any())


@lru_cache(maxsize=_KEPT_FILES)
def _keys_of(path: Path, _written_ns: int) -> _Keys:
    """In ascending order; a file written again under its name is another."""
    keys = pl.read_parquet(path, columns=["complaint_key"], glob=False)["complaint_key"]
    return keys.unique().sort().to_numpy()


def _read(files: Sequence[Path], wanted: pl.Expr, columns: Sequence[str], posted_seq: int) -> pl.DataFrame:
    try:
        holding = _holding(files, wanted)
        if not holding:
            return pl.DataFrame(schema={name: SCHEMA[name] for name in columns})
        rows = pl.scan_parquet(holding, glob=False).filter(wanted & (pl.col("posted_seq") <= posted_seq))
        return compact(rows.select(columns).collect(engine="streaming"))
    except OSError:
        require_present(files)
        raise


def _holding(files: Sequence[Path], wanted: pl.Expr) -> list[Path]:
    """The files that hold any row wanted."""
    anywhere = [pl.scan_parquet(path, glob=False).select(wanted.any()) for path in files]
    return [path for path, found in zip(files, pl.collect_all(anywhere), strict=True) if found.item()]
