"""Counts as sums of signs: questions of one shape share one query, and only groups come over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import polars as pl
from ibis.expr import types as ir

from xiaobao.analysis.dimensions import Scope, column_name, columns_of, with_dimensions
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.questions import Filter
from xiaobao.ledger.snapshot import Snapshot

Groups = Mapping[tuple[str, ...], int]
"""Members of the `by` dimensions → count; a group that sums to zero is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One count to take: entries of these kinds, received inside a reading, as known at its sequence."""

    entry_kinds: tuple[str, ...]
    by: tuple[str, ...]
    where: Filter
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The groups of one count and how many rows came over from the engine for it."""

    groups: Groups
    moved_rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """What counts must have in common to be taken by one query."""

    entry_kinds: tuple[str, ...]
    by: tuple[str, ...]
    filtered: tuple[str, ...]


def count_all(counts: Sequence[Count], *, scope: Scope, snapshot: Snapshot) -> tuple[Counted, ...]:
    """Every count, in the order given; one query for all counts of one shape."""
    shapes: dict[_Shape, dict[int, Count]] = {}
    for place, count in enumerate(counts):
        if count.readings:
            shapes.setdefault(_shape(count), {})[place] = count
    found: dict[int, dict[tuple[str, ...], int]] = {}
    for shape, placed in shapes.items():
        rows = snapshot.run(_query(snapshot.entries(), shape, placed, scope=scope))
        for place, *members, total in rows.select("place", *map(column_name, shape.by), "total").iter_rows():
            found.setdefault(place, {})[tuple(members)] = int(total)
    groups = [found.get(place, {}) for place in range(len(counts))]
    return tuple(Counted(groups=one, moved_rows=len(one)) for one in groups)


def _shape(count: Count) -> _Shape:
    filtered = tuple(sorted(name for name, _ in count.where))
    return _Shape(entry_kinds=tuple(sorted(set(count.entry_kinds))), by=count.by, filtered=filtered)


def _query(entries: ir.Table, shape: _Shape, placed: Mapping[int, Count], *, scope: Scope) -> ir.Table:
    """Joins every entry to the (count, day) it belongs to, then sums signs; zero groups stay behind."""
    frame = _wanted(shape, placed)
    wanted = ibis.memtable(frame)
    names = tuple(dict.fromkeys((*shape.by, *shape.filtered)))
    entries = with_dimensions(_narrow(entries, shape, frame, columns_of(names)), names, scope=scope)
    joined = entries.inner_join(
        wanted,
        [
            entries.received_on == wanted.wanted_on,
            *(entries[column_name(name)] == wanted[_wanted_column(name)] for name in shape.filtered),
        ],
    )
    known = joined.filter(joined.posted_seq <= joined.known_at)
    grouped = known.group_by("place", *map(column_name, shape.by))
    totals = grouped.aggregate(total=known.sign.sum())
    return totals.filter(totals.total != 0)


def _narrow(entries: ir.Table, shape: _Shape, frame: pl.DataFrame, columns: frozenset[str]) -> ir.Table:
    """Only rows and columns that can matter, said in a form the engine checks against file statistics."""
    first, last = frame["wanted_on"].min(), frame["wanted_on"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    return entries.filter(
        entries.entry_kind.isin(shape.entry_kinds),
        entries.received_on >= first,
        entries.received_on <= last,
    ).select("sign", "posted_seq", "received_on", *sorted(columns - {"received_on"}))


def _wanted(shape: _Shape, placed: Mapping[int, Count]) -> pl.DataFrame:
    """One row for each count and day of its readings: the sequence to know it at, the members to hold."""
    rows = [
        (place, day, reading.posted_seq, *(dict(count.where)[name] for name in shape.filtered))
        for place, count in placed.items()
        for reading in count.readings
        for day in reading.period
    ]
    return pl.DataFrame(
        rows,
        schema={
            "place": pl.Int32,
            "wanted_on": pl.Date,
            "known_at": pl.Int64,
            **{_wanted_column(name): pl.String for name in shape.filtered},
        },
        orient="row",
    )


def _wanted_column(dimension: str) -> str:
    return f"wanted:{dimension}"
