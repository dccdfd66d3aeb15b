"""Keeping the ledger in few files: merges of small segments and the nightly rewrite by month.

Neither changes a row. New files are written and fsynced; then one transaction sets `replaced_by` on all
inputs while nobody else has, or nothing happens. What was replaced stays for readers that opened it before.
Only the holder of the lease merges: a new file that no transaction named yet is an orphan to the next holder,
who may delete it.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import polars as pl
from django.db import transaction

from xiaobao.ledger.segments import merge_segments, month_file_name, rewrite_months
from xiaobao.ledger.tables import Table
from xiaobao.lib.errors import XiaobaoError
from xiaobao.submissions.home import Home
from xiaobao.submissions.lease import Lease, require
from xiaobao.submissions.models import Segment
from xiaobao.submissions.segment_files import WrittenSegment, enter, new_name, new_stem

COMMITS_PER_MERGE = 20
_FILES_PER_MERGE = 8
_SMALLEST_TIER_ROWS = 2_000
_TIER_GROWTH = 8


class MergeLostError(XiaobaoError):
    """Another merge was first with one of the inputs; this one is dropped."""

    def __init__(self) -> None:
        super().__init__("another merge replaced one of these segments first; nothing was changed")


class MergeDiffersError(XiaobaoError):
    """A merge would have changed the ledger; nothing was changed."""


def merge_small(home: Home, mine: Lease, *, now: datetime) -> int:
    """Merge live segments of about one size where there are enough of them; how many were replaced.

    Sizes grow eightfold from tier to tier and a row is rewritten a few times in each, so that the work stays
    proportional to the ledger. Months of the nightly rewrite are left alone. Raises LeaseLostError when
    another poster has taken over; what was merged before stays merged.
    """
    replaced = 0
    for table in Table:
        tier, live = 0, _live(table)
        while live and tier <= max(map(_tier, live)):
            members = [segment for segment in live if _tier(segment) == tier]
            if len(members) >= (COMMITS_PER_MERGE if tier == 0 else _FILES_PER_MERGE):
                _merge(home, mine, members, now=now)
                replaced += len(members)
                live = _live(table)
            tier += 1
    return replaced


def rewrite_by_month(home: Home, mine: Lease, *, now: datetime) -> int:
    """Rewrite what was posted since the last rewrite into one sorted file a month; how many files it wrote.

    Only the months that got new rows are rewritten. Raises LeaseLostError when another poster has taken over.
    """
    fresh = _live(Table.ENTRIES)
    if not fresh:
        return 0
    folder = home.segments_folder
    touched = _months_of(folder, fresh)
    inputs = [*Segment.objects.filter(table=Table.ENTRIES.value, replaced_by=None, month__in=touched), *fresh]
    first, last = _span(inputs)
    stem = new_stem(Table.ENTRIES, kind="month", first=first, last=last)
    facts = rewrite_months(_paths(folder, inputs), folder=folder, stem=stem)
    written = [
        WrittenSegment(name=month_file_name(stem, month), table=Table.ENTRIES, facts=one, month=month)
        for month, one in facts.items()
    ]
    _replace(mine, inputs, written, merge=stem, now=now)
    return len(written)


def _merge(home: Home, mine: Lease, inputs: Sequence[Segment], *, now: datetime) -> None:
    first, last = _span(inputs)
    table = Table(inputs[0].table)
    name = new_name(table, kind="merge", first=first, last=last)
    facts = merge_segments(_paths(home.segments_folder, inputs), home.segments_folder / name)
    written = [WrittenSegment(name=name, table=table, facts=facts)]
    _replace(mine, inputs, written, merge=name, now=now)


def _replace(
    mine: Lease, inputs: Sequence[Segment], written: Sequence[WrittenSegment], *, merge: str, now: datetime
) -> None:
    before = (sum(one.rows for one in inputs), sum(one.sum_sign for one in inputs))
    after = (sum(one.facts.rows for one in written), sum(one.facts.sum_sign for one in written))
    if before != after:
        raise MergeDiffersError(f"{merge}: rows and sum of signs {before} would become {after}")
    with transaction.atomic():
        require(mine)
        names = [one.name for one in inputs]
        replaced = Segment.objects.filter(name__in=names, replaced_by=None)
        if replaced.update(replaced_by=merge, replaced_at=now) != len(names):
            raise MergeLostError
        for one in written:
            enter(one, at=now)


def _live(table: Table) -> list[Segment]:
    found = Segment.objects.filter(table=table.value, replaced_by=None, month=None)
    return list(found.order_by("first_posted_seq"))


def _tier(segment: Segment) -> int:
    tier, limit = 0, _SMALLEST_TIER_ROWS
    while segment.rows > limit:
        tier, limit = tier + 1, limit * _TIER_GROWTH
    return tier


def _span(segments: Sequence[Segment]) -> tuple[int, int]:
    return min(one.first_posted_seq for one in segments), max(one.last_posted_seq for one in segments)


def _months_of(folder: Path, segments: Sequence[Segment]) -> list[int]:
    rows = pl.scan_parquet(_paths(folder, segments), glob=False)
    return rows.select(pl.col("month").unique()).collect(engine="streaming")["month"].to_list()


def _paths(folder: Path, segments: Sequence[Segment]) -> list[Path]:
    return [folder / segment.name for segment in segments]
