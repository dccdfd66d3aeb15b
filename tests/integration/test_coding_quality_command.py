"""`xiaobao coder quality` as a person types it, on simulated years in which some banks report wrongly."""

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from played_homes import without_topics
from pytest import CaptureFixture

from xiaobao.catalog import reading
from xiaobao.cli.main import run
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Words
from xiaobao.simulate.recipes import Recipe, ensure_deliveries
from xiaobao.submissions import runs
from xiaobao.submissions.home import Mark, create_home, open_home
from xiaobao.workflows.play import play

RECIPE = Recipe(
    mark="simulated",
    from_on=date(2019, 12, 2),
    last_on=date(2020, 1, 8),
    days=None,
    seed=43,
    scale=0.04,
    branches=("310000",),
)
ON, SINCE = "2020-01-08", "2019-12-18"
MISCODING = f"""
[[miscoding]]
id = "systems-changed"
kind = "codes"
banks = 1
from_on = {SINCE}
to_on = {SINCE}
share = [0.4, 0.4]

[[miscoding]]
id = "enquiries"
kind = "enquiry"
banks = 1
from_on = 2019-12-02
to_on = 2019-12-02
share = [0.2, 0.2]
"""


def watched(_done: int, _total: int, _words: Words) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a truth; the deliveries lie beside it."""
    overlay = tmp_path_factory.mktemp("overlay")
    (overlay / "simulation").mkdir()
    (overlay / "simulation/miscoding.toml").write_text(MISCODING)
    folder = tmp_path_factory.mktemp("years") / "deliveries"
    return ensure_deliveries(reading.load(overlay=overlay), RECIPE, folder).parent / "truth"


@pytest.fixture(scope="module")
def played(truth: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home") / "home"
    home = create_home(path, domain_id="pbc", mark=Mark.SIMULATED, at=datetime(2019, 12, 2, tzinfo=UTC))
    decided = (reading.installed_root() / "coding.toml").read_text(encoding="utf-8")
    # Fewer and smaller coders than the bureau has decided: it is as true of them, and quicker.
    decided = decided.replace("parts = 6", "parts = 3").replace("most_of_bank = 1000", "most_of_bank = 120")
    without_topics(path)
    (path / "catalog/coding.toml").write_text(decided, encoding="utf-8")
    play(
        home,
        truth.parent / "deliveries.jsonl",
        now=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        on_progress=watched,
    )
    return path


@pytest.fixture(scope="module")
def told(played: Path) -> dict[str, Any]:
    """The run of the last day."""
    assert quality("find", "--home", str(played), "--from", ON) is ExitCode.FINE
    content = runs.read(open_home(played), runs.CODING, date.fromisoformat(ON))
    assert content is not None
    found: dict[str, Any] = json.loads(content)
    return found


def quality(*words: str, form: str = "text", language: str = "en") -> ExitCode:
    return run(["--language", language, "--format", form, "coder", "quality", *words])


def stands_out(p_value: float | None) -> bool:
    return p_value is not None and p_value <= 0.05


def wrong_banks(truth: Path) -> dict[str, str]:
    return dict(pl.read_csv(truth / "wrong_banks.csv").select("kind", "institution_code").rows())


def test_the_bank_whose_codes_went_wrong_is_found_and_no_other(
    played: Path, truth: Path, told: dict[str, Any], capsys: CaptureFixture[str]
) -> None:
    capsys.readouterr()
    where = ("--home", str(played), "--on", ON)
    assert quality("show", *where, "--since", SINCE, form="json") is ExitCode.FINE

    shown = json.loads(capsys.readouterr().out)
    business = shown["run"]["path"]["facets"][0]["levels"][-1]["banks"]
    fallen = {one["institution"] for one in business if stands_out(one["drift"]["p_value"])}
    assert fallen == {wrong_banks(truth)["codes"]}
    assert not shown["stored"], "the run is about other days"
    (bank,) = (one for one in business if one["institution"] in fallen)
    assert bank["drift"]["high"] < 0 and bank["drift"]["before"]["kappa"] > 0.85
    assert told["since"] == "2019-12-10"


def test_the_bank_that_records_complaints_as_enquiries_is_found_with_its_entries(
    truth: Path, told: dict[str, Any]
) -> None:
    enquiries = told["path"]["enquiries"]
    named = [one for one in enquiries if stands_out(one["p_value"])]
    (bank,) = named
    assert bank["institution"] == wrong_banks(truth)["enquiry"]
    wrong = pl.read_csv(truth / "wrong_entries.csv", infer_schema_length=0)
    injected = wrong.filter(pl.col("wrong") == "2").height
    assert bank["like_complaints"] == pytest.approx(injected, rel=0.1)
    assert bank["corrected_low"] <= injected / bank["enquiries"] <= bank["corrected_high"] + 0.1
    assert len(bank["complaints"]) == bank["like_complaints"]


def test_every_number_leads_to_complaints_and_too_few_are_said(told: dict[str, Any]) -> None:
    counts = {one["institution"]: one["complaints"] for one in told["path"]["counts"]}
    for facet in told["path"]["facets"]:
        for level in facet["levels"]:
            rows = {one["institution"]: one["agreement"]["rows"] for one in level["banks"]}
            disagreeing = sum(
                one["agreement"]["rows"] - one["agreement"]["agreeing"] for one in level["banks"]
            )
            assert sum(one["rows"] for one in level["cells"]) + level["rows_not_told"] == disagreeing
            assert all(len(one["complaints"]) == one["rows"] for one in level["cells"])
            assert all(rows[name] <= counts[name] for name in rows)
            for one in level["banks"]:
                few = one["agreement"]["distinct"] < told["least_distinct"]
                assert (one["agreement"]["kappa"] is None) is few


def test_a_run_is_shown_in_both_languages(
    played: Path, told: dict[str, Any], capsys: CaptureFixture[str]
) -> None:
    where = ("--home", str(played), "--on", ON)
    capsys.readouterr()

    assert quality("show", *where) is ExitCode.FINE
    english = capsys.readouterr().out
    assert quality("show", *where, "--institution", "GF01", language="zh") is ExitCode.FINE
    chinese = capsys.readouterr().out

    assert "from the run" in english and "[simulated data]" in english and "without a text" in english
    assert "leads for an audit, not findings" in english
    assert "取自运行结果" in chinese and "股份行01" in chinese and "股份行02" not in chinese.split("\n\n")[1]
    assert quality("show", *where, "--institution", "XX01") is ExitCode.WRONG_CALL
    assert "there are no complaints of XX01" in capsys.readouterr().err


def test_what_cannot_be_judged_is_refused(played: Path, capsys: CaptureFixture[str]) -> None:
    assert quality("show", "--home", str(played), "--on", "2020-02-08") is not ExitCode.FINE
    assert "2020-02-08 is not closed" in capsys.readouterr().err
    where = ("--home", str(played), "--on", ON)
    assert quality("show", *where, "--since", "2018-01-01") is ExitCode.WRONG_CALL
    assert "--since 2018-01-01 is to be after" in capsys.readouterr().err


def test_an_audit_is_drawn_by_keys_and_its_decisions_give_the_share_of_wrong_codes(
    played: Path, truth: Path, tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    where, folder = ("--home", str(played), "--on", ON), tmp_path / "audit"
    assert quality("plan", *where, "--of-bank", "60", "--out", str(folder)) is ExitCode.FINE
    plan = json.loads((folder / "plan.json").read_text())
    with (folder / "sheet.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert set(rows[0]) == {
        *("complaint_key", "source_code", "complaint_no", "institution"),
        *("right_code", "author", "decided_at"),
    }
    assert len(rows) == len(plan["drawn"]) and {row["right_code"] for row in rows} == {""}
    assert quality("plan", *where, "--out", str(folder)) is ExitCode.WRONG_CALL

    wrong = pl.read_csv(truth / "wrong_entries.csv", infer_schema_length=0).filter(pl.col("wrong") == "1")
    right = {
        (one, number): code
        for one, number, code in wrong.select("source_code", "complaint_no", "business_code").rows()
    }
    submitted = {one["complaint_key"]: one["submitted"] for one in plan["drawn"]}
    for row in rows:
        key = (row["source_code"], row["complaint_no"])
        row["right_code"] = right.get(key, submitted[int(row["complaint_key"].lstrip("'"))])
        row["author"], row["decided_at"] = "an auditor", "2020/1/10 10:00"
    decided = tmp_path / "decided.csv"
    with decided.open("w") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    capsys.readouterr()
    read = ("estimate", "--home", str(played), "--plan", str(folder / "plan.json"))
    assert quality(*read, "--decisions", str(decided), form="json") is ExitCode.FINE
    audit = json.loads(capsys.readouterr().out)

    bank = wrong_banks(truth)["codes"]
    last = max(one["level"] for one in audit["shares"])
    (share,) = (one for one in audit["shares"] if one["institution"] == bank and one["level"] == last)
    true = len(right) / share["rows"]
    assert share["low"] <= true <= share["high"] and share["share"] == pytest.approx(true, rel=0.3)
    assert audit["by_author"] == {"an auditor": len(rows)} and audit["replaced"] == 0
    others = [one for one in audit["shares"] if one["institution"] != bank]
    assert all(one["share"] == 0 for one in others)
    assert quality(*read, "--decisions", str(decided)) is ExitCode.FINE
    shown = capsys.readouterr().out
    assert "an auditor" in shown and bank not in shown, "banks have their names"

    with decided.open("a") as stream:
        stream.write(f"{rows[0]['complaint_key']},,,,{rows[0]['right_code']},,\n")
    assert quality(*read, "--decisions", str(decided)) is ExitCode.DATA_REFUSED
    assert f"row {len(rows) + 1} of the data" in capsys.readouterr().err
