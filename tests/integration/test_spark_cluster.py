"""A real Spark cluster, one master and two workers, says what the embedded engine says."""

from collections.abc import Iterator
from pathlib import Path

import engine_agreement
import ibis
import played_homes
import polars as pl
import pytest
import spark_cluster
from ledger_rows import RECORDED_AT, Ledger, new

from xiaobao.ledger.engines import EngineError, SegmentMissingError
from xiaobao.ledger.engines.spark import engine as spark
from xiaobao.ledger.engines.spark.engine import SparkEngine
from xiaobao.ledger.segments import write_segment
from xiaobao.ledger.snapshot import Snapshot

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a cluster of our own; skips with the reason where none can be had."""
    try:
        spark_cluster.find_java()
    except spark_cluster.ClusterError as error:
        pytest.skip(str(error))
    with spark_cluster.running(tmp_path_factory.mktemp("cluster")) as url:
        yield url


@pytest.fixture
def engine(cluster: str) -> Iterator[SparkEngine]:
    made = SparkEngine(cluster)
    yield made
    made.close()


def _snapshot(folder: Path, engine: SparkEngine) -> Snapshot:
    ledger, files = Ledger(), []
    for number in (1, 2):
        ledger.post(*(new(f"{number}-{one}", 1, "B01") for one in range(10)))
    for (posted_seq,), rows in ledger.rows.group_by("posted_seq", maintain_order=True):
        files.append(folder / f"{posted_seq}.parquet")
        write_segment(rows, files[-1])
    return Snapshot(posted_seq=2, entry_files=tuple(files), tag_files=(), engine=engine)


def test_any_ledger_any_question(cluster: str) -> None:
    engine_agreement.hold(cluster, examples=20)


def test_every_measure_of_a_played_home_is_the_same(cluster: str, played: Path) -> None:
    assert played_homes.require_every_measure_agrees(played, cluster) > 50


def test_briefs_rows_and_traces_of_a_played_home_are_the_same(
    cluster: str, played: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    played_homes.require_commands_agree(played, cluster, capsys, tmp_path)


def test_a_file_that_goes_is_named_though_the_cluster_may_pass_over_missing_files(
    engine: SparkEngine, tmp_path: Path
) -> None:
    snapshot = _snapshot(tmp_path, engine)
    expression = snapshot.entries().count().as_table()
    assert snapshot.run(expression).item() == 20
    snapshot.entry_files[1].unlink()
    with pytest.raises(SegmentMissingError) as raised:
        snapshot.run(expression)
    assert raised.value.path == snapshot.entry_files[1]


def test_a_damaged_file_is_an_error_though_the_cluster_may_pass_over_it(
    engine: SparkEngine, tmp_path: Path
) -> None:
    snapshot = _snapshot(tmp_path, engine)
    content = bytearray(snapshot.entry_files[1].read_bytes())
    data_ends = len(content) - 8 - int.from_bytes(content[-8:-4], "little")  # then the footer and its length
    content[4:data_ends] = bytes(data_ends - 4)
    snapshot.entry_files[1].write_bytes(content)
    with pytest.raises(EngineError, match="failed"):
        snapshot.run(snapshot.entries())


def test_the_clusters_time_is_utc_whatever_its_settings_say(engine: SparkEngine, tmp_path: Path) -> None:
    snapshot = _snapshot(tmp_path, engine)
    entries = snapshot.entries()
    hours = entries.select(hour=entries.recorded_at.hour()).distinct()
    assert snapshot.run(hours).item() == RECORDED_AT.hour


def test_a_sum_that_does_not_fit_is_an_error(engine: SparkEngine) -> None:
    table = ibis.memtable(pl.DataFrame({"number": [2**63 - 1, 1]}))
    with pytest.raises(EngineError, match=r"(?i)overflow"):
        engine.run(table.aggregate(sum=table.number.sum()))


def test_a_question_that_takes_too_long_is_given_up(cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "ANSWER_SECONDS", 3.0)
    one, two, three = (ibis.memtable(pl.DataFrame({name: range(20_000)})) for name in "abc")
    product = one.cross_join(two).cross_join(three)
    with pytest.raises(EngineError, match="gave no answer in 3 s"):
        SparkEngine(cluster).run(product.aggregate(sum=((product.a * product.b + product.c) % 7).sum()))
