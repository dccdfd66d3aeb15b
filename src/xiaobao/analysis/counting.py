"""Counts as sums of signs: questions of one shape share one query, and only groups come over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import ibis
import polars as pl

from xiaobao.analysis.counting_query import (
    DAYS_SCHEMA,
    STAND_SCHEMA,
    Grain,
    Shape,
    amounts,
    asked_schema,
    entry_columns,
    query,
)
from xiaobao.analysis.dimension_columns import column_name
from xiaobao.analysis.dimensions import PLAIN, Scope
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.member_tables import changes_between, member_tables, values_of
from xiaobao.analysis.quantities import COMPLAINTS, Wanted, state_day, tables_of
from xiaobao.analysis.questions import Filter
from xiaobao.catalog.measures import Quantity
from xiaobao.ledger.snapshot import ENTRIES, FILED_ENTRIES, Amounts, Extent, Snapshot

Groups = Mapping[tuple[str, ...], int]
"""Members of the `by` dimensions → count; a group that sums to zero is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One count to take: entries of these kinds, received inside a reading, as known at its sequence."""

    entry_kinds: tuple[str, ...]
    by: tuple[str, ...]
    where: Filter
    readings: tuple[Reading, ...]
    wanted: Wanted = COMPLAINTS
    """What is summed of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The groups of one count and how many rows came over from the engine for it."""

    groups: Groups
    moved_rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Alike:
    """What counts must have in common to be taken by one query."""

    entry_kinds: tuple[str, ...]
    by: tuple[str, ...]
    held: tuple[str, ...]
    wanted: Wanted
    state_at: int | None
    """The sequence whose state the sum depends on; None where it depends on the entries alone."""


def count_all(counts: Sequence[Count], *, scope: Scope, snapshot: Snapshot) -> tuple[Counted, ...]:
    """Every count, in the order given; one query for all counts of one shape."""
    alike: dict[_Alike, dict[int, Count]] = {}
    for place, count in enumerate(counts):
        if count.readings:
            alike.setdefault(_alike(count), {})[place] = count
    found: dict[int, dict[tuple[str, ...], int]] = {}
    states: dict[int, date | None] = {}
    for shared, placed in alike.items():
        if shared.wanted.quantity is Quantity.JUDGED and shared.state_at not in states:
            states[shared.state_at or 0] = _state_on(shared.state_at or 0, scope=scope, snapshot=snapshot)
        state_on = states.get(shared.state_at or 0)
        rows = _count(shared, placed, scope=scope, snapshot=snapshot, state_on=state_on)
        for place, *members, total in rows.select("place", *map(column_name, shared.by), "total").iter_rows():
            found.setdefault(place, {})[tuple(members)] = total
    groups = [found.get(place, {}) for place in range(len(counts))]
    asked = iter((len(states),) + (0,) * len(counts))  # the state of a sequence is one row
    return tuple(Counted(groups=one, moved_rows=len(one) + next(asked)) for one in groups)


_LAST = ENTRIES.aggregate(recorded_at=ENTRIES.recorded_at.max())
_ROWS = Amounts(of=FILED_ENTRIES.mutate(sign=ibis.literal(1, "int64")), total=_LAST)
"""Each row adds one: what was withdrawn again was recorded nevertheless."""


def _state_on(posted_seq: int, *, scope: Scope, snapshot: Snapshot) -> date | None:
    found = snapshot.at(posted_seq).run(_LAST, summed_by=("recorded_at",), amounts=_ROWS)["recorded_at"][0]
    assert found is None or isinstance(found, datetime)
    return state_day(found, scope=scope)


def _alike(count: Count) -> _Alike:
    held = tuple(sorted(name for name, _ in count.where))
    state_at = max(reading.posted_seq for reading in count.readings) if count.wanted.needs_state else None
    return _Alike(
        entry_kinds=tuple(sorted(set(count.entry_kinds))),
        by=count.by,
        held=held,
        wanted=count.wanted,
        state_at=state_at,
    )


def _count(
    alike: _Alike,
    placed: Mapping[int, Count],
    *,
    scope: Scope,
    snapshot: Snapshot,
    state_on: date | None,
) -> pl.DataFrame:
    """One row a count and group that is not zero."""
    members = {name: [dict(count.where)[name] for count in placed.values()] for name in alike.held}
    # A plain dimension that all hold to the same member is settled by reading no other rows.
    filtered = tuple(name for name in alike.held if name not in PLAIN or len(set(members[name])) > 1)
    tables = member_tables((*alike.by, *filtered), scope=scope)
    days, asked, known_at = _stretches(placed, filtered)
    first, last = min(day for day, _, _ in days), max(day for day, _, _ in days)
    shape = Shape(
        by=alike.by,
        filtered=filtered,
        grain=_grain({*alike.by, *filtered}, tables, first, last),
        by_stretch=known_at is None
        or len({stretch for _, _, stretch in days}) > 1
        or len(days) <= (last - first).days,
        known_apart=known_at is None,
        wanted=alike.wanted,
    )
    narrowed = [values_of(name, members[name], tables=tables) for name in alike.held]
    extent = Extent(
        first_on=first,
        last_on=last,
        members={"entry_kind": alike.entry_kinds, **dict(one for one in narrowed if one is not None)},
    )
    given = {**tables, "asked": asked, **tables_of(alike.wanted, scope=scope, state_on=state_on)}
    if shape.by_stretch:
        given["days"] = pl.DataFrame(days, schema=DAYS_SCHEMA, orient="row")
    if shape.grain is Grain.PERIOD:
        given["stand"] = pl.DataFrame({"received_on": [first]}, schema=STAND_SCHEMA)
    # Tags have no reading of their own: they are those of the sequence whose state counts.
    known = known_at if known_at is not None else alike.state_at
    as_of = snapshot if known is None else snapshot.at(known)
    # Tags are another table, and days known apart are other sums each.
    if shape.known_apart or alike.wanted.quantity is Quantity.TAGGED:
        return as_of.run(query(shape), given=given, extent=extent)
    return as_of.run(
        query(shape), given=given, extent=extent, summed_by=entry_columns(shape), amounts=amounts(shape)
    )


def _grain(names: set[str], tables: Mapping[str, pl.DataFrame], first: date, last: date) -> Grain:
    # The first of a month stands for its days, so that it too must be of the same members.
    if "day" in names or changes_between(tables, first.replace(day=1), last):
        return Grain.DAY
    return Grain.MONTH if "month" in names else Grain.PERIOD


def _stretches(
    placed: Mapping[int, Count], filtered: tuple[str, ...]
) -> tuple[list[tuple[date, int, int]], pl.DataFrame, int | None]:
    """The rows of `days`, the table `asked`, and the sequence where all days are known at one.

    A stretch are the days that the same counts add up, each day as known at a sequence.
    """
    places: dict[tuple[date, int], tuple[int, ...]] = {}
    for place, count in placed.items():
        for reading in count.readings:
            for day in reading.period:
                known = (day, reading.posted_seq)
                places[known] = (*places.get(known, ()), place)
    stretches = {counts: number for number, counts in enumerate(dict.fromkeys(places.values()))}
    days = [(*known, stretches[counts]) for known, counts in places.items()]
    asked = [
        (number, place, *(dict(placed[place].where)[name] for name in filtered))
        for counts, number in stretches.items()
        for place in counts
    ]
    sequences = {known_at for _, known_at in places}
    return (
        days,
        pl.DataFrame(asked, schema=asked_schema(filtered), orient="row"),
        sequences.pop() if len(sequences) == 1 else None,
    )
