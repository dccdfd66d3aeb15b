"""The demonstration: its command lines run, leave the briefs where it says, and run again unchanged."""

import json
import os
import shutil
import signal
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from xiaobao.cli import demo as demonstration
from xiaobao.cli.demo_beside import beside
from xiaobao.cli.demo_size import Size, briefs_of, size_of
from xiaobao.cli.demo_steps import quarter_play, steps
from xiaobao.cli.main import run
from xiaobao.cli.session import Session
from xiaobao.lib.errors import ExitCode
from xiaobao.submissions.closing import close_sequences
from xiaobao.submissions.home import open_home
from xiaobao.submissions.models import JournalHead

PLAYED = "XIAOBAO_PLAYED_DEMO"
"""Names the folder of a small demonstration already played; without it the tests play their own."""


@pytest.fixture(scope="module")
def size(tmp_path_factory: pytest.TempPathFactory) -> Size:
    into = tmp_path_factory.mktemp("demo") / "demo"
    if played := os.environ.get(PLAYED):
        shutil.copytree(played, into)
        return size_of(into, small=True)
    assert run(["--language", "en", "demo", "--small", "--into", str(into)]) is ExitCode.FINE
    return size_of(into, small=True)


def heads(size: Size) -> list[str]:
    found = []
    for path in (size.replay_home, size.simulated_home, size.quarter_home):
        open_home(path)
        found.append(JournalHead.objects.get(id=1).digest)
    return found


def test_all_briefs_lie_where_the_demonstration_says(size: Size) -> None:
    english, weekly, *chinese = (page.read_text(encoding="utf-8") for page in briefs_of(size))
    assert 'lang="en"' in english and "Weekly Consumer Complaint Brief" in weekly
    assert all('lang="zh' in page and "模拟" in page for page in chinese)
    assert ["投诉分析周报" in page for page in chinese] == [False, False, True]


def test_the_reprint_is_the_issued_brief_byte_for_byte_after_the_correction(size: Size) -> None:
    issued = briefs_of(size)[2]
    reprint = size.page(f"{size.simulated_home.name}-reprint", size.last_on)
    assert reprint.read_bytes() == issued.read_bytes()


def test_the_day_of_the_brief_was_closed_before_later_days_arrived(size: Size) -> None:
    open_home(size.replay_home)
    days = close_sequences(open_home(size.replay_home))
    assert list(days)[:5] == [date(2014, 10, day) for day in range(24, 29)]
    assert days[date(2014, 10, 28)] == 5


def test_a_second_run_shows_the_same_command_lines_and_changes_nothing(
    size: Size, capsys: pytest.CaptureFixture[str]
) -> None:
    before, pages = heads(size), [page.read_bytes() for page in briefs_of(size)]
    into = size.replay_home.parent
    assert run(["--language", "en", "demo", "--small", "--into", str(into)]) is ExitCode.FINE
    told = capsys.readouterr().out
    assert heads(size) == before
    assert [page.read_bytes() for page in briefs_of(size)] == pages
    assert all(str(page) in told for page in briefs_of(size))
    assert all(f"$ {step.typed()}" in told for step in steps(size))
    assert "learnt by the ledger" in told


def test_with_json_the_output_is_one_document(
    size: Size, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demonstration, "steps", lambda size: islice(steps(size), 4))
    into = size.replay_home.parent
    assert run(["--format", "json", "demo", "--small", "--into", str(into)]) is ExitCode.FINE
    assert json.loads(capsys.readouterr().out) == {"briefs": [str(page) for page in briefs_of(size)]}


def test_the_demonstration_stops_where_a_step_fails(tmp_path: Path) -> None:
    (tmp_path / "cfpb-small").mkdir()
    (tmp_path / "cfpb-small" / "letter.txt").write_text("mine")
    assert run(["demo", "--small", "--into", str(tmp_path)]) is ExitCode.WRONG_CALL
    assert (tmp_path / "cfpb-small" / "letter.txt").read_text() == "mine"


def test_the_demonstration_tells_what_stopped_the_step_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "quarter-small-deliveries").mkdir()
    (tmp_path / "quarter-small-deliveries" / "letter.txt").write_text("mine")
    monkeypatch.setattr(demonstration, "steps", lambda size: iter([quarter_play(size)]))
    arguments = ["--language", "en", "demo", "--small", "--into", str(tmp_path)]
    assert run(arguments) is ExitCode.WRONG_CALL
    told = capsys.readouterr().out
    assert "quarter-small-deliveries holds something else" in told
    assert told.rstrip().endswith("the demonstration stopped at this step")


def test_the_step_beside_ends_with_the_demonstration(tmp_path: Path) -> None:
    session = Session(language="en", output_format="text")
    with beside(session, quarter_play(size_of(tmp_path, small=False))) as under_way:
        assert under_way.process.poll() is None
    assert under_way.process.returncode == -signal.SIGTERM
