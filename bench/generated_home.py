"""A home whose ledger was generated: 24 months as the nightly rewrite leaves them, then small commits on top.

The files come from the ledger's own functions and are named in the manifest by the poster's own calls; what
is left out is the archive and the journal, which no reader of figures looks at.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from django.db import transaction

from bench.histories import World, posted_months, world_of
from xiaobao.catalog import reading
from xiaobao.ledger.tables import Table
from xiaobao.lib.clock import now
from xiaobao.submissions import compaction, lease
from xiaobao.submissions.home import Home, create_home
from xiaobao.submissions.home_file import Mark
from xiaobao.submissions.models import LedgerHead
from xiaobao.submissions.segment_files import enter, write_rows

SMALL_COMMITS = 1_019
"""More than 1,000, and the number that leaves most files: one more would merge nineteen small ones."""
CREATED_AT = datetime(2018, 12, 31, tzinfo=UTC)


def make_home(folder: Path, *, rows: int, seed: int = 1, small_commits: int = SMALL_COMMITS) -> Home:
    """A simulated home of about `rows` entries; the last batches are a commit each, merged as they come."""
    home = create_home(folder, domain_id="pbc", mark=Mark.SIMULATED, at=CREATED_AT)
    world = world_of(reading.load())
    base, last = _divided(world, rows=rows, seed=seed, small_commits=small_commits)
    with lease.held(now=now) as mine:
        for frame in base:
            commit(home, frame)
        compaction.rewrite_by_month(home, mine, now=now())
        for frame in last:
            commit(home, frame)
            compaction.merge_small(home, mine, now=now())
    return home


def _divided(
    world: World, *, rows: int, seed: int, small_commits: int
) -> tuple[Iterator[pl.DataFrame], list[pl.DataFrame]]:
    """Months of rows for the rewrite, and the last batches one by one."""
    months = list(posted_months(world, rows=rows, seed=seed))
    numbers = pl.concat([month.select("posted_seq").unique() for month in months])["posted_seq"].sort()
    cut = numbers[-small_commits] if small_commits else numbers[-1] + 1
    earlier = (month.filter(pl.col("posted_seq") < cut) for month in months)
    later = pl.concat([month.filter(pl.col("posted_seq") >= cut) for month in months[-4:]])
    batches = later.partition_by("posted_seq", maintain_order=True)
    return (month for month in earlier if month.height), batches


def commit(home: Home, rows: pl.DataFrame) -> None:
    """What the poster does with the rows of a commit: a segment on the disk, then one transaction."""
    first, last = int(rows["posted_seq"][0]), int(rows["posted_seq"][-1])
    written = write_rows(home.segments_folder, rows, table=Table.ENTRIES, first=first, last=last)
    assert written is not None
    with transaction.atomic():
        LedgerHead.objects.filter(id=1).update(posted_seq=last, recorded_at=rows["recorded_at"][-1])
        enter(written, at=now())
