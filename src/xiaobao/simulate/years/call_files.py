"""The files of calls: one a branch office and working day from the day on which reporting is daily."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from xiaobao.catalog.sources import Source
from xiaobao.simulate.manifest import PlannedDelivery
from xiaobao.simulate.years.calls import call_days, calls_of, counts, records
from xiaobao.simulate.years.course import Course
from xiaobao.simulate.years.draws import Draws
from xiaobao.simulate.years.settings import Years

_COUNTS, _RECORDS = "counts", "records"


def write_calls(
    course: Course, exchanges: tuple[Source, ...], *, years: Years, draws: Draws, folder: Path
) -> Iterator[PlannedDelivery]:
    """Write the branches' calls and tell when they are delivered; local moments without a zone."""
    came = _came_by_call(course, years, draws)
    for nth, place in enumerate(call_days(course, years.daily_from), start=1):
        day = course.days.days[place]
        (folder / "files" / f"{day:%Y%m}").mkdir(parents=True, exist_ok=True)
        for region in course.answering:
            code, source = course.regions[region], exchanges[region]
            calls = calls_of(
                course,
                region,
                place,
                came.get((region, place), 0),
                settings=years.calls,
                closed=code in years.regions.closed_city,
                draws=draws,
            )
            by_call = code in years.calls.records
            layout = {each.id: each for each in source.layouts}[_RECORDS if by_call else _COUNTS]
            rows = (
                records(calls, code, day, layout)
                if by_call
                else counts(calls, code, day, years.calls, layout)
            )
            file = None if rows.is_empty() else f"files/{day:%Y%m}/simulated-calls-{code}-{day:%Y%m%d}.csv"
            if file is not None:
                (folder / file).write_bytes(rows.write_csv(line_terminator="\r\n").encode("utf-8-sig"))
            early = int(draws.within("at:calls", np.array([place * 100 + region]), 120, 1500)[0])
            yield PlannedDelivery(
                at=datetime.combine(day, source.deadline) - timedelta(seconds=early),
                mark="simulated",
                source_code=source.code,
                day=day,
                kind="nil" if file is None else "regular",
                revision=nth,
                stated_total=len(rows),
                file=file,
            )


def _came_by_call(course: Course, years: Years, draws: Draws) -> dict[tuple[int, int], int]:
    """(Region, day) → entries registered from calls."""
    on_hotline = course.entries.filter("on_hotline")
    ways = list(years.hotline.via)
    way = draws.chosen("via", on_hotline["entry"].to_numpy(), list(years.hotline.via.values()))
    working = course.days.working[on_hotline["day"].to_numpy()]
    called = on_hotline.filter(pl.Series((way == ways.index("call")) & working))
    counted = called.group_by("region", "day").len()
    return {(region, day): count for region, day, count in counted.iter_rows()}
