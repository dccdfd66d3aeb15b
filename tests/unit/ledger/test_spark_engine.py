"""Spark Connect as an engine: the same rows and types, never fewer rows, and no waiting without end."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import ibis
import polars as pl
import pytest
import sail as sail_server
from ledger_rows import Ledger, amend, new
from relay import relay_to
from sail import Sail

from xiaobao.ledger.engines import EngineError, SegmentMissingError
from xiaobao.ledger.engines.duckdb import DuckDbEngine
from xiaobao.ledger.engines.spark import engine as spark
from xiaobao.ledger.engines.spark import server as spark_server
from xiaobao.ledger.engines.spark.engine import SparkEngine
from xiaobao.ledger.entries import SCHEMA, TAG_SCHEMA
from xiaobao.ledger.segments import write_segment
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.errors import ExitCode, XiaobaoError


def _ledger() -> Ledger:
    ledger = Ledger()
    ledger.post(*(new(str(number), 1, f"B{number % 7:02}") for number in range(20)))
    ledger.post(*(amend(str(number), 2, "B09") for number in range(5)))
    return ledger


def _files(ledger: Ledger, folder: Path) -> tuple[Path, ...]:
    files = []
    for (number,), rows in ledger.rows.group_by("posted_seq", maintain_order=True):
        files.append(folder / f"{number}.parquet")
        write_segment(rows, files[-1])
    return tuple(files)


@pytest.fixture
def engine(sail: Sail) -> Iterator[SparkEngine]:
    made = SparkEngine(sail.url)
    yield made
    made.close()


@pytest.fixture
def snapshot(engine: SparkEngine, tmp_path: Path) -> Snapshot:
    files = _files(_ledger(), tmp_path)
    return Snapshot(posted_seq=2, entry_files=files, tag_files=(), engine=engine)


def _count(snapshot: Snapshot) -> int:
    entries = snapshot.entries()
    return int(snapshot.run(entries.aggregate(count=entries.sign.sum().fill_null(0))).item())


def _refused(engine: SparkEngine) -> EngineError:
    with pytest.raises(EngineError) as raised:
        engine.run(ibis.memtable({"one": [1]}))
    assert raised.value.exit_code is ExitCode.SYSTEM_FAILED
    return raised.value


def test_rows_come_back_with_the_ledgers_types_and_values(snapshot: Snapshot) -> None:
    rows = snapshot.run(snapshot.entries())
    assert dict(rows.schema) == SCHEMA
    assert rows.sort("entry_id").equals(_ledger().rows)


def test_without_files_there_are_no_rows_and_all_columns(engine: SparkEngine) -> None:
    snapshot = Snapshot(posted_seq=2, entry_files=(), tag_files=(), engine=engine)
    for table, schema in ((snapshot.entries(), SCHEMA), (snapshot.tags(), TAG_SCHEMA)):
        rows = snapshot.run(table)
        assert rows.is_empty()
        assert dict(rows.schema) == schema


def test_tables_of_the_caller_keep_large_numbers_and_empty_cells(engine: SparkEngine) -> None:
    table = pl.DataFrame({"key": [2**62 + 1, None, -(2**63)], "name": ["其他", None, ""]})
    rows = engine.run(ibis.memtable(table))
    assert rows.sort("key").equals(table.sort("key"))


def test_the_servers_time_is_utc(snapshot: Snapshot) -> None:
    entries = snapshot.entries()
    hours = entries.select(hour=entries.recorded_at.hour()).distinct()
    assert snapshot.run(hours).item() == _ledger().rows["recorded_at"][0].hour


def test_a_file_that_is_gone_before_the_question_is_named(snapshot: Snapshot) -> None:
    expression = snapshot.entries().count().as_table()
    snapshot.entry_files[1].unlink()
    with pytest.raises(SegmentMissingError) as raised:
        snapshot.run(expression)
    assert raised.value.path == snapshot.entry_files[1]
    with pytest.raises(SegmentMissingError):
        snapshot.entries()
    with pytest.raises(SegmentMissingError):
        snapshot.lookup(pl.Series([1]))


def test_a_file_that_goes_between_two_questions_is_named(snapshot: Snapshot) -> None:
    expression = snapshot.entries().count().as_table()
    assert snapshot.run(expression).item() == 30
    snapshot.entry_files[0].unlink()
    with pytest.raises(SegmentMissingError):
        snapshot.run(expression)


def test_a_server_that_sees_fewer_rows_does_not_answer(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the server's folder is an old copy: here the footers of this host say more than it finds."""
    monkeypatch.setattr(spark, "_rows_here", lambda view: 31)
    with pytest.raises(EngineError, match=r"finds 30 rows .* where 31 are"):
        _count(snapshot)


def test_a_segment_with_other_columns_is_refused(engine: SparkEngine, tmp_path: Path) -> None:
    files = _files(_ledger(), tmp_path)
    pl.read_parquet(files[1]).drop("product").write_parquet(files[1])
    snapshot = Snapshot(posted_seq=2, entry_files=files, tag_files=(), engine=engine)
    with pytest.raises(XiaobaoError, match="other columns"):
        _count(snapshot)


def test_a_segment_without_a_footer_is_named(engine: SparkEngine, tmp_path: Path) -> None:
    files = _files(_ledger(), tmp_path)
    files[1].write_bytes(files[1].read_bytes()[:-100])
    snapshot = Snapshot(posted_seq=2, entry_files=files, tag_files=(), engine=engine)
    with pytest.raises(XiaobaoError, match=r"segment 2\.parquet cannot be read"):
        _count(snapshot)


@pytest.mark.parametrize("name", ["a home", "家 目录", "a=b", "c:d", "e#f"])
def test_a_folder_may_have_any_plain_name(engine: SparkEngine, tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    files = _files(_ledger(), tmp_path / name)
    assert _count(Snapshot(posted_seq=2, entry_files=files, tag_files=(), engine=engine)) == 20


@pytest.mark.parametrize("name", ["[1]", "a*", "b?", "c%20d", "e{f}", "g\\h"])
def test_a_folder_that_reads_as_a_pattern_is_refused(engine: SparkEngine, tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    files = _files(_ledger(), tmp_path / name)
    with pytest.raises(EngineError, match="give the home another name"):
        _count(Snapshot(posted_seq=2, entry_files=files, tag_files=(), engine=engine))


def test_a_closed_snapshot_opens_again_and_closing_twice_does_no_harm(snapshot: Snapshot) -> None:
    expression = snapshot.entries().count().as_table()
    assert snapshot.run(expression).item() == 30
    snapshot.close()
    snapshot.close()
    assert snapshot.run(expression).item() == 30


def test_threads_may_ask_one_snapshot(snapshot: Snapshot) -> None:
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(_count(snapshot))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [20] * 4


def test_where_nobody_listens_the_way_out_is_told_at_once() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        started = time.monotonic()
        error = _refused(SparkEngine(f"sc://127.0.0.1:{port}"))
    assert time.monotonic() - started < spark_server.CONNECT_SECONDS
    assert error.words.en == (
        f"the Spark Connect server 127.0.0.1:{port} cannot be reached; see to the server and try again, "
        "or unset XIAOBAO_ENGINE: this host then gives the same answers"
    )
    assert f"127.0.0.1:{port} 无法连接" in error.words.zh


def test_a_server_that_takes_calls_and_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_server, "CONNECT_SECONDS", 0.5)
    started = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = _refused(SparkEngine(f"sc://127.0.0.1:{silent.getsockname()[1]}"))
    assert time.monotonic() - started < 10
    assert "cannot be reached" in error.words.en


def test_a_server_that_falls_silent_is_given_up_and_asked_anew(
    sail: Sail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark, "ANSWER_SECONDS", 1.0)
    monkeypatch.setattr(spark_server, "CONNECT_SECONDS", 1.0)
    with relay_to(sail.port) as relay:
        files = _files(_ledger(), tmp_path)
        snapshot = Snapshot(posted_seq=2, entry_files=files, tag_files=(), engine=SparkEngine(relay.url))
        assert _count(snapshot) == 20
        relay.silent.set()
        with pytest.raises(EngineError, match=r"gave no answer in 1 s \(has it free workers\?\)"):
            _count(snapshot)
        relay.silent.clear()
        assert _count(snapshot) == 20
        snapshot.close()


def test_when_the_server_dies_the_next_question_says_so(tmp_path: Path) -> None:
    server = sail_server.start()
    files = _files(_ledger(), tmp_path)
    snapshot = Snapshot(posted_seq=2, entry_files=files, tag_files=(), engine=SparkEngine(server.url))
    assert _count(snapshot) == 20
    server.stop()
    with pytest.raises(EngineError, match="unset XIAOBAO_ENGINE"):
        _count(snapshot)
    snapshot.close()


@pytest.mark.parametrize(
    "url",
    [
        "sc://",
        "sc://:15002",
        "sc://host:port",
        "sc://host:99999",
        "sc://host/path",
        "sc://host/;token",
        "sc://host/;session_id=11111111-1111-4111-8111-111111111111",
        "sc://host/;session_id=1",
    ],
)
def test_a_url_that_says_nothing_usable_is_refused(url: str) -> None:
    with pytest.raises(EngineError, match="no usable Spark Connect URL"):
        SparkEngine(url)


def test_a_token_is_never_shown() -> None:
    for url in ("sc://host/;token=secret;session_id=1", "sc://host:port/;token=secret"):
        with pytest.raises(EngineError) as raised:
            SparkEngine(url)
        assert "secret" not in raised.value.words.en + raised.value.words.zh


def test_snapshots_are_read_inside_the_process_unless_told_otherwise(tmp_path: Path) -> None:
    snapshot = Snapshot(posted_seq=2, entry_files=_files(_ledger(), tmp_path), tag_files=())
    assert isinstance(snapshot.engine, DuckDbEngine)


def test_a_program_given_on_the_command_line_can_ask(sail: Sail) -> None:
    """The client would take it for a run of its doctests and end it."""
    program = f"""
import ibis
from xiaobao.ledger.engines.spark.engine import SparkEngine
engine = SparkEngine({sail.url!r})
print(engine.run(ibis.memtable({{"one": [1]}})).item())
engine.close()
"""
    told = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert (told.stdout, told.stderr) == (b"1\n", b"")
