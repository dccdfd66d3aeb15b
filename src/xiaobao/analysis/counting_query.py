"""The expression that takes all counts of one shape: signs are summed first, names are looked up afterwards.

Summing needs only the columns that decide the members, so the rows that are named are as many as there are
different values, not as many as there are entries.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

import ibis
import polars as pl
from ibis.expr import types as ir

from xiaobao.analysis.dimension_columns import column_name, with_dimensions
from xiaobao.analysis.dimensions import columns_of
from xiaobao.analysis.quantities import COMPLAINTS, Wanted, amounts_of, narrowed
from xiaobao.ledger.engines.expressions import named_table
from xiaobao.ledger.snapshot import ENTRIES, Amounts

_SHAPES_KEPT = 256


class Grain(StrEnum):
    """Spans of days whose entries are of one member where their other columns are alike."""

    DAY = "day"
    MONTH = "month"
    PERIOD = "period"  # all days of the question


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What decides the expression."""

    by: tuple[str, ...]
    filtered: tuple[str, ...]
    """Dimensions that each count holds to a member of its own."""
    grain: Grain
    """How far entries of different days may be of different members."""
    by_stretch: bool
    """True when the days do not all belong to the same counts."""
    known_apart: bool = False
    """True when days are known at sequences of their own; then they are told apart by stretch as well."""
    wanted: Wanted = COMPLAINTS
    """What is summed."""

    @property
    def names(self) -> tuple[str, ...]:
        """All dimensions, once each."""
        return tuple(dict.fromkeys((*self.by, *self.filtered)))


DAYS_SCHEMA: dict[str, pl.DataType] = {
    "wanted_on": pl.Date(),
    "known_at": pl.Int64(),
    "stretch": pl.Int32(),
}
"""`days`: each day with a sequence to know it at, and the stretch of days it is counted in."""
STAND_SCHEMA: dict[str, pl.DataType] = {"received_on": pl.Date()}
"""`stand`: the one day that stands for all, where they make no difference."""


def asked_schema(filtered: Iterable[str]) -> dict[str, pl.DataType]:
    """`asked`: the place of each count, a row for every stretch it adds up, and the members it is held to."""
    members = {wanted_column(name): pl.String() for name in filtered}
    return {"stretch": pl.Int32(), "place": pl.Int32(), **members}


def wanted_column(dimension: str) -> str:
    """The column of `asked` for a filtered dimension."""
    return f"wanted:{dimension}"


@lru_cache(maxsize=_SHAPES_KEPT)
def query(shape: Shape) -> ir.Table:
    """Columns `place`, a `dimension:<name>` for each of `by`, and `total`; groups of zero are not there."""
    summed = _summed(shape)
    if shape.grain is Grain.PERIOD:
        summed = _crossed(summed, named_table("stand", STAND_SCHEMA))
    elif shape.grain is Grain.MONTH:
        first = ibis.date(summed.month // 100, summed.month % 100, 1)
        summed = summed.mutate(received_on=first).drop("month")
    named = with_dimensions(summed, shape.names)
    asked = named_table("asked", asked_schema(shape.filtered))
    held = [named[column_name(name)] == asked[wanted_column(name)] for name in shape.filtered]
    if shape.by_stretch:
        held.append(named.stretch == asked.stretch)
    joined = named.inner_join(asked, held) if held else named.cross_join(asked)
    groups = joined.group_by("place", *map(column_name, shape.by))
    totals = groups.aggregate(total=joined.total.sum().cast("int64"))
    return totals.filter(totals.total != 0)


@lru_cache(maxsize=_SHAPES_KEPT)
def amounts(shape: Shape) -> Amounts | None:
    """How the total adds up from sums of each file; None where it is of signs, which need no telling."""
    if shape.wanted == COMPLAINTS:
        return None
    return Amounts(of=amounts_of(shape.wanted), total=query(replace(shape, wanted=COMPLAINTS)))


def entry_columns(shape: Shape) -> tuple[str, ...]:
    """The columns of the entries that the expression takes, beside their signs."""
    more = {"received_on"} if shape.by_stretch else set()
    return (*_grouped(shape), *sorted(more - set(_grouped(shape))))


def _summed(shape: Shape) -> ir.Table:
    """Sums of signs by the columns that decide the members, and by stretch."""
    columns = _grouped(shape)
    if not shape.by_stretch:
        return _sums(ENTRIES, columns, shape.wanted)
    days = named_table("days", DAYS_SCHEMA)
    known = ("posted_seq",) if shape.known_apart else ()
    taken = (*entry_columns(shape), *known, "sign") if shape.wanted == COMPLAINTS else ENTRIES.columns
    entries = ENTRIES.select(*taken)
    joined = entries.inner_join(days, entries.received_on == days.wanted_on)
    if shape.known_apart:
        joined = joined.filter(joined.posted_seq <= joined.known_at)
    return _sums(joined, ["stretch", *columns], shape.wanted)


def _grouped(shape: Shape) -> list[str]:
    columns = sorted(columns_of(shape.names) - {"received_on"})
    if column := _GRAIN_COLUMN.get(shape.grain):
        columns.append(column)
    return columns


_GRAIN_COLUMN = {Grain.DAY: "received_on", Grain.MONTH: "month"}


def _sums(entries: ir.Table, columns: list[str], wanted: Wanted) -> ir.Table:
    if wanted == COMPLAINTS:
        return entries.aggregate(by=columns, total=entries.sign.sum())
    kept, amount = narrowed(entries, wanted)
    return kept.aggregate(by=columns, total=amount.sum())


def _crossed(left: ir.Table, right: ir.Table) -> ir.Table:
    # A projection of its own: Ibis would otherwise chain the next join to this one and lose the columns.
    return left.cross_join(right).select(*left.columns, *right.columns)
