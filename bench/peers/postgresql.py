"""PostgreSQL 18 from the packaged binaries, with the memory settings its manual advises for one machine."""

import os
from pathlib import Path

import polars as pl
import psycopg

from bench.peers import COLUMNS, CREATE, INDEXES, Row, batches
from tests import postgres

_TYPES = {pl.String(): "text", pl.Date(): "date", pl.Int64(): "bigint", pl.Int32(): "integer"}


class PostgresTable:
    """Loaded by COPY in order of the rows, indexed, vacuumed (for index-only scans) and analysed."""

    month = "to_char(received_on, 'YYYY-MM')"

    def __init__(self, server: postgres.Postgres) -> None:
        self._server = server
        url = server.url("postgres")
        self._connection = psycopg.connect(url, autocommit=True, prepare_threshold=None)
        version = self._connection.info.parameter_status("server_version")
        self.name = f"PostgreSQL {version}"

    def load(self, current: Path, tables: dict[str, pl.DataFrame]) -> None:
        """Make `entries` and the small tables."""
        self._connection.execute(CREATE)
        for frame in batches(current):
            self._copy("entries", frame.select(*COLUMNS))
        for name, frame in tables.items():
            columns = ", ".join(f"{column} {_TYPES[dtype]}" for column, dtype in frame.schema.items())
            self._connection.execute(f"CREATE TABLE {name} ({columns})")
            self._copy(name, frame)
        for number, columns in enumerate(INDEXES):
            self._connection.execute(f"CREATE INDEX entries_{number} ON entries ({columns})")
        self._connection.execute("VACUUM (FREEZE, ANALYZE)")

    def ask(self, sql: str) -> list[Row]:
        """All rows of a query."""
        return self._connection.execute(sql).fetchall()

    def close(self) -> None:
        """Stop the server and remove its folder."""
        self._connection.close()
        self._server.stop()

    def _copy(self, table: str, frame: pl.DataFrame) -> None:
        with self._connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
            copy.write(frame.write_csv(include_header=False).encode())


def settings(*, threads: int) -> dict[str, str]:
    """A quarter of the memory for buffers, three quarters as the expected cache (its manual, chapter 19)."""
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1 << 20)
    return {
        "shared_buffers": f"{megabytes // 4}MB",
        "effective_cache_size": f"{megabytes * 3 // 4}MB",
        "work_mem": "256MB",
        "maintenance_work_mem": "1GB",
        "max_wal_size": "16GB",
        "random_page_cost": "1.1",
        "max_worker_processes": "8",
        "max_parallel_workers": str(threads),
        "max_parallel_workers_per_gather": str(threads),
        "max_parallel_maintenance_workers": str(threads),
        "autovacuum": "off",
    }
