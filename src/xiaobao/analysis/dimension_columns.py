"""Columns of dimensions: the member of each ledger row, as Ibis expressions; nothing is dropped by a join."""

from collections.abc import Iterable

import ibis
from ibis.expr import types as ir

from xiaobao.analysis.dimensions import (
    AMOUNT,
    DATED,
    DAYS_OF_HANDLING,
    NOT_STATED,
    PLAIN,
    UNMAPPED,
    levels_of,
)
from xiaobao.analysis.member_tables import (
    MEMBERSHIP_SCHEMA,
    MEMBERSHIPS,
    REGION_SCHEMA,
    REGIONS,
    level_schema,
    table_name,
)
from xiaobao.catalog.codes import Facet
from xiaobao.catalog.institutions import OUT_OF_LIST
from xiaobao.ledger.engines.expressions import named_table


def with_dimensions(entries: ir.Table, names: Iterable[str]) -> ir.Table:
    """The entries with one string column `dimension:<name>` for each dimension; never null.

    The expression depends on the names alone; what members there are is in the tables of `member_tables`,
    which are given when it runs. `entries` needs the columns of `columns_of(names)`.
    """
    wanted = tuple(dict.fromkeys(names))
    for facet, levels in levels_of(wanted).items():
        entries = _join_levels(entries, facet, levels)
    if "region" in wanted:
        entries = _join_regions(entries)
    if "group" in wanted:
        entries = _join_groups(entries)
    simple = (*PLAIN, *DATED, *DAYS_OF_HANDLING, AMOUNT)
    others = {column_name(name): _expression(entries, name) for name in wanted if name in simple}
    return entries.mutate(**others) if others else entries


def column_name(dimension: str) -> str:
    """The column `with_dimensions` adds for a dimension."""
    return f"dimension:{dimension}"


def _join_levels(entries: ir.Table, facet: Facet, levels: Iterable[int]) -> ir.Table:
    table = named_table(table_name(facet), level_schema(levels))
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
    table = named_table(REGIONS, REGION_SCHEMA)
    joined = _joined(entries, table, entries.region_code == table.table_code)
    region = ibis.cases(
        (_empty(joined.region_code), NOT_STATED),
        (joined.table_code.notnull(), joined.table_code),
        else_=UNMAPPED,
    )
    return joined.select(*entries.columns, **{column_name("region"): region})


def _join_groups(entries: ir.Table) -> ir.Table:
    """The institution's group on received_on."""
    table = named_table(MEMBERSHIPS, MEMBERSHIP_SCHEMA)
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
