"""Opens a CSV file of any dialect: the first records, parted by each sign, are what may be its header."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from xiaobao.catalog.sources import FileFormat
from xiaobao.intake.form import Form
from xiaobao.intake.reading.csv import Header, read_blocks, read_headers
from xiaobao.intake.reading.dialects import (
    CARRIAGE_RETURN,
    SEPARATORS,
    Dialect,
    ends_by_returns,
    lines_swapped,
    stated_separator,
)
from xiaobao.intake.reading.grid import COLUMNS_LIMIT
from xiaobao.intake.reading.head import Head, Trailer, Wanted
from xiaobao.intake.reading.records import Block
from xiaobao.intake.reading.scan import Scan, scan
from xiaobao.intake.reading.unreadable import UnreadableError

CHECKS = (
    "encoding",
    "nul_bytes",
    "long_line",
    "unclosed_quote",
    "lone_return",
    "empty_file",
    "field_count",
    "quote_stray",
)
"""The rules that reading a CSV file applies."""


@contextmanager
def open_csv(path: Path, *, work: Path, rows_limit: int) -> Iterator[tuple[Head, ...]]:
    """The first `rows_limit` records, parted by each separator; UnreadableError for what is no text."""
    if not ends_by_returns(path):
        yield _File(path=path, line_end=None).heads(rows_limit)
        return
    swapped = work / f"{path.name}.lines"
    try:
        lines_swapped(path, into=swapped)
        yield _File(path=swapped, line_end=CARRIAGE_RETURN).heads(rows_limit)
    finally:
        swapped.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file whose lines end in newlines, perhaps after a swap."""

    path: Path
    line_end: str | None

    def heads(self, rows_limit: int) -> tuple[Head, ...]:
        """What may be the header."""
        scanned = scan(self.path)
        if not isinstance(scanned, Scan):
            raise UnreadableError(scanned)
        first = next(read_headers(self.path, scanned, dialect=Dialect()), None)
        stated = None if first is None else stated_separator(first.record)
        return tuple(
            head
            for separator in ((stated,) if stated else SEPARATORS)
            for head in self._heads(scanned, separator, rows_limit, skipped=1 if stated else 0)
        )

    def _heads(self, scanned: Scan, separator: str, rows_limit: int, *, skipped: int) -> Iterator[Head]:
        dialect = Dialect(separator=separator, line_end=self.line_end)
        headers = islice(read_headers(self.path, scanned, dialect=dialect), skipped, rows_limit + skipped)
        fullest = 0
        for place, header in enumerate(headers, start=1):
            if len(header.cells) <= COLUMNS_LIMIT:
                yield self._head(scanned, header, dialect, place=place, fullest=fullest)
                fullest = max(fullest, sum(map(bool, header.cells)))

    def _head(
        self,
        scanned: Scan,
        header: Header,
        dialect: Dialect,
        *,
        place: int,
        fullest: int,
    ) -> Head:
        def parts(wanted: Wanted) -> Iterator[Block | Trailer]:
            return read_blocks(self.path, scanned, header, trailer_cell=wanted.trailer, dialect=dialect)

        return Head(
            cells=header.cells,
            sound=header.sound,
            row=place,
            fullest_above=fullest,
            form=Form(
                format=FileFormat.CSV,
                encoding=scanned.encoding,
                separator=dialect.separator,
                line_end=dialect.line_end,
                header_line=header.lines,
            ),
            parts=parts,
        )
