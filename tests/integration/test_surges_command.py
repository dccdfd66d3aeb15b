"""`xiaobao surges detect` as a person types it."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from xiaobao.cli import main
from xiaobao.lib.errors import ExitCode

Said = pytest.CaptureFixture[str]
STEPS = 300
SURGE = 290


def weekly_file(folder: Path) -> Path:
    """Two weekly series from 2015 on, one of them with a surge."""
    file = folder / "weekly.csv"
    lines = ["time,quiet,rising"]
    for step in range(STEPS):
        count = 5 + step % 3
        lines.append(f"{date(2015, 1, 5) + timedelta(weeks=step)},{count},{60 if step == SURGE else count}")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def run(folder: Path, *options: str) -> ExitCode:
    arguments = ("surges", "detect", "--series", str(folder / "weekly.csv"), "--frequency", "weekly")
    return main.run(["--language", "en", *arguments, "--out", str(folder / "pred.csv"), *options])


def test_the_surge_of_a_file_is_the_one_alarm(tmp_path: Path, capsys: Said) -> None:
    weekly_file(tmp_path)

    assert run(tmp_path, "--method", "farrington") is ExitCode.FINE

    found = pl.read_csv(tmp_path / "pred.csv")
    day = (date(2015, 1, 5) + timedelta(weeks=SURGE)).isoformat()
    assert found.columns == ["series_id", "time", "alarm", "score"]
    assert found.height == 2 * (STEPS - 263)
    assert found.filter(pl.col("alarm") == 1).select("series_id", "time").rows() == [("rising", day)]
    assert found.sort("score").row(-1)[:2] == ("rising", day)
    assert "2 series, 74 points judged, 1 with an alarm" in capsys.readouterr().out


def test_from_a_step_on_the_same_is_said_of_fewer_points(tmp_path: Path) -> None:
    weekly_file(tmp_path)
    run(tmp_path)
    day = (date(2015, 1, 5) + timedelta(weeks=SURGE)).isoformat()

    assert run(tmp_path, "--from", day, "--out", str(tmp_path / "late.csv")) is ExitCode.FINE

    whole, late = pl.read_csv(tmp_path / "pred.csv"), pl.read_csv(tmp_path / "late.csv")
    assert late.equals(whole.filter(pl.col("time") >= day))
    other = day.replace("-", "/")
    assert run(tmp_path, "--from", other, "--out", str(tmp_path / "other.csv")) is ExitCode.FINE
    assert (tmp_path / "other.csv").read_bytes() == (tmp_path / "late.csv").read_bytes()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--calendar", "moon"), "moon"),
        (("--from", "1999-01-04"), "is no step of the series"),
        (("--groups", "GROUPS"), "the header must be series_id,institution,cause,level"),
        (("--out", "SERIES"), "exists already"),
        (("--out", "nowhere/pred.csv"), "no folder nowhere"),
    ],
)
def test_what_cannot_be_detected_is_said_and_nothing_is_written(
    tmp_path: Path, capsys: Said, options: tuple[str, str], said: str
) -> None:
    series = weekly_file(tmp_path)
    before = series.read_bytes()
    (tmp_path / "groups.csv").write_text("series,bank\n", encoding="utf-8")
    files = {"GROUPS": str(tmp_path / "groups.csv"), "SERIES": str(series)}

    outcome = run(tmp_path, *(files.get(option, option) for option in options))

    assert outcome in (ExitCode.WRONG_CALL, ExitCode.DATA_REFUSED)
    assert said in capsys.readouterr().err
    assert not (tmp_path / "pred.csv").exists()
    assert series.read_bytes() == before


def test_series_that_only_one_of_two_files_knows_are_named(tmp_path: Path, capsys: Said) -> None:
    weekly_file(tmp_path)
    groups = tmp_path / "groups.csv"
    names = "".join(f"old{number},B01,c,cell\n" for number in range(7))
    groups.write_text(f"series_id,institution,cause,level\nquiet,B01,c,cell\n{names}", encoding="utf-8")

    assert run(tmp_path, "--groups", str(groups)) is ExitCode.FINE

    said = capsys.readouterr().out
    assert "not in the groups file: 1 series, rising" in said
    assert "not in the file of series: 7 series, old0, old1, old2, old3, old4 and 2 more" in said


def test_a_count_that_surprises_nobody_scores_a_plain_zero(tmp_path: Path) -> None:
    days = [date(2024, 1, 1) + timedelta(days=step) for step in range(60)]
    (tmp_path / "weekly.csv").write_text(
        "time,a\n" + "".join(f"{day},{(3, 0, 1)[day.day % 3]}\n" for day in days), "utf-8"
    )

    assert run(tmp_path, "--frequency", "daily") is ExitCode.FINE

    scores = [line.rsplit(",", 1)[1] for line in (tmp_path / "pred.csv").read_text("utf-8").splitlines()]
    assert "0.0" in scores
    assert "-0.0" not in scores
