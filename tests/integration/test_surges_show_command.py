"""`xiaobao surges show` as a person types it, on a real home."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from ledger_rows import Report
from store import NOW, accept, post

from xiaobao.cli.main import run
from xiaobao.ledger.entries import Event
from xiaobao.lib.errors import ExitCode
from xiaobao.submissions.closing import close_day
from xiaobao.submissions.home import Home

FIRST, DAYS = date(2020, 3, 2), 12
ON = FIRST + timedelta(days=DAYS - 1)


def twelve_days(home: Home, _folder: Path) -> None:
    """Six complaints a day of one bank, fifty on the last; every day closed."""
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        at = home.domain.cutoff_at(day) - timedelta(hours=1)
        reports = [
            Report(
                complaint_no=f"{day}-{one}", event=Event.NEW, revision=1, received_on=day, business="B0302"
            )
            for one in range(50 if day == ON else 6)
        ]
        accept(home, reports, day=day, revision=number + 1, at=at)
        post(home, at=at)
        close_day(home, day, at=at + timedelta(days=1), now=NOW)


@pytest.fixture
def home_path(sqlite_home_factory: Callable[..., Home]) -> Path:
    """A home with twelve closed days."""
    return sqlite_home_factory(filled=twelve_days).path


def show(home: Path, *options: str, form: str = "text") -> ExitCode:
    arguments = ("surges", "show", "--home", str(home), *options)
    return run(["--language", "en", "--format", form, *arguments])


def test_the_surge_of_a_day_is_told_with_the_vintage_that_raised_it(
    home_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show(home_path, "--on", ON.isoformat(), "--path", "institution", form="json") is ExitCode.FINE

    (watched,) = json.loads(capsys.readouterr().out)
    assert watched["posted_seq"] == DAYS
    surge = watched["surges"][0]
    assert (surge["observed_today"], surge["state"], surge["posted_seq"]) == (50, "new", DAYS)
    assert surge["low"] <= surge["expected"] <= surge["high"] < surge["observed"]
    assert "共50件" in surge["sentence"]["zh"]


def test_as_of_an_earlier_close_the_surge_was_not_known(
    home_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (ON - timedelta(days=1)).isoformat()

    assert show(home_path, "--on", before, "--as-of", before, "--path", "institution") is ExitCode.FINE

    told = capsys.readouterr().out
    assert f"posting sequence {DAYS - 1}" in told
    assert "no surges" in told


def test_the_paths_stand_side_by_side_and_a_short_past_is_said(
    home_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show(home_path, "--on", FIRST.isoformat()) is ExitCode.FINE

    told = capsys.readouterr().out
    assert told.count("surges of 2020-03-02") == 2
    assert told.count("cannot be judged") == 2


def test_a_path_nobody_knows_is_refused(home_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert show(home_path, "--on", ON.isoformat(), "--path", "moon") is not ExitCode.FINE
    assert "no path moon; there are: " in capsys.readouterr().err
