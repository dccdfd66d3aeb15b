"""Dimensions: the groups a ledger row falls into, as Ibis expressions; nothing is dropped by a join."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import ibis
import polars as pl
from ibis.expr import types as ir

from xiaobao.analysis.questions import QuestionError
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet, Standard
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.institutions import OUT_OF_LIST
from xiaobao.ledger.engines.expressions import named_table
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
    # As stated, letter by letter: for whoever looks for one product, one number or one code.
    **{
        name: name
        for name in (
            *("complaint_no", "event", "institution_stated", "channel_code", "business_code", "cause_code"),
            *("region_code", "postal_code", "product", "repeats", "submitted_codes"),
        )
    },
}
"""Dimension → the ledger column whose value is the member."""
DATED = ("day", "month")
DAYS_OF_HANDLING = ("accepted_on", "declined_on", "forwarded_on", "responded_on", "closed_on")
AMOUNT = "amount"
PERSONAL = ("identity_key", "identity_key_id", "contact_key", "contact_key_id", "narrative_digest")
"""Columns about people: nothing is grouped by them or held to one of their values."""
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
    return (*plain, "group", "region", *levels, *DATED, *DAYS_OF_HANDLING, AMOUNT)


def refuse_unknown_dimensions(names: Iterable[str], *, scope: Scope) -> None:
    """QuestionError naming a dimension the domain does not have, and those it has."""
    known = dimension_names(scope)
    for name in names:
        if name in PERSONAL:
            raise QuestionError(
                Words(
                    zh=f"{name} 涉及个人，不得据以分组或筛选",
                    en=f"{name} is about people: nothing is grouped by it or held to one of its values",
                )
            )
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


def with_dimensions(entries: ir.Table, names: Iterable[str]) -> ir.Table:
    """The entries with one string column `dimension:<name>` for each dimension; never null.

    The expression depends on the names alone; what members there are is in the tables of `member_tables`,
    which are given when it runs. `entries` needs the columns of `columns_of(names)`.
    """
    wanted = tuple(dict.fromkeys(names))
    for facet, levels in _levels(wanted).items():
        entries = _join_levels(entries, facet, levels)
    if "region" in wanted:
        entries = _join_regions(entries)
    if "group" in wanted:
        entries = _join_groups(entries)
    simple = (*PLAIN, *DATED, *DAYS_OF_HANDLING, AMOUNT)
    others = {column_name(name): _expression(entries, name) for name in wanted if name in simple}
    return entries.mutate(**others) if others else entries


def member_tables(names: Iterable[str], *, scope: Scope) -> dict[str, pl.DataFrame]:
    """The tables that `with_dimensions` of the same names reads, by their names there."""
    wanted = tuple(dict.fromkeys(names))
    tables = {
        _table_name(facet): level_frame(scope, facet, levels) for facet, levels in _levels(wanted).items()
    }
    if "region" in wanted:
        regions = scope.catalog.regions.get(scope.domain.region_standard, {})
        tables["regions"] = pl.DataFrame({"table_code": list(regions)}, schema=_REGION_SCHEMA)
    if "group" in wanted:
        tables["memberships"] = _membership_frame(scope)
    return tables


def changes_between(tables: Mapping[str, pl.DataFrame], first: date, last: date) -> bool:
    """True when a member table says something else of one day of `first` to `last` than of another."""
    edges = [
        table.select((pl.col("table_from", "table_to") > first) & (pl.col("table_from", "table_to") <= last))
        for table in tables.values()
        if "table_from" in table.columns
    ]
    return any(column.any() for edge in edges for column in edge.iter_columns())


def values_of(
    name: str, members: Iterable[str], *, tables: Mapping[str, pl.DataFrame]
) -> tuple[str, tuple[str, ...]] | None:
    """A column and the values without which an entry is of none of the members; None where none is sure.

    `tables` are the member tables; the empty text stands for rows without a value.
    """
    wanted = tuple(dict.fromkeys(members))
    if name in PLAIN:
        return PLAIN[name], tuple("" if member == NOT_STATED else member for member in wanted)
    if set(wanted) & set(SPECIAL_MEMBERS) or name in (*DATED, *DAYS_OF_HANDLING, AMOUNT):
        return None
    if level := facet_level(name):
        table = tables[_table_name(level[0])]
        codes = table.filter(pl.col(f"ancestor_{level[1]}").is_in(wanted))["table_code"]
        return level[0].column, tuple(codes.unique(maintain_order=True))
    if name == "group":
        table = tables["memberships"]
        return "institution_code", tuple(table.filter(pl.col("table_group").is_in(wanted))["table_code"])
    return "region_code", wanted


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
    return pl.DataFrame(rows, schema=_level_schema(wanted), orient="row")


_REGION_SCHEMA: dict[str, pl.DataType] = {"table_code": pl.String()}
_MEMBERSHIP_SCHEMA: dict[str, pl.DataType] = {
    "table_code": pl.String(),
    "table_from": pl.Date(),
    "table_to": pl.Date(),
    "table_group": pl.String(),
}


def _level_schema(levels: Iterable[int]) -> dict[str, pl.DataType]:
    return {
        "table_standard": pl.String(),
        "table_code": pl.String(),
        "table_from": pl.Date(),
        "table_to": pl.Date(),
        **{f"ancestor_{level}": pl.String() for level in levels},
    }


def _membership_frame(scope: Scope) -> pl.DataFrame:
    """One row an institution and span of days in one group; of several groups on a day, the first named."""
    rows: list[tuple[str, date, date, str]] = []
    register = scope.catalog.register(scope.domain.id, simulated=scope.simulated)
    for institution in register.institutions.values():
        edges = {edge for one in institution.memberships for edge in (one.from_on, one.to_on or date.max)}
        for from_on, to_on in pairwise(sorted(edges)):
            group = institution.group_on(from_on)
            if group is not None:
                rows.append((institution.code, from_on, to_on, group))
    return pl.DataFrame(rows, schema=_MEMBERSHIP_SCHEMA, orient="row")


def _depth(scope: Scope, facet: Facet) -> int:
    tables = (standard.tables.get(facet) for standard in scope.standards())
    return max((code.level for table in tables if table for code in table.codes.values()), default=0)


def _levels(names: Iterable[str]) -> dict[Facet, tuple[int, ...]]:
    """Facet → the levels asked of it."""
    levels: dict[Facet, tuple[int, ...]] = {}
    for name in names:
        if found := facet_level(name):
            levels[found[0]] = (*levels.get(found[0], ()), found[1])
    return levels


def _columns_of(name: str) -> frozenset[str]:
    if level := facet_level(name):
        return frozenset({"standard_id", level[0].column, "received_on"})
    if name == "group":
        return frozenset({"institution_code", "received_on"})
    if name in (*DAYS_OF_HANDLING, AMOUNT):
        return frozenset({name})
    return frozenset({PLAIN.get(name, "region_code" if name == "region" else "received_on")})


def _table_name(facet: Facet) -> str:
    return f"levels_{facet.value}"


def _join_levels(entries: ir.Table, facet: Facet, levels: Iterable[int]) -> ir.Table:
    table = named_table(_table_name(facet), _level_schema(levels))
    joined = _joined(
        entries, table, entries.standard_id == table.table_standard, entries[facet.column] == table.table_code
    )
    members = {
        column_name(f"{facet.value}.{level}"): ibis.cases(
            (_empty(joined[facet.column]), NOT_STATED),
            (_in_force(joined), joined[f"ancestor_{level}"]),
            else_=UNMAPPED,
        )
        for level in levels
    }
    return joined.select(*entries.columns, **members)


def _join_regions(entries: ir.Table) -> ir.Table:
    table = named_table("regions", _REGION_SCHEMA)
    joined = _joined(entries, table, entries.region_code == table.table_code)
    region = ibis.cases(
        (_empty(joined.region_code), NOT_STATED),
        (joined.table_code.notnull(), joined.table_code),
        else_=UNMAPPED,
    )
    return joined.select(*entries.columns, **{column_name("region"): region})


def _join_groups(entries: ir.Table) -> ir.Table:
    """The institution's group on received_on."""
    table = named_table("memberships", _MEMBERSHIP_SCHEMA)
    joined = _joined(
        entries,
        table,
        entries.institution_code == table.table_code,
        table.table_from <= entries.received_on,
        entries.received_on < table.table_to,
    )
    group = ibis.cases(
        (_empty(joined.institution_code), NOT_STATED),
        (joined.institution_code == OUT_OF_LIST, OUT_OF_LIST),
        (joined.table_group.notnull(), joined.table_group),
        else_=UNMAPPED,
    )
    return joined.select(*entries.columns, **{column_name("group"): group})


def _joined(entries: ir.Table, table: ir.Table, *conditions: ir.BooleanValue) -> ir.Table:
    # A projection of its own: Ibis would otherwise chain the next join to this one and lose the columns.
    added = (name for name in table.columns if name not in entries.columns)
    return entries.left_join(table, list(conditions)).select(*entries.columns, *added)


def _in_force(joined: ir.Table) -> ir.BooleanValue:
    return (joined.table_from <= joined.received_on) & (joined.received_on < joined.table_to)


def _expression(entries: ir.Table, name: str) -> ir.StringValue:
    if name == "day":
        return entries.received_on.strftime("%Y-%m-%d")
    if name == "month":
        return entries.received_on.strftime("%Y-%m")
    if name in DAYS_OF_HANDLING:
        stated = entries[name]
        return ibis.cases((stated.isnull(), NOT_STATED), else_=stated.strftime("%Y-%m-%d"))
    if name == AMOUNT:
        amount = entries[name]
        return ibis.cases((amount.isnull(), NOT_STATED), else_=amount.cast("string"))
    column = entries[PLAIN[name]]
    return ibis.cases((_empty(column), NOT_STATED), else_=column)


def _empty(column: ir.StringColumn) -> ir.BooleanValue:
    return column.isnull() | (column == "")
