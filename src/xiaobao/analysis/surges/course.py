"""The latest days of a node, as they stand beside its surge."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from xiaobao.analysis.surges.issues import Judged
from xiaobao.analysis.surges.tails import quantile
from xiaobao.analysis.surges.types import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseDay:
    """One day of a node: None where nobody has reported, or where nothing can be expected yet."""

    day: date
    observed: int | None
    expected: float | None
    low: int | None
    high: int | None
    """95 % of such days lie between both where nothing has changed."""


def course_of(on: date, judged: Judged, dispersion: Floats, node: int) -> tuple[CourseDay, ...]:
    """A node day by day, up to the day asked."""
    last = judged.score.shape[1] - 1
    return tuple(
        _course_day(
            on - timedelta(days=last - day),
            judged.count[node, day],
            judged.expected[node, day],
            dispersion[node, day],
        )
        for day in range(last + 1)
    )


def _course_day(day: date, count: float, expected: float, phi: float) -> CourseDay:
    known = bool(np.isfinite(expected)) and expected > 0
    spread = float(phi) if np.isfinite(phi) else 1.0
    return CourseDay(
        day=day,
        observed=int(count) if count >= 0 else None,
        expected=float(expected) if known else None,
        low=int(quantile(0.025, float(expected), spread)) if known else None,
        high=int(quantile(0.975, float(expected), spread)) if known else None,
    )
