"""`xiaobao mask` as a person types it."""

from pathlib import Path

import polars as pl
import pytest

from xiaobao.cli import main
from xiaobao.lib.errors import ExitCode

Said = pytest.CaptureFixture[str]
TEXTS = ["我叫王建国，身份证11010519491231002X，电话13800138000", None, "没有个人信息"]


def run(folder: Path, *options: str) -> ExitCode:
    path = folder / "texts.csv"
    pl.DataFrame({"id": ["007", "8", "9"], "text": TEXTS}).write_csv(path)
    arguments = ["mask", str(path), "--column", "text", "--out", str(folder / "masked.csv")]
    return main.run(["--language", "en", *arguments, *options])


def test_the_column_is_masked_and_the_rest_stays(tmp_path: Path, capsys: Said) -> None:
    assert run(tmp_path) is ExitCode.FINE

    found = pl.read_csv(tmp_path / "masked.csv", infer_schema=False)
    assert found["id"].to_list() == ["007", "8", "9"]
    assert found["text"].to_list() == ["我叫[NAME1]，身份证[ID]，电话[PHONE]", None, "没有个人信息"]
    assert "3 texts, 1 of them masked (ID 1, NAME 1, PHONE 1)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--column", "words"), "there is no column words; there are: id, text"),
        (("--out", "BROKEN"), "exists already"),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path, capsys: Said, options: tuple[str, ...], said: str
) -> None:
    broken = tmp_path / "broken"
    broken.write_text("kept")
    given = tuple(str(broken) if option == "BROKEN" else option for option in options)
    assert run(tmp_path, *given) is not ExitCode.FINE
    assert said in capsys.readouterr().err
    assert broken.read_text() == "kept"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "--language stands before the command: xiaobao --language … COMMAND"),
        ("zh", "--language 写在命令之前：xiaobao --language … 命令"),
    ],
)
def test_an_option_of_all_commands_is_sent_before_the_command(capsys: Said, language: str, said: str) -> None:
    assert main.run(["mask", "texts.csv", "--language", language]) is ExitCode.WRONG_CALL

    assert said in capsys.readouterr().err
