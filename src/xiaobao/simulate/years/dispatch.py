"""The deliveries of a path: who delivers what about which day, when it arrives, and under which revision."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from xiaobao.catalog.sources import Source
from xiaobao.simulate.years.course import Course
from xiaobao.simulate.years.draws import Draws
from xiaobao.simulate.years.mishaps import MISHAPS, in_parts, mishaps_of
from xiaobao.simulate.years.settings import Years
from xiaobao.simulate.years.statements import NEW, Rounds

_MORNING_SECONDS = 9 * 3600 + 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """What a path's reporters send."""

    statements: pl.DataFrame
    """Statements with `reporter` (place in the sources), `part`, `spoilt` and `mishap`."""
    deliveries: pl.DataFrame
    """`reporter`, `about`, `part`, `kind`, `mishap`, `rows`, `at` (local time), `revision`."""


def dispatch(
    course: Course,
    statements: pl.DataFrame,
    rounds: Rounds,
    *,
    sources: tuple[Source, ...],
    delivering: tuple[int, ...],
    years: Years,
    draws: Draws,
) -> Dispatch:
    """Send what those of a path's sources that deliver state; only banks' daily deliveries go wrong."""
    by_bank = sources[0].institution_code is not None
    reporter = course.entries["bank" if by_bank else "region"].gather(statements["entry"])
    statements = statements.with_columns(reporter=reporter)
    grid = _grid(rounds, delivering, statements, daily=_daily_from(course, years.daily_from, by_bank))
    grid = grid.with_columns(mishap=mishaps_of(grid, years.incidents, draws))
    statements = statements.join(
        grid.select("reporter", "about", "mishap", "new_rows"),
        on=["reporter", "about"],
        maintain_order="left",
    )
    statements = in_parts(statements, years.incidents, draws).drop("new_rows")
    rows = statements.group_by("reporter", "about", "part").len("rows")
    first = grid.select("reporter", "about", "mishap").with_columns(part=pl.lit(0, dtype=pl.Int8))
    later = rows.filter(pl.col("part") == 1).join(
        grid.select("reporter", "about", "mishap"), on=["reporter", "about"]
    )
    deliveries = pl.concat(
        [
            first.join(rows, on=["reporter", "about", "part"], how="left").with_columns(
                pl.col("rows").fill_null(0)
            ),
            later.select("reporter", "about", "mishap", "part", "rows"),
        ]
    )
    timed = deliveries.with_columns(kind=_kinds(), at=_moments(deliveries, course, sources[0], draws)).sort(
        "reporter", "at"
    )
    return Dispatch(
        statements=statements,
        deliveries=timed.with_columns(revision=pl.int_range(1, pl.len() + 1).over("reporter")),
    )


def _daily_from(course: Course, daily_from: date, by_bank: bool) -> int:
    """First place whose delivery may go wrong; the hotline's branches deliver as they should."""
    return course.days.place(daily_from) if by_bank else len(course.days.days)


def _grid(
    rounds: Rounds, reporters: tuple[int, ...], statements: pl.DataFrame, *, daily: int
) -> pl.DataFrame:
    """Every delivery that is due, with the new rows there are for it."""
    about = pl.DataFrame({"about": pl.Series(rounds.deliveries, dtype=pl.Int16)})
    who = pl.DataFrame({"reporter": pl.Series(reporters, dtype=pl.Int8)})
    new = statements.filter(pl.col("event") == NEW).group_by("reporter", "about").len("new_rows")
    return (
        who.join(about, how="cross")
        .join(new, on=["reporter", "about"], how="left", maintain_order="left")
        .with_columns(new_rows=pl.col("new_rows").fill_null(0), daily=pl.col("about") >= daily)
    )


def _kinds() -> pl.Expr:
    mended_whole = pl.col("mishap") == MISHAPS.index("wrong_total")
    return (
        pl.when(pl.col("rows") == 0)
        .then(pl.lit("nil"))
        .when((pl.col("part") == 1) & ~mended_whole)
        .then(pl.lit("supplementary"))
        .otherwise(pl.lit("regular"))
    )


def _moments(deliveries: pl.DataFrame, course: Course, source: Source, draws: Draws) -> pl.Series:
    """Local moments of arrival: before the deadline, or what the mishap makes of it."""
    number = (
        deliveries["about"].cast(pl.Int64) * 1000
        + deliveries["reporter"].cast(pl.Int64) * 10
        + deliveries["part"].cast(pl.Int64)
    ).to_numpy()
    deadline = _seconds(source)
    mishap, part = deliveries["mishap"].to_numpy(), deliveries["part"].to_numpy()
    seconds = deadline - draws.within("at", number, 300, 3300)
    evening = deadline + draws.within("at:late", number, 1200, 10_800)
    morning = 86_400 + _MORNING_SECONDS + draws.below("at:morning", number, 3600)
    seconds = np.where(mishap == MISHAPS.index("late"), evening, seconds)
    seconds = np.where(mishap == MISHAPS.index("next_day"), morning, seconds)
    wrong = mishap == MISHAPS.index("wrong_total")
    seconds = np.where(wrong & (part == 0), seconds - 3600, seconds)
    seconds = np.where(~wrong & (part == 1), morning, seconds)
    days = deliveries["about"].to_numpy().astype(np.int64)
    moments = (days * 86_400 + seconds) * 1_000_000
    start = (course.days.days[0] - date(1970, 1, 1)) // timedelta(microseconds=1)
    return pl.Series(moments + start).cast(pl.Datetime("us"))


def _seconds(source: Source) -> int:
    return source.deadline.hour * 3600 + source.deadline.minute * 60 + source.deadline.second
