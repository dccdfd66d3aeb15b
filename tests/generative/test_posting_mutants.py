"""Break each rule of posting in turn: a law must notice, or the laws prove nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from types import ModuleType

import polars as pl
import pytest
from ledger_laws import (
    COLUMN_WISE,
    ROW_BY_ROW,
    Law,
    Property,
    Way,
    a_voided_revision_holds_nothing_up,
    arrival_order_does_not_matter,
    grouping_changes_no_row,
    posting_twice_is_posting_once,
    rows_break_no_law,
    rules_and_columns_agree,
    the_bureau_decides_codes_and_nothing_else,
    the_last_amendment_stands,
)

from xiaobao.ledger import column_wise, events, posting, row_by_row
from xiaobao.ledger.entries import CONTENT, Event
from xiaobao.ledger.events import Disposition, LedgerRow, Outcome, Reported, Signed, Standing, State
from xiaobao.ledger.ruling import IDENTITY, Ruled, Voided
from xiaobao.ledger.situations import Age, Origin

EXAMPLES = 150

Patch = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A rule left out, and the law that must notice."""

    rule: str
    patch: Patch
    caught_by: Property
    ways: tuple[Way, ...] = (COLUMN_WISE, ROW_BY_ROW)
    """Where the rule is applied; what makes states of rows is written once a way."""


def _rule(event: Event, broken: Callable[[State, Reported], Outcome]) -> Patch:
    return lambda patch: patch.setitem(events._RULES, event, broken)


def _event(name: str, broken: Callable[..., object]) -> Patch:
    return lambda patch: patch.setattr(events, name, broken)


def _in(module: ModuleType, name: str, broken: Callable[..., object]) -> Patch:
    return lambda patch: patch.setattr(module, name, broken)


_apply, _recode, _standing_after = events.apply, events.recode, events._standing_after
_state_of, _signed_rows = events.state_of, row_by_row._signed_rows
_rule_each, _states = row_by_row.rule, row_by_row._states
_rule_all, _column_states = column_wise.rule, column_wise._states
_age, _origins, _is_fresh = column_wise._age, column_wise._origins, posting._is_fresh
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


def _reversal_of_the_new_content(one: row_by_row._Asked, outcome: Outcome) -> Iterator[tuple[object, ...]]:
    rows = tuple(Signed(sign, outcome.rows[-1].content) for sign, _ in outcome.rows)
    return _signed_rows(one, replace(outcome, rows=rows))


def _netted(ruled: Ruled) -> Ruled:
    net = pl.col("sign").sum().over("source_code", "complaint_no", *CONTENT).alias("net")
    whole = ruled.rows.with_columns(net)
    return replace(ruled, rows=whole.filter((pl.col("net") != 0) | (pl.col("sign") == 0)).drop("net"))


def _netted_by_row(asked: pl.DataFrame, prior: pl.DataFrame, voided: Voided) -> Ruled:
    return _netted(_rule_each(asked, prior, voided))


def _numbers_for_identities(prior: pl.DataFrame, voided: Voided) -> dict[tuple[str, str], State]:
    states = _states(prior, voided)
    return {(source, number): state for (_, number), state in states.items() for source in _SOURCES}


def _with_states(change: Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]) -> Patch:
    """The states that the columns way makes of the earlier rows, changed."""

    def changed(ordered: pl.DataFrame, voided: Voided) -> pl.DataFrame:
        return change(_column_states(ordered, voided), ordered)

    return _in(column_wise, "_states", changed)


def _standing_by_net_sign(states: pl.DataFrame, ordered: pl.DataFrame) -> pl.DataFrame:
    net = ordered.group_by(IDENTITY).agg(pl.col("sign").sum())
    standing = pl.when(pl.col("sign") > 0).then(pl.lit("stated")).otherwise(pl.lit("unknown"))
    return states.join(net, on=IDENTITY).with_columns(standing.alias("standing")).drop("sign")


def _first_content_known(states: pl.DataFrame, ordered: pl.DataFrame) -> pl.DataFrame:
    first = ordered.with_row_index("known_at").group_by(IDENTITY).agg(pl.col("known_at").min())
    return states.drop("known_at").join(first, on=IDENTITY)


def _of_any_source(states: pl.DataFrame, ordered: pl.DataFrame) -> pl.DataFrame:
    ranked = states.sort("known_at").drop("complaint_key", "source_code")
    both = ranked.join(pl.DataFrame({"source_code": _SOURCES}), how="cross", maintain_order="left_right")
    both = both.unique(["source_code", "complaint_no"], keep="last", maintain_order=True)
    return both.with_columns(posting.complaint_keys(both).alias("complaint_key"))


def _with_age(old: Age, taken_for: Age) -> Patch:
    def changed(voided: Voided) -> pl.Expr:
        age = _age(voided)
        return pl.when(age == old).then(pl.lit(taken_for, pl.Int8())).otherwise(age)

    return _in(column_wise, "_age", changed)


def _with_origin(part: str, origin: Origin) -> Patch:
    def changed() -> dict[str, pl.Expr]:
        expression = _origins()[part]
        known = pl.col("standing") != "unknown"
        return {**_origins(), part: pl.when(known).then(pl.lit(origin, pl.Int8())).otherwise(expression)}

    return _in(column_wise, "_origins", changed)


def _undecided(states: pl.DataFrame, ordered: pl.DataFrame) -> pl.DataFrame:
    return states.with_columns(pl.lit(None, pl.UInt32()).alias("decided_at"))


def _nothing_void(voided: Voided) -> pl.Expr:
    return pl.lit(False)


def _all_is_fresh(asked: pl.DataFrame, known: pl.DataFrame) -> pl.Series:
    return _is_fresh(asked, known.clear())


def _nothing_carried(known: Sequence[pl.DataFrame], asked: pl.DataFrame) -> pl.DataFrame:
    return known[0].clear()


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
        ways=(ROW_BY_ROW,),
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
        ways=(ROW_BY_ROW,),
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
        ways=(ROW_BY_ROW,),
    ),
    Mutant(
        rule="7: a voided revision holds others up",
        patch=_event("state_of", _forgets_voids),
        caught_by=a_voided_revision_holds_nothing_up,
        ways=(ROW_BY_ROW,),
    ),
    Mutant(
        rule="1: state not carried within a commit",
        patch=_event("apply", _state_not_carried),
        caught_by=grouping_changes_no_row,
        ways=(ROW_BY_ROW,),
    ),
    Mutant(
        rule="rows: a reversal repeats the new content",
        patch=_in(row_by_row, "_signed_rows", _reversal_of_the_new_content),
        caught_by=rows_break_no_law,
        ways=(ROW_BY_ROW,),
    ),
    Mutant(
        rule="rows: what cancels within a commit is netted",
        patch=_in(row_by_row, "rule", _netted_by_row),
        caught_by=grouping_changes_no_row,
        ways=(ROW_BY_ROW,),
    ),
    Mutant(
        rule="rows: two sources' equal numbers are one complaint",
        patch=_in(row_by_row, "_states", _numbers_for_identities),
        caught_by=rules_and_columns_agree,
        ways=(ROW_BY_ROW,),
    ),
    *(
        Mutant(rule=f"columns, {rule}", patch=patch, caught_by=caught_by, ways=(COLUMN_WISE,))
        for rule, patch, caught_by in (
            ("1: state not carried", _in(posting, "_carried", _nothing_carried), grouping_changes_no_row),
            ("2: the order of revisions", _with_age(Age.OLDER, Age.EQUAL), arrival_order_does_not_matter),
            ("2: ties go to the earlier", _with_age(Age.EQUAL, Age.OLDER), the_last_amendment_stands),
            ("3: standing", _with_states(_standing_by_net_sign), rules_and_columns_agree),
            ("4: a newer one is equal", _with_age(Age.NEWER, Age.EQUAL), arrival_order_does_not_matter),
            ("6: decisions", _with_states(_undecided), the_bureau_decides_codes_and_nothing_else),
            ("7: voids", _in(column_wise, "is_void", _nothing_void), a_voided_revision_holds_nothing_up),
            ("content: the first one is known", _with_states(_first_content_known), rows_break_no_law),
            ("content: the rest is equal", _with_origin("rest", Origin.KNOWN), rules_and_columns_agree),
            (
                "content: the rest differs",
                _with_origin("rest", Origin.REPORTED),
                posting_twice_is_posting_once,
            ),
            ("codes: equal", _with_origin("codes", Origin.KNOWN), the_last_amendment_stands),
            ("codes: different", _with_origin("codes", Origin.REPORTED), posting_twice_is_posting_once),
            ("codes: the bureau's", _with_origin("bureau_codes", Origin.BUREAU), rules_and_columns_agree),
            ("identity: its number alone", _with_states(_of_any_source), rules_and_columns_agree),
            ("fresh: whatever is stated", _in(posting, "_is_fresh", _all_is_fresh), rows_break_no_law),
        )
    ),
)


@pytest.mark.parametrize(
    ("mutant", "way"),
    [
        pytest.param(mutant, way, id=f"{mutant.rule}, {name}")
        for mutant in MUTANTS
        for way, name in ((COLUMN_WISE, "column-wise"), (ROW_BY_ROW, "row by row"))
        if way in mutant.ways
    ],
)
def test_a_broken_rule_is_noticed(mutant: Mutant, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    law = Law(name=mutant.caught_by.__name__, check=mutant.caught_by)
    monkeypatch.setattr(posting, "COLUMN_WISE_FROM", way)
    mutant.patch(monkeypatch)
    assert law.breaks(examples=EXAMPLES)
