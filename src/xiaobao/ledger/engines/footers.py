"""What the footer of an immutable Parquet file says of its rows: which files a question can leave unread."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import pyarrow.parquet as pq
from pyarrow import ArrowException

from xiaobao.ledger.engines import Extent, SegmentMissingError

_FOOTERS_KEPT = 4_096


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is now: one written again under its name is another."""

    path: Path
    size_bytes: int
    written_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """Number of rows and edges of two columns; None where the file does not say."""

    rows: int = 0
    first_on: date | None = None
    last_on: date | None = None
    first_posted_seq: int | None = None
    last_posted_seq: int | None = None


def file_of(path: Path) -> File:
    """The file of a path; raises SegmentMissingError."""
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise SegmentMissingError(path) from error
    return File(path, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=_FOOTERS_KEPT)
def footer_of(file: File) -> Footer:
    """Read once a file; one that cannot be read says nothing: whoever reads its rows tells the trouble."""
    try:
        metadata = pq.read_metadata(file.path)
    except FileNotFoundError as error:
        raise SegmentMissingError(file.path) from error
    except (ArrowException, OSError):
        return Footer()
    days = [edge for edge in _edges(metadata, "received_on") if isinstance(edge, date)]
    sequences = [edge for edge in _edges(metadata, "posted_seq") if isinstance(edge, int)]
    return Footer(
        rows=metadata.num_rows,
        first_on=min(days, default=None),
        last_on=max(days, default=None),
        first_posted_seq=min(sequences, default=None),
        last_posted_seq=max(sequences, default=None),
    )


def overlaps(file: File, extent: Extent) -> bool:
    """False when the file can have no row of the extent's days."""
    footer = footer_of(file)
    if footer.first_on is None or footer.last_on is None:
        return True
    return (extent.last_on is None or footer.first_on <= extent.last_on) and (
        extent.first_on is None or extent.first_on <= footer.last_on
    )


def _edges(metadata: pq.FileMetaData, name: str) -> Iterator[object]:
    """Lowest and highest value of each row group; nothing at all where one group does not say."""
    places = [n for n in range(metadata.num_columns) if metadata.schema.column(n).path == name]
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    found = [group.column(place).statistics for group in groups for place in places]
    if all(one is not None and one.has_min_max for one in found):
        for one in found:
            yield from (one.min, one.max)
