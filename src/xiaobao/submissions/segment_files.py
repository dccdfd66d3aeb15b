"""The files of the ledger in a home's segments folder: how they are named, written and entered."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from xiaobao.ledger.segments import SegmentFacts, write_segment
from xiaobao.ledger.tables import Table
from xiaobao.lib.ids import new_token
from xiaobao.submissions.models import Segment

_NAME = re.compile(rf"(?:{'|'.join(Table)})-[a-z]+-\d+-(\d+)-[0-9a-f]+(?:-(\d+))?\.parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSegment:
    """A segment on the disk that the manifest does not name yet."""

    name: str
    table: Table
    facts: SegmentFacts
    month: int | None = None


def new_name(table: Table, *, kind: str, first: int, last: int) -> str:
    """A name nobody else gives: two posters that complete the same claim write two files."""
    return f"{new_stem(table, kind=kind, first=first, last=last)}.parquet"


def new_stem(table: Table, *, kind: str, first: int, last: int) -> str:
    """The same without its ending: the name of a merge with several files."""
    return f"{table}-{kind}-{first:012d}-{last:012d}-{new_token()}"


def last_posted_seq_of(name: str) -> int | None:
    """The last posting sequence that a segment's name says it holds; None for another kind of file."""
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else None


def month_of(name: str) -> int | None:
    """The month, as 202003, that a file of the nightly rewrite names; None for any other."""
    found = _NAME.fullmatch(name)
    return int(found[2]) if found and found[2] else None


def write_rows(
    folder: Path, rows: pl.DataFrame, *, table: Table, first: int, last: int
) -> WrittenSegment | None:
    """Write the rows of a commit durably; None when there are none."""
    if rows.is_empty():
        return None
    name = new_name(table, kind="commit", first=first, last=last)
    return WrittenSegment(name=name, table=table, facts=write_segment(rows, folder / name))


def enter(written: WrittenSegment, *, at: datetime) -> None:
    """Name a segment live, in the transaction that makes its rows the ledger's; `at` is the real clock."""
    Segment.objects.create(
        name=written.name,
        table=written.table.value,
        digest=written.facts.digest,
        size_bytes=written.facts.size_bytes,
        rows=written.facts.rows,
        sum_sign=written.facts.sum_sign,
        first_posted_seq=written.facts.first_posted_seq,
        last_posted_seq=written.facts.last_posted_seq,
        month=written.month,
        created_at=at,
    )
