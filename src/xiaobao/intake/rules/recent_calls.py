"""A day of calls against the branch's own recent days: how many, how many not answered, which are missing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from xiaobao.catalog.calendars import Calendar
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.recent_days import RecentDaysLimits
from xiaobao.catalog.sources import Source
from xiaobao.intake.call_days import call_counts_of, call_days
from xiaobao.intake.delivery import Delivery, History
from xiaobao.intake.findings import Findings
from xiaobao.intake.rules.chances import count_of, share_of
from xiaobao.intake.rules.days_alike import are_alike, is_ordinary, like_no_other, too_few_days
from xiaobao.intake.rules.volume import usual_band
from xiaobao.intake.shown_values import listed
from xiaobao.lib.words import Words

VOLUME, LOST, MISSING = RULES = ("calls_unusual", "calls_lost_unusual", "calls_missing")

_NO_LIMITS = Words(zh="目录对该日没有规定阈值", en="the catalog has no thresholds for this day")
_NO_CALLS = Words(zh="当日没有来电", en="the day has no calls")
_SEATS = {"office": "现场 office", "home": "居家 home"}
_ANSWERED, _NOT_ANSWERED = "answered", "not answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    """What a branch did on one day."""

    offered: int
    answered: int
    by_part: Mapping[str, int]
    """Calls offered by interval, as `09:00–09:30`, and by kind of seat."""
    spans: Sequence[tuple[int, int]]
    """The intervals, as minutes of the local day."""

    @property
    def outcomes(self) -> dict[str, int]:
        """Calls by what came of them."""
        return {_ANSWERED: self.answered, _NOT_ANSWERED: max(self.offered - self.answered, 0)}


def check_recent_calls(
    batch: pl.DataFrame,
    *,
    delivery: Delivery,
    source: Source,
    catalog: Catalog,
    history: History,
    findings: Findings,
) -> None:
    """`calls_unusual`, `calls_lost_unusual`, `calls_missing`, or why nothing can be said.

    `batch` is what the delivery adds up to (`ledger.calls.CALL_BATCH_SCHEMA`).
    """
    if not any(map(findings.applies, RULES)):
        return
    day, limits = delivery.day, catalog.recent_days_on(delivery.day)
    if limits is None:
        _not_judged(findings, _NO_LIMITS)
        return
    calendar, zone = catalog.calendar_of(source.domain_id), catalog.domain(source.domain_id).time_zone
    known = history.call_days(first=day - timedelta(days=limits.window_days), last=day - timedelta(days=1))
    like = _like(known, day, calendar, zone)
    if not is_ordinary(calendar, day):
        _not_judged(findings, like_no_other(day))
    elif len(like) < limits.volume_least_days:
        _not_judged(findings, too_few_days(len(like), needed=limits.volume_least_days))
    else:
        own = _days(call_days(call_counts_of(batch), day=day), zone)[day]
        _check_volume(own, like, day, limits, findings)
        _check_lost(own, like, limits, findings)
        _check_missing(own, like, limits, findings)


def _check_volume(
    own: _Day, like: Mapping[date, _Day], day: date, limits: RecentDaysLimits, findings: Findings
) -> None:
    least, most = usual_band({each: told.offered for each, told in like.items()}, day, limits)
    findings.ran(VOLUME)
    if not least <= own.offered <= most:
        findings.file(VOLUME, value=str(own.offered), expected=f"{least} … {most}")


def _check_lost(own: _Day, like: Mapping[date, _Day], limits: RecentDaysLimits, findings: Findings) -> None:
    """The share of calls that nobody answered: far above what is usual, or suddenly none at all."""
    days = [told.outcomes for told in like.values() if told.offered]
    if own.offered < limits.mix_least_rows or len(days) < limits.mix_least_days:
        few = Words(zh=f"来电不足 {limits.mix_least_rows} 通", en=f"fewer than {limits.mix_least_rows} calls")
        enough_calls = own.offered >= limits.mix_least_rows
        findings.not_judged(
            LOST, too_few_days(len(days), needed=limits.mix_least_days) if enough_calls else few
        )
        return
    findings.ran(LOST)
    lost, offered = own.outcomes[_NOT_ANSWERED], own.offered
    usual = sum(day[_NOT_ANSWERED] for day in days) / sum(sum(day.values()) for day in days)
    share, tail = share_of(_NOT_ANSWERED, days), limits.mix_tail / 2  # it is looked for on either side
    if lost:
        risen = lost >= (usual + limits.mix_rise) * offered
        unusual = risen and share.at_least(lost, offered, enough=tail) < tail
    else:
        unusual = share.none_of(offered) < tail
    if unusual:
        shown = f"{lost} / {offered} = {100 * lost / offered:.0f} %"
        findings.file(LOST, value=shown, expected=f"{100 * usual:.1f} %")


def _check_missing(
    own: _Day, like: Mapping[date, _Day], limits: RecentDaysLimits, findings: Findings
) -> None:
    """Intervals and kinds of seat that had calls day after day and have no row now.

    Told on the first day, and again after some days more: an office may have moved.
    """
    if not own.spans:
        findings.not_judged(MISSING, _NO_CALLS)
        return
    findings.ran(MISSING)
    parts = sorted({part for told in like.values() for part in told.by_part})
    tail = limits.vanished_tail / max(len(parts), 1)
    spans = {part: span for told in like.values() for part, span in _named(told.spans)}
    missing = [
        part
        for part in parts
        if not _is_there(part, spans, own)
        and _is_told([told.by_part.get(part, 0) for told in like.values()], limits, tail=tail)
    ]
    if missing:
        findings.file(MISSING, value=listed(missing), expected=str(len(like)))


def _is_there(part: str, spans: Mapping[str, tuple[int, int]], own: _Day) -> bool:
    """True where a row is of that kind of seat, or some row is of the time at which the interval begins."""
    if part not in spans:
        return part in own.by_part
    return any(begin <= spans[part][0] < end for begin, end in own.spans)


def _is_told(days: Sequence[int], limits: RecentDaysLimits, *, tail: float) -> bool:
    """Whether it is to be told that there is no such call after days with so many, in order."""
    last = max(place for place, calls in enumerate(days) if calls) if any(days) else -1
    used, absent = days[: last + 1], len(days) - last
    if len(used) < limits.vanished_least_days or absent % limits.vanished_reports != 1:
        return False
    return _chance_of_none(used) < tail


def _chance_of_none(days: Sequence[int]) -> float:
    """How probable it is that a day has not one such call, as the days tell it."""
    usual = count_of(days)
    return float((usual.shape / (usual.shape + usual.mean)) ** usual.shape)


def _like(known: pl.DataFrame, day: date, calendar: Calendar, zone: ZoneInfo) -> dict[date, _Day]:
    if not is_ordinary(calendar, day):
        return {}
    found = _days(known, zone)
    return {each: told for each, told in found.items() if are_alike(calendar, each, day)}


def _days(known: pl.DataFrame, zone: ZoneInfo) -> dict[date, _Day]:
    """Day → what was done on it; of several deliveries the last, as each states the day whole."""
    last = known.filter(pl.col("delivery") == pl.col("delivery").max().over("day"))
    found: dict[date, _Day] = {}
    for (day,), rows in last.group_by("day", maintain_order=True):
        assert isinstance(day, date)
        found[day] = _day(rows, zone)
    return dict(sorted(found.items()))


def _day(rows: pl.DataFrame, zone: ZoneInfo) -> _Day:
    spans: set[tuple[int, int]] = set()
    by_part: dict[str, int] = {}
    calls = rows.drop_nulls("starts_at_minute")
    for begins, minutes, seat, offered in calls.select(
        "starts_at_minute", "minutes", "seat_place", "offered"
    ).iter_rows():
        span = _span(begins, minutes, zone)
        spans.add(span)
        for part in (_name(span), _SEATS.get(seat)):
            if part is not None:
                by_part[part] = by_part.get(part, 0) + offered
    return _Day(
        offered=int(rows["offered"].sum()),
        answered=int(rows["answered"].sum()),
        by_part=by_part,
        spans=sorted(spans),
    )


def _span(begins: int, minutes: int, zone: ZoneInfo) -> tuple[int, int]:
    local = datetime.fromtimestamp(begins * 60, tz=zone)
    begin = local.hour * 60 + local.minute
    return begin, begin + minutes


def _named(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, tuple[int, int]]]:
    return ((_name(span), span) for span in spans)


def _name(span: tuple[int, int]) -> str:
    begin, end = span
    return f"{begin // 60:02}:{begin % 60:02}–{end // 60:02}:{end % 60:02}"


def _not_judged(findings: Findings, reason: Words) -> None:
    for rule_id in RULES:
        findings.not_judged(rule_id, reason)
