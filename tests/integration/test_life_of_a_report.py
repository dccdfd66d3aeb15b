"""The life of a report from the command line: every stage of it shows in `status`, now and as of a close."""

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from bank_files import bank_file, row

from xiaobao.cli.main import run
from xiaobao.lib.errors import ExitCode

FIRST, SECOND = "2014-10-08", "2014-10-09"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Story"]:
    """A home after two days of every kind of report."""
    folder = tmp_path_factory.mktemp("life")
    home = str(folder / "home")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XIAOBAO_LANGUAGE", "en")
        environment.delenv("DATABASE_URL", raising=False)
        environment.setenv("XIAOBAO_HOME", home)
        story = Story(folder)
        story.does("home", "create", home, "--domain", "pbc", "--mark", "simulated", "--at", f"{FIRST}T08:00")
        _first_day(story)
        _second_day(story)
        yield story


class Story:
    """Types commands and keeps what they say."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = 0

    def does(self, *arguments: str, code: ExitCode = ExitCode.FINE) -> str:
        said = io.StringIO()
        with redirect_stdout(said):
            assert run(list(arguments)) is code, said.getvalue()
        return said.getvalue()

    def delivers(
        self,
        bank: str,
        rows: list[list[str]] | None,
        *more: str,
        at: str,
        day: str = FIRST,
        code: ExitCode = ExitCode.FINE,
    ) -> str:
        self._files += 1
        file = [] if rows is None else [str(bank_file(self._folder, rows, name=f"{self._files}.csv"))]
        source = ("--source", f"bank-{bank.lower()}", "--day", day, "--at", at)
        return self.does("receive", *file, *source, *more, code=code)

    def cells(self, *more: str) -> dict[str, list[str]]:
        shown = self.does("--format", "json", "status", "--matrix", "--from", FIRST, "--day", SECOND, *more)
        return {one["source_code"]: one["cells"] for one in json.loads(shown)["rows"]}


def _first_day(story: Story) -> None:
    ten, evening = f"{FIRST}T10:00", f"{FIRST}T17:31"
    story.delivers("GY01", [row("A1"), row("A2")], "--revision", "1", at=ten)
    story.delivers("GY02", None, "--nil", at=ten)
    story.delivers("GY03", None, "--nil", at=ten)
    story.delivers(
        "GY04",
        [row("D1", bank="GY04")],
        "--revision",
        "1",
        "--total",
        "9",
        at=ten,
        code=ExitCode.DATA_REFUSED,
    )
    story.delivers(
        "GY05",
        [row("E1", bank="GY05")],
        "--revision",
        "1",
        "--total",
        "9",
        at=ten,
        code=ExitCode.DATA_REFUSED,
    )
    story.delivers("GY05", [row("E1", bank="GY05")], "--revision", "1", at=ten)
    bad = [row(f"G{number}", bank="GF01") for number in range(9)] + [row("", bank="GF01")]
    assert "accepted in part" in story.delivers("GF01", bad, "--revision", "1", at=ten)
    story.does("post", "--at", ten)
    story.does("close-day", "--day", FIRST, "--at", evening)


def _second_day(story: Story) -> None:
    nine, evening = f"{SECOND}T09:00", f"{SECOND}T17:31"
    story.delivers("GY03", [row("C1", bank="GY03")], "--revision", "1", at=nine)  # after a nil, and late
    story.delivers("GY06", [row("F1", bank="GY06")], "--revision", "1", at=nine)
    story.delivers("GF02", [row("H1", bank="GF02")], "--revision", "1", "--kind", "supplementary", at=nine)
    changes = [row("A1", event="更正", narrative="other words"), row("A2", event="撤销")]
    story.delivers("GY01", changes, "--revision", "2", at=nine, day=SECOND)
    story.does("post", "--at", nine)
    story.delivers(
        "GY01",
        [row("A2", event="撤销后重报")],
        "--revision",
        "3",
        "--kind",
        "supplementary",
        at=nine,
        day=SECOND,
    )
    old = [row("A1", event="更正", narrative="still other words")]
    story.delivers(
        "GY01", old, "--revision", "1", "--kind", "supplementary", at=nine, day=SECOND, code=ExitCode.FINE
    )
    story.does("post", "--at", nine)
    story.does("close-day", "--day", SECOND, "--at", evening)


def test_every_stage_shows_in_the_matrix(told: Story) -> None:
    cells = told.cells()

    first = {
        bank: cells[f"bank-{bank}"][0]
        for bank in ("gy01", "gy02", "gy03", "gy04", "gy05", "gy06", "gf01", "gf02")
    }
    assert first == {
        "gy01": "arrived",
        "gy02": "nil",
        "gy03": "late",
        "gy04": "returned",
        "gy05": "arrived",
        "gy06": "late",
        "gf01": "arrived",
        "gf02": "supplementary",
    }
    assert cells["bank-gf12"] == ["missing", "missing"]
    assert cells["bank-gy01"][1] == "arrived"


def test_a_day_shows_who_was_sent_back_and_has_not_resent(told: Story) -> None:
    shown = told.does("--format", "json", "status", "--day", FIRST)
    lights = {light["source_code"]: light["status"] for light in json.loads(shown)["lights"]}
    words = told.does("status", "--day", FIRST)

    assert (lights["bank-gy04"], lights["bank-gy05"]) == ("returned", "arrived")
    assert "returned, not resent yet" in words


def test_as_of_a_close_the_matrix_is_what_was_known_then(told: Story) -> None:
    cells = told.cells("--as-of", FIRST)

    assert cells["bank-gy03"] == ["nil", "pending"]
    assert cells["bank-gy06"] == ["missing", "pending"]


def test_the_matrix_in_words_explains_its_signs(told: Story) -> None:
    shown = told.does("--language", "zh", "status", "--matrix", "--from", FIRST, "--day", SECOND)

    assert "10-08  10-09" in shown
    assert "退 退回，尚未重报" in shown
    assert "1/2" in shown


def test_amendment_withdrawal_and_reinstatement_count_as_they_should(told: Story) -> None:
    def complaints(*more: str) -> int:
        shown = told.does(
            "--format",
            "json",
            "measure",
            "complaints",
            "--where",
            "institution=GY01",
            "--where",
            "path=institution",
            "--day",
            FIRST,
            *more,
        )
        return int(json.loads(shown)["rows"][0]["value"])

    assert complaints("--as-of", FIRST) == 2
    assert complaints() == 2  # one amended, one withdrawn and reinstated


def test_a_superseded_event_is_told_and_posts_nothing(told: Story) -> None:
    receipts = json.loads(told.does("--format", "json", "status", "--day", SECOND))["receipts"]
    last = [one for one in receipts if one["source_code"] == "bank-gy01"][-1]

    assert last["note"]["superseded"] == 1
    assert last["note"]["posted"] == 0


def test_a_period_the_wrong_way_round_is_refused(told: Story) -> None:
    told.does("status", "--matrix", "--from", SECOND, "--day", FIRST, code=ExitCode.WRONG_CALL)
