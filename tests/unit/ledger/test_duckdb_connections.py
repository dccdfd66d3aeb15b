"""Connections that serve one snapshot after another show each the rows it gave, never those of another."""

from concurrent.futures import ThreadPoolExecutor

import duckdb
import ibis
import polars as pl
import pytest

from xiaobao.ledger.engines import connections
from xiaobao.ledger.engines.duckdb import DuckDbEngine
from xiaobao.ledger.engines.expressions import named_table
from xiaobao.lib.errors import XiaobaoError

NUMBERS = named_table("numbers", {"number": pl.Int64()})
TOTAL = NUMBERS.aggregate(total=NUMBERS.number.sum())


@pytest.fixture(autouse=True)
def _own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of the test alone."""
    monkeypatch.setattr(connections, "_database", None)


def _total(numbers: list[int]) -> int:
    engine = DuckDbEngine()
    rows = engine.run(TOTAL, given={"numbers": pl.DataFrame({"number": numbers})})
    engine.close()
    return int(rows["total"][0])


def test_the_next_engine_reads_the_rows_it_gave() -> None:
    asked = ([1, 2], [1, 2], [1, 3], [0], [4] * 2_000, [5] * 2_000)
    assert [_total(numbers) for numbers in asked] == [3, 3, 4, 0, 8_000, 10_000]


def test_a_table_without_rows_is_refused_though_an_earlier_one_is_still_shown() -> None:
    assert _total([7]) == 7
    engine = DuckDbEngine()
    with pytest.raises(XiaobaoError, match="without rows: \\['numbers'\\]"):
        engine.run(TOTAL, given={"others": pl.DataFrame({"number": [1]})})


def test_equal_values_of_another_type_are_shown_anew() -> None:
    connection = connections.take()
    types = []
    for dtype in (pl.Int64, pl.Int32, pl.Float64):
        connection.show("numbers", pl.DataFrame({"number": [1]}, schema={"number": dtype}))
        types.append(connection.rows("SELECT number FROM numbers").schema["number"])
    assert types == [pl.Int64, pl.Int32, pl.Float64]


def test_tables_an_expression_brings_along_do_not_pile_up() -> None:
    engine = DuckDbEngine()
    for number in range(3):
        own = ibis.memtable({"number": [number]})
        assert engine.run(own.aggregate(total=own.number.sum()))["total"].to_list() == [number]
    engine.close()
    views = connections.take().rows("SELECT view_name FROM duckdb_views() WHERE NOT internal")
    assert views.height == 0


def test_after_an_error_the_connection_answers_again() -> None:
    connection = connections.take()
    with pytest.raises(duckdb.Error):
        connection.rows("SELECT nothing FROM nowhere")
    connections.give_back(connection)
    assert _total([1, 2, 3]) == 6


def test_threads_share_parsed_statements_and_nothing_else() -> None:
    with ThreadPoolExecutor(max_workers=4) as pool:
        found = list(pool.map(_total, ([number, number] for number in range(200))))
    assert found == [2 * number for number in range(200)]
