"""`xiaobao surges backtest` as a person types it, on a real home."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from ledger_rows import Report
from store import NOW, accept, post

from tests.integration.test_surges_show_command import DAYS, FIRST, ON, twelve_days
from xiaobao.cli.main import run
from xiaobao.ledger.entries import Event
from xiaobao.lib.errors import ExitCode
from xiaobao.submissions.closing import close_day
from xiaobao.submissions.home import Home

LAST = ON - timedelta(days=1)


@pytest.fixture
def home_path(sqlite_home_factory: Callable[..., Home]) -> Path:
    """A home with twelve closed days."""
    return sqlite_home_factory(filled=twelve_days).path


def backtest(home: Path, *options: str, form: str = "text", language: str = "en") -> ExitCode:
    arguments = ("surges", "backtest", "--home", str(home), "--path", "institution", *options)
    return run(["--language", language, "--format", form, *arguments])


def segments(home: Path) -> dict[str, str]:
    return {
        str(one.relative_to(home)): hashlib.sha256(one.read_bytes()).hexdigest()
        for one in sorted((home / "segments").rglob("*"))
        if one.is_file()
    }


def test_surges_are_put_into_copies_the_real_one_is_named_and_the_ledger_stays(
    home_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = segments(home_path)
    options = ("--from", (ON - timedelta(days=2)).isoformat(), "--to", ON.isoformat(), "--injections", "20")

    answers = []
    for _ in range(2):
        assert backtest(home_path, *options, form="json") is ExitCode.FINE
        answers.append(capsys.readouterr().out)

    (told,) = json.loads(answers[0])
    assert answers[0] == answers[1]
    assert segments(home_path) == before
    assert (told["days"], told["days_judged"], told["days_known_at_close"]) == (3, 3, 3)
    # No complaint of this home states a province, so that a fifth of the surges finds no place.
    assert (told["injections_planned"], told["injections"]) == (20, 16)
    assert sum(one["injected"] for one in told["by_type_and_size"]) == 16
    assert {one["complaints"] for one in told["by_type_and_size"]} == {5, 10, 20, 40}
    assert ON.isoformat() in [one["first_on"] for one in told["candidates"]]
    assert [one["budget"] for one in told["budgets"]] == [1, 2, 3, 5, 10, 20]


def with_late_reports(home: Home, _folder: Path) -> None:
    """Six complaints a day; fifty more of the day before the last come with the last day's."""
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        at = home.domain.cutoff_at(day) - timedelta(hours=1)
        days = [day] * 6 + [LAST] * (50 if day == ON else 0)
        reports = [
            Report(complaint_no=f"{day}-{one}", event=Event.NEW, revision=1, received_on=on, business="B0302")
            for one, on in enumerate(days)
        ]
        accept(home, reports, day=day, revision=number + 1, at=at)
        post(home, at=at)
        close_day(home, day, at=at + timedelta(days=1), now=NOW)


def test_a_day_is_judged_by_what_was_known_at_its_close_not_by_what_came_later(
    sqlite_home_factory: Callable[..., Home], capsys: pytest.CaptureFixture[str]
) -> None:
    home = sqlite_home_factory(filled=with_late_reports).path
    shown = ("surges", "show", "--home", str(home), "--path", "institution", "--on", LAST.isoformat())
    assert run(["--format", "json", *shown, "--as-of", ON.isoformat()]) is ExitCode.FINE
    (in_hindsight,) = json.loads(capsys.readouterr().out)

    assert backtest(home, "--from", LAST.isoformat(), "--to", LAST.isoformat(), form="json") is ExitCode.FINE

    (told,) = json.loads(capsys.readouterr().out)
    assert in_hindsight["surges"][0]["observed_today"] == 56
    assert told["candidates"] == []
    assert told["days_judged"] == 1


def test_days_without_a_close_are_said_to_be_read_with_hindsight_and_unjudged_ones_too(
    home_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = FIRST - timedelta(days=5)
    options = ("--from", before.isoformat(), "--to", (before + timedelta(days=1)).isoformat())

    assert backtest(home_path, *options, "--injections", "5") is ExitCode.FINE

    told = capsys.readouterr().out
    assert "0 days as known at their close; 2 have none" in told
    assert "5 surges found no place" in told
    assert "no day can be judged" in told


def test_it_is_told_in_chinese_with_a_budget_of_ones_own(
    home_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--from", LAST.isoformat(), "--to", LAST.isoformat(), "--budget", "4", "--injections", "5")

    assert backtest(home_path, *options, language="zh") is ExitCode.FINE

    told = capsys.readouterr().out
    assert "预算每日 4 条" in told
    assert "增加件数" in told


def test_days_in_the_wrong_order_are_refused(home_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert backtest(home_path, "--from", ON.isoformat(), "--to", FIRST.isoformat()) is not ExitCode.FINE
    assert "--to is before --from" in capsys.readouterr().err
