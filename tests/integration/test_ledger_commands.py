"""The commands of the ledger as a person types them: post, close, verify, rebuild, recode, tag, trace."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from bank_files import bank_file, row

from xiaobao.cli.main import run
from xiaobao.lib.errors import ExitCode
from xiaobao.submissions.home import open_home
from xiaobao.submissions.models import Batch, Receipt, Segment

DAY = "2020-03-02"
ON = date.fromisoformat(DAY)
OF_THE_BANK = ("--source", "bank-gy01")


@pytest.fixture
def home_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with one delivery of two complaints, named by the environment."""
    monkeypatch.setenv("XIAOBAO_LANGUAGE", "en")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    path = tmp_path / "home"
    start = ("--domain", "pbc", "--mark", "simulated", "--at", "2020-03-02T09:00")
    assert run(["home", "create", str(path), *start]) is ExitCode.FINE
    monkeypatch.setenv("XIAOBAO_HOME", str(path))
    file = bank_file(tmp_path, [row("T1", day=ON), row("T2", day=ON)])
    assert run(["receive", str(file), *OF_THE_BANK, "--day", DAY, "--revision", "1"]) is ExitCode.FINE
    return path


@pytest.fixture
def posted(home_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The same home, posted."""
    assert run(["post"]) is ExitCode.FINE
    capsys.readouterr()
    return home_path


def told(capsys: pytest.CaptureFixture[str], *words: str) -> object:
    """What a command answers in JSON."""
    capsys.readouterr()
    assert run(["--format", "json", *words]) is ExitCode.FINE
    return json.loads(capsys.readouterr().out)


def test_posting_tells_what_became_of_each_row(home_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes = told(capsys, "post")
    assert run(["post"]) is ExitCode.FINE

    assert notes == [
        {
            "posted_seq": 1,
            "accepted": 2,
            "posted": 2,
            "unchanged": 0,
            "superseded": 0,
            "refused": 0,
            "warned": 0,
        }
    ]
    assert "nothing to post" in capsys.readouterr().out


def test_the_note_of_a_receipt_tells_each_outcome_with_its_places(
    posted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = Receipt.objects.get().sequence_id
    note = told(capsys, "status", "--note", str(receipt))

    assert isinstance(note, dict)
    assert (note["state"], note["posted_seq"], note["accepted"], note["posted"]) == ("posted", 1, 2, 2)
    assert [(line["outcome"], line["rows"], len(line["first"])) for line in note["outcomes"]] == [
        ("new", 2, 2)
    ]
    assert run(["--language", "zh", "status", "--note", str(receipt)]) is ExitCode.FINE
    assert "- 新增：2 行；第 1 (T1), 2 (" in capsys.readouterr().out
    assert run(["status", "--note", "99999"]) is ExitCode.WRONG_CALL


def test_a_day_is_closed_once_its_cut_off_has_passed(
    home_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["close-day", "--day", DAY]) is ExitCode.DATA_REFUSED
    assert "has not passed" in capsys.readouterr().err

    assert run(["close-day", "--day", DAY, "--at", "2020-03-02T17:31"]) is ExitCode.FINE
    english = capsys.readouterr().out
    assert run(["--language", "zh", "close-day", "--day", DAY]) is ExitCode.FINE
    chinese = capsys.readouterr().out

    assert "2020-03-02 is closed as of posting sequence 1" in english
    assert "received on the day, institution, complaint: 2" in english
    assert "bank-gf12" in english  # missing
    assert "日结链首" in chinese
    assert english.splitlines()[-1].split()[-1] == chinese.splitlines()[-1].split()[-1]


def test_days_between_are_skipped_in_one_call(posted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["close-day", "--day", DAY, "--at", "2020-03-02T17:31"]) is ExitCode.FINE
    later = ("close-day", "--day", "2023-09-04", "--at", "2023-09-04T17:31")

    assert run([*later]) is ExitCode.DATA_REFUSED
    assert "--skip-from 2020-03-03" in capsys.readouterr().err
    assert run([*later, "--skip-from", "2020-03-03"]) is ExitCode.FINE
    assert "2020-03-03 to 2023-09-03 are skipped" in capsys.readouterr().out


def test_a_day_that_a_close_skipped_says_so_wherever_it_is_asked_for(
    posted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["close-day", "--day", DAY, "--at", "2020-03-02T17:31"]) is ExitCode.FINE
    later = ["close-day", "--day", "2020-03-05", "--skip-from", "2020-03-03", "--at", "2020-03-05T17:31"]
    assert run(later) is ExitCode.FINE
    capsys.readouterr()

    assert run(["status", "--day", "2020-03-04"]) is ExitCode.FINE
    assert "skipped by the close of 2020-03-05" in capsys.readouterr().out
    assert run(["close-day", "--day", "2020-03-04"]) is ExitCode.DATA_REFUSED
    assert run(["brief", "compose", "--day", "2020-03-04", "--by", "A"]) is ExitCode.WRONG_CALL
    assert capsys.readouterr().err.count("declared skipped") == 2


def test_a_clean_home_verifies_and_a_damaged_one_exits_with_three(
    posted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify", "--reread"]) is ExitCode.FINE
    assert "nothing is wrong" in capsys.readouterr().out
    open_home(posted)
    name = Segment.objects.get().name
    (posted / "segments" / name).unlink()

    assert run(["verify"]) is ExitCode.SYSTEM_FAILED

    assert name in capsys.readouterr().out


def test_a_failure_of_a_library_is_told_without_a_traceback(
    posted: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_home(posted)
    os.truncate(posted / "segments" / Segment.objects.get().name, 100)
    asked = ["measure", "complaints", "--day", DAY, "--where", "path=institution"]

    assert run(asked) is ExitCode.SYSTEM_FAILED
    short = capsys.readouterr().err
    monkeypatch.setenv("XIAOBAO_TRACEBACK", "1")
    assert run(asked) is ExitCode.SYSTEM_FAILED

    assert short.startswith("the system failed: ")
    assert "xiaobao verify" in short
    assert "Traceback" not in short
    assert "Traceback" in capsys.readouterr().err


def test_a_head_that_no_close_has_is_a_problem(posted: Path) -> None:
    assert run(["verify", "--close-head", "f" * 64]) is ExitCode.SYSTEM_FAILED


def test_a_rebuilt_ledger_is_equal(posted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rebuild", "--into", str(tmp_path / "again")]) is ExitCode.FINE
    assert "equal in every column" in capsys.readouterr().out

    assert run(["rebuild", "--into", str(tmp_path / "again")]) is ExitCode.WRONG_CALL


def test_a_recoded_complaint_is_traced_to_file_and_decision(
    posted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    decision = ("--number", "T1", "--business", "B0302", "--by", "王某", "--reason", "按投诉内容")

    assert run(["recode", *OF_THE_BANK, *decision]) is ExitCode.FINE
    capsys.readouterr()
    assert run(["trace", "--complaint", "bank-gy01", "T1"]) is ExitCode.FINE
    text = capsys.readouterr().out
    rows = told(capsys, "trace", "--complaint", "bank-gy01", "T1")

    assert "file report.csv" in text
    assert "decision of the bureau" in text
    assert isinstance(rows, list)
    assert [(one["sign"], one["business_code"]) for one in rows] == [(1, "B01"), (-1, "B01"), (1, "B0302")]
    assert told(capsys, "trace", "--entry", str(rows[2]["entry_id"])) == rows[2:]


def test_what_cannot_be_traced_or_recoded_is_said(posted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trace"]) is ExitCode.WRONG_CALL
    assert run(["trace", "--complaint", "bank-gy01", "T9"]) is ExitCode.DATA_REFUSED
    decision = ("--number", "T9", "--business", "B0302", "--by", "王某", "--reason", "按投诉内容")
    assert run(["recode", *OF_THE_BANK, *decision]) is ExitCode.DATA_REFUSED
    assert "T9" in capsys.readouterr().err


def test_a_tag_is_run_and_posted(posted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_again = [told(capsys, "tag", "epidemic") for _ in range(2)]

    assert run_again[0] == run_again[1]
    assert run(["tag", "unheard-of"]) is ExitCode.WRONG_CALL


def test_a_revision_is_voided_by_two(posted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    void = ("void-revision", *OF_THE_BANK, "--revision", "1", "--reason", "报错", "--declared-by", "李某")

    assert run([*void, "--confirmed-by", "李某"]) is ExitCode.DATA_REFUSED
    assert run([*void, "--confirmed-by", "王某"]) is ExitCode.FINE
    assert run(["verify"]) is ExitCode.FINE


def test_a_watching_poster_posts_what_arrives_and_stops_when_interrupted(home_path: Path) -> None:
    command = [sys.executable, "-c", "from xiaobao.cli.main import main; main()", "post", "--watch"]
    watching = subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE, text=True)
    try:
        open_home(home_path)
        deadline = time.monotonic() + 60
        while Batch.objects.filter(posted_seq=None).exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert Batch.objects.get().posted_seq == 1
        time.sleep(0.3)
    finally:
        watching.send_signal(signal.SIGINT)
        told_by_it, _ = watching.communicate(timeout=30)

    assert "posted as 1" in told_by_it
    assert watching.returncode == 0
    assert run(["post", "--watch", "--at", "2020-03-02T12:00"]) is ExitCode.WRONG_CALL
