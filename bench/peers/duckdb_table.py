"""DuckDB with a table of its own in a file of its own."""

from pathlib import Path

import duckdb
import polars as pl

from bench.peers import COLUMNS, CREATE, INDEXES, ORDER, Row


class DuckDbTable:
    """Sorted as loaded; its manual advises nothing else for scans."""

    month = "strftime(received_on, '%Y-%m')"

    def __init__(self, path: Path, *, threads: int) -> None:
        self.name = f"DuckDB {duckdb.__version__}, its own table"
        self._connection = duckdb.connect(str(path), config={"threads": threads})

    def load(self, current: Path, tables: dict[str, pl.DataFrame]) -> None:
        """Make `entries` and the small tables."""
        self._connection.execute(CREATE)
        order = ", ".join(ORDER)
        self._connection.execute(
            f"INSERT INTO entries SELECT {', '.join(COLUMNS)} FROM read_parquet(?) ORDER BY {order}",
            [str(current)],
        )
        for number, columns in enumerate(INDEXES):
            self._connection.execute(f"CREATE INDEX entries_{number} ON entries ({columns})")
        for name, frame in tables.items():
            self._connection.register("given", frame)
            self._connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
        self._connection.execute("ANALYZE")

    def ask(self, sql: str) -> list[Row]:
        """All rows of a query."""
        return self._connection.execute(sql).fetchall()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
