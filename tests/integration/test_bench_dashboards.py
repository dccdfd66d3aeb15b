"""What the benchmark of dashboards stands on: a lawful ledger, and answers that are right."""

from pathlib import Path

import polars as pl
import pytest

from bench.dashboard_home import board_of, copy_of, sequence_at, write_current
from bench.dashboards import require_equal
from bench.generated_home import make_home
from bench.histories import posted_months, world_of
from bench.peers.duckdb_table import DuckDbTable
from bench.peers.sqlite_table import SqliteTable
from xiaobao.catalog.reading import load
from xiaobao.ledger.laws import check_laws
from xiaobao.submissions import manifest
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Segment

ROWS = 20_000


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A small home of two years, its last 30 batches a commit each."""
    return make_home(tmp_path_factory.mktemp("generated") / "home", rows=ROWS, small_commits=30)


def test_a_generated_ledger_obeys_the_laws_and_has_every_event() -> None:
    rows = pl.concat(posted_months(world_of(load()), rows=ROWS, seed=3))

    assert check_laws(rows) == ()
    assert rows["entry_id"].is_sorted()
    assert set(rows["event"]) == {"new", "amend", "withdraw", "reinstate", "recode"}
    assert set(rows["sign"]) == {-1, 0, 1}
    assert 0.95 < rows.height / ROWS < 1.05


def test_the_home_of_a_generated_ledger_is_the_same_rows_in_few_files(
    generated: Home, tmp_path: Path
) -> None:
    home = copy_of(generated, tmp_path / "home")
    rows = pl.concat(posted_months(world_of(load()), rows=ROWS, seed=1))

    snapshot = manifest.open_snapshot(home)

    assert snapshot.run(snapshot.entries()).sort("entry_id").equals(rows)
    kinds = set(Segment.objects.filter(replaced_by=None).values_list("month", flat=True))
    assert {None, 201901, 202011} < kinds


def test_the_product_answers_as_its_peers_do_now_and_earlier(generated: Home, tmp_path: Path) -> None:
    home = copy_of(generated, tmp_path / "home")
    files = manifest.open_snapshot(home).entry_files
    for days_back, peer in (
        (0, SqliteTable(tmp_path / "peer.sqlite3", threads=1)),
        (90, DuckDbTable(tmp_path / "peer.duckdb", threads=1)),
    ):
        as_of = min(sequence_at(home, days_back=days_back), manifest.read().head)
        board = board_of(home, ROWS, days_back=days_back)
        write_current(files, tmp_path / f"current-{days_back}.parquet", as_of=as_of)
        peer.load(tmp_path / f"current-{days_back}.parquet", board.tables())

        require_equal(home, board, peer, as_of=as_of)

        peer.close()
