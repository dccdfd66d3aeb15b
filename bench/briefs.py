"""How long do the figures of a brief and its three renderings take over a ledger of a million entries?"""

import subprocess
import sys
from datetime import UTC, date, timedelta
from pathlib import Path

import polars as pl
from django.db import transaction

from bench.generated_home import CREATED_AT, commit
from bench.histories import DAYS, FIRST_DAY, posted_months, world_of
from bench.timing import seconds
from xiaobao.catalog import reading
from xiaobao.lib.clock import now
from xiaobao.outputs.brief.desk import open_desk
from xiaobao.outputs.brief.renderings import render_all
from xiaobao.submissions import closing, compaction, journal, lease, reporting
from xiaobao.submissions.home import Home, create_home
from xiaobao.submissions.home_file import Mark
from xiaobao.submissions.models import Batch

CLOSED_DAYS = 31
"""As many as the longest average and the late data look back, and the day."""
LAST_DAY = FIRST_DAY + timedelta(days=DAYS - 1)
_TIMES = 5
_COMMAND = Path(sys.executable).parent / "xiaobao"


def measure(folder: Path, rows: int) -> list[tuple[str, str]]:
    """Rows of the results table: figures and renderings of the daily and the weekly brief."""
    home = closed_home(folder / "briefs", rows=rows)
    found: list[tuple[str, str]] = []
    for series in ("daily", "weekly"):
        found += _of_series(home, series)
    found.append(_cold(home, folder))
    return found


def closed_home(folder: Path, *, rows: int) -> Home:
    """A generated home whose last days came one by one, each closed with everybody reported."""
    home = create_home(folder, domain_id="pbc", mark=Mark.SIMULATED, at=CREATED_AT)
    world = world_of(reading.load())
    months = list(posted_months(world, rows=rows, seed=1))
    cut = (DAYS - CLOSED_DAYS) * world.batches_a_day
    with lease.held(now=now) as mine:
        for month in months:
            earlier = month.filter(pl.col("posted_seq") <= cut)
            if earlier.height:
                commit(home, earlier)
        compaction.rewrite_by_month(home, mine, now=now())
    later = pl.concat([month.filter(pl.col("posted_seq") > cut) for month in months])
    for place in range(CLOSED_DAYS):
        first, day = cut + place * world.batches_a_day, LAST_DAY - timedelta(days=CLOSED_DAYS - 1 - place)
        with lease.held(now=now) as mine:
            commit(
                home, later.filter(pl.col("posted_seq").is_between(first + 1, first + world.batches_a_day))
            )
            compaction.merge_small(home, mine, now=now())
        _report_and_close(home, day, posted_seq=first + world.batches_a_day, first=place == 0)
    return home


def _report_and_close(home: Home, day: date, *, posted_seq: int, first: bool) -> None:
    """Every bank's report of the day arrived, and the day is closed; days before the first are skipped."""
    at = (home.domain.cutoff_at(day) + timedelta(minutes=1)).astimezone(UTC)
    with transaction.atomic():
        record = journal.append(home, kind="bench", payload={"posted_seq": posted_seq}, at=at)
        Batch.objects.create(
            sequence=record,
            kind="delivery",
            source_code="bench",
            batch_digest="0" * 64,
            arrived_at=home.domain.cutoff_at(day) - timedelta(hours=1),
            rows=0,
            posted_seq=posted_seq,
        )
        for source in reporting.due_on(home, day):
            status = reporting.ReportingStatus.ARRIVED
            reporting.record(home, source_code=source.code, day=day, status=status, at=at, receipt_sequence=1)
    closing.close_day(home, day, at=at, now=now, skip_from=FIRST_DAY if first else None)


def _of_series(home: Home, series: str) -> list[tuple[str, str]]:
    """Every run is of another day, so that no picture of a chart is drawn before."""
    days = [LAST_DAY - timedelta(days=back) for back in range(_TIMES + 1)]
    desks = [open_desk(home, day, path="institution", series=series) for day in days]
    briefs = [desk.compose("zh") for desk in desks]
    pages = [(brief, desk.naming(brief)) for brief, desk in zip(briefs, desks, strict=True)]
    render_all(*pages.pop(), home=home.path)
    assert not any(desk.refusals(brief) for brief, desk in zip(briefs, desks, strict=True))
    rendered = iter(pages)
    figures = seconds(
        lambda: open_desk(home, LAST_DAY, path="institution", series=series).compose("zh"), times=_TIMES
    )
    checked = seconds(lambda: desks[0].refusals(briefs[0]), times=_TIMES)
    drawn = seconds(lambda: render_all(*next(rendered), home=home.path), times=_TIMES)
    what = f"{series} brief"
    return [
        (
            f"{what}: its {len(briefs[0].figures)} figures, gathered and written (goal ≤ 1 s)",
            f"{figures:.2f} s",
        ),
        (f"{what}: every figure derived again, every token checked", f"{checked:.2f} s"),
        (
            f"{what}: PDF, DOCX and page, charts drawn anew, in a running process (goal ≤ 3 s)",
            f"{drawn:.2f} s",
        ),
    ]


def _cold(home: Home, folder: Path) -> tuple[str, str]:
    arguments = [
        *(str(_COMMAND), "brief", "compose", "--home", str(home.path), "--day", str(LAST_DAY)),
        *("--path", "institution", "--by", "A. Author", "--out", str(folder / "brief.html")),
    ]
    taken = seconds(lambda: subprocess.run(arguments, check=True, capture_output=True), times=_TIMES)
    what = "`xiaobao brief compose`: figures and all three renderings in a new process (goal ≤ 5 s)"
    return what, f"{taken:.2f} s"
