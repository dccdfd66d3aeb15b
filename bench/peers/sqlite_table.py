"""SQLite, with a large cache and memory mapping; days are text, as its manual advises."""

import sqlite3
from pathlib import Path

import polars as pl
import polars.selectors as cs

from bench.peers import COLUMNS, CREATE, INDEXES, Row, batches

_SETTINGS = {
    "journal_mode": "OFF",
    "synchronous": "OFF",
    "cache_size": "-1000000",  # 1 GB
    "mmap_size": str(1 << 35),
    "temp_store": "MEMORY",
}


class SqliteTable:
    """Loaded in order of the rows, indexed afterwards, analysed."""

    month = "substr(received_on, 1, 7)"

    def __init__(self, path: Path, *, threads: int) -> None:
        self.name = f"SQLite {sqlite3.sqlite_version}"
        self._connection = sqlite3.connect(path, isolation_level=None)
        for name, value in {**_SETTINGS, "threads": str(threads)}.items():
            self._connection.execute(f"PRAGMA {name} = {value}")

    def load(self, current: Path, tables: dict[str, pl.DataFrame]) -> None:
        """Make `entries` and the small tables."""
        self._connection.execute("BEGIN")
        self._connection.execute(CREATE)
        for frame in batches(current):
            self._insert("entries", frame.select(*COLUMNS))
        for name, frame in tables.items():
            self._connection.execute(f"CREATE TABLE {name} ({', '.join(frame.columns)})")
            self._insert(name, frame)
        for number, columns in enumerate(INDEXES):
            self._connection.execute(f"CREATE INDEX entries_{number} ON entries ({columns})")
        self._connection.execute("COMMIT")
        self._connection.execute("ANALYZE")

    def ask(self, sql: str) -> list[Row]:
        """All rows of a query."""
        return self._connection.execute(sql).fetchall()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _insert(self, table: str, frame: pl.DataFrame) -> None:
        places = ", ".join("?" * frame.width)
        text = frame.with_columns((cs.date() | cs.decimal()).cast(pl.String))
        self._connection.executemany(f"INSERT INTO {table} VALUES ({places})", text.iter_rows())
