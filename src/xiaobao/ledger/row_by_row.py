"""Ruling rows one after the other: `events.apply`, with a state for each complaint carried along."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import polars as pl

from xiaobao.ledger import events
from xiaobao.ledger.entries import CONTENT, Event, entry_id
from xiaobao.ledger.events import Content, LedgerRow, Outcome, Reported, State
from xiaobao.ledger.ruling import CAUSE, FATE_SCHEMA, SIGNED_SCHEMA, Ruled, Voided

_Identity = tuple[str, str]
_Values = tuple[object, ...]

_EVENTS = {event.value: event for event in Event}


class _Asked(NamedTuple):
    """One row to rule, in the order of `CAUSE`; its content follows."""

    posted_seq: int
    row_number: int
    complaint_key: int
    source_code: str
    complaint_no: str
    revision: int | None
    event: str
    arrival: bool


_PRIOR_COLUMNS = ("source_code", "complaint_no", "sign", "event", "revision")


def rule(asked: pl.DataFrame, prior: pl.DataFrame, voided: Voided) -> Ruled:
    """Rule the rows of a commit (as `batches.prepared` gives them, in posting order) one after the other.

    `prior` (`SIGNED_SCHEMA`) holds every earlier row of their complaints, in any order.
    """
    states = _states(prior.join(asked.select("complaint_key"), on="complaint_key", how="semi"), voided)
    rows: list[_Values] = []
    fates: list[_Values] = []
    width = len(_Asked._fields)
    for values in asked.select(*_Asked._fields, *CONTENT).iter_rows():
        one = _Asked(*values[:width])
        identity = (one.source_code, one.complaint_no)
        state = states.get(identity, events.NOTHING_KNOWN)
        outcome = events.apply(state, _reported(one, values[width:], voided))
        states[identity] = outcome.state
        rows.extend(_signed_rows(one, outcome))
        fates.append((one.posted_seq, one.row_number, one.complaint_no, outcome.reason, outcome.disposition))
    return Ruled(
        rows=pl.DataFrame(rows, schema=SIGNED_SCHEMA, orient="row"),
        fates=pl.DataFrame(fates, schema=FATE_SCHEMA, orient="row"),
    )


def _states(prior: pl.DataFrame, voided: Voided) -> dict[_Identity, State]:
    states: dict[_Identity, State] = {}
    width = len(_PRIOR_COLUMNS)
    ordered = prior.sort("source_code", "complaint_no", "entry_id")
    values_of = ordered.select(*_PRIOR_COLUMNS, *CONTENT).iter_rows()
    for identity, group in groupby(values_of, key=lambda values: (values[0], values[1])):
        rows = (LedgerRow(values[2], _EVENTS[values[3]], values[4], values[width:]) for values in group)
        states[identity] = events.state_of(rows, voided=voided.get(identity[0], frozenset()))
    return states


def _reported(one: _Asked, content: Content, voided: Voided) -> Reported:
    is_void = one.revision in voided.get(one.source_code, ())
    return Reported(
        event=_EVENTS[one.event],
        revision=None if is_void else one.revision,
        content=content,
        arrival=one.arrival,
    )


def _signed_rows(one: _Asked, outcome: Outcome) -> Iterator[_Values]:
    cause = (*one[: len(CAUSE) - 1], outcome.event)
    for sign, content in outcome.rows:
        yield (*cause, entry_id(one.posted_seq, one.row_number, sign), sign, *content)
