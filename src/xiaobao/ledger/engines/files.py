"""Whole rows read from the files by Polars, without an engine: for few rows with every column.

DuckDB would decode all columns of all rows; Polars decodes them for the rows wanted alone, which is three
to eight times as fast. Even so a file without any such row costs as much as ten of one column, so the
column that tells which rows are wanted is read first.
"""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from xiaobao.ledger.engines import require_present
from xiaobao.ledger.entries import SCHEMA
from xiaobao.lib.frames import compact


class FileReader:
    """The half of an engine that reads whole rows on this host."""

    def rows_of_complaints(
        self, files: Sequence[Path], *, keys: pl.Series, columns: Sequence[str], posted_seq: int
    ) -> pl.DataFrame:
        """Some columns of the entries with these keys; see `ledger.engines.Engine`."""
        return _read(files, pl.col("complaint_key").is_in(keys.implode()), columns, posted_seq)

    def rows_of_ids(self, files: Sequence[Path], *, first: int, last: int, posted_seq: int) -> pl.DataFrame:
        """Every column of the entries with these ids; see `ledger.engines.Engine`."""
        return _read(files, pl.col("entry_id").is_between(first, last), tuple(SCHEMA), posted_seq)


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
