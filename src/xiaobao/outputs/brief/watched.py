"""What the nightly runs told of a brief's days: figures of a basis of their own, beside the ledger's.

A night's run is a file; a brief of a day that has none has no such section. Whatever else a night writes
(hot issues) takes its place the same way: a value read from its file, and a section that is absent without.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from xiaobao.analysis.amounts import FigureValue
from xiaobao.analysis.figures import Figure, Reading
from xiaobao.analysis.questions import Filter
from xiaobao.analysis.rounding import per_cent
from xiaobao.analysis.surges import told
from xiaobao.analysis.surges.told import Told, ToldDay, ToldPart, ToldPath, ToldSurge
from xiaobao.catalog.measures import MeasureKind
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.periods import day_period
from xiaobao.lib.words import Words

BASIS = "run:surges"
"""Figures of what a night's run told: derived again by running again."""
RUN_DAY = "watched_on"
"""The dimension that says which day's run told a figure."""
RUN_MEASURES: Mapping[str, Words] = {
    "watch.judged": Words(zh="判断的序列数", en="series judged"),
    "watch.told": Words(zh="提示项数", en="issues told"),
    "watch.observed": Words(zh="实收件数", en="observed"),
    "watch.expected": Words(zh="预期件数", en="expected"),
    "watch.low": Words(zh="预期区间下限", en="interval, low"),
    "watch.high": Words(zh="预期区间上限", en="interval, high"),
    "watch.ratio": Words(zh="实收为预期的倍数", en="observed over expected"),
    "watch.part": Words(zh="其中件数", en="of these"),
    "watch.share": Words(zh="其中占比", en="share of these"),
}
_KINDS = {
    "watch.expected": MeasureKind.AVERAGE,
    "watch.ratio": MeasureKind.AVERAGE,
    "watch.share": MeasureKind.SHARE,
}
COUNTED = frozenset({"watch.observed", "watch.part"})
"""Counts of ledger rows, so that rows stand behind them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What the run of one day told on the path of the brief."""

    day: date
    posted_seq: int
    catalog_digest: str
    path: ToldPath

    @property
    def judged(self) -> bool:
        """True where at least one series could be judged."""
        return self.path.judged > 0

    def surge(self, key: str) -> ToldSurge | None:
        """The surge of a series; None where the run told none of it."""
        return next((one for one in self.path.surges if one.key == key), None)


Nights = Mapping[date, Night]
"""Day of the brief → what its run told; days without a run are not there."""


def night_of(run: Told, *, path: str | None) -> Night | None:
    """A run's answer for one path; None where that path was not watched."""
    on_path = run.on_path(path)
    if on_path is None:
        return None
    return Night(day=run.day, posted_seq=run.posted_seq, catalog_digest=run.catalog_digest, path=on_path)


def kind_of(figure: Figure) -> MeasureKind:
    """What kind of number a figure of a run is."""
    return _KINDS.get(figure.measure_id, MeasureKind.COUNT)


def night_figure(night: Night, measure_id: str) -> Figure:
    """A figure of a whole run: how many series it judged, how many surges it told."""
    return _figure(night, measure_id, (), Reading(period=day_period(night.day), posted_seq=night.posted_seq))


def surge_figure(night: Night, surge: ToldSurge, measure_id: str) -> Figure:
    """A figure of a surge over its days."""
    return _figure(night, measure_id, surge.where, Reading(period=surge.period, posted_seq=night.posted_seq))


def day_figure(night: Night, surge: ToldSurge, one: ToldDay, measure_id: str) -> Figure:
    """A figure of one day of a surge's course."""
    reading = Reading(period=day_period(one.day), posted_seq=night.posted_seq)
    return _figure(night, measure_id, surge.where, reading, of=(("day", one.day.isoformat()),))


def part_figure(night: Night, surge: ToldSurge, part: ToldPart, measure_id: str) -> Figure:
    """How many of a surge's complaints are of one member, or which share of them."""
    reading = Reading(period=surge.period, posted_seq=night.posted_seq)
    return _figure(night, measure_id, surge.where, reading, of=((part.dimension, part.member),))


def counted(figure: Figure, nights: Nights, *, measure_id: str, basis: str) -> Figure | None:
    """The same count asked of the ledger; None where it is no count, or the night did not know its days."""
    night = _night_of(nights, figure)
    surge = night.surge(told.key_of(_series(figure))) if night else None
    several = surge is not None and len(dict(surge.where)) < len(surge.where)
    if figure.measure_id not in COUNTED or surge is None or several or not surge.wholly_known:
        return None
    if value_of(nights, figure)[0] is None:
        return None
    pairs = (*(pair for pair in figure.where if pair[0] != RUN_DAY), *figure.of)
    where = tuple(sorted(pair for pair in pairs if pair[0] != "day"))
    return replace(figure, measure_id=measure_id, where=where, of=(), basis=basis)


def fits(figure: Figure, nights: Nights, *, path: str | None) -> bool:
    """True where a figure says what its run says it is of: path, days, sequence and catalog."""
    night = _night_of(nights, figure)
    stated = dict(figure.where).get("path")
    if night is None or stated != path or figure.measure_id not in RUN_MEASURES:
        return False
    surge = night.surge(told.key_of(_series(figure)))
    if surge is None:
        days = day_period(night.day)
    elif "day" in dict(figure.of):
        days = day_period(date.fromisoformat(dict(figure.of)["day"]))
    else:
        days = surge.period
    readings = (Reading(period=days, posted_seq=night.posted_seq),)
    return (figure.readings, figure.catalog_digest) == (readings, night.catalog_digest)


def _series(figure: Figure) -> Filter:
    """The series of a figure; it may be held to several members of one dimension."""
    return tuple(pair for pair in figure.where if pair[0] not in ("path", RUN_DAY))


def _night_of(nights: Nights, figure: Figure) -> Night | None:
    day = dict(figure.where).get(RUN_DAY)
    return nights.get(date.fromisoformat(day)) if day else None


def value_of(nights: Nights, figure: Figure) -> tuple[Decimal | None, str | None]:
    """The value of a run's figure and why it has none; XiaobaoError where no run told of it."""
    where, of = _series(figure), dict(figure.of)
    night = _night_of(nights, figure)
    if night is None or figure.measure_id not in RUN_MEASURES:
        raise XiaobaoError(f"no run of the night stands behind {figure.measure_id}")
    if not where:
        return _of_night(night, figure.measure_id)
    surge = night.surge(told.key_of(where))
    if surge is None:
        raise XiaobaoError(f"the run of {night.day} told no surge of {told.key_of(where)}")
    if "day" in of:
        return _of_day(surge, date.fromisoformat(of["day"]), figure.measure_id)
    if figure.of:
        return _of_part(surge, figure.of[0], figure.measure_id)
    return _of_surge(surge, figure.measure_id)


def _figure(night: Night, measure_id: str, where: Filter, reading: Reading, *, of: Filter = ()) -> Figure:
    path: Filter = (("path", night.path.path),) if night.path.path else ()
    blank = Figure(
        id="",
        measure_id=measure_id,
        where=tuple(sorted((*path, *where, (RUN_DAY, night.day.isoformat())))),
        of=of,
        readings=(reading,),
        catalog_digest=night.catalog_digest,
        basis=BASIS,
        value=None,
    )
    value, why = value_of({night.day: night}, blank)
    return replace(blank, value=None if value is None else FigureValue(value), why_none=why)


def _of_night(night: Night, measure_id: str) -> tuple[Decimal | None, str | None]:
    values = {"watch.judged": night.path.judged, "watch.told": len(night.path.surges)}
    if measure_id not in values:
        raise XiaobaoError(f"{measure_id} is of a surge, not of a night")
    return Decimal(values[measure_id]), None


def _of_surge(surge: ToldSurge, measure_id: str) -> tuple[Decimal | None, str | None]:
    value = getattr(surge, measure_id.partition(".")[2], None)
    return (None, "zero_base") if value is None else (Decimal(value), None)


def _of_part(surge: ToldSurge, of: tuple[str, str], measure_id: str) -> tuple[Decimal | None, str | None]:
    count = next((one.count for one in surge.parts if (one.dimension, one.member) == of), None)
    if count is None:
        raise XiaobaoError(f"the run told nothing of {of[1]} in {surge.key}")
    if measure_id == "watch.part":
        return Decimal(count), None
    return per_cent(count, surge.observed, decimals=1), None


def _of_day(surge: ToldSurge, day: date, measure_id: str) -> tuple[Decimal | None, str | None]:
    one = next((one for one in surge.course if one.day == day), None)
    value = getattr(one, measure_id.partition(".")[2], None)
    if value is None:
        return None, "not_reported" if measure_id == "watch.observed" else "no_data"
    return Decimal(value), None
