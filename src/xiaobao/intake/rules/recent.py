"""A source's own recent days beside the day it reports: what the rules of volume and mix look at."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import polars as pl

from xiaobao.catalog.calendars import Calendar
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet, Standard
from xiaobao.catalog.recent_days import RecentDaysLimits
from xiaobao.catalog.sources import Source
from xiaobao.intake.day_counts import OLDER
from xiaobao.intake.rules import days_alike

CodeDays = dict[date, dict[str, int]]
"""Day of delivery → rows by code, in order of days; the reported day is the last."""


@dataclass(frozen=True, kw_only=True)
class Recent:
    """The counts of the source's days, those of the reported day apart."""

    day: date
    source: Source
    catalog: Catalog
    limits: RecentDaysLimits
    before: pl.DataFrame
    """`day_counts.DAY_COUNT_SCHEMA` of the days before, as far as as many deliveries had told of them."""
    own: pl.DataFrame
    """The same of the reported day."""

    @cached_property
    def usual_lag(self) -> int | None:
        """Days from receiving to reporting that most rows of the source have; None without a row."""
        near = self.before.filter((pl.col("lag") < OLDER) & (pl.col("rows") > 0))
        counted = near.group_by("lag").agg(pl.col("rows").sum()).sort(-pl.col("rows"), "lag")
        return None if counted.is_empty() else int(counted["lag"][0])

    def rows_by_day(self, lag: int) -> dict[date, int]:
        """Day of delivery → its rows of that lag, in order; a nil report has 0."""
        rows = pl.when(pl.col("lag") == lag).then("rows").otherwise(0).sum()
        return dict(_once(self.before).group_by("day").agg(rows).sort("day").iter_rows())

    def own_rows(self, lag: int | None = None) -> int:
        """Rows of the reported day's deliveries, of one lag or all."""
        return int(_of_lag(_once(self.own), lag)["rows"].sum())

    def by_code(self, *, lag: int | None = None) -> dict[Facet, CodeDays]:
        """Rows by facet, day and code, of one lag or all; days without a row are left out."""
        rows = _of_lag(pl.concat([self.before, self.own]), lag).filter(pl.col("rows") > 0)
        found: dict[Facet, CodeDays] = {facet: {} for facet in Facet}
        summed = rows.group_by("facet", "day", "code").agg(pl.col("rows").sum()).sort("day", "code")
        for facet, day, code, count in summed.iter_rows():
            found[Facet(facet)].setdefault(day, {})[code] = count
        return found

    @property
    def first(self) -> date:
        """The first day that is looked at."""
        return self.day - timedelta(days=self.limits.window_days)

    def is_ordinary(self, day: date) -> bool:
        """True where the calendar knows the day and it is neither a holiday nor moved by one."""
        return days_alike.is_ordinary(self._calendar, day)

    def is_like(self, each: date, day: date) -> bool:
        """True where `each` is ordinary and a working day if `day` is one, a day of rest if it is none."""
        return days_alike.are_alike(self._calendar, each, day)

    def has_new_standard(self) -> bool:
        """True where the coding standard changed within the days that are looked at."""
        return self._standard() != self.catalog.standard_on(self.source.domain_id, self.first)

    def is_in_force(self, facet: Facet, code: str, *, on: date) -> bool:
        """True unless the standard of the reported day knows the code as one not in force on a day."""
        standard = self._standard()
        table = None if standard is None else standard.tables.get(facet)
        row = None if table is None else table.codes.get(code)
        return row is None or row.in_force_on(on)

    @property
    def _calendar(self) -> Calendar:
        return self.catalog.calendar_of(self.source.domain_id)

    def _standard(self) -> Standard | None:
        return self.catalog.standard_on(self.source.domain_id, self.day)


def _once(counts: pl.DataFrame) -> pl.DataFrame:
    """Every row counted once: each is in every facet."""
    return counts.filter(pl.col("facet") == Facet.CAUSE.value)


def _of_lag(counts: pl.DataFrame, lag: int | None) -> pl.DataFrame:
    return counts if lag is None else counts.filter(pl.col("lag") == lag)
