"""Simulated years played into a home: the ledger holds what the truth says and refuses what is wrong."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from played_homes import without_topics

from xiaobao.catalog import reading
from xiaobao.lib.words import Words
from xiaobao.simulate.recipes import Recipe, ensure_deliveries
from xiaobao.submissions import manifest, receipts
from xiaobao.submissions.home import Home, create_home, open_home
from xiaobao.submissions.home_file import Mark
from xiaobao.submissions.models import Receipt
from xiaobao.workflows.play import play

RECIPE = Recipe(
    mark="simulated",
    from_on=date(2019, 11, 1),
    last_on=date(2020, 1, 6),
    days=None,
    seed=6,
    scale=0.03,
    branches=("310000", "420000"),
)
STATED = [
    "source_code",
    "complaint_no",
    "revision",
    "entry_kind",
    "received_on",
    "closed_on",
    "channel_code",
    "business_code",
    "cause_code",
    "region_code",
    "amount",
]


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def watched(_done: int, _total: int, _words: Words) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_deliveries(reading.load(), RECIPE, tmp_path_factory.mktemp("years") / "deliveries")


@pytest.fixture(scope="module")
def played(deliveries: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    path = tmp_path_factory.mktemp("home") / "home"
    created_at = datetime(2019, 11, 1, tzinfo=UTC)
    home = create_home(path, domain_id="pbc", mark=Mark.SIMULATED, at=created_at)
    without_topics(path)
    play(home, deliveries, now=now, on_progress=watched)
    return home


@pytest.fixture
def home(played: Home) -> Home:
    return open_home(played.path)


def truth(deliveries: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(deliveries.parent / "truth" / f"{name}.csv", infer_schema_length=0)


def texts(rows: pl.DataFrame) -> set[tuple[str, ...]]:
    return set(rows.select(pl.col(STATED).cast(pl.String).fill_null("")).rows())


def test_the_ledger_states_what_the_truth_says(home: Home, deliveries: Path) -> None:
    rows = manifest.reading(home, lambda snapshot: snapshot.run(snapshot.entries())).filter(
        pl.col("sign") != 0
    )
    key = ["source_code", "complaint_no"]
    standing = rows.group_by(key).agg(pl.col("sign").cast(pl.Int64).sum()).filter(pl.col("sign") == 1)
    last = rows.filter(pl.col("sign") == 1).sort("entry_id").unique(key, keep="last")
    present = last.join(standing, on=key, how="semi")
    expected = truth(deliveries, "complaints").filter(pl.col("state") == "stated")
    assert len(expected) > 5000
    assert texts(present) == texts(expected)


def test_exactly_the_rows_and_files_are_refused_that_the_truth_names(home: Home, deliveries: Path) -> None:
    rejected = truth(deliveries, "rejected_rows").select("file", "row_number", "rule_id")
    expected = {(Path(file).name, int(row), rule) for file, row, rule in rejected.rows()}
    assert {(file, row, rule) for file, row, rule in _refused(home, "reject")} == expected
    returned = {Path(file).name for file in truth(deliveries, "returned_files")["file"]}
    assert {file for file, _, _ in _refused(home, "return")} == returned


def _refused(home: Home, severity: str) -> Iterator[tuple[str, int, str]]:
    for receipt in Receipt.objects.all():
        facts = receipts.read(home, receipt)
        findings = receipts.findings_of(home, facts).filter(pl.col("severity") == severity)
        for row, rule in findings.select("row_number", "rule_id").rows():
            yield str(facts.file_name), row, rule


def test_calls_of_the_branches_are_counted(home: Home) -> None:
    calls = manifest.reading(home, lambda snapshot: snapshot.run(snapshot.calls()))
    assert set(calls["branch_code"]) == {"310000", "420000"}
    assert (calls["offered"] == calls["answered"] + calls["abandoned"]).all()
