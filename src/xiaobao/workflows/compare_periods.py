"""Evaluate one measure over a home for two periods that stand beside each other."""

from dataclasses import dataclass, replace

from xiaobao.analysis.questions import QuestionError
from xiaobao.lib.words import Words
from xiaobao.submissions.home import Home
from xiaobao.workflows.measure import OF_ONE_PERIOD, Call, Measured, sequence_of
from xiaobao.workflows.measure_total import measure_with_total


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The same question of two periods, both as of one sequence."""

    present: Measured
    compared: Measured


def compare(home: Home, call: Call) -> Compared:
    """The same question of the call's period and of its compared one, both as of one sequence.

    QuestionError for a measure that compares by itself.
    """
    assert call.compared is not None
    statistic = home.catalog().measure(call.measure_id)
    if statistic.kind not in OF_ONE_PERIOD:
        raise QuestionError(
            Words(
                zh=f"指标 {statistic.id} 本身就是比较或跨日计算，不接受 --compare",
                en=f"measure {statistic.id} compares or averages days by itself: no --compare",
            )
        )
    as_of = sequence_of(home, call)
    both = (replace(call, as_of=as_of, period=period) for period in (call.period, call.compared))
    present, compared = (measure_with_total(home, one, of_groups=0) for one in both)
    return Compared(present=present, compared=compared)
