"""Evaluates measures over a snapshot: counts by the engine, the arithmetic of each kind here."""

from collections.abc import Sequence

from xiaobao.analysis.arithmetic import answer_rows, counts_needed, listed_groups
from xiaobao.analysis.calls import evaluate_calls
from xiaobao.analysis.counting import Counted, count_all
from xiaobao.analysis.dimensions import Scope, refuse_unknown_dimensions
from xiaobao.analysis.members import complete_groups, refuse_unknown_members
from xiaobao.analysis.questions import (
    Answer,
    AnswerRow,
    Filter,
    Question,
    QuestionError,
    refuse_what_cannot_be_asked,
)
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.measures import OF_CALLS
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.words import Words

__all__ = ["Answer", "AnswerRow", "Filter", "Question", "QuestionError", "evaluate", "evaluate_all"]


def evaluate(question: Question, *, snapshot: Snapshot, catalog: Catalog) -> Answer:
    """The answer to one question; QuestionError when it may not be asked.

    What `question.readings` mean, by kind of measure:

    * COUNT, SHARE, RANK, RATIO, MEDIAN, PERIOD_AVERAGE: disjoint periods whose counts are added, each known
      at its own sequence.
    * CHANGE: the present period and the compared one; the present one alone has no value
      (`not_enough_days`), a compared count of zero neither (`zero_base`).
    * RANK_CHANGE: the present period and the compared one, as for CHANGE.
    * AVERAGE: the day it is printed for, which does not enter it, then closed single days, each at its own
      close. The value is the sum over those of them that are working days by the domain's calendar, divided
      by their number; weekends and holidays enter neither sum nor number, nor do days on which the
      institution of the group had not reported. Fewer than `minimum_days` of them: `not_enough_days`.
    * LATE: the earlier days as known now, then the same days as known at their own closes; the difference,
      also for institutions that had not reported then.

    Otherwise a group about one institution that had not reported for a reading has no value
    (`not_reported`), nor has a group of institutions none of which had; other sums are of those that did.

    A group without rows is in the answer only when the question is `complete`.
    """
    (answer,) = evaluate_all((question,), snapshot=snapshot, catalog=catalog)
    return answer


def evaluate_all(
    questions: Sequence[Question], *, snapshot: Snapshot, catalog: Catalog
) -> tuple[Answer, ...]:
    """Many questions of one home, in order; those of one shape share a query, so a brief asks all at once."""
    if not questions:
        return ()
    scope = _scope(questions, catalog=catalog)
    if any(question.measure.part in OF_CALLS for question in questions):
        return _with_calls(questions, snapshot=snapshot, catalog=catalog)
    for question in questions:
        _refuse(question, scope=scope, snapshot=snapshot)
    plans = [counts_needed(question, scope=scope) for question in questions]
    counted = iter(count_all([count for plan in plans for count in plan], scope=scope, snapshot=snapshot))
    return tuple(
        _answer(question, tuple(next(counted) for _ in plan), scope=scope)
        for question, plan in zip(questions, plans, strict=True)
    )


def _with_calls(questions: Sequence[Question], *, snapshot: Snapshot, catalog: Catalog) -> tuple[Answer, ...]:
    """Calls are another table: their questions are asked by themselves, the others together."""
    complaints = [question for question in questions if question.measure.part not in OF_CALLS]
    others = iter(evaluate_all(complaints, snapshot=snapshot, catalog=catalog))
    return tuple(
        evaluate_calls(question, snapshot=snapshot) if question.measure.part in OF_CALLS else next(others)
        for question in questions
    )


def _scope(questions: Sequence[Question], *, catalog: Catalog) -> Scope:
    homes = {(question.domain.id, question.simulated) for question in questions}
    if len(homes) != 1:
        raise XiaobaoError(f"questions of different homes cannot be answered together: {sorted(homes)}")
    return Scope(domain=questions[0].domain, simulated=questions[0].simulated, catalog=catalog)


def _refuse(question: Question, *, scope: Scope, snapshot: Snapshot) -> None:
    filtered = (*question.where, *question.of)
    refuse_unknown_dimensions((*question.by, *(name for name, _ in filtered)), scope=scope)
    refuse_unknown_members(filtered, scope=scope)
    refuse_what_cannot_be_asked(question)
    ahead = [reading.posted_seq for reading in question.readings if reading.posted_seq > snapshot.posted_seq]
    if ahead:
        raise QuestionError(
            Words(
                zh=f"台账只记到第 {snapshot.posted_seq} 号，不能按第 {max(ahead)} 号读取",
                en=f"the ledger is read up to {snapshot.posted_seq} and cannot answer as of {max(ahead)}",
            )
        )


def _answer(question: Question, counted: tuple[Counted, ...], *, scope: Scope) -> Answer:
    groups = set(listed_groups(question, counted))
    if question.complete and question.by:
        groups |= complete_groups(question, scope=scope)
    rows = answer_rows(question, counted, sorted(groups), scope=scope)
    return Answer(question=question, rows=rows, moved_rows=sum(one.moved_rows for one in counted))
