"""Connections to the database in memory that all snapshots of a process share.

One database, so that its memory limit and its cache of file footers count once. A snapshot has a connection
to itself while it is open; one that is given back serves the next, which finds the small tables of most
questions, such as a code table, shown already.
"""

import os
import threading
import warnings
from functools import lru_cache
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

MEMORY_LIMIT = "2GB"

_SETTINGS = {
    "memory_limit": MEMORY_LIMIT,
    "autoinstall_known_extensions": "false",  # nothing is fetched
    "autoload_known_extensions": "false",
}
_IDLE_KEPT = 4
_COMPARED_ROWS = 1_000
"""Of larger tables it takes less to show them again than to see that they are the same."""
_STATEMENTS_KEPT = 256

# `sql` binds each statement twice, which opens every file twice; the copy costs less, at any number of rows.
warnings.filterwarnings("ignore", message="Arrow output on a DB-API result")


class Connection:
    """A connection and the rows it shows under names; for one at a time.

    What was shown before stays shown: who runs a statement shows every table it reads.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.process = os.getpid()
        self._connection = connection
        self._shown: dict[str, pl.DataFrame] = {}

    def show(self, name: str, frame: pl.DataFrame) -> None:
        """Give rows a name in statements."""
        shown = self._shown.get(name)
        if shown is not None and frame.height <= _COMPARED_ROWS and _same(shown, frame):
            return
        # As Arrow in one piece, which is looked at once and not piece by piece.
        self._connection.register(name, frame.rechunk().to_arrow())
        self._shown[name] = frame

    def hide(self, name: str) -> None:
        """Take the name away again."""
        if self._shown.pop(name, None) is not None:
            self._connection.unregister(name)

    def rows(self, statement: str | duckdb.Statement) -> pl.DataFrame:
        """What a statement gives; raises duckdb.Error."""
        found = pl.from_arrow(self._connection.execute(statement).to_arrow_table())
        assert isinstance(found, pl.DataFrame)
        return found


class _Database:
    """The database of one process, its idle connections, and the folder it spills to."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.folder = TemporaryDirectory(prefix="xiaobao-", ignore_cleanup_errors=True)
        self.connection = duckdb.connect(":memory:", config={**_SETTINGS, "temp_directory": self.folder.name})
        self.connection.execute("SET temp_file_encryption = true")
        self.connection.execute("SET GLOBAL parquet_metadata_cache = true")  # a segment never changes
        self.idle: list[Connection] = []


_database: _Database | None = None
_database_lock = threading.Lock()


def take() -> Connection:
    """A connection that is nobody else's."""
    with _database_lock:
        database = _of_process()
        if database.idle:
            return database.idle.pop()
        connection = database.connection.cursor()
    connection.execute("SET TimeZone = 'UTC'")
    return Connection(connection)


def give_back(connection: Connection) -> None:
    """Let the next one have it; one of another process, before a fork, is left alone."""
    with _database_lock:
        database = _of_process()
        if connection.process == database.process and len(database.idle) < _IDLE_KEPT:
            database.idle.append(connection)


@lru_cache(maxsize=_STATEMENTS_KEPT)
def parsed(sql: str) -> duckdb.Statement:
    """The statement, for any connection; to parse it takes longer than to run it over small tables."""
    with _database_lock:
        (statement,) = _of_process().connection.extract_statements(sql)
    return statement


def _of_process() -> _Database:
    global _database
    if _database is None or _database.process != os.getpid():  # a forked process must not share it
        _database = _Database()
    return _database


def _same(shown: pl.DataFrame, frame: pl.DataFrame) -> bool:
    return shown.schema == frame.schema and shown.equals(frame)
