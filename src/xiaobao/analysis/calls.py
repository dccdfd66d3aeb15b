"""Measures of the hotline's calls: sums of sign times value over the second table of the ledger."""

from collections.abc import Iterable
from dataclasses import replace

import ibis
from ibis.expr import types as ir

from xiaobao.analysis.amounts import FigureValue
from xiaobao.analysis.dimensions import NOT_STATED
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.outcomes import NO_DATA, ZERO_BASE
from xiaobao.analysis.questions import (
    Answer,
    AnswerRow,
    Question,
    QuestionError,
    named_dimensions,
    refuse_what_cannot_be_asked,
)
from xiaobao.analysis.rounding import quotient
from xiaobao.catalog.measures import Quantity
from xiaobao.ledger.snapshot import CALLS, Snapshot
from xiaobao.lib.words import Words

CALL_DIMENSIONS = ("branch", "source", "seat_place", "day", "month")
"""What calls are grouped by; they are of no path, no institution and no category."""

Sums = dict[tuple[str, ...], tuple[int, int]]
"""Members → part and whole."""


def evaluate_calls(question: Question, *, snapshot: Snapshot) -> Answer:
    """The answer to a ratio of calls, in the order of members; QuestionError when it may not be asked."""
    _refuse_other_dimensions(question)
    refuse_what_cannot_be_asked(replace(question, domain=replace(question.domain, paths={})))
    sums: Sums = {}
    moved = 0
    for reading in question.readings:
        rows = snapshot.at(reading.posted_seq).run(_query(question, reading))
        moved += rows.height
        for *members, part, whole in rows.iter_rows():
            known = sums.get(tuple(members), (0, 0))
            sums[tuple(members)] = (known[0] + (part or 0), known[1] + (whole or 0))
    groups = sorted(sums) if question.by else [()]
    return Answer(
        question=question,
        rows=tuple(_row(question, group, sums) for group in groups),
        moved_rows=moved,
    )


def _row(question: Question, group: tuple[str, ...], sums: Sums) -> AnswerRow:
    if group not in sums:
        return AnswerRow(members=group, value=None, why_none=NO_DATA)
    part, whole = sums[group]
    if not whole:
        return AnswerRow(members=group, value=None, why_none=ZERO_BASE)
    measure = question.measure
    value = quotient(measure.times * part, whole, decimals=measure.decimals)
    return AnswerRow(members=group, value=FigureValue(value))


def _refuse_other_dimensions(question: Question) -> None:
    strange = sorted(named_dimensions(question) - set(CALL_DIMENSIONS))
    if strange:
        listed = ", ".join(CALL_DIMENSIONS)
        raise QuestionError(
            Words(
                zh=f"来电没有维度 {strange[0]}（来电不是投诉，不分路径）；可用：{listed}",
                en=f"calls have no dimension {strange[0]} (they are no complaints, of no path); "
                f"there are: {listed}",
            )
        )


def _query(question: Question, reading: Reading) -> ir.Table:
    """One row a group that is stated: its members, the part and the whole."""
    period, measure = reading.period, question.measure
    calls = CALLS.filter(
        CALLS.day >= ibis.literal(period.from_on), CALLS.day < ibis.literal(period.to_on), CALLS.sign != 0
    )
    members = {f"member_{place}": _member(calls, name) for place, name in enumerate(question.by)}
    held: Iterable[ir.BooleanValue] = [_member(calls, name) == member for name, member in question.where]
    assert measure.part is not None
    assert measure.whole is not None
    told = calls.filter(*held) if question.where else calls
    told = told.mutate(
        **{f"member_{place}": _member(told, name) for place, name in enumerate(question.by)},
        stated=told.sign != 0,
        part=_amount(told, measure.part),
        whole=_amount(told, measure.whole),
    )
    # Grouped by what holds of every row: a sum over nothing is then no row, where Sail keeps one otherwise.
    summed = told.aggregate(
        by=[*members, "stated"],
        part=told.part.sum().cast("int64"),
        whole=told.whole.sum().cast("int64"),
        standing=told.sign.cast("int64").sum(),
    )
    stated = summed.filter(summed.standing > 0)
    return stated.select(*members, "part", "whole")


def _member(calls: ir.Table, dimension: str) -> ir.StringValue:
    match dimension:
        case "day":
            return calls.day.strftime("%Y-%m-%d")
        case "month":
            return calls.day.strftime("%Y-%m")
    column = calls[{"branch": "branch_code", "source": "source_code"}.get(dimension, dimension)]
    return ibis.cases((column.isnull() | (column == ""), NOT_STATED), else_=column)


def _amount(calls: ir.Table, quantity: Quantity) -> ir.IntegerValue:
    """What a row adds; nothing where what is asked is not known of it."""
    sign = calls.sign.cast("int64")
    match quantity:
        case Quantity.CALLS_OFFERED:
            return sign * calls.offered
        case Quantity.CALLS_ANSWERED:
            return sign * calls.answered
        case Quantity.CALLS_ABANDONED:
            return sign * calls.abandoned
        case Quantity.CALLS_IN_TIME:
            return sign * calls.answered_in_time
        case Quantity.CALLS_WAIT_SECONDS:
            return sign * calls.answered_wait_seconds
        case Quantity.CALLS_TIMED:
            return ibis.cases((calls.answered_in_time.notnull(), sign * calls.answered))
        case Quantity.CALLS_WAIT_KNOWN:
            return ibis.cases((calls.answered_wait_seconds.notnull(), sign * calls.answered))
    raise AssertionError(quantity)
