"""The rules of posting for one event: what it asks of a complaint's state, and the signed rows it posts.

The numbers in comments are those of "Rules of posting" in docs/ledger.md. `posting.py` applies the same
rules to whole commits; that both agree is a generative test.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from xiaobao.ledger.entries import CODES, CONTENT, Event

Content = tuple[object, ...]
"""What a complaint is stated to be: values in the order of `ledger.entries.CONTENT`."""

Codes = tuple[object, ...]
"""Channel, business and cause code."""

_CODE_PLACES = tuple(CONTENT.index(name) for name in CODES)


class Standing(StrEnum):
    """How a complaint number stands in the ledger."""

    UNKNOWN = "unknown"
    STATED = "stated"
    WITHDRAWN = "withdrawn"


class Disposition(StrEnum):
    """What became of an event; every accepted row has exactly one."""

    POSTED = "posted"
    UNCHANGED = "unchanged"  # says nothing new; posts a marker at most
    SUPERSEDED = "superseded"  # older than what is known; posts nothing
    REFUSED = "refused"  # the state forbids it; kept for the reporter to resend


class Reason(StrEnum):
    """Why an event was refused by state, or posted with a warning."""

    UNKNOWN_AMENDED = "unknown_amended"
    WITHDRAWN_NOT_REINSTATED = "withdrawn_not_reinstated"
    KNOWN_WITH_OTHER_CONTENT = "known_with_other_content"
    REINSTATED_NOT_WITHDRAWN = "reinstated_not_withdrawn"
    RECODED_NOT_STATED = "recoded_not_stated"
    UNKNOWN_WITHDRAWN = "unknown_withdrawn"  # the only warning


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What posting must know of one complaint: the reporter's last event and the bureau's last decision."""

    standing: Standing
    content: Content | None
    """As last known, also of a withdrawn complaint; None only when unknown."""
    revision: int | None
    """The highest revision that was applied and not voided; None ranks below every revision."""
    bureau_codes: Codes | None
    """The triple of the bureau's last decision; None when it made none."""


NOTHING_KNOWN = State(standing=Standing.UNKNOWN, content=None, revision=None, bureau_codes=None)


class LedgerRow(NamedTuple):
    """What `state_of` reads of one row of the ledger."""

    sign: int
    event: Event
    revision: int | None
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One row of a batch."""

    event: Event
    revision: int | None
    """The reporter's; the posting sequence for a source without revisions; None for the bureau's decisions
    and for a revision that was voided, which ranks below all others."""
    content: Content
    arrival: bool = False
    """True for a source without revisions: nothing older than what is known can still come."""


class Signed(NamedTuple):
    """One row to post: +1 states the content, −1 reverses it, 0 marks it as known."""

    sign: int
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an event did: the state after it, the rows it posts, and what became of it."""

    state: State
    event: Event
    """As recorded: a snapshot's row has become NEW or AMEND."""
    disposition: Disposition
    rows: tuple[Signed, ...] = ()
    reason: Reason | None = None
    """Why it was refused; a warning when it was posted."""


def state_of(rows: Iterable[LedgerRow], *, voided: frozenset[int] = frozenset()) -> State:
    """The state of one complaint from its ledger rows, in order of entry id.

    `voided` are the source's revisions declared void: they count for what was stated, not for what is newest.
    """
    state = NOTHING_KNOWN
    for row in rows:
        state = _after_row(state, row, voided)
    return state


def apply(state: State, reported: Reported) -> Outcome:
    """Apply one event to the state of its complaint."""
    if reported.event is Event.RECODE:
        return recode(state, reported)
    if is_older(reported, state):  # rule 2: older than what is known posts nothing, whatever it asks for
        return Outcome(state=state, event=reported.event, disposition=Disposition.SUPERSEDED)
    if reported.event is Event.SNAPSHOT:
        reported = replace(reported, event=event_asked(state))
    return _RULES[reported.event](state, reported)


def is_older(reported: Reported, state: State) -> bool:
    """Rule 2: a revision below the last one is older; an equal one is not, so that ties go to the later."""
    if state.revision is None:
        return False
    return reported.revision is None or reported.revision < state.revision


def is_newer(reported: Reported, state: State) -> bool:
    """Rule 4: only a revision above the last one needs remembering."""
    if reported.revision is None:
        return False
    return state.revision is None or reported.revision > state.revision


def event_asked(state: State) -> Event:
    """Rule 5: a snapshot's row states an unknown number as new and amends a known one."""
    return Event.NEW if state.standing is Standing.UNKNOWN else Event.AMEND


def new(state: State, reported: Reported) -> Outcome:
    """Rule 5: a new number is stated; a known one is not new."""
    if state.standing is Standing.UNKNOWN:
        return _state_it(state, reported)
    if state.standing is Standing.WITHDRAWN:
        return _refuse(state, reported, Reason.WITHDRAWN_NOT_REINSTATED)
    if content_kept(state, reported) == state.content:
        return unchanged(state, reported)
    return _refuse(state, reported, Reason.KNOWN_WITH_OTHER_CONTENT)


def amend(state: State, reported: Reported) -> Outcome:
    """Rule 5: only what is stated can be amended: the old content is reversed, the new one stated."""
    if state.standing is Standing.UNKNOWN:
        return _refuse(state, reported, Reason.UNKNOWN_AMENDED)
    if state.standing is Standing.WITHDRAWN:
        return _refuse(state, reported, Reason.WITHDRAWN_NOT_REINSTATED)
    known, content = _known(state), content_kept(state, reported)
    if content == known:
        return unchanged(state, reported)
    amended = _after(state, reported, Standing.STATED, content)
    return _post(amended, reported, Signed(-1, known), Signed(1, content))


def withdraw(state: State, reported: Reported) -> Outcome:
    """A stated complaint is reversed; rule 4: an unknown one is remembered as withdrawn, with a warning."""
    if state.standing is Standing.WITHDRAWN:
        return unchanged(state, reported)
    if state.standing is Standing.UNKNOWN:
        withdrawn = _after(state, reported, Standing.WITHDRAWN, reported.content)
        marker = Signed(0, reported.content)
        return _post(withdrawn, reported, marker, reason=Reason.UNKNOWN_WITHDRAWN)
    known = _known(state)
    return _post(_after(state, reported, Standing.WITHDRAWN, known), reported, Signed(-1, known))


def reinstate(state: State, reported: Reported) -> Outcome:
    """Rule 5: the only way back for a withdrawn number, and for no other."""
    if state.standing is not Standing.WITHDRAWN:
        return _refuse(state, reported, Reason.REINSTATED_NOT_WITHDRAWN)
    return _state_it(state, reported)


def recode(state: State, reported: Reported) -> Outcome:
    """Rule 6: the bureau's decision sets the triple of codes and touches no revision."""
    if state.standing is not Standing.STATED:
        return _refuse(state, reported, Reason.RECODED_NOT_STATED)
    known = _known(state)
    codes = _codes_of(reported.content)
    if codes == state.bureau_codes:
        return Outcome(state=state, event=Event.RECODE, disposition=Disposition.UNCHANGED)
    recoded = _with_codes(known, codes)
    decided = replace(state, content=recoded, bureau_codes=codes)
    if recoded == known:  # the bureau confirms what was stated: remembered, so that later amendments keep it
        return _post(decided, reported, Signed(0, known))
    return _post(decided, reported, Signed(-1, known), Signed(1, recoded))


def content_kept(state: State, reported: Reported) -> Content:
    """Rule 6: what a reporter states, under the bureau's codes where it decided them.

    `submitted_codes` is part of the content and follows the reporter, so that a change of it is seen.
    """
    if state.bureau_codes is None:
        return reported.content
    return _with_codes(reported.content, state.bureau_codes)


def unchanged(state: State, reported: Reported) -> Outcome:
    """Rule 4: an event that changes nothing posts a marker when it is newer, so that older ones stay out."""
    if reported.arrival or not is_newer(reported, state):
        return Outcome(state=state, event=reported.event, disposition=Disposition.UNCHANGED)
    known = _known(state)
    return Outcome(
        state=_after(state, reported, state.standing, known),
        event=reported.event,
        disposition=Disposition.UNCHANGED,
        rows=(Signed(0, known),),
    )


_RULES: dict[Event, Callable[[State, Reported], Outcome]] = {
    Event.NEW: new,
    Event.AMEND: amend,
    Event.WITHDRAW: withdraw,
    Event.REINSTATE: reinstate,
}


def _state_it(state: State, reported: Reported) -> Outcome:
    content = content_kept(state, reported)
    return _post(_after(state, reported, Standing.STATED, content), reported, Signed(1, content))


def _post(state: State, reported: Reported, *rows: Signed, reason: Reason | None = None) -> Outcome:
    return Outcome(
        state=state, event=reported.event, disposition=Disposition.POSTED, rows=rows, reason=reason
    )


def _refuse(state: State, reported: Reported, reason: Reason) -> Outcome:
    return Outcome(state=state, event=reported.event, disposition=Disposition.REFUSED, reason=reason)


def _after(state: State, reported: Reported, standing: Standing, content: Content) -> State:
    revision = reported.revision if is_newer(reported, state) else state.revision
    return State(standing=standing, content=content, revision=revision, bureau_codes=state.bureau_codes)


def _known(state: State) -> Content:
    if state.content is None:
        raise ValueError("nothing is known of this complaint")
    return state.content


def _codes_of(content: Content) -> Codes:
    return tuple(content[place] for place in _CODE_PLACES)


def _with_codes(content: Content, codes: Codes) -> Content:
    values = list(content)
    for place, code in zip(_CODE_PLACES, codes, strict=True):
        values[place] = code
    return tuple(values)


def _after_row(state: State, row: LedgerRow, voided: frozenset[int]) -> State:
    revision = state.revision
    if row.revision is not None and row.revision not in voided:
        revision = row.revision if revision is None else max(revision, row.revision)
    decides = row.event is Event.RECODE and row.sign >= 0
    return State(
        standing=_standing_after(state, row),
        content=row.content,
        revision=revision,
        bureau_codes=_codes_of(row.content) if decides else state.bureau_codes,
    )


def _standing_after(state: State, row: LedgerRow) -> Standing:
    # Rule 3: the last event decides, never the sum of signs; a marker of a withdrawal withdraws as well.
    if row.event is Event.WITHDRAW:
        return Standing.WITHDRAWN
    return Standing.STATED if row.sign > 0 else state.standing
