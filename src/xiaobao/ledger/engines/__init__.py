"""Engines that answer a snapshot's questions; each takes the same Ibis expressions and the same files.

An expression names the tables it reads; which files, sequence, days and members they stand for is told with
each run. So a question of the same shape about another day or bank is the same expression, and an engine
that runs for long turns it into its own language once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import polars as pl

from xiaobao.lib.errors import ExitCode, UserError, XiaobaoError
from xiaobao.lib.words import Words

if TYPE_CHECKING:  # a receipt looks complaints up without an expression; Ibis takes 0.2 s to load
    import ibis


class SegmentMissingError(XiaobaoError):
    """A file of the snapshot is gone: it was replaced; the manifest is to be read again at the same as-of."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"segment {path.name} is gone")
        self.path = path


class EngineError(UserError):
    """The engine of the setting cannot answer; says what to do about it."""

    def __init__(self, words: Words, *, exit_code: ExitCode = ExitCode.SYSTEM_FAILED) -> None:
        super().__init__(words, exit_code=exit_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """The entries a question can need, in values an engine holds against the statistics of files."""

    first_on: date | None = None
    """The first `received_on`."""
    last_on: date | None = None
    """The last `received_on`, included."""
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Text column → the values wanted of it; the empty text stands for rows without a value as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """A second way to the same answer, where what is summed of the entries is no plain sum of signs."""

    of: "ibis.Table"
    """Rows whose `sign` is what they add to the sum, over the entries with the `filename` each is of."""
    total: "ibis.Table"
    """The question when such rows, or sums of them, stand in the place of the entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Rows of immutable Parquet files: those up to a posting sequence, inside an extent."""

    files: tuple[Path, ...]
    schema: Mapping[str, pl.DataType]
    posted_seq: int
    extent: Extent = Extent()
    summed_by: tuple[str, ...] = ()
    """The question takes nothing of the rows but sums of signs by these columns, the extent's among them: an
    engine may show it rows that sum alike instead. Empty: whole rows are asked for."""
    amounts: Amounts | None = None
    """What is summed by those columns where it is not the signs."""


class Engine(Protocol):
    """Reads immutable Parquet files and runs Ibis expressions over them, one at a time, in UTC."""

    def run(
        self,
        expression: "ibis.Expr",
        *,
        stored: Mapping[str, Stored] | None = None,
        given: Mapping[str, pl.DataFrame] | None = None,
    ) -> pl.DataFrame:
        """The rows of a table expression; raises SegmentMissingError.

        Its tables are named: those of files in `stored`, those of the caller in `given`; tables of its own
        (`ibis.memtable`) do as well. `stored` may name more than it reads.
        """
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
