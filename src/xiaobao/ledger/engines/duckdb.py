"""DuckDB inside the process: the engine of a single host."""

import os
import threading
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import duckdb
import ibis
import polars as pl
from ibis.expr import operations as ops
from ibis.formats.polars import PolarsSchema

from xiaobao.ledger.engines import Extent, Stored, require_present
from xiaobao.ledger.engines.connections import Connection, give_back, parsed, take
from xiaobao.ledger.engines.files import FileReader
from xiaobao.ledger.engines.footers import file_of, overlaps
from xiaobao.ledger.engines.sums import OF_ONE_COMPLAINT, KeptSums
from xiaobao.ledger.tables import Table
from xiaobao.lib.errors import XiaobaoError

_GLOB = str.maketrans({character: f"[{character}]" for character in "*?["})
_STATEMENTS_KEPT = 256
_kept_sums = KeptSums()


class DuckDbEngine(FileReader):
    """One connection to the database of the process, made when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def run(
        self,
        expression: ibis.Expr,
        *,
        stored: Mapping[str, Stored] | None = None,
        given: Mapping[str, pl.DataFrame] | None = None,
    ) -> pl.DataFrame:
        """The rows of a table expression; raises SegmentMissingError."""
        stored, given = stored or {}, given or {}
        with self._lock:
            connection = self._open()
            try:
                for name, frame in given.items():
                    connection.show(name, frame)
                summed = {
                    name: sums
                    for name in _statement(expression.op()).reads & stored.keys()
                    if (sums := _summed(connection, stored[name], given)) is not None
                }
                totals = [amounts.total for name in summed if (amounts := stored[name].amounts)]
                statement = _statement((totals[0] if totals else expression).op())
                _require_given(statement, {*given, *stored})
                for name, frame in {**statement.own, **summed}.items():
                    connection.show(name, frame)
                from_files = {name: stored[name] for name in statement.reads & stored.keys() - summed.keys()}
                sql = statement.sql_over(from_files) if from_files else parsed(statement.sql)
                rows = connection.rows(sql)
                for name in statement.own:
                    connection.hide(name)
            except duckdb.Error:
                for one in stored.values():
                    require_present(one.files)
                raise
        return rows.cast(statement.schema)

    def close(self) -> None:
        """Give the connection back; closing twice does no harm, and a later question takes one again."""
        with self._lock:
            if self._connection is not None:
                give_back(self._connection)
            self._connection = None

    def _open(self) -> Connection:
        if self._connection is None or self._connection.process != os.getpid():
            self._connection = take()
        return self._connection


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    """An expression in DuckDB's language."""

    sql: str
    schema: pl.Schema
    reads: frozenset[str]
    """The named tables of the expression."""
    own: Mapping[str, pl.DataFrame]
    """Tables it brings along."""

    def sql_over(self, stored: Mapping[str, Stored]) -> str:
        """The statement with its tables of files; a view would have every footer looked at twice more."""
        # Not materialized: each reading takes the columns it needs.
        tables = ", ".join(f'"{name}" AS NOT MATERIALIZED ({_rows(one)})' for name, one in stored.items())
        if self.sql.startswith("WITH "):
            return f"WITH {tables}, {self.sql.removeprefix('WITH ')}"
        return f"WITH {tables} {self.sql}"


@lru_cache(maxsize=_STATEMENTS_KEPT)
def _statement(node: ops.Node) -> _Statement:
    expression = node.to_expr()
    own = {table.name: table.data.to_polars(table.schema) for table in node.find(ops.InMemoryTable)}
    return _Statement(
        sql=str(ibis.to_sql(expression, dialect="duckdb", pretty=False)),
        schema=PolarsSchema.from_ibis(expression.schema()),
        reads=frozenset(table.name for table in node.find(ops.UnboundTable)),
        own=own,
    )


def _require_given(statement: _Statement, names: Set[str]) -> None:
    """Raise XiaobaoError where rows of an earlier question would stand for rows that nobody gave."""
    if missing := statement.reads - names:
        raise XiaobaoError(f"an expression reads tables without rows: {sorted(missing)}")


def _summed(connection: Connection, stored: Stored, given: Mapping[str, pl.DataFrame]) -> pl.DataFrame | None:
    """What stands for the rows of the files: their sums where these do; no row where no file is."""
    if not stored.files:
        return pl.DataFrame(schema=stored.schema)
    if not stored.summed_by:
        return None
    if stored.amounts:
        _require_given(_statement(stored.amounts.of.op()), {*given, Table.ENTRIES.value})

    def sum_up(files: Sequence[Path], extent: Extent) -> dict[Path, pl.DataFrame]:
        return _sums(connection, replace(stored, files=tuple(files), extent=extent))

    return _kept_sums.rows_of(stored, sum_up=sum_up, of=_summed_of(stored, given))


def _summed_of(stored: Stored, given: Mapping[str, pl.DataFrame]) -> tuple[str, ...]:
    """What is summed: the statement and the content of the tables it reads; nothing for signs."""
    if stored.amounts is None:
        return ()
    statement = _statement(stored.amounts.of.op())
    read = sorted(statement.reads & given.keys())
    return (statement.sql, *(blake2b(given[name].write_ipc(None).getvalue()).hexdigest() for name in read))


def _rows(stored: Stored) -> str:
    # Files without a day of the extent are not opened; one of them at least, for the columns.
    files = [path for path in stored.files if overlaps(file_of(path), stored.extent)] or stored.files[:1]
    return f"SELECT * FROM {_read(files)} WHERE {_wanted(stored)}"


def _read(files: Sequence[Path], *, options: str = "") -> str:
    listed = ", ".join(str(duckdb.ConstantExpression(_pattern(path))) for path in files)
    return f"read_parquet([{listed}]{options})"


def _pattern(path: Path) -> str:
    """A path as DuckDB reads it; a home may have brackets in its name."""
    return str(path).translate(_GLOB)


def _sums(connection: Connection, stored: Stored) -> dict[Path, pl.DataFrame]:
    """The sums of each file."""
    columns = ", ".join(f'"{name}"' for name in stored.summed_by)
    counted = f"({_statement(stored.amounts.of.op()).sql})" if stored.amounts else f'"{Table.ENTRIES}"'
    taken = f"""WITH "{Table.ENTRIES}" AS NOT MATERIALIZED (
            SELECT * FROM {_read(stored.files, options=", filename = true")} WHERE {_wanted(stored)})
        SELECT filename, {columns}, """
    if OF_ONE_COMPLAINT.intersection(stored.summed_by):  # few rows would be added up, for a third of the time
        summed = f"{taken} sign FROM {counted} WHERE sign <> 0"
    else:
        summed = f"""{taken} CAST(sum(sign) AS BIGINT) AS sign FROM {counted}
            GROUP BY filename, {columns} HAVING sum(sign) <> 0"""
    found = connection.rows(summed)
    schema = pl.Schema({**{name: stored.schema[name] for name in stored.summed_by}, "sign": pl.Int64()})
    parts = {Path(str(name)): part for (name,), part in found.group_by("filename")}
    if strange := parts.keys() - set(stored.files):  # sums of no file would be fewer rows
        raise XiaobaoError(f"sums of files that were not asked for: {sorted(map(str, strange))}")
    return {path: parts.get(path, found.clear()).select(*schema).cast(schema) for path in stored.files}


def _wanted(stored: Stored) -> duckdb.Expression:
    column, constant = duckdb.ColumnExpression, duckdb.ConstantExpression
    extent = stored.extent
    wanted = column("posted_seq") <= constant(stored.posted_seq)
    if extent.first_on is not None:
        wanted &= column("received_on") >= constant(extent.first_on)
    if extent.last_on is not None:
        wanted &= column("received_on") <= constant(extent.last_on)
    for name, values in extent.members.items():
        among = column(name).isin(*map(constant, values))
        wanted &= (among | column(name).isnull()) if "" in values else among
    return wanted
