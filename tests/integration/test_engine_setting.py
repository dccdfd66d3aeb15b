"""One setting moves measures and drill-downs to a Spark Connect server; everything else stays here."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import played_homes
import pytest
from brief_homes import CREATED_AT, FIRST_DAY, close, complaint, issued_by_hand, report
from played_homes import engine
from sail import Sail

from xiaobao.cli import main
from xiaobao.ledger.engines import EngineError
from xiaobao.ledger.engines.chosen import ENGINE_VARIABLE, chosen_engine
from xiaobao.ledger.engines.duckdb import DuckDbEngine
from xiaobao.ledger.engines.spark.engine import SparkEngine
from xiaobao.lib.errors import ExitCode
from xiaobao.submissions.home import Home

Said = pytest.CaptureFixture[str]
DAY = FIRST_DAY.isoformat()


@pytest.fixture
def home(sqlite_home_factory: Callable[..., Home], tmp_path: Path) -> Home:
    """One closed day with three complaints of one bank."""
    made = sqlite_home_factory(at=CREATED_AT)
    report(made, tmp_path, [complaint(str(number), FIRST_DAY) for number in range(3)], day=FIRST_DAY)
    close(made, FIRST_DAY)
    return made


@pytest.fixture
def nobody() -> Iterator[str]:
    """The URL of a port where nobody listens."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield f"sc://127.0.0.1:{reserved.getsockname()[1]}"


def refused(home: Home, said: Said, *arguments: str, language: str = "en") -> str:
    said.readouterr()
    outcome = main.run(["--language", language, *arguments, "--home", str(home.path)])
    shown = said.readouterr()
    assert outcome is ExitCode.SYSTEM_FAILED
    assert shown.out == ""
    assert "Traceback" not in shown.err
    return shown.err


@pytest.mark.parametrize("every_group", [False, pytest.param(True, marks=pytest.mark.long)])
def test_every_measure_of_a_played_home_is_the_same(played: Path, sail: Sail, every_group: bool) -> None:
    least = 50 if every_group else 25
    assert played_homes.require_every_measure_agrees(played, sail.url, every_group=every_group) > least


def test_briefs_rows_and_traces_of_a_played_home_are_the_same(
    played: Path, sail: Sail, capsys: Said, tmp_path: Path
) -> None:
    played_homes.require_commands_agree(played, sail.url, capsys, tmp_path)


def test_a_brief_composed_here_is_issued_there(home: Home, sail: Sail, tmp_path: Path) -> None:
    played_homes.typed("brief", "compose", "--day", DAY, "--by", "A", home=home.path)
    played_homes.typed("brief", "review", "D1", "--approve", "--by", "B", home=home.path)
    with engine(sail.url):
        played_homes.typed("brief", "issue", "D1", "--by", "B", home=home.path)
        played_homes.typed("brief", "diff", "2020-1", home=home.path)


def test_without_the_server_a_command_says_so_and_how_to_go_on(home: Home, nobody: str, capsys: Said) -> None:
    for arguments in (
        ("measure", "complaints", "--day", DAY, "--where", "path=institution"),
        ("brief", "compose", "--day", DAY, "--by", "A"),
        ("trace", "--complaint", "bank-gy01", "0"),
        ("trace", "--entry", "1"),
    ):
        with engine(nobody):
            shown = refused(home, capsys, *arguments)
            assert "cannot be reached" in shown
            assert "unset XIAOBAO_ENGINE" in shown
            shown = refused(home, capsys, *arguments, language="zh")
            assert "无法连接" in shown
            assert "取消环境变量 XIAOBAO_ENGINE" in shown


def test_without_the_server_a_comparison_of_briefs_lays_it_on_no_figure(
    home: Home, nobody: str, capsys: Said
) -> None:
    issued_by_hand(home, FIRST_DAY)
    with engine(nobody):
        assert "cannot be reached" in refused(home, capsys, "brief", "diff", "2020-1")


def test_without_the_server_deliveries_are_still_taken_in_posted_closed_and_verified(
    sqlite_home_factory: Callable[..., Home], nobody: str, tmp_path: Path
) -> None:
    with engine(nobody):
        home = sqlite_home_factory(at=CREATED_AT)
        for revision, numbers in ((1, range(3)), (2, range(2, 5))):
            day = FIRST_DAY.replace(day=FIRST_DAY.day + revision - 1)
            rows = [complaint(f"{revision}-{number}", day) for number in numbers]
            report(home, tmp_path, rows, day=day)
            close(home, day)
        assert main.run(["verify", "--home", str(home.path)]) is ExitCode.FINE
        assert (
            main.run(["rebuild", "--into", str(tmp_path / "again"), "--home", str(home.path)])
            is ExitCode.FINE
        )


def test_the_embedded_engine_answers_unless_another_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENGINE_VARIABLE, raising=False)
    assert isinstance(chosen_engine(), DuckDbEngine)
    for setting in ("", "duckdb"):
        monkeypatch.setenv(ENGINE_VARIABLE, setting)
        assert isinstance(chosen_engine(), DuckDbEngine)
    monkeypatch.setenv(ENGINE_VARIABLE, "sc://spark.example:15002")
    assert isinstance(chosen_engine(), SparkEngine)


@pytest.mark.parametrize("setting", ["spark://host:7077", "DuckDB", " duckdb", "local", "sc:/host", "sc://"])
def test_a_setting_that_names_no_engine_is_refused_in_words(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENGINE_VARIABLE, setting)
    with pytest.raises(EngineError, match=f"XIAOBAO_ENGINE says {setting}.* sc://host:") as raised:
        chosen_engine()
    assert f"XIAOBAO_ENGINE 写作 {setting}" in raised.value.words.zh
    assert raised.value.exit_code is ExitCode.SYSTEM_FAILED


def test_without_the_client_the_part_to_install_is_named(home: Home) -> None:
    program = """
import sys
sys.modules["pyspark"] = None  # as if it were not installed
from xiaobao.cli.main import main
main()
"""
    asked = ["--language", "en", "measure", "complaints", "--day", DAY, "--where", "path=institution"]
    done = subprocess.run(
        [sys.executable, "-c", program, *asked, "--home", str(home.path)],
        env={**os.environ, ENGINE_VARIABLE: "sc://localhost"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (ExitCode.WRONG_CALL, "")
    assert done.stderr == (
        "XIAOBAO_ENGINE names a Spark Connect server, and pyspark is not installed; "
        "install xiaobao[server,spark]\n"
    )


def test_figures_are_asked_of_the_engine_of_the_setting_wherever_they_are_shown() -> None:
    """The store reads inside the process (`manifest.reading`); whoever shows figures asks."""
    package = Path(main.__file__).parents[1]
    rooms = ("workflows", "outputs", "web", "cli")
    pages = [page for room in rooms for page in (package / room).rglob("*.py")]
    readers = [page.name for page in pages if "manifest.reading(" in page.read_text(encoding="utf-8")]
    assert readers == []
