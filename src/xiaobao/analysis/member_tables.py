"""Member tables: which members there are on which day, as small frames that are read beside the ledger."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise

import polars as pl

from xiaobao.analysis.dimensions import (
    AMOUNT,
    DATED,
    DAYS_OF_HANDLING,
    NOT_STATED,
    PLAIN,
    SPECIAL_MEMBERS,
    UNMAPPED,
    Scope,
    facet_level,
    levels_of,
)
from xiaobao.catalog.codes import Facet

REGIONS, MEMBERSHIPS = "regions", "memberships"
"""The tables of regions and of groups of institutions."""
REGION_SCHEMA: dict[str, pl.DataType] = {"table_code": pl.String()}
MEMBERSHIP_SCHEMA: dict[str, pl.DataType] = {
    "table_code": pl.String(),
    "table_from": pl.Date(),
    "table_to": pl.Date(),
    "table_group": pl.String(),
}


def member_tables(names: Iterable[str], *, scope: Scope) -> dict[str, pl.DataFrame]:
    """The tables that `with_dimensions` of the same names reads, by their names there."""
    wanted = tuple(dict.fromkeys(names))
    tables = {
        table_name(facet): level_frame(scope, facet, levels) for facet, levels in levels_of(wanted).items()
    }
    if "region" in wanted:
        regions = scope.catalog.regions.get(scope.domain.region_standard, {})
        tables[REGIONS] = pl.DataFrame({"table_code": list(regions)}, schema=REGION_SCHEMA)
    if "group" in wanted:
        tables[MEMBERSHIPS] = _membership_frame(scope)
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
        table = tables[table_name(level[0])]
        codes = table.filter(pl.col(f"ancestor_{level[1]}").is_in(wanted))["table_code"]
        return level[0].column, tuple(codes.unique(maintain_order=True))
    if name == "group":
        table = tables[MEMBERSHIPS]
        return "institution_code", tuple(table.filter(pl.col("table_group").is_in(wanted))["table_code"])
    return "region_code", wanted


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
    return pl.DataFrame(rows, schema=level_schema(wanted), orient="row")


def level_schema(levels: Iterable[int]) -> dict[str, pl.DataType]:
    """The columns of `level_frame`."""
    return {
        "table_standard": pl.String(),
        "table_code": pl.String(),
        "table_from": pl.Date(),
        "table_to": pl.Date(),
        **{f"ancestor_{level}": pl.String() for level in levels},
    }


def table_name(facet: Facet) -> str:
    """The table of the codes of a facet."""
    return f"levels_{facet.value}"


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
    return pl.DataFrame(rows, schema=MEMBERSHIP_SCHEMA, orient="row")
