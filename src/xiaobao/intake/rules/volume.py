"""`volume_unusual`: the rows of the reporting day against the source's recent days of the same kind."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import ceil, floor

from xiaobao.catalog.recent_days import RecentDaysLimits
from xiaobao.intake.findings import Findings
from xiaobao.intake.rules.chances import count_of
from xiaobao.intake.rules.days_alike import like_no_other, too_few_days
from xiaobao.intake.rules.recent import Recent
from xiaobao.lib.words import Words

RULE = "volume_unusual"


def check_volume(recent: Recent, findings: Findings) -> None:
    """Judge the rows that have the source's usual lag, or say why nothing can be said.

    Late rows have no usual number, so a backlog is judged by the rows of the reporting day alone.
    """
    lag = recent.usual_lag
    day = recent.day - timedelta(days=lag or 0)
    like = {} if lag is None else _like(recent, lag, day)
    rows = recent.own_rows(lag)
    obstacle = _obstacle(recent, day, days=len(like), rows=rows)
    if obstacle is not None:
        findings.not_judged(RULE, obstacle)
        return
    findings.ran(RULE)
    least, most = usual_band(like, day, recent.limits)
    if not least <= rows <= most:
        findings.file(RULE, value=f"{day}: {rows}", expected=f"{least} … {most}")


def usual_band(like: Mapping[date, int], day: date, limits: RecentDaysLimits) -> tuple[int, int]:
    """The least and the most rows of a day that are usual after days of its kind; both are usual themselves.

    Where a weekday has its own usual numbers, these are usual as well.
    """
    same = [rows for each, rows in like.items() if each.weekday() == day.weekday()]
    bands = [_band(list(like.values()), limits)]
    if len(same) >= max(limits.volume_weekday_days, 2):
        bands.append(_band(same, limits))
    return min(least for least, _ in bands), max(most for _, most in bands)


def _band(days: Sequence[int], limits: RecentDaysLimits) -> tuple[int, int]:
    usual = count_of(days)
    least, most = usual.band(limits.volume_tail)
    factor = limits.volume_factor
    return min(least, ceil(usual.mean / factor)), max(most, floor(usual.mean * factor))


def _like(recent: Recent, lag: int, day: date) -> dict[date, int]:
    """Day of receiving → rows, of the days like `day`."""
    if not recent.is_ordinary(day):
        return {}
    received = {each - timedelta(days=lag): rows for each, rows in recent.rows_by_day(lag).items()}
    return {each: rows for each, rows in received.items() if recent.is_like(each, day)}


def _obstacle(recent: Recent, day: date, *, days: int, rows: int) -> Words | None:
    needed = recent.limits.volume_least_days
    if recent.usual_lag is not None and not recent.is_ordinary(day):
        return like_no_other(day)
    if days < needed:
        return too_few_days(days, needed=needed)
    late = recent.own_rows()
    if late and not rows:
        return Words(
            zh=f"{late} 行都不是 {day} 收到的，迟报的行没有通常的数量可比",
            en=f"none of the {late} rows was received on {day}, and late rows have no usual number",
        )
    return None
