"""What is to be known of two periods beside each other: how long they are, and what they share."""

from dataclasses import dataclass

from xiaobao.catalog.calendars import UnknownYearError
from xiaobao.catalog.measures import DENOMINATORS, MeasureKind
from xiaobao.lib.periods import Period
from xiaobao.lib.words import Words
from xiaobao.workflows.compare_periods import Compared
from xiaobao.workflows.measure import Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """How many days a period has."""

    days: int
    working_days: int | None
    """None where the calendar does not know a year of it."""


def length_of(side: Measured) -> Length:
    """The length of the one period that was read."""
    period = period_of(side)
    calendar = side.scope.catalog.calendar_of(side.scope.domain.id)
    try:
        working = sum(calendar.is_working_day(day) for day in period)
    except UnknownYearError:
        return Length(days=len(period), working_days=None)
    return Length(days=len(period), working_days=working)


def period_of(side: Measured) -> Period:
    """The days that were read."""
    return side.answer.question.readings[0].period


def days_of(side: Measured) -> str:
    """The days, from the first to the last."""
    period = period_of(side)
    return f"{period.from_on}" + (f"–{period.last_on}" if len(period) > 1 else "")


def notes(both: Compared) -> list[Words]:
    """Whether the periods are of unlike length, where that matters, and whether they overlap."""
    found = [_lengths(both)] if _grows_with_days(both) and are_unlike(both) else []
    one, other = period_of(both.present), period_of(both.compared)
    first, to_on = max(one.from_on, other.from_on), min(one.to_on, other.to_on)
    if first < to_on and one != other:
        shared = Period(from_on=first, to_on=to_on)
        days = f"{first}" + (f"–{shared.last_on}" if len(shared) > 1 else "")
        found.append(
            Words(
                zh=f"两期重叠（{days}），其间所收两边都计",
                en=f"the periods share {days}: what was received then counts in both",
            )
        )
    return found


def are_unlike(both: Compared) -> bool:
    """True where days or working days are not the same number in both."""
    return length_of(both.present) != length_of(both.compared)


def _grows_with_days(both: Compared) -> bool:
    measure = both.present.answer.question.measure
    return measure.kind in (MeasureKind.COUNT, MeasureKind.MEDIAN) or measure.whole in DENOMINATORS


def _lengths(both: Compared) -> Words:
    one, other = (_told(length_of(side)) for side in (both.present, both.compared))
    measures = both.present.scope.catalog.measures.values()
    averages = [each.id for each in measures if each.kind is MeasureKind.PERIOD_AVERAGE]
    of_counts = both.present.answer.question.measure.kind is MeasureKind.COUNT
    instead = averages[0] if averages and of_counts else ""
    zh = f"两期长短不同：{one.zh}与{other.zh}，差与变化未作调整"
    en = f"periods of unlike length, {one.en} and {other.en}: difference and change do not allow for it"
    if not instead:
        return Words(zh=zh, en=en)
    return Words(
        zh=f"{zh}；按工作日平均请用 xiaobao measure {instead}",
        en=f"{en}; an average a working day: xiaobao measure {instead}",
    )


def _told(length: Length) -> Words:
    days, working = length.days, length.working_days
    many = "day" if days == 1 else "days"
    if working is None:
        return Words(zh=f" {days} 日（工作日数不详）", en=f"{days} {many} (working days not known)")
    return Words(zh=f" {days} 日（工作日 {working}）", en=f"{days} {many} ({working} working)")
