"""The rows of a file as they were sent, kept while it is checked so that they can be given back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import polars as pl

from xiaobao.intake.reading.records import DOUBTFUL_SCHEMA, LINE_NUMBER, PLACES, ROW_NUMBER, Block

_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The rows of a file as they were read, nothing mapped."""

    header: tuple[str, ...]
    rows: pl.DataFrame
    """`row_number`, `line_number` and a text column a cell, "0", "1" …; null cells where there was no row."""
    printed: dict[str, tuple[int, ...]]
    """Header as findings print it → places of its cells."""
    beside: pl.DataFrame
    """`row_number`, `column` and `value` of cells under no header, by the letters of their column."""


class Keeper:
    """Keeps the blocks of a file that pass by."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []

    def keep(self, parts: Iterable[_Part]) -> Iterator[_Part]:
        """The same parts, one by one."""
        for part in parts:
            if isinstance(part, Block):
                self._blocks.append(part)
            yield part

    def sent(self, header: tuple[str, ...], printed: dict[str, tuple[int, ...]]) -> Sent:
        """What was kept, in the order of the file; records that were no rows stand in it without cells."""
        frames = [
            frame for block in self._blocks for frame in (block.rows, block.irregular.select([*PLACES]))
        ]
        rows = pl.concat(frames, how="diagonal") if frames else pl.DataFrame(schema=PLACES)
        doubtful = [pl.DataFrame(schema=DOUBTFUL_SCHEMA), *(block.doubtful for block in self._blocks)]
        beside = pl.concat(doubtful).filter(pl.col("place").is_null())
        return Sent(
            header=header,
            rows=rows.sort(LINE_NUMBER, ROW_NUMBER, nulls_last=True),
            printed=printed,
            beside=beside.select(ROW_NUMBER, "column", "value"),
        )
