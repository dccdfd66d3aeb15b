"""The plain-Python reference: ratios of calls, cell by cell."""

from collections import Counter
from fractions import Fraction
from itertools import product

from xiaobao.analysis.amounts import FigureValue
from xiaobao.analysis.questions import Answer, AnswerRow, Question
from xiaobao.analysis.reference_rows import Group, half_up
from xiaobao.ledger.snapshot import Snapshot

_CALLS = {
    "calls_offered": ("offered", "offered"),
    "calls_answered": ("answered", "answered"),
    "calls_abandoned": ("abandoned", "abandoned"),
    "calls_in_time": ("answered_in_time", "answered_in_time"),
    "calls_wait_seconds": ("answered_wait_seconds", "answered_wait_seconds"),
    "calls_timed": ("answered", "answered_in_time"),
    "calls_wait_known": ("answered", "answered_wait_seconds"),
}
"""Quantity → what is added, and what must be known of a row for that."""


def calls_answer(question: Question, snapshot: Snapshot) -> Answer:
    """What `analysis.calls.evaluate_calls` must say."""
    rows = snapshot.run(snapshot.calls()).to_dicts()
    sums: dict[Group, dict[str, int]] = {}
    standing: Counter[Group] = Counter()
    for reading, row in product(question.readings, rows):
        members = {
            "branch": row["branch_code"] or "not_stated",
            "source": row["source_code"] or "not_stated",
            "seat_place": row["seat_place"] or "not_stated",
            "day": row["day"].isoformat(),
            "month": row["day"].isoformat()[:7],
        }
        if row["posted_seq"] > reading.posted_seq or row["day"] not in reading.period or row["sign"] == 0:
            continue
        if any(members[name] != member for name, member in question.where):
            continue
        group = tuple(members[name] for name in question.by)
        standing[group] += row["sign"]
        for quantity, (added, known) in _CALLS.items():
            known_sums = sums.setdefault(group, dict.fromkeys(_CALLS, 0))
            known_sums[quantity] += row["sign"] * row[added] if row[known] is not None else 0
    answered: list[AnswerRow] = []
    for group in sorted(one for one in sums if standing[one] > 0) if question.by else [()]:
        measure = question.measure
        if standing[group] <= 0:
            answered.append(AnswerRow(members=group, value=None, why_none="no_data"))
            continue
        part, whole = sums[group][str(measure.part)], sums[group][str(measure.whole)]
        value = (
            FigureValue(half_up(Fraction(measure.times * part, whole), measure.decimals)) if whole else None
        )
        answered.append(AnswerRow(members=group, value=value, why_none=None if whole else "zero_base"))
    return Answer(question=question, rows=tuple(answered), moved_rows=len(rows))
