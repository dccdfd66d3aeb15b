"""`xiaobao catalog` as a person calls it."""

import json
from pathlib import Path

import pytest

from xiaobao.catalog.listing import SECTIONS
from xiaobao.cli.main import run
from xiaobao.lib.errors import ExitCode


def test_the_shipped_catalog_is_valid(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--language", "zh", "catalog", "validate"]) is ExitCode.FINE
    shown = capsys.readouterr().out
    assert "目录有效" in shown
    assert "重建" in shown


def test_a_faulty_overlay_is_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tags.toml").write_text("[epidemic]\ncolour = 1\n", encoding="utf-8")
    (tmp_path / "rulez.toml").write_text("", encoding="utf-8")
    code = run(["--language", "en", "catalog", "validate", "--overlay", str(tmp_path)])
    shown = capsys.readouterr().out
    assert code is ExitCode.DATA_REFUSED
    assert "tags.toml" in shown
    assert "rulez.toml" in shown


def test_a_layout_that_does_not_fit_the_ledger_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "sources" / "cfpb-public" / "layouts"
    folder.mkdir(parents=True)
    columns = [
        'target = "shoe_size"\nheaders = ["size"]\ntype = "text"',
        'target = "sign"\nheaders = ["sign"]\ntype = "integer"',
        'target = "received_on"\nheaders = ["day"]\ntype = "text"',
        'target = "event"\nheaders = ["event"]\ntype = "event"\nlookup = { a = "erase" }',
    ]
    text = "\n".join(f"[[column]]\n{column}" for column in columns)
    (folder / "other.toml").write_text(text, encoding="utf-8")
    code = run(["--format", "json", "catalog", "validate", "--overlay", str(tmp_path)])
    outcome = json.loads(capsys.readouterr().out)
    assert code is ExitCode.DATA_REFUSED
    told = " ".join(problem["en"] for problem in outcome["problems"])
    for fault in ("shoe_size", "sign", "received_on.type: is date", "erase", "lacks complaint_no"):
        assert fault in told


@pytest.mark.parametrize("name", sorted(set(SECTIONS) - {"codes"}))
def test_every_section_shows_rows_in_both_formats(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--language", "zh", "catalog", "show", name]) is ExitCode.FINE
    lines = capsys.readouterr().out.splitlines()
    assert run(["--format", "json", "catalog", "show", name]) is ExitCode.FINE
    records = json.loads(capsys.readouterr().out)
    assert len(lines) == len(records) + 1 > 1


def test_severities_are_words_to_people_and_values_to_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--language", "zh", "catalog", "show", "rules"]) is ExitCode.FINE
    shown = {line.split()[1] for line in capsys.readouterr().out.splitlines()[1:]}
    assert run(["--format", "json", "catalog", "show", "rules"]) is ExitCode.FINE
    values = {rule["severity"] for rule in json.loads(capsys.readouterr().out)}

    assert shown == {"退回", "拒收该行", "提示"}
    assert values == {"return", "reject", "warn"}


def test_codes_are_shown_of_one_facet(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--format", "json", "catalog", "show", "codes", "jrt0169-2018", "cause"]) is ExitCode.FINE
    records = json.loads(capsys.readouterr().out)
    assert [row["code"] for row in records][0::12] == ["C01", "C99"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["codes"],
        ["codes", "nothing", "cause"],
        ["codes", "cfpb-2012", "channel"],
        ["institutions", "nothing"],
    ],
)
def test_a_wrong_call_is_told_in_a_sentence(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["catalog", "show", *arguments]) is ExitCode.WRONG_CALL
    assert capsys.readouterr().err.strip()


def test_the_digest_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["catalog", "digest"]) is ExitCode.FINE
    assert len(capsys.readouterr().out.strip()) == 64
