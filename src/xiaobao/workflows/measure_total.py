"""Evaluate a measure with its total: the same question without groups."""

from dataclasses import replace

from xiaobao.catalog.measures import DENOMINATORS, MeasureKind
from xiaobao.submissions.home import Home
from xiaobao.workflows.measure import Call, Measured, measure

_WITHOUT_GROUPS = frozenset(
    {
        MeasureKind.COUNT,
        MeasureKind.CHANGE,
        MeasureKind.AVERAGE,
        MeasureKind.PERIOD_AVERAGE,
        MeasureKind.LATE,
        MeasureKind.RATIO,
    }
)
"""Shares and ranks are of a part; a median of all is another one than that of a group."""


def measure_with_total(home: Home, call: Call, *, of_groups: int = 2) -> Measured:
    """The answer with its total, where the measure has one and there are so many groups of one path."""
    measured = measure(home, call)
    statistic = measured.answer.question.measure
    has_total = statistic.kind in _WITHOUT_GROUPS and statistic.whole not in DENOMINATORS
    if not has_total or not call.by or "path" in call.by or len(measured.answer.rows) < of_groups:
        return measured
    whole = measure(home, replace(call, by=(), complete=False))
    return replace(measured, total=whole.answer.only())
