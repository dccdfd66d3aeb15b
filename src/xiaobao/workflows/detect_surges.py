"""Detect surges in series of a file: read, judge every step by its past alone, write what was found."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from xiaobao.analysis.surges.auto import by_model, numbered
from xiaobao.analysis.surges.detection import Method, Threshold, by_reference
from xiaobao.analysis.surges.features import Features, of_days, of_weeks
from xiaobao.analysis.surges.groups_file import Groups, no_groups, read_groups
from xiaobao.analysis.surges.series import Frequency, Judgements, SeriesTable
from xiaobao.analysis.surges.wide_file import read_wide
from xiaobao.analysis.text.days import days_of
from xiaobao.catalog.catalog import Catalog, UnknownKeyError
from xiaobao.lib.errors import UserError
from xiaobao.lib.files import new_file, put_in_place
from xiaobao.lib.ids import new_token
from xiaobao.lib.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asks of a file of series."""

    series: Path
    frequency: Frequency
    on: date
    """The thresholds in force on that day are taken."""
    method: Method = Method.AUTO
    calendar_id: str | None = None
    groups: Path | None = None
    first_time: str | None = None
    """Only steps from this one on are written; named as the file writes it, or by its day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """What was judged."""

    table: SeriesTable
    groups: Groups
    judgements: Judgements

    @property
    def judged(self) -> int:
        """How many points were judged."""
        return int(self.judgements.judged.sum())

    @property
    def alarms(self) -> int:
        """How many of them raise an alarm."""
        return int(self.judgements.alarm.sum())


def detect(catalog: Catalog, asked: Asked) -> Detected:
    """Read and judge; UserError where a file, a calendar or a step cannot be used."""
    table = read_wide(asked.series, asked.frequency)
    groups = read_groups(asked.groups, table.ids) if asked.groups else no_groups(table.ids)
    decided = catalog.detectors.on(asked.on, frequency=asked.frequency.value)
    threshold = Threshold(
        alarm_probability=decided.alarm_probability,
        fewest_cases=decided.fewest_cases,
        recent_steps=decided.recent_steps,
    )
    first_step = _first_step(table, asked.first_time)
    features = _features(catalog, asked.calendar_id, table)
    if asked.method is Method.FARRINGTON:
        judgements = by_reference(table, threshold, first_step=first_step)
    else:
        judgements = by_model(
            table,
            features,
            numbered(groups.of_series),
            threshold,
            first_step=first_step,
            with_reference=asked.method is Method.AUTO,
        )
    return Detected(table=table, groups=groups, judgements=judgements)


def _features(catalog: Catalog, calendar_id: str | None, table: SeriesTable) -> Features:
    """What is known of each step; UserError for a calendar nobody knows, or that does not know a year."""
    if calendar_id is not None and calendar_id not in catalog.calendars:
        raise UnknownKeyError(
            what=Words(zh="日历", en="calendar"), key=calendar_id, known=tuple(catalog.calendars)
        )
    if table.frequency is Frequency.WEEKLY or table.days is None:
        return of_weeks(table)
    calendar = None if calendar_id is None else catalog.calendars[calendar_id]
    festivals = () if calendar_id is None else catalog.detectors.spring_festivals.get(calendar_id, ())
    return of_days(table.days, calendar=calendar, festivals=festivals)


def _first_step(table: SeriesTable, first_time: str | None) -> int:
    """The place of a step, named as its file writes it or by its day; UserError where there is none."""
    if first_time is None:
        return 0
    if first_time in table.times:
        return table.times.index(first_time)
    day = days_of(pl.Series([first_time])).item()
    if day is not None and table.days is not None and (found := np.flatnonzero(table.days == day)).size:
        return int(found[0])
    raise UserError(
        Words(
            zh=f"--from {first_time} 不在序列中：序列自 {table.times[0]} 至 {table.times[-1]}",
            en=f"--from {first_time} is no step of the series, which go from {table.times[0]} "
            f"to {table.times[-1]}",
        )
    )


def write(detected: Detected, path: Path) -> None:
    """Write `series_id,time,alarm,score`, series by series, for every judged point; all of it or nothing."""
    judged = detected.judgements.judged
    series, column = np.nonzero(judged)
    steps = np.array(detected.judgements.steps, dtype=np.int64)[column]
    frame = pl.DataFrame(
        {
            "series_id": pl.Series(detected.table.ids, dtype=pl.String).gather(series),
            "time": pl.Series(detected.table.times, dtype=pl.String).gather(steps),
            "alarm": detected.judgements.alarm[judged].astype(np.int8),
            # Zero added: a probability of one is 0, not the -0 that its logarithm gives.
            "score": detected.judgements.score[judged].round(4) + 0.0,
        }
    )
    temporary = path.parent / f".{new_token()}.part"
    try:
        with new_file(temporary) as stream:
            frame.write_csv(stream)
        put_in_place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
