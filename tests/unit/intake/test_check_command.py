"""`xiaobao check`: the outcome in words and as JSON, the exit code, and how little it loads."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from bank_report_files import content, row
from restless_files import being_written

from xiaobao.cli.main import run
from xiaobao.lib.errors import ExitCode

ARGUMENTS = ("--source", "bank-gy01", "--day", "2020-03-02")


def _file(folder: Path, data: bytes) -> str:
    path = folder / "report.csv"
    path.write_bytes(data)
    return str(path)


def test_a_file_in_order_is_fine_and_the_checks_left_out_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _file(tmp_path, content([row("T1")]))

    code = run(["--language", "zh", "check", file, *ARGUMENTS])

    shown = capsys.readouterr().out
    assert code is ExitCode.FINE
    assert "可以接收（CSV，编码 utf-8，版式 daily）：读到 1 行 = 接收 1 + 拒收 0" in shown
    assert "此处未做、接收时再做的检查：版次超前、已有编号再报新增" in shown


def test_a_bad_row_is_named_with_its_place_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _file(tmp_path, content([*(row(f"T{n}") for n in range(9)), row("T9", 收到日期="2020-02-30")]))

    code = run(["--language", "en", "check", file, *ARGUMENTS])

    shown = capsys.readouterr().out
    assert code is ExitCode.DATA_REFUSED
    assert "would be accepted in part" in shown
    assert "Row 10: 2020-02-30 in “收到日期” is not a date (written otherwise, or no such day)" in shown


@pytest.mark.parametrize("output_format", ["text", "json"])
def test_no_sign_of_a_file_commands_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], output_format: str
) -> None:
    clearing, turned = "\x1b[2J\x9b2J", "\u202e"
    bad = row("T9", 收到日期=f"{clearing}{turned}")
    file = _file(tmp_path, content([*(row(f"T{n}") for n in range(9)), bad]))

    run(["--format", output_format, "check", file, *ARGUMENTS])

    shown = capsys.readouterr().out
    assert "row" in shown.lower()
    assert not {"\x1b", "\x9b", "\u202e"} & set(shown)
    if output_format == "text":
        assert "␛" in shown


def test_a_file_that_is_still_written_gets_no_outcome(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _file(tmp_path, content([row("T1")]))

    with being_written(Path(file)):
        code = run(["check", file, *ARGUMENTS])

    shown = capsys.readouterr()
    assert code is ExitCode.WRONG_CALL
    assert "was written, replaced or removed while it was read" in shown.err
    assert not shown.out


def test_a_pipe_that_nobody_writes_to_is_refused_instead_of_waited_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = tmp_path / "report.csv"
    os.mkfifo(pipe)

    code = run(["check", str(pipe), *ARGUMENTS])

    assert code is ExitCode.WRONG_CALL
    assert "is a pipe or a device, not a file" in capsys.readouterr().err


def test_json_holds_every_finding_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _file(tmp_path, content([row(f"T{number}", 地区="火星") for number in range(80)]))

    code = run(["--format", "json", "check", file, *ARGUMENTS, "--total", "80", "--revision", "3"])

    record = json.loads(capsys.readouterr().out)
    assert code is ExitCode.FINE
    assert (record["decision"], record["read"], record["accepted"]) == ("accepted", 80, 80)
    assert len(record["findings"]) == 80
    assert record["findings"][0]["sentence"]["zh"].startswith("第 1 行“地区”")
    assert record["summary"][0]["findings"] == 80


def test_a_long_list_says_how_many_it_leaves_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = _file(tmp_path, content([row(f"T{number}", 地区="火星") for number in range(80)]))

    run(["--language", "en", "check", file, *ARGUMENTS])
    short = capsys.readouterr().out
    run(["--language", "en", "check", file, *ARGUMENTS, "--all"])
    whole = capsys.readouterr().out

    assert "30 more are not listed; --all lists every one" in short
    assert whole.count("region_unknown") == 81


@pytest.mark.parametrize(
    "arguments",
    [
        ("--source", "bank-nobody", "--day", "2020-03-02"),
        ("--source", "bank-gy01", "--day", "2020-02-30"),
        ("--source", "bank-gy01"),
        (*ARGUMENTS, "--revision", "0"),
    ],
)
def test_a_wrong_call_is_told_apart_from_bad_data(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert run(["check", _file(tmp_path, content([row("T1")])), *arguments]) is ExitCode.WRONG_CALL


def test_the_checker_loads_neither_the_database_nor_the_engine(tmp_path: Path) -> None:
    file = _file(tmp_path, content([row("T1")]))
    program = (
        "import sys; from xiaobao.cli.main import run; code = run(sys.argv[1:]); "
        "print([name for name in ('django', 'duckdb', 'ibis', 'pandas', 'pyarrow', 'numpy') "
        "if name in sys.modules], int(code))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, "check", file, *ARGUMENTS], capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == "[] 0"
