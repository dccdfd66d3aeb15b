"""Situations: all that the rules of posting see of a row and its complaint; rows in one share an outcome.

The rules compare revisions by order and contents by equality, and nothing else. So what they decide for one
row in a situation they decide for every row in it: whole commits are ruled by asking `events.apply` once a
situation, and no rule is stated a second time. That rows ruled either way are equal is a generative test.
"""

from enum import IntEnum
from typing import NamedTuple

from xiaobao.ledger import events
from xiaobao.ledger.entries import CODES, CONTENT, Event
from xiaobao.ledger.events import Codes, Content, Disposition, Reason, Reported, Standing, State
from xiaobao.lib.errors import XiaobaoError

ROWS_PER_OUTCOME = 2


class Origin(IntEnum):
    """Where a content, or the codes of it, come from. Of equal ones the first is named."""

    KNOWN = 0
    REPORTED = 1
    BUREAU = 2


class Age(IntEnum):
    """How the revision of a row stands to the highest known one, where there are both."""

    OLDER = -1
    EQUAL = 0
    NEWER = 1


class Situation(NamedTuple):
    """What `events.apply` sees of a row and the state of its complaint."""

    event: str
    """One of `Event`."""
    arrival: bool
    standing: str
    """One of `Standing`."""
    is_ranked: bool
    """Whether a revision is known."""
    age: int | None
    """Of `Age`, NEWER where none is known; None for a row without a revision that counts."""
    rest: int
    """Of `Origin`: KNOWN where all but the codes is as known, else REPORTED."""
    codes: int
    """Of `Origin`: KNOWN where the reported codes are the known ones, else REPORTED."""
    bureau_codes: int | None
    """Of `Origin`: which codes the bureau's are equal to; None where it made no decision."""


class SharedRow(NamedTuple):
    """One row to post for every row in a situation; `rest` and `codes` are of `Origin`."""

    sign: int
    rest: int
    codes: int


class SharedOutcome(NamedTuple):
    """What the rules decide for every row in a situation."""

    event: Event
    """As recorded."""
    disposition: Disposition
    reason: Reason | None
    rows: tuple[SharedRow, ...]


class EntangledRuleError(XiaobaoError):
    """A rule composes contents in another way than columns can follow."""


def outcome_of(situation: Situation) -> SharedOutcome:
    """What `events.apply` decides in a situation; EntangledRuleError where columns cannot follow it."""
    outcome = events.apply(_state(situation), _reported(situation))
    if len(outcome.rows) > ROWS_PER_OUTCOME:
        raise EntangledRuleError(f"an event posts {len(outcome.rows)} rows")
    return SharedOutcome(
        event=outcome.event,
        disposition=outcome.disposition,
        reason=outcome.reason,
        rows=tuple(_shared(sign, content) for sign, content in outcome.rows),
    )


def _state(situation: Situation) -> State:
    standing = Standing(situation.standing)
    known = _content(Origin.KNOWN, Origin.KNOWN)
    return State(
        standing=standing,
        content=None if standing is Standing.UNKNOWN else known,
        revision=Age.EQUAL if situation.is_ranked else None,
        bureau_codes=None if situation.bureau_codes is None else _codes(situation.bureau_codes),
    )


def _reported(situation: Situation) -> Reported:
    return Reported(
        event=Event(situation.event),
        revision=situation.age,
        content=_content(situation.rest, situation.codes),
        arrival=situation.arrival,
    )


def _content(rest: int, codes: int) -> Content:
    """A content made of where its parts come from: equal where the real ones are."""
    return tuple(codes if name in CODES else rest for name in CONTENT)


def _codes(origin: int) -> Codes:
    return (origin,) * len(CODES)


def _shared(sign: int, content: Content) -> SharedRow:
    for rest in Origin:
        for codes in Origin:
            if content == _content(rest, codes):
                return SharedRow(sign, rest, codes)
    raise EntangledRuleError(f"a rule composes a content of {sorted(set(map(str, content)))}")
