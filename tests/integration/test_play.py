"""Playing deliveries into a home: the ledger equals the simulator's truth, whole or in pieces."""

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copytree

import polars as pl
import pytest

from xiaobao.catalog import reading
from xiaobao.cli.main import run
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Words
from xiaobao.simulate.manifest import PlannedDelivery, read_manifest
from xiaobao.simulate.recipes import Recipe, ensure_deliveries
from xiaobao.simulate.replay import DAILY_SAMPLE, read_records
from xiaobao.simulate.samples import sample_path
from xiaobao.simulate.truth import (
    TRUTH_NAME,
    ComplaintTruth,
    RejectedRowTruth,
    ReturnedFileTruth,
    read_truth,
)
from xiaobao.submissions import manifest, receipts
from xiaobao.submissions.closing import close_of, close_sequences
from xiaobao.submissions.home import Home, create_home, open_home
from xiaobao.submissions.home_file import Mark
from xiaobao.submissions.models import JournalHead, Receipt, Submission
from xiaobao.submissions.receiving import ChecksMade, no_checks
from xiaobao.workflows import play as playing
from xiaobao.workflows.beside import beside
from xiaobao.workflows.checks_ahead import ChecksAhead
from xiaobao.workflows.find_surges import find_surges, kept
from xiaobao.workflows.play import MarkError, Played, play

MONDAY = date(2020, 3, 2)
TUESDAY = date(2020, 3, 3)
WEDNESDAY = date(2020, 3, 4)
RECIPE = Recipe(mark="simulated", from_on=MONDAY, days=3, seed=11)
CREATED_AT = datetime(2020, 3, 2, 0, 0, tzinfo=UTC)


class StoppedError(Exception):
    """The play was stopped from outside."""


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def watched(_done: int, _total: int, _words: Words) -> None:
    """Nobody watches."""


def played(home: Home, deliveries: Path, *, until: date | None = None) -> Played:
    return play(home, deliveries, until=until, now=now, on_progress=watched)


def stopping_after(steps: int) -> Callable[[int, int, Words], None]:
    def stop(done: int, _total: int, _words: Words) -> None:
        if done == steps:
            raise StoppedError

    return stop


def entries(home: Home) -> pl.DataFrame:
    return manifest.reading(home, lambda snapshot: snapshot.run(snapshot.entries())).sort("entry_id")


def present(home: Home) -> pl.DataFrame:
    """What is stated now: the last +1 row of every number whose signs do not cancel out."""
    rows = entries(home).filter(pl.col("sign") != 0)
    standing = rows.group_by("source_code", "complaint_no").agg(pl.col("sign").cast(pl.Int64).sum())
    stated = rows.filter(pl.col("sign") == 1).unique(["source_code", "complaint_no"], keep="last")
    return stated.drop("sign").join(
        standing.filter(pl.col("sign") == 1), on=["source_code", "complaint_no"], how="inner"
    )


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_deliveries(reading.load(), RECIPE, tmp_path_factory.mktemp("play") / "deliveries")


@pytest.fixture(scope="module")
def whole(deliveries: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    path = tmp_path_factory.mktemp("whole") / "home"
    home = create_home(path, domain_id="pbc", mark=Mark.SIMULATED, at=CREATED_AT)
    for name in ("before", "bereft"):
        copytree(path, path.with_name(name))
    played(home, deliveries)
    return home


@pytest.fixture
def home(whole: Home) -> Home:
    return open_home(whole.path)


def test_the_ledger_states_what_the_truth_says(home: Home, deliveries: Path) -> None:
    truth = [t for t in read_truth(deliveries.parent / TRUTH_NAME) if isinstance(t, ComplaintTruth)]
    columns = [name for name in ComplaintTruth.__struct_fields__ if name != "state"]
    expected = {tuple(getattr(t, name) for name in columns) for t in truth if t.state == "stated"}
    assert set(present(home).select(columns).iter_rows()) == expected
    assert len(expected) > 3000
    assert any(t.state == "withdrawn" for t in truth)


def test_exactly_the_bad_rows_are_rejected_by_the_rule_they_break(home: Home, deliveries: Path) -> None:
    truth = [t for t in read_truth(deliveries.parent / TRUTH_NAME) if isinstance(t, RejectedRowTruth)]
    expected = {(Path(t.file).name, t.row_number, t.rule_id) for t in truth}
    found = set()
    for receipt in Receipt.objects.filter(rejected__gt=0, accepted__gt=0):
        facts = receipts.read(home, receipt)
        rejecting = receipts.findings_of(home, facts).filter(pl.col("severity") == "reject")
        found |= {
            (facts.file_name, row, rule) for row, rule in rejecting.select("row_number", "rule_id").rows()
        }
    assert expected <= found
    bad = {(file, row) for file, row, _ in expected}
    others = {rule for file, row, rule in found if (file, row) not in bad}
    assert others == set()  # overtaken rows are accepted, and superseded when posted


def test_exactly_the_files_with_a_wrong_total_are_returned(home: Home, deliveries: Path) -> None:
    truth = read_truth(deliveries.parent / TRUTH_NAME)
    expected = {Path(t.file).name for t in truth if isinstance(t, ReturnedFileTruth)}
    returned = Receipt.objects.filter(decision="returned")
    assert {receipts.read(home, receipt).file_name for receipt in returned} == expected
    assert expected


def test_every_day_is_closed(home: Home) -> None:
    assert sorted(close_sequences(home)) == [MONDAY, TUESDAY, WEDNESDAY]


def test_playing_again_changes_nothing(home: Home, deliveries: Path) -> None:
    before = JournalHead.objects.get(id=1).digest
    again = played(home, deliveries)
    assert (again.delivered, again.closed) == (0, ())
    assert JournalHead.objects.get(id=1).digest == before


def test_checks_made_ahead_beside_the_play_give_the_same_journal(
    whole: Home, deliveries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[bool] = []

    def of(ahead: ChecksAhead, planned: PlannedDelivery) -> ChecksMade:
        checks = check_of(ahead, planned)
        made.append(checks is not no_checks)
        return checks

    check_of = ChecksAhead.of
    monkeypatch.setattr(ChecksAhead, "of", of)
    monkeypatch.setattr(playing, "WORTH_A_PROCESS", 1)
    other = open_home(whole.path.with_name("before"))
    played(other, deliveries)
    head, surges = JournalHead.objects.get(id=1).digest, kept(other, WEDNESDAY)
    assert any(made)
    open_home(whole.path)
    assert (head, surges) == (JournalHead.objects.get(id=1).digest, kept(whole, WEDNESDAY))


def test_what_stops_work_beside_is_left_to_who_asked_for_it(whole: Home) -> None:
    with beside(whole, Words(zh="试验", en="a trial")) as helper:
        assert helper.begin(find_surges, date(2020, 1, 1)).result() is None
        assert helper.begin(kept, WEDNESDAY).result() == kept(whole, WEDNESDAY)


def test_a_play_goes_on_without_the_processes_beside_it_that_were_killed(
    whole: Home, deliveries: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    killed: list[int] = []

    def killing(done: int, _total: int, _words: Words) -> None:
        for child in multiprocessing.active_children() if done >= 9 else ():
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)
            child.join()
            killed.append(child.pid)

    monkeypatch.setattr(playing, "WORTH_A_PROCESS", 1)
    other = open_home(whole.path.with_name("bereft"))
    play(other, deliveries, now=now, on_progress=killing)
    head, surges = JournalHead.objects.get(id=1).digest, kept(other, WEDNESDAY)

    assert len(killed) == 2
    told = [one.getMessage() for one in caplog.records if "has ended" in one.getMessage()]
    assert sorted("checking ahead" in one for one in told) == [False, True]
    open_home(whole.path)
    assert (head, surges) == (JournalHead.objects.get(id=1).digest, kept(whole, WEDNESDAY))


def test_a_play_stopped_and_continued_gives_the_same_ledger(
    whole: Home, deliveries: Path, tmp_path: Path
) -> None:
    content = ["source_code", "complaint_no", "posted_seq", "row_number", "sign", "revision", "business_code"]
    expected = entries(open_home(whole.path)).select(content)
    stopped = create_home(tmp_path / "home", domain_id="pbc", mark=Mark.SIMULATED, at=CREATED_AT)
    for steps in (0, 7, 19, 20, 41):
        with pytest.raises(StoppedError):
            play(open_home(stopped.path), deliveries, now=now, on_progress=stopping_after(steps))
    played(open_home(stopped.path), deliveries)
    assert entries(stopped).select(content).equals(expected)


def test_until_stops_after_the_close_of_the_day(deliveries: Path, tmp_path: Path) -> None:
    home = create_home(tmp_path / "home", domain_id="pbc", mark=Mark.SIMULATED, at=CREATED_AT)
    assert played(home, deliveries, until=MONDAY).closed == (MONDAY,)
    arrived = [d for d in read_manifest(deliveries) if home.domain.business_day(d.at) == MONDAY]
    assert Submission.objects.count() == len(arrived)


def test_simulated_deliveries_never_enter_a_replay_home(deliveries: Path, tmp_path: Path) -> None:
    home = create_home(tmp_path / "home", domain_id="cfpb", mark=Mark.REPLAY, at=CREATED_AT)
    with pytest.raises(MarkError):
        played(home, deliveries)
    assert Submission.objects.count() == 0


def test_the_replay_counts_every_day_as_the_public_file_does_and_closes_the_late_file_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--language", "en", "simulate", "--replay", "cfpb", "--from", "2014-10-24", "--days", "5"]
    assert run([*arguments, "--home", str(tmp_path / "home")]) is ExitCode.FINE
    told = "6 days closed, the last of them 2023-09-11; 3,239 days without a delivery were skipped"
    assert told in capsys.readouterr().out
    home = open_home(tmp_path / "home")
    days = [date(2014, 10, day).isoformat() for day in range(24, 29)]
    expected = Counter(r["date_received"] for r in read_records(sample_path(DAILY_SAMPLE)))
    found = Counter(str(day) for day in present(home)["received_on"])
    assert [found[day] for day in days] == [expected[day] for day in days]
    assert sum(found.values()) == sum(expected[day] for day in days) + 2067
    late = close_of(home, date(2023, 9, 11))
    assert late is not None
    assert (late.sealed.skipped_from, late.sealed.posted.rows) == (date(2014, 10, 29), 2067)


def test_the_command_tells_what_it_did_and_that_nothing_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--language", "en", "simulate", "--days", "1", "--home", str(tmp_path / "home")]
    assert run(arguments) is ExitCode.FINE
    assert "days closed" in capsys.readouterr().out
    assert run(arguments) is ExitCode.FINE
    assert "nothing to do" in capsys.readouterr().out


def test_a_call_that_names_no_place_or_draws_a_replay_is_wrong(tmp_path: Path) -> None:
    assert run(["simulate", "--days", "2"]) is ExitCode.WRONG_CALL
    assert run(["simulate", "--replay", "cfpb", "--seed", "1", "--out", str(tmp_path)]) is ExitCode.WRONG_CALL
