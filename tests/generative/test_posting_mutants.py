"""Break each rule of posting in turn: a law must notice, or the laws prove nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl
import pytest
from ledger_laws import (
    Law,
    Property,
    a_voided_revision_holds_nothing_up,
    arrival_order_does_not_matter,
    grouping_changes_no_row,
    posting_twice_is_posting_once,
    rows_break_no_law,
    rules_and_columns_agree,
    the_bureau_decides_codes_and_nothing_else,
    the_last_amendment_stands,
)

from xiaobao.ledger import events, posting
from xiaobao.ledger.entries import CONTENT, Event
from xiaobao.ledger.events import Disposition, LedgerRow, Outcome, Reported, Signed, Standing, State

EXAMPLES = 150

Patch = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A rule left out, and the law that must notice."""

    rule: str
    patch: Patch
    caught_by: Property


def _rule(event: Event, broken: Callable[[State, Reported], Outcome]) -> Patch:
    return lambda patch: patch.setitem(events._RULES, event, broken)


def _event(name: str, broken: Callable[..., object]) -> Patch:
    return lambda patch: patch.setattr(events, name, broken)


def _posting(name: str, broken: Callable[..., object]) -> Patch:
    return lambda patch: patch.setattr(posting, name, broken)


_apply, _recode, _standing_after = events.apply, events.recode, events._standing_after
_state_of, _signed_rows = events.state_of, posting._signed_rows
_rule_some, _states = posting._rule_some, posting._states
_SOURCES = ("bank-gy01", "bank-gy02")


def _ties_to_the_earlier(reported: Reported, state: State) -> bool:
    return state.revision is not None and (reported.revision or 0) <= state.revision


def _says_nothing(state: State, reported: Reported) -> Outcome:
    return Outcome(state=state, event=reported.event, disposition=Disposition.UNCHANGED)


def _unknown_withdrawal_is_forgotten(state: State, reported: Reported) -> Outcome:
    unknown = state.standing is Standing.UNKNOWN
    return _says_nothing(state, reported) if unknown else events.withdraw(state, reported)


def _amends_the_unknown(state: State, reported: Reported) -> Outcome:
    unknown = state.standing is Standing.UNKNOWN
    return events.new(state, reported) if unknown else events.amend(state, reported)


def _new_returns_the_withdrawn(state: State, reported: Reported) -> Outcome:
    withdrawn = state.standing is Standing.WITHDRAWN
    return events.reinstate(state, reported) if withdrawn else events.new(state, reported)


def _amendment_returns_the_withdrawn(state: State, reported: Reported) -> Outcome:
    withdrawn = state.standing is Standing.WITHDRAWN
    return events.reinstate(state, reported) if withdrawn else events.amend(state, reported)


def _new_amends_the_known(state: State, reported: Reported) -> Outcome:
    stated = state.standing is Standing.STATED
    return events.amend(state, reported) if stated else events.new(state, reported)


def _reinstates_the_unknown(state: State, reported: Reported) -> Outcome:
    unknown = state.standing is Standing.UNKNOWN
    return events.new(state, reported) if unknown else events.reinstate(state, reported)


def _recode_advances(state: State, reported: Reported) -> Outcome:
    outcome = _recode(state, reported)
    return replace(outcome, state=replace(outcome.state, revision=(state.revision or 0) + 2))


def _recodes_the_withdrawn(state: State, reported: Reported) -> Outcome:
    known = replace(state, standing=Standing.STATED) if state.content else state
    return _recode(known, reported)


def _codes_of_the_reporter(state: State, reported: Reported) -> events.Content:
    return reported.content


def _forgets_the_decision(rows: Iterator[LedgerRow], *, voided: frozenset[int] = frozenset()) -> State:
    return replace(_state_of(rows, voided=voided), bureau_codes=None)


def _forgets_voids(rows: Iterator[LedgerRow], *, voided: frozenset[int] = frozenset()) -> State:
    return _state_of(rows)


def _standing_by_sum(state: State, row: LedgerRow) -> Standing:
    return {1: Standing.STATED, -1: Standing.UNKNOWN, 0: state.standing}[row.sign]


def _state_not_carried(state: State, reported: Reported) -> Outcome:
    return replace(_apply(state, reported), state=state)


def _reversal_of_the_new_content(ruled: posting._Ruled, outcome: Outcome) -> Iterator[tuple[object, ...]]:
    rows = tuple(Signed(sign, outcome.rows[-1].content) for sign, _ in outcome.rows)
    return _signed_rows(ruled, replace(outcome, rows=rows))


def _netted(
    asked: pl.DataFrame, prior: pl.DataFrame, voided: Mapping[str, frozenset[int]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows, fates = _rule_some(asked, prior, voided)
    net = pl.col("sign").sum().over("source_code", "complaint_no", *CONTENT).alias("net")
    whole = rows.with_columns(net)
    return whole.filter((pl.col("net") != 0) | (pl.col("sign") == 0)).drop("net"), fates


def _numbers_for_identities(
    prior: pl.DataFrame, voided: Mapping[str, frozenset[int]]
) -> dict[tuple[str, str], State]:
    states = _states(prior, voided)
    return {(source, number): state for (_, number), state in states.items() for source in _SOURCES}


MUTANTS = (
    Mutant(
        rule="2: order of revisions ignored",
        patch=_event("is_older", lambda reported, state: False),
        caught_by=arrival_order_does_not_matter,
    ),
    Mutant(
        rule="2: ties go to the earlier",
        patch=_event("is_older", _ties_to_the_earlier),
        caught_by=the_last_amendment_stands,
    ),
    Mutant(
        rule="3: standing by the sum of signs",
        patch=_event("_standing_after", _standing_by_sum),
        caught_by=rules_and_columns_agree,
    ),
    Mutant(
        rule="4: no marker of an event that changes nothing",
        patch=_event("unchanged", _says_nothing),
        caught_by=arrival_order_does_not_matter,
    ),
    Mutant(
        rule="4: no marker of an unknown withdrawal",
        patch=_rule(Event.WITHDRAW, _unknown_withdrawal_is_forgotten),
        caught_by=arrival_order_does_not_matter,
    ),
    Mutant(
        rule="4: a marker without a newer revision",
        patch=_event("is_newer", lambda reported, state: reported.revision is not None),
        caught_by=posting_twice_is_posting_once,
    ),
    Mutant(
        rule="5: the unknown is amended",
        patch=_rule(Event.AMEND, _amends_the_unknown),
        caught_by=rows_break_no_law,
    ),
    Mutant(
        rule="5: the withdrawn returns as new",
        patch=_rule(Event.NEW, _new_returns_the_withdrawn),
        caught_by=rows_break_no_law,
    ),
    Mutant(
        rule="5: the withdrawn returns by amendment",
        patch=_rule(Event.AMEND, _amendment_returns_the_withdrawn),
        caught_by=rows_break_no_law,
    ),
    Mutant(
        rule="5: a known number is new with other content",
        patch=_rule(Event.NEW, _new_amends_the_known),
        caught_by=rows_break_no_law,
    ),
    Mutant(
        rule="5: the unknown is reinstated",
        patch=_rule(Event.REINSTATE, _reinstates_the_unknown),
        caught_by=rows_break_no_law,
    ),
    Mutant(
        rule="5: a snapshot's known row is new",
        patch=_event("event_asked", lambda state: Event.NEW),
        caught_by=arrival_order_does_not_matter,
    ),
    Mutant(
        rule="6: a decision advances the revision",
        patch=_event("recode", _recode_advances),
        caught_by=grouping_changes_no_row,
    ),
    Mutant(
        rule="6: a decision returns the withdrawn",
        patch=_event("recode", _recodes_the_withdrawn),
        caught_by=rows_break_no_law,
    ),
    Mutant(
        rule="6: an amendment drops the bureau's code",
        patch=_event("content_kept", _codes_of_the_reporter),
        caught_by=the_bureau_decides_codes_and_nothing_else,
    ),
    Mutant(
        rule="6: a decision is forgotten after its commit",
        patch=_event("state_of", _forgets_the_decision),
        caught_by=grouping_changes_no_row,
    ),
    Mutant(
        rule="7: a voided revision holds others up",
        patch=_event("state_of", _forgets_voids),
        caught_by=a_voided_revision_holds_nothing_up,
    ),
    Mutant(
        rule="1: state not carried within a commit",
        patch=_event("apply", _state_not_carried),
        caught_by=grouping_changes_no_row,
    ),
    Mutant(
        rule="rows: a reversal repeats the new content",
        patch=_posting("_signed_rows", _reversal_of_the_new_content),
        caught_by=rows_break_no_law,
    ),
    Mutant(
        rule="rows: what cancels within a commit is netted",
        patch=_posting("_rule_some", _netted),
        caught_by=grouping_changes_no_row,
    ),
    Mutant(
        rule="rows: two sources' equal numbers are one complaint",
        patch=_posting("_states", _numbers_for_identities),
        caught_by=rules_and_columns_agree,
    ),
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.rule)
def test_a_broken_rule_is_noticed(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    law = Law(name=mutant.caught_by.__name__, check=mutant.caught_by)
    mutant.patch(monkeypatch)
    assert law.breaks(examples=EXAMPLES)
