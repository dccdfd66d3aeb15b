"""Situations: what is decided for one row holds for every row in it."""

from itertools import product

import pytest

from xiaobao.ledger import events
from xiaobao.ledger.entries import CODES, CONTENT, Event
from xiaobao.ledger.events import Content, Outcome, Reported, State
from xiaobao.ledger.situations import (
    Age,
    EntangledRuleError,
    Origin,
    SharedOutcome,
    Situation,
    outcome_of,
)

KNOWN_REVISION = 50
REVISIONS = {Age.OLDER: 49, Age.EQUAL: 50, Age.NEWER: 51, None: None}
REST = {Origin.KNOWN: "a loan", Origin.REPORTED: None}
TRIPLES = {
    Origin.KNOWN: ("A01", "B01", "C01"),
    Origin.REPORTED: ("A01", "B02", None),
    Origin.BUREAU: ("A01", "B01", "C02"),
}


def content(rest: int, codes: int) -> Content:
    """A content as a reporter may state it."""
    decided = dict(zip(CODES, TRIPLES[Origin(codes)], strict=True))
    return tuple(decided.get(name, REST[Origin(rest)]) for name in CONTENT)


def all_situations() -> list[Situation]:
    """Every situation a row can be in."""
    parts = product(
        [event.value for event in Event],
        (False, True),
        [standing.value for standing in events.Standing],
        (False, True),
        (*Age, None),
        (Origin.KNOWN, Origin.REPORTED),
        (Origin.KNOWN, Origin.REPORTED),
        (*Origin, None),
    )
    return [situation for situation in map(Situation._make, parts) if can_be(situation)]


def can_be(situation: Situation) -> bool:
    """Whether the parts of a situation go together."""
    of_unknown = (situation.rest, situation.codes) == (Origin.REPORTED, Origin.REPORTED)
    return (
        (situation.is_ranked or situation.age in (None, Age.NEWER))
        and (of_unknown or situation.standing != "unknown")
        and (situation.bureau_codes != Origin.REPORTED or situation.codes == Origin.REPORTED)
    )


def really(situation: Situation) -> Outcome:
    """What the rules decide for a real row in it."""
    known = None if situation.standing == "unknown" else content(Origin.KNOWN, Origin.KNOWN)
    bureau = situation.bureau_codes
    state = State(
        standing=events.Standing(situation.standing),
        content=known,
        revision=KNOWN_REVISION if situation.is_ranked else None,
        bureau_codes=None if bureau is None else TRIPLES[Origin(bureau)],
    )
    reported = Reported(
        event=Event(situation.event),
        revision=REVISIONS[situation.age],
        content=content(situation.rest, situation.codes),
        arrival=situation.arrival,
    )
    return events.apply(state, reported)


def told(outcome: Outcome | SharedOutcome) -> tuple[object, ...]:
    return outcome.event, outcome.disposition, outcome.reason


def test_every_situation_has_the_outcome_of_a_real_row_in_it() -> None:
    situations = all_situations()
    assert len(situations) > 1000
    for situation in situations:
        shared, real = outcome_of(situation), really(situation)
        assert told(shared) == told(real), situation
        rows = tuple((sign, content(rest, codes)) for sign, rest, codes in shared.rows)
        assert rows == real.rows, situation


def test_a_rule_that_mixes_contents_column_by_column_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def mixed(state: State, reported: Reported) -> Outcome:
        assert state.content is not None
        mixture = (*state.content[:5], *reported.content[5:])
        return events._post(state, reported, events.Signed(1, mixture))

    monkeypatch.setitem(events._RULES, Event.AMEND, mixed)
    amended = Situation("amend", False, "stated", True, Age.NEWER, Origin.REPORTED, Origin.REPORTED, None)
    with pytest.raises(EntangledRuleError):
        outcome_of(amended)


def test_a_rule_that_posts_three_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def thrice(state: State, reported: Reported) -> Outcome:
        return events._post(state, reported, *[events.Signed(1, reported.content)] * 3)

    monkeypatch.setitem(events._RULES, Event.NEW, thrice)
    new = Situation("new", False, "unknown", False, Age.NEWER, Origin.REPORTED, Origin.REPORTED, None)
    with pytest.raises(EntangledRuleError):
        outcome_of(new)
