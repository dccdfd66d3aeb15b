"""Dimensions: the groups a ledger row falls into, as Ibis expressions; nothing is dropped by a join."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import ibis
import polars as pl
from ibis.expr import types as ir

from xiaobao.analysis.questions import QuestionError
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet, Standard
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.institutions import OUT_OF_LIST
from xiaobao.lib.words import Words

NOT_STATED = "not_stated"
"""The reporter left it empty."""
UNMAPPED = "unmapped"
"""Stated, but in no table of that day."""
SPECIAL_MEMBERS = (NOT_STATED, UNMAPPED, OUT_OF_LIST)
"""Groups that are shown as such; never a place in a ranking, never put in 其他."""

PLAIN = {
    "path": "path",
    "source": "source_code",
    "institution": "institution_code",
    "unit": "unit_code",
    "entry_kind": "entry_kind",
    "status": "status",
    "received_via": "received_via",
    "standard": "standard_id",
}
"""Dimension → the ledger column whose value is the member."""
DATED = ("day", "month")
_LEVEL = re.compile(r"(channel|business|cause)\.([1-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where a question is asked: the domain, the mark and the catalog that give members their meaning."""

    domain: Domain
    simulated: bool
    catalog: Catalog

    def standards(self) -> tuple[Standard, ...]:
        """The coding standards of the domain, by date in force."""
        return tuple(self.catalog.standards[name] for name in self.domain.standard_ids)


def facet_level(name: str) -> tuple[Facet, int] | None:
    """The facet and level of a dimension such as `business.2`; None for other dimensions."""
    match = _LEVEL.fullmatch(name)
    return (Facet(match[1]), int(match[2])) if match else None


def dimension_names(scope: Scope) -> tuple[str, ...]:
    """All dimensions of a domain, tree levels as deep as its standards go."""
    plain = [name for name in PLAIN if name != "path" or scope.domain.paths]
    levels = [f"{facet.value}.{level}" for facet in Facet for level in range(1, _depth(scope, facet) + 1)]
    return (*plain, "group", "region", *levels, *DATED)


def refuse_unknown_dimensions(names: Iterable[str], *, scope: Scope) -> None:
    """QuestionError naming a dimension the domain does not have, and those it has."""
    known = dimension_names(scope)
    for name in names:
        if name not in known:
            listed = ", ".join(known)
            raise QuestionError(
                Words(zh=f"没有维度 {name}；可用：{listed}", en=f"no dimension {name}; there are: {listed}")
            )


def columns_of(names: Iterable[str]) -> frozenset[str]:
    """The ledger columns that decide the members of these dimensions."""
    columns: set[str] = set()
    for name in names:
        columns |= _columns_of(name)
    return frozenset(columns)


def with_dimensions(entries: ir.Table, names: Iterable[str], *, scope: Scope) -> ir.Table:
    """The entries with one string column `dimension:<name>` for each dimension; never null."""
    wanted = tuple(dict.fromkeys(names))
    facets = dict.fromkeys(found[0] for name in wanted if (found := facet_level(name)))
    for facet in facets:
        levels = [found[1] for name in wanted if (found := facet_level(name)) and found[0] is facet]
        entries = _join_levels(entries, facet, levels, scope=scope)
    others = {
        column_name(name): _expression(entries, name, scope) for name in wanted if not facet_level(name)
    }
    return entries.mutate(**others) if others else entries


def column_name(dimension: str) -> str:
    """The column `with_dimensions` adds for a dimension."""
    return f"dimension:{dimension}"


def level_frame(scope: Scope, facet: Facet, levels: Iterable[int]) -> pl.DataFrame:
    """One row a code of every standard: its days in force and its ancestor at each level."""
    wanted = tuple(dict.fromkeys(levels))
    rows: list[tuple[str | date, ...]] = []
    for standard in scope.standards():
        table = standard.tables.get(facet)
        for code in table.codes.values() if table else ():
            ancestors = (
                tuple(table.ancestor(code.code, level) or UNMAPPED for level in wanted) if table else ()
            )
            rows.append((standard.id, code.code, code.from_on, code.to_on or date.max, *ancestors))
    return pl.DataFrame(
        rows,
        schema={
            "table_standard": pl.String,
            "table_code": pl.String,
            "table_from": pl.Date,
            "table_to": pl.Date,
            **{f"ancestor_{level}": pl.String for level in wanted},
        },
        orient="row",
    )


def _depth(scope: Scope, facet: Facet) -> int:
    tables = (standard.tables.get(facet) for standard in scope.standards())
    return max((code.level for table in tables if table for code in table.codes.values()), default=0)


def _columns_of(name: str) -> frozenset[str]:
    if level := facet_level(name):
        return frozenset({"standard_id", level[0].column, "received_on"})
    if name == "group":
        return frozenset({"institution_code", "received_on"})
    return frozenset({PLAIN.get(name, "region_code" if name == "region" else "received_on")})


def _join_levels(entries: ir.Table, facet: Facet, levels: list[int], *, scope: Scope) -> ir.Table:
    table = ibis.memtable(level_frame(scope, facet, levels))
    kept = entries.columns
    joined = entries.left_join(
        table, [entries.standard_id == table.table_standard, entries[facet.column] == table.table_code]
    ).select(*kept, *(name for name in table.columns if name not in ("table_standard", "table_code")))
    in_force = (joined.table_from <= joined.received_on) & (joined.received_on < joined.table_to)
    members = {
        column_name(f"{facet.value}.{level}"): ibis.cases(
            (_empty(joined[facet.column]), NOT_STATED),
            (in_force, joined[f"ancestor_{level}"]),
            else_=UNMAPPED,
        )
        for level in levels
    }
    # A projection of its own: Ibis would otherwise chain the next join to this one and lose the columns.
    return joined.select(*kept, **members)


def _expression(entries: ir.Table, name: str, scope: Scope) -> ir.StringValue:
    if name == "day":
        return entries.received_on.strftime("%Y-%m-%d")
    if name == "month":
        return entries.received_on.strftime("%Y-%m")
    if name == "group":
        return _group(entries, scope)
    if name == "region":
        known = list(scope.catalog.regions.get(scope.domain.region_standard, {}))
        code = entries.region_code
        listed = code.isin(known) if known else ibis.literal(False)
        return ibis.cases((_empty(code), NOT_STATED), (listed, code), else_=UNMAPPED)
    column = entries[PLAIN[name]]
    return ibis.cases((_empty(column), NOT_STATED), else_=column)


def _group(entries: ir.Table, scope: Scope) -> ir.StringValue:
    """The institution's group on received_on; the first membership of the register that covers the day."""
    code = entries.institution_code
    members: dict[tuple[int, str, date, date], list[str]] = {}
    for institution in scope.catalog.register(
        scope.domain.id, simulated=scope.simulated
    ).institutions.values():
        for place, one in enumerate(institution.memberships):
            key = (place, one.group, one.from_on, one.to_on or date.max)
            members.setdefault(key, []).append(institution.code)
    branches = [
        (code.isin(codes) & (entries.received_on >= from_on) & (entries.received_on < to_on), group)
        for (_, group, from_on, to_on), codes in sorted(members.items())
    ]
    special = [(_empty(code), NOT_STATED), (code == OUT_OF_LIST, OUT_OF_LIST)]
    return ibis.cases(*special, *branches, else_=UNMAPPED)


def _empty(column: ir.StringColumn) -> ir.BooleanValue:
    return column.isnull() | (column == "")
