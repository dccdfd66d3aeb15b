"""`xiaobao linkage show` as a person types it, on a home played from simulated years whose truth is known."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from played_homes import without_topics

from xiaobao.catalog import reading
from xiaobao.cli.main import run
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Words
from xiaobao.simulate.recipes import Recipe, ensure_deliveries
from xiaobao.submissions.home import Home, create_home
from xiaobao.submissions.home_file import Mark
from xiaobao.workflows.play import play

RECIPE = Recipe(
    mark="simulated",
    from_on=date(2019, 12, 2),
    last_on=date(2020, 1, 8),
    days=None,
    seed=41,
    scale=0.05,
    branches=("310000",),
)
DAYS = ("--from", "2020-01-01", "--to", "2020-01-08")


def watched(_done: int, _total: int, _words: Words) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_deliveries(reading.load(), RECIPE, tmp_path_factory.mktemp("years") / "deliveries")


@pytest.fixture(scope="module")
def played(deliveries: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home") / "home"
    home = create_home(path, domain_id="pbc", mark=Mark.SIMULATED, at=datetime(2019, 12, 2, tzinfo=UTC))
    without_topics(path)
    play(home, deliveries, now=lambda: datetime(2026, 1, 1, tzinfo=UTC), on_progress=watched)
    return path


def show(home: Path, *options: str, form: str = "text", language: str = "en") -> ExitCode:
    return run(["--language", language, "--format", form, "linkage", "show", "--home", str(home), *options])


def test_what_is_told_on_both_paths_is_linked_as_the_truth_says(
    played: Path, deliveries: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show(played, *DAYS, form="json") is ExitCode.FINE

    told = json.loads(capsys.readouterr().out)
    named = {(one["hotline_no"], one["bank_no"]) for one in told["conflicting"]}
    truth = pl.read_csv(deliveries.parent / "truth" / "pairs.csv", infer_schema_length=0)
    standing = pl.read_csv(deliveries.parent / "truth" / "complaints.csv", infer_schema_length=0)
    standing = standing.filter(pl.col("state") == "stated")
    hotline = standing.filter(pl.col("received_on") >= "2020-01-01")["complaint_no"]
    pairs = truth.filter(
        pl.col("hotline_complaint_no").is_in(hotline.to_list())
        & pl.col("bank_complaint_no").is_in(standing["complaint_no"].to_list())
    )
    expected = set(pairs.select("hotline_complaint_no", "bank_complaint_no").rows())
    assert len(expected) > 10
    assert named
    assert named <= expected
    assert told["linked"] == pytest.approx(len(expected), abs=2)
    assert told["mark"] == "simulated"
    assert sum(one["linked"] for one in told["banks"]) == told["linked"]


def test_every_share_has_its_interval_and_the_paths_no_sum(
    played: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show(played, *DAYS, form="json") is ExitCode.FINE

    told = json.loads(capsys.readouterr().out)
    shares = [one for one in told["banks"] if one["absent_share"] is not None]
    assert shares
    assert all(one["absent_low"] <= one["absent_share"] <= one["absent_high"] for one in shares)
    both = told["hotline_matters"] + told["institution_entries"]
    assert both not in told.values()
    assert "out_of_list" not in {one["institution"] for one in told["banks"]}
    assert told["hotline_not_compared"] > 0


def test_days_to_come_are_not_told_as_not_reported(played: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert show(played, *DAYS, form="json") is ExitCode.FINE
    told = json.loads(capsys.readouterr().out)

    assert (told["bank_known_to"], told["bank_to_on"]) == ("2020-01-08", "2020-01-23")
    assert all(one["days_not_reported"] < 15 for one in told["banks"])
    assert show(played, *DAYS) is ExitCode.FINE
    assert "15 after 2020-01-08 are still to come" in capsys.readouterr().out.replace("\n", " ")


def test_people_are_told_what_it_rests_on_in_both_languages(
    played: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show(played, *DAYS) is ExitCode.FINE
    english = capsys.readouterr().out
    assert show(played, *DAYS, language="zh") is ExitCode.FINE
    chinese = capsys.readouterr().out

    assert "never added" in english and "dependent by rule" in english and "simulated" in english
    assert "从不相加" in chinese and "并不独立" in chinese and "国有行01" in chinese


def test_as_of_an_earlier_close_less_is_known(played: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show(played, *DAYS, form="json")
    now = json.loads(capsys.readouterr().out)
    assert show(played, *DAYS, "--as-of", "2020-01-06", form="json") is ExitCode.FINE
    then = json.loads(capsys.readouterr().out)

    assert then["posted_seq"] < now["posted_seq"]
    assert 0 < then["hotline_matters"] < now["hotline_matters"]


def test_the_night_keeps_what_it_linked_and_show_reads_it(
    played: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = "2020-01-08"
    kept = played / "runs" / "linkage" / f"{last}.json"
    content = kept.read_bytes()  # of the play's last closed day
    assert show(played, "--on", last, form="json") is ExitCode.FINE
    night = json.loads(capsys.readouterr().out)
    assert night == json.loads(content) and night["linked"] > 0
    assert (night["from_on"], night["to_on"]) == ("2019-12-09", last)

    same = ("--from", night["from_on"], "--to", last, "--as-of", last)
    assert show(played, *same, language="zh") is ExitCode.FINE
    assert "取自日结后的运行结果" in capsys.readouterr().out
    assert run(["linkage", "find", "--home", str(played), "--from", last]) is ExitCode.FINE
    capsys.readouterr()
    assert kept.read_bytes() == content
    kept.unlink()
    assert show(played, "--on", last) is ExitCode.FINE
    assert "worked out now" in capsys.readouterr().out
    assert not kept.exists()
    assert show(played, "--on", "2020-02-01") is not ExitCode.FINE
    assert "has no close" in capsys.readouterr().err
    assert show(played, "--on", last, "--from", last) is ExitCode.WRONG_CALL


def test_days_in_the_wrong_order_are_refused(played: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ("--from", "2020-01-10", "--to", "2020-01-01")
    assert show(played, *wrong) is ExitCode.WRONG_CALL
    assert "--to is before --from" in capsys.readouterr().err


@pytest.mark.parametrize(("language", "said"), [("en", "nothing can be linked"), ("zh", "无法关联")])
def test_of_days_without_complaints_nothing_is_estimated(
    played: Path, capsys: pytest.CaptureFixture[str], language: str, said: str
) -> None:
    assert show(played, "--from", "2021-06-01", "--to", "2021-06-02", language=language) is ExitCode.FINE

    told = capsys.readouterr().out
    assert said in told and "100.0%" not in told


def test_a_domain_without_paths_has_nothing_to_link(
    home_factory: Callable[..., Home], capsys: pytest.CaptureFixture[str]
) -> None:
    home = home_factory(domain_id="cfpb")
    assert show(home.path, *DAYS) is not ExitCode.FINE
    assert "has no hotline and institution reports" in capsys.readouterr().err
