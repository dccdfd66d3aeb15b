"""The peer that only loads: DuckDB makes a typed table of the same file and checks no rule."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

_THREADS = 2
# As DuckDB's guide to loading files advises: types are given, nothing is sniffed, the order of rows is free.
_TYPES = {
    "投诉编号": "VARCHAR",
    "事件": "VARCHAR",
    "类别": "VARCHAR",
    "收到日期": "DATE",
    "受理日期": "DATE",
    "办结日期": "DATE",
    "被投诉机构": "VARCHAR",
    "业务办理渠道": "VARCHAR",
    "业务类别": "VARCHAR",
    "投诉原因": "VARCHAR",
    "地区": "VARCHAR",
    "产品": "VARCHAR",
    "金额": "DECIMAL(18, 2)",
    "证件号": "VARCHAR",
    "联系电话": "VARCHAR",
    "投诉内容": "VARCHAR",
}
_COLUMNS = ", ".join(f"'{name}': '{dtype}'" for name, dtype in _TYPES.items())
_STATEMENT = (
    "CREATE OR REPLACE TABLE entries AS SELECT * FROM read_csv(?, header = true, auto_detect = false, "
    f"delim = ',', quote = '\"', dateformat = '%Y-%m-%d', columns = {{{_COLUMNS}}})"
)


@contextmanager
def creating_table(path: Path, rows: int) -> Iterator[Callable[[], object]]:
    """A call that makes the table of a file of so many rows in memory; warm, as it has run once."""
    with duckdb.connect() as engine:
        engine.execute(f"SET threads = {_THREADS}")
        engine.execute("SET preserve_insertion_order = false")

        def create() -> object:
            return engine.execute(_STATEMENT, [str(path)])

        create()
        found = engine.execute("SELECT count(*), count(收到日期), count(金额) FROM entries").fetchone()
        assert found == (rows, rows, rows), found
        yield create
