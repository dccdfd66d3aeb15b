"""`xiaobao surges show` as a person types it, on a real home."""

import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from ledger_rows import Report
from store import NOW, accept, post
from used_homes import HOTLINE

from xiaobao.analysis.surges.told import Raised
from xiaobao.catalog import reading
from xiaobao.cli.main import run
from xiaobao.ledger.entries import Event
from xiaobao.lib.errors import ExitCode
from xiaobao.submissions.closing import close_day
from xiaobao.submissions.home import Home, open_home
from xiaobao.workflows.find_surges import find_surges
from xiaobao.workflows.watch_surges import Call, questions_of

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


def find(home: Path, first: date, last: date) -> ExitCode:
    days = ("--from", first.isoformat(), "--to", last.isoformat())
    return run(["--language", "en", "surges", "find", "--home", str(home), *days])


def show(home: Path, *options: str, form: str = "text") -> ExitCode:
    arguments = ("surges", "show", "--home", str(home), *options)
    return run(["--language", "en", "--format", form, *arguments])


def test_the_format_may_stand_behind_the_command(home_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    day = ("--on", ON.isoformat(), "--path", "institution")
    assert show(home_path, *day, form="json") is ExitCode.FINE
    before = capsys.readouterr().out

    assert show(home_path, *day, "--format", "json") is ExitCode.FINE

    assert capsys.readouterr().out == before
    assert json.loads(before)


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


def test_days_that_a_source_on_demand_has_not_come_to_are_no_zeros(
    sqlite_home_factory: Callable[..., Home],
) -> None:
    home = sqlite_home_factory()
    friday, on = FIRST + timedelta(days=4), FIRST + timedelta(days=6)
    for number, day in enumerate((FIRST, friday), start=1):
        cases = [Report(complaint_no=f"{day}", event=Event.NEW, revision=1, received_on=day, source=HOTLINE)]
        at = home.domain.cutoff_at(day) - timedelta(hours=1)
        accept(home, cases, source=HOTLINE, day=day, revision=number, at=at)
        post(home, at=at)

    hotline, institution = questions_of(home, Call(on=on), ("hotline", "institution"))
    (as_of_friday,) = questions_of(home, Call(on=friday), ("hotline",))

    assert hotline.nobody == {friday + timedelta(days=1), on}
    assert as_of_friday.nobody == frozenset()
    assert institution.nobody == frozenset(), "sources that are due are found missing one by one"


def test_a_path_nobody_knows_is_refused(home_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert show(home_path, "--on", ON.isoformat(), "--path", "moon") is not ExitCode.FINE
    assert "no path moon; there are: " in capsys.readouterr().err


def test_a_shift_of_level_at_an_institution_nobody_knows_is_refused(
    home_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = (reading.installed_root() / "detectors.toml").read_text("utf-8")
    shift = """
[[level_shift]]
where = {institution = "GF99"}
from_on = 2020-03-04
acknowledged_on = 2020-03-05
reason = "a code mistyped"
"""
    (home_path / "catalog").mkdir(exist_ok=True)
    (home_path / "catalog/detectors.toml").write_text(shipped + shift, "utf-8")

    assert show(home_path, "--on", ON.isoformat()) is not ExitCode.FINE
    assert "no institution GF99 in the register" in capsys.readouterr().err


def run_of(home: Path, day: date) -> Path:
    return home / "runs" / "surges" / f"{day}.json"


def test_the_run_of_a_close_is_kept_shown_and_made_again_byte_for_byte(
    home_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert find(home_path, FIRST, ON) is ExitCode.FINE
    first = run_of(home_path, ON).read_bytes()
    capsys.readouterr()

    assert show(home_path, "--on", ON.isoformat(), "--path", "institution", form="json") is ExitCode.FINE
    (stored,) = json.loads(capsys.readouterr().out)
    assert stored["stored"] is True
    assert stored["surges"][0]["first_raised"] == {"on": ON.isoformat(), "posted_seq": DAYS}
    assert show(home_path, "--on", ON.isoformat(), "--as-of", "11", form="json") is ExitCode.FINE
    assert {one["stored"] for one in json.loads(capsys.readouterr().out)} == {False}

    assert find(home_path, FIRST, ON) is ExitCode.FINE
    assert run_of(home_path, ON).read_bytes() == first


def test_who_raised_a_surge_first_outlives_later_runs_and_late_data(home_path: Path) -> None:
    home, after = open_home(home_path), ON + timedelta(days=1)
    assert find(home_path, FIRST, ON) is ExitCode.FINE
    at = home.domain.cutoff_at(after) - timedelta(hours=1)
    stated = [*((f"late-{one}", ON) for one in range(9)), *((f"{after}-{one}", after) for one in range(60))]
    reports = [
        Report(complaint_no=number, event=Event.NEW, revision=1, received_on=day, business="B0302")
        for number, day in stated
    ]
    accept(home, reports, day=after, revision=DAYS + 1, at=at)
    post(home, at=at)
    close_day(home, after, at=at + timedelta(days=1), now=NOW)

    found = find_surges(home, after)

    institution = found.on_path("institution")
    assert institution is not None
    assert {
        (one.first_raised.on, one.first_raised.posted_seq) for one in institution.surges if one.first_raised
    } == {(ON, DAYS)}
    assert "new" not in {one.state.value for one in institution.surges}


def test_a_surge_that_is_no_longer_told_is_closed_for_the_quiet_days(
    home_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = open_home(home_path)
    assert find(home_path, FIRST, ON) is ExitCode.FINE
    states = []
    for number in range(1, 5):
        day = ON + timedelta(days=number)
        at = home.domain.cutoff_at(day) - timedelta(hours=1)
        withdrawn = [
            Report(complaint_no=f"{ON}-{one}", event=Event.WITHDRAW, revision=2, received_on=ON)
            for one in range(44 if number == 1 else 0)
        ]
        usual = [
            Report(
                complaint_no=f"{day}-{one}", event=Event.NEW, revision=1, received_on=day, business="B0302"
            )
            for one in range(6)
        ]
        accept(home, [*withdrawn, *usual], day=day, revision=DAYS + number, at=at)
        post(home, at=at)
        close_day(home, day, at=at + timedelta(days=1), now=NOW)
        institution = find_surges(home, day).on_path("institution")
        assert institution is not None
        states.append(
            [(one.state.value, one.last_on, one.observed, one.first_raised) for one in institution.surges]
        )

    raised = Raised(on=ON, posted_seq=DAYS)
    assert states == [*([("closed", ON, 6, raised)] for _ in range(3)), []]
    following = (ON + timedelta(days=1)).isoformat()
    capsys.readouterr()
    assert show(home_path, "--on", following, "--budget", "7", "--path", "institution") is ExitCode.FINE
    assert "[closed]" in capsys.readouterr().out
    assert show(home_path, "--on", following, "--as-of", str(DAYS - 1)) is ExitCode.FINE
    assert "[closed]" not in capsys.readouterr().out, "what was told later was not known then"


def test_the_record_stands_without_the_runs_and_an_earlier_raising_is_then_unknown(home_path: Path) -> None:
    home = open_home(home_path)
    assert find(home_path, FIRST, ON) is ExitCode.FINE
    shutil.rmtree(home.runs_folder)

    assert run(["verify", "--home", str(home_path)]) is ExitCode.FINE
    assert find(home_path, ON, ON) is ExitCode.FINE
    (told,) = [one for one in find_surges(home, ON).paths if one.path == "institution"]
    assert told.surges[0].first_raised is not None  # it alarmed on this very day


def test_a_day_without_a_close_is_not_looked_at(home_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    after = ON + timedelta(days=1)
    assert find(home_path, after, after) is not ExitCode.FINE
    assert "nothing to do again" in capsys.readouterr().err
    assert find(home_path, ON, ON - timedelta(days=1)) is not ExitCode.FINE
    assert "is before --from" in capsys.readouterr().err
