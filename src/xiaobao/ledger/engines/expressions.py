"""The tables an expression names, and what an engine that keeps no statements puts in their place."""

from collections.abc import Mapping

import ibis
import polars as pl
from ibis.expr import operations as ops
from ibis.formats.polars import PolarsSchema

from xiaobao.ledger.engines import Stored


def named_table(name: str, schema: Mapping[str, pl.DataType]) -> ibis.Table:
    """The table of an expression that each run says the rows of."""
    return ibis.table(PolarsSchema.to_ibis(schema), name=name)


def bound(expression: ibis.Expr, tables: Mapping[str, ibis.Table]) -> ibis.Expr:
    """The expression with its named tables replaced, for an engine that does not keep what it was asked."""
    node = expression.op()
    found = {one: tables[one.name].op() for one in node.find(ops.UnboundTable) if one.name in tables}
    return node.replace(found).to_expr() if found else expression


def filtered(rows: ibis.Table, stored: Stored) -> ibis.Table:
    """Of all rows of the files those that are `stored`."""
    extent = stored.extent
    wanted = [rows.posted_seq <= stored.posted_seq]
    if extent.first_on is not None:
        wanted.append(rows.received_on >= extent.first_on)
    if extent.last_on is not None:
        wanted.append(rows.received_on <= extent.last_on)
    for name, values in extent.members.items():
        among = rows[name].isin(values)
        wanted.append(among | rows[name].isnull() if "" in values else among)
    return rows.filter(wanted)
