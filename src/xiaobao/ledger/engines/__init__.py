"""Engines that answer a snapshot's questions; each takes the same Ibis expressions and the same files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import ibis
import polars as pl

from xiaobao.lib.errors import ExitCode, UserError, XiaobaoError
from xiaobao.lib.words import Words


class SegmentMissingError(XiaobaoError):
    """A file of the snapshot is gone: it was replaced; the manifest is to be read again at the same as-of."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"segment {path.name} is gone")
        self.path = path


class EngineError(UserError):
    """The engine of the setting cannot answer; says what to do about it."""

    def __init__(self, words: Words, *, exit_code: ExitCode = ExitCode.SYSTEM_FAILED) -> None:
        super().__init__(words, exit_code=exit_code)


class Engine(Protocol):
    """Reads immutable Parquet files and runs Ibis expressions over them, one at a time, in UTC."""

    def table(self, files: Sequence[Path], *, schema: Mapping[str, pl.DataType]) -> ibis.Table:
        """All rows of the files, which may be none; raises SegmentMissingError."""
        ...

    def run(self, expression: ibis.Expr) -> pl.DataFrame:
        """The rows of a table expression over tables of this engine; raises SegmentMissingError."""
        ...

    def rows_of_complaints(
        self, files: Sequence[Path], *, keys: pl.Series, columns: Sequence[str], posted_seq: int
    ) -> pl.DataFrame:
        """These columns of the entries with these complaint keys, up to a posting sequence, in no order.

        Raises SegmentMissingError.
        """
        ...

    def rows_of_ids(self, files: Sequence[Path], *, first: int, last: int, posted_seq: int) -> pl.DataFrame:
        """Every column of the entries from entry id `first` to `last`, both included; else as above."""
        ...

    def close(self) -> None:
        """Free what the engine holds; closing twice does no harm."""
        ...


def require_present(files: Sequence[Path]) -> None:
    """Raise SegmentMissingError for the first file that is gone."""
    for path in files:
        if not path.exists():
            raise SegmentMissingError(path)
