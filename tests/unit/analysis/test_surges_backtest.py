"""The back-test: copies judged as if the complaints had come, known answers found, the past left alone."""

from datetime import date, timedelta

import numpy as np
import pytest

from tests.unit.analysis.conftest import Ledger
from tests.unit.analysis.test_surges_watching import BANKS, FIRST, ON, history, scope_of
from xiaobao.analysis.intervals import wilson
from xiaobao.analysis.surges.backtest.copies import alone, copied
from xiaobao.analysis.surges.backtest.days import PastDay, past_day
from xiaobao.analysis.surges.backtest.figures import Choice, outcome
from xiaobao.analysis.surges.backtest.injections import Injected, Injection, Plan, placed, plans
from xiaobao.analysis.surges.watching import Question, judge, nodes_of
from xiaobao.catalog.detectors import Backtest
from xiaobao.lib.periods import Period

RATE = 0.3
CELL = (("institution", "GF12"), ("business.1", "B03"))
DECIDED = Backtest(
    from_on=date(2010, 1, 1),
    injections=40,
    complaints=(5, 40),
    shortest_days=1,
    longest_days=7,
    budgets=(1,),
    false_discovery_rates=(RATE,),
)


def question(on: date = ON) -> Question:
    return Question(on=on, path="institution", posted_seq=100, closes={}, silent={}, nobody=frozenset())


def injection(complaints: int, *, days: int = 1, region: str = "110000") -> Injection:
    """So many complaints of one cell, spread evenly over the days up to the last."""
    begins = ON - timedelta(days=days - 1)
    members = (("business.1", "B03"), ("cause.1", "C03"), ("institution", "GF12"), ("region", region))
    return Injection(
        plan=Plan(
            number=0, by=("institution", "business.1"), complaints=complaints, begins_on=begins, days=days
        ),
        where=CELL,
        complaints=tuple(
            Injected(on=begins + timedelta(days=one % days), members=members, late=0.5)
            for one in range(complaints)
        ),
    )


def told(ledger: Ledger, *live: Injection) -> PastDay:
    day, _ = past_day(
        ledger.snapshot(), scope_of(ledger), question(), live=live, starting=(), rates=(RATE,), seed=1
    )
    return day


@pytest.mark.parametrize("days", [1, 3, 7])
def test_a_copy_is_judged_as_if_its_complaints_had_come(ledger: Ledger, days: int) -> None:
    history(ledger)
    snapshot, scope = ledger.snapshot(), scope_of(ledger)
    found = nodes_of(snapshot, scope, question())
    copies = copied(found, [injection(14, days=days)])
    judged, _ = judge(copies.table, scope, ON, days=1, copy_of=copies.copy_of)
    in_copy = alone(judged, found.nodes, copies.rows[0])

    for one in injection(14, days=days).complaints:
        ledger.state(
            on=one.on,
            institution_code="GF12",
            business_code="B0302",
            cause_code="C03",
            region_code="110000",
        )
    really, _ = judge(nodes_of(ledger.snapshot(), scope, question()), scope, ON, days=1)

    assert in_copy.nodes == really.nodes
    np.testing.assert_array_equal(in_copy.count, really.count)
    np.testing.assert_allclose(in_copy.score, really.score, rtol=1e-9)
    np.testing.assert_allclose(in_copy.expected, really.expected, rtol=1e-9)


def test_the_tables_own_series_are_judged_as_without_copies(ledger: Ledger) -> None:
    scope = scope_of(history(ledger))
    found = nodes_of(ledger.snapshot(), scope, question())
    copies = copied(found, [injection(40)])

    beside, _ = judge(copies.table, scope, ON, days=1, copy_of=copies.copy_of)
    plain, _ = judge(found, scope, ON, days=1)

    np.testing.assert_array_equal(beside.score[: len(found.nodes)], plain.score)


def test_a_large_surge_is_found_on_its_day_and_a_single_complaint_is_not(ledger: Ledger) -> None:
    history(ledger)

    assert told(ledger, injection(40)).ranks[RATE] == {0: 1}
    assert told(ledger, injection(1)).ranks[RATE] == {}
    assert told(ledger).raised[RATE] == ()


def test_an_issue_that_was_there_already_finds_nothing_and_is_named(ledger: Ledger) -> None:
    day = told(history(ledger, last=25), injection(10))

    assert day.ranks[RATE] == {}
    (candidate,) = day.raised[RATE]
    assert candidate.where[0] == ("institution", "GF12")
    assert candidate.observed > candidate.expected


def test_complaints_of_a_bank_that_has_not_reported_are_not_in(ledger: Ledger) -> None:
    asked = Question(
        on=ON,
        path="institution",
        posted_seq=100,
        closes={},
        silent={ON: frozenset({"GF12"})},
        nobody=frozenset(),
    )
    found = nodes_of(history(ledger).snapshot(), scope_of(ledger), asked)

    assert copied(found, [injection(40)]).rows[0] == {}


def test_draws_repeat_by_seed_and_more_of_them_keep_the_first() -> None:
    period = Period(from_on=FIRST, to_on=FIRST + timedelta(days=30))
    types = (("institution",), ("institution", "cause.1"))

    few = plans(types, period, DECIDED, injections=8, seed=3)
    many = plans(types, period, DECIDED, injections=40, seed=3)

    assert many[:8] == few
    assert plans(types, period, DECIDED, injections=8, seed=4) != few
    assert all(one.begins_on in period and one.ends_on in period for one in many)
    assert {(one.by, one.complaints) for one in many} == {(by, size) for by in types for size in (5, 40)}


def test_a_surge_is_made_of_complaints_like_those_of_its_place(ledger: Ledger) -> None:
    snapshot, scope = history(ledger).snapshot(), scope_of(ledger)
    found = nodes_of(snapshot, scope, question())
    plan = Plan(number=5, by=("institution", "cause.1"), complaints=20, begins_on=ON, days=1)

    (one,) = placed(snapshot, scope, found, [plan], path="institution", posted_seq=100, seed=1)

    assert len(one.complaints) == 20
    assert dict(one.where)["institution"] in BANKS
    assert all(set(one.where) <= set(complaint.members) for complaint in one.complaints)
    assert {dict(complaint.members)["business.1"] for complaint in one.complaints} == {"B03", "B01"}


def test_days_of_an_owner_close_together_are_one_issue_and_earlier_ones_do_not_count(ledger: Ledger) -> None:
    day = told(history(ledger, last=25))
    raised = day.raised[RATE]

    def at(offset: int, *, issue: bool = True) -> PastDay:
        return PastDay(
            on=ON + timedelta(days=offset),
            judged=True,
            raised={RATE: raised if issue else ()},
            ranks={RATE: {}},
        )

    days = [at(0), at(2), at(3, issue=False), at(10)]
    choice = Choice(most_issues=5, false_discovery_rate=RATE)

    whole = outcome(days, (), choice, from_on=ON, quiet_days=3)
    later = outcome(days, (), choice, from_on=ON + timedelta(days=2), quiet_days=3)

    assert [(one.first_on, one.last_on) for one in whole.candidates] == [
        (ON, ON + timedelta(days=2)),
        (ON + timedelta(days=10), ON + timedelta(days=10)),
    ]
    assert whole.issues_a_day == 0.5
    assert later.issues_a_day == pytest.approx(1 / 3)
    assert whole.power.injected == 0


def test_a_budget_leaves_out_what_ranks_behind_it_and_delay_counts_from_the_first_day() -> None:
    injected = injection(10, days=3)
    days = [
        PastDay(on=injected.plan.begins_on + timedelta(days=1), judged=True, raised={}, ranks={RATE: {0: 4}}),
        PastDay(on=injected.plan.begins_on + timedelta(days=2), judged=True, raised={}, ranks={RATE: {0: 2}}),
    ]

    def of(most: int) -> tuple[int, float | None]:
        choice = Choice(most_issues=most, false_discovery_rate=RATE)
        power = outcome(days, [injected], choice, from_on=days[0].on, quiet_days=3).power
        return power.found, power.delay

    assert [of(1), of(2), of(4)] == [(0, None), (1, 2.0), (1, 1.0)]


def test_the_interval_of_a_share_is_wilsons() -> None:
    low, high = wilson(8, 10)

    assert (low, high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert wilson(0, 0) == (0.0, 1.0)
