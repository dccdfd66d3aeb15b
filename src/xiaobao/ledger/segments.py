"""Segments: immutable Parquet files, safely on the disk before anybody names them.

A segment is written under another name, fsynced, renamed, and its folder fsynced. Merging and rewriting
change no row: the number of rows and the sum of signs must be the same in and out, or nothing is written.
A file `.<name>.<token>.partial` is what a process left that was killed while writing; nobody reads it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from xiaobao.ledger.tables import table_of
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.files import put_in_place, sync_file
from xiaobao.lib.ids import new_token, sha256_hex_of_file

ROWS_PER_GROUP = 30_720  # docs/decisions/0068
COMPRESSION_LEVEL = 3  # of ZSTD
SORTED_ROWS_LIMIT = 1_000_000  # rows sorted in memory at once, about 700 MB

# Every question keeps to a path and to kinds of entry: sorted by them, other rows are not even decoded.
MONTH_ORDER = ("path", "entry_kind", "institution_code", "received_on", "entry_id")


class SegmentError(XiaobaoError):
    """A segment that is not what it must be; nothing was written under its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentFacts:
    """What the manifest keeps of a segment."""

    rows: int
    sum_sign: int
    first_posted_seq: int
    last_posted_seq: int
    digest: str
    """SHA-256 of the file's bytes, in hexadecimal."""
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What writing, merging and rewriting must keep."""

    rows: int
    sum_sign: int
    first_posted_seq: int | None
    last_posted_seq: int | None


def write_segment(rows: pl.DataFrame, path: Path) -> SegmentFacts:
    """Write rows of one table, at least one, as the segment `path` and return its facts.

    A file of that name, left by an attempt that no manifest ever named, is replaced. Raises SegmentError
    when the columns are not those of a segment, or when the file reads back differently.
    """
    if table_of(rows) is None:
        raise SegmentError(f"{path.name}: the columns are not those of a segment")
    return _seal(rows.lazy(), path, expected=_totals(rows.lazy()))


def merge_segments(paths: Sequence[Path], out: Path) -> SegmentFacts:
    """All rows of the segments in one file: entries by month and in `MONTH_ORDER`, other rows as they lie.

    As they lie is segment after segment; so are more entries than can be sorted in memory.
    """
    rows = _scan(paths)
    expected = _totals(rows)
    is_sortable = set(MONTH_ORDER) <= set(rows.collect_schema()) and expected.rows <= SORTED_ROWS_LIMIT
    return _seal(rows.sort("month", *MONTH_ORDER) if is_sortable else rows, out, expected=expected)


def rewrite_month(paths: Sequence[Path], *, month: int, out: Path) -> SegmentFacts:
    """The rows of one month (as 202003) of the segments, in `MONTH_ORDER`.

    The rows of other months stay where they are: see `rewrite_months` to replace the segments.
    """
    rows = _scan(paths).filter(pl.col("month") == month)
    expected = _totals(rows)
    if expected.rows <= SORTED_ROWS_LIMIT:
        return _seal(rows.sort(MONTH_ORDER), out, expected=expected)
    return _rewrite_in_parts(rows, out, expected)


def rewrite_months(paths: Sequence[Path], *, folder: Path, stem: str) -> dict[int, SegmentFacts]:
    """All rows of the segments in one sorted file a month, `<stem>-<month>.parquet`; facts by month.

    Raises SegmentError when the files do not hold the same number of rows and sum of signs as the segments.
    """
    months = _scan(paths).select(pl.col("month").unique().sort()).collect(engine="streaming")
    facts = {
        month: rewrite_month(paths, month=month, out=folder / month_file_name(stem, month))
        for month in months["month"].to_list()
    }
    expected = _totals(_scan(paths))
    written = (sum(one.rows for one in facts.values()), sum(one.sum_sign for one in facts.values()))
    if written != (expected.rows, expected.sum_sign):
        raise SegmentError(f"{stem}: months hold {written}, segments {expected}")
    return facts


def month_file_name(stem: str, month: int) -> str:
    """The name of a month's file in `rewrite_months`."""
    return f"{stem}-{month}.parquet"


def totals_of(path: Path) -> Totals:
    """Rows, sum of signs and sequences that a segment really holds."""
    return _totals(_scan([path]))


def _scan(paths: Sequence[Path]) -> pl.LazyFrame:
    return pl.scan_parquet(list(paths), glob=False)


def _totals(rows: pl.LazyFrame) -> Totals:
    sums = rows.select(
        pl.len().alias("rows"),
        pl.col("sign").cast(pl.Int64()).sum().alias("sum_sign"),
        pl.col("posted_seq").min().alias("first_posted_seq"),
        pl.col("posted_seq").max().alias("last_posted_seq"),
    ).collect(engine="streaming")
    return Totals(**sums.row(0, named=True))


def _rewrite_in_parts(rows: pl.LazyFrame, out: Path, expected: Totals) -> SegmentFacts:
    """Sort runs of what is sorted by one after the other; together they are the sorted month."""
    order = list(MONTH_ORDER[:-1])
    counts = rows.group_by(order).len().collect(engine="streaming").sort(order)
    part = ((pl.col("len").cum_sum() - 1) // SORTED_ROWS_LIMIT).alias("part")
    parts = counts.select(*order, part).lazy()
    paths = []
    with _partial_files(out) as next_name:
        for number in counts.select(part.unique().sort())["part"]:
            wanted = parts.filter(pl.col("part") == number)
            some = rows.join(wanted, on=order, how="semi", nulls_equal=True).sort(MONTH_ORDER)
            paths.append(next_name())
            _write(some, paths[-1])
        return _seal(_scan(paths), out, expected=expected)


def _seal(rows: pl.LazyFrame, path: Path, *, expected: Totals) -> SegmentFacts:
    if expected.first_posted_seq is None or expected.last_posted_seq is None:
        raise SegmentError(f"{path.name}: a segment has at least one row")
    with _partial_files(path) as next_name:
        partial = next_name()
        _write(rows, partial)
        found = totals_of(partial)
        if found != expected:
            raise SegmentError(f"{path.name}: written {found}, expected {expected}")
        facts = SegmentFacts(
            rows=expected.rows,
            sum_sign=expected.sum_sign,
            first_posted_seq=expected.first_posted_seq,
            last_posted_seq=expected.last_posted_seq,
            digest=sha256_hex_of_file(partial),
            size_bytes=partial.stat().st_size,
        )
        sync_file(partial)
        put_in_place(partial, path)
    return facts


def _write(rows: pl.LazyFrame, path: Path) -> None:
    rows.sink_parquet(
        path,
        compression="zstd",
        compression_level=COMPRESSION_LEVEL,
        row_group_size=ROWS_PER_GROUP,
        maintain_order=True,
    )


@contextmanager
def _partial_files(path: Path) -> Iterator[Callable[[], Path]]:
    """Names for files beside `path` that do not outlive the block."""
    names: list[Path] = []

    def next_name() -> Path:
        names.append(path.with_name(f".{path.name}.{new_token()}.partial"))
        return names[-1]

    try:
        yield next_name
    finally:
        for name in names:
            name.unlink(missing_ok=True)
