"""`xiaobao home`, `receive` and `status` as a person types them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bank_files import HEADER, bank_file, row

from xiaobao.cli.main import run
from xiaobao.lib.errors import ExitCode

START = ("--domain", "pbc", "--mark", "simulated", "--at", "2014-10-08T09:00")


@pytest.fixture
def home_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home made by the command, named by the environment."""
    monkeypatch.setenv("XIAOBAO_LANGUAGE", "en")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    path = tmp_path / "home"
    assert run(["home", "create", str(path), *START]) is ExitCode.FINE
    monkeypatch.setenv("XIAOBAO_HOME", str(path))
    return path


def receive(file: Path | None, *more: str, source: str = "bank-gy01", day: str = "2014-10-08") -> ExitCode:
    """Run `xiaobao receive`."""
    named = [] if file is None else [str(file)]
    return run(["receive", *named, "--source", source, "--day", day, *more])


def test_a_home_shows_what_it_is(home_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()

    assert run(["--format", "json", "home", "show"]) is ExitCode.FINE

    told = json.loads(capsys.readouterr().out)
    assert (told["domain"], told["mark"], told["database"]) == ("pbc", "simulated", "sqlite")
    assert told["business_at"] == "2014-10-08T01:00:00Z"  # 09:00 in Shanghai


def test_the_key_file_for_reporters_makes_what_the_home_takes(
    home_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, made = tmp_path / "bureau.key", tmp_path / "made.csv"
    told = row("T1")
    told[HEADER.index("联系电话")] = "13812345678"
    file = bank_file(tmp_path, [told])
    capsys.readouterr()

    assert run(["home", "reporter-key", "--out", str(key)]) is ExitCode.FINE
    assert f"{key} is written with the keys p0001" in capsys.readouterr().out
    assert run(["home", "reporter-key", "--out", str(key)]) is ExitCode.WRONG_CALL
    assert key.stat().st_mode & 0o777 == 0o600
    column = ("--column", "联系电话", "--kind", "contact", "--key", str(key), "--out", str(made))
    assert run(["pseudonym", str(file), *column]) is ExitCode.FINE
    assert "13812345678" not in made.read_text(encoding="utf-8")
    assert receive(made, "--revision", "1") is ExitCode.FINE


def test_a_receipt_is_shown_in_both_languages(
    home_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = bank_file(tmp_path, [row("T1"), row("T2")])

    assert receive(file, "--revision", "1", "--total", "2") is ExitCode.FINE
    english = capsys.readouterr().out
    assert (
        run(["--language", "zh", "receive", str(file), "--source", "bank-gy01", "--day", "2014-10-08"])
        is ExitCode.WRONG_CALL
    )
    refused = capsys.readouterr().err
    assert run(["--language", "zh", "status", "--receipt", "3"]) is ExitCode.FINE
    chinese = capsys.readouterr().out

    assert "[SIMULATED] Receipt 3: State Bank 01" in english
    assert "Rows read 2 = accepted 2 + rejected 0" in english
    assert "--revision N" in refused
    assert "【模拟数据】回执 3：国有行01" in chinese
    assert "读入 2 行 = 接收 2 + 拒收 0" in chinese


def test_a_returned_file_exits_with_one_and_says_why(
    home_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = bank_file(tmp_path, [row("T1")])

    assert receive(file, "--revision", "1", "--total", "7") is ExitCode.DATA_REFUSED

    assert "Decision: returned. The file was stated to have 7 rows" in capsys.readouterr().out


def test_a_receipt_as_json_is_one_document(
    home_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    file = str(bank_file(tmp_path, [row("T1")]))

    call = ["receive", file, "--source", "bank-gy01", "--day", "2014-10-08", "--revision", "1"]
    assert run(["--format", "json", *call]) is ExitCode.FINE

    told = json.loads(capsys.readouterr().out)
    assert (told["decision"], told["read"], told["sequence"], told["repeated"]) == ("accepted", 1, 3, False)


def test_status_shows_lights_receipts_and_closes(
    home_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receive(bank_file(tmp_path, [row("T1")]), "--revision", "1")
    receive(None, "--nil", source="bank-gy02")
    capsys.readouterr()

    assert run(["status", "--day", "2014-10-08"]) is ExitCode.FINE
    shown = capsys.readouterr().out
    assert run(["--format", "json", "status", "--day", "2014-10-08"]) is ExitCode.FINE
    told = json.loads(capsys.readouterr().out)

    assert "2014-10-08: 2 of the 18 due have reported" in shown
    assert "1 batches waiting" in shown
    lights = {light["source_code"]: light["status"] for light in told["lights"]}
    assert (lights["bank-gy01"], lights["bank-gy02"], lights["bank-gf12"]) == ("arrived", "nil", "pending")
    assert (told["due"], told["reported"], told["close"]) == (18, 2, None)


def test_every_finding_of_a_long_list_can_be_shown(
    home_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receive(bank_file(tmp_path, [row(f"T{number}") for number in range(30)]), "--revision", "1")
    short = capsys.readouterr().out

    run(["status", "--receipt", "3"])
    full = capsys.readouterr().out

    assert "more: xiaobao status --receipt 3" in short
    assert "  Row 30: " not in short
    assert "  Row 30: " in full
    assert "more: xiaobao" not in full


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (["home", "show", "--home", "nowhere"], ExitCode.WRONG_CALL, "is not a home"),
        (["status", "--day", "2014-13-01"], ExitCode.WRONG_CALL, "not a day"),
        (["status", "--as-of", "99"], ExitCode.WRONG_CALL, "no posting sequence 99"),
        (["status", "--as-of", "2014-10-08"], ExitCode.WRONG_CALL, "is not closed"),
        (["status", "--receipt", "99"], ExitCode.WRONG_CALL, "no receipt number 99"),
        (["receive", "--source", "bank-gy01", "--day", "2014-10-08", "--revision", "1"], 2, "name the file"),
        (
            ["receive", "none.csv", "--source", "bank-gy01", "--day", "2014-10-08", "--revision", "1"],
            2,
            "no file",
        ),
        (["receive", "--nil", "--source", "bank-icbc", "--day", "2014-10-08"], 1, "is real"),
        (["receive", "--nil", "--source", "bank-gy01", "--day", "2014-10-09"], 1, "has not begun"),
        (["home", "create", "new", "--domain", "pbc", "--mark", "replay"], 2, "--at"),
        (["home", "create", "new", "--domain", "nowhere", "--mark", "ordinary"], 2, "nowhere"),
    ],
)
def test_a_wrong_call_is_told_in_a_sentence(
    home_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    call: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(call) == code

    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


def test_without_a_home_the_call_says_how_to_name_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("XIAOBAO_HOME", raising=False)
    monkeypatch.setenv("XIAOBAO_LANGUAGE", "en")

    assert run(["status"]) is ExitCode.WRONG_CALL

    assert "--home" in capsys.readouterr().err


def test_the_business_clock_does_not_go_back_between_commands(
    home_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receive(None, "--nil", "--at", "2014-10-08T16:00")

    assert receive(None, "--nil", "--at", "2014-10-08T15:59", source="bank-gy02") is ExitCode.WRONG_CALL

    assert "never goes back" in capsys.readouterr().err


def test_a_receipt_is_given_without_loading_the_engine_of_figures(home_path: Path, tmp_path: Path) -> None:
    assert receive(bank_file(tmp_path, [row("A-1")]), "--revision", "1") is ExitCode.FINE
    assert run(["post"]) is ExitCode.FINE
    amended = bank_file(tmp_path, [row("A-1", event="更正")], name="amended.csv")
    call = ["receive", str(amended), "--source", "bank-gy01", "--day", "2014-10-08"]
    call += ["--kind", "supplementary", "--revision", "2"]
    script = "import sys; from xiaobao.cli.main import run; code = run(sys.argv[1:])\n" + (
        "sys.exit(int(code) or sorted({'duckdb', 'ibis'} & sys.modules.keys()) or 0)"
    )

    done = subprocess.run([sys.executable, "-c", script, *call], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
