"""The Chinese of the command line's own messages: compiled as it is written, and of messages there are."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest

from xiaobao.cli.main import run
from xiaobao.lib.errors import ExitCode

SCRIPT = Path(__file__).parents[2] / "scripts" / "compile_messages.py"
Said = pytest.CaptureFixture[str]


def script() -> ModuleType:
    found = importlib.util.spec_from_file_location("compile_messages", SCRIPT)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_compiled_messages_are_those_that_are_written() -> None:
    made = script()
    assert made.compiled(made.messages(made.SOURCE.read_bytes())) == made.TARGET.read_bytes()


def test_every_message_is_one_that_click_has() -> None:
    made = script()
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(click.__file__).parent.glob("*.py"))
    singles = [one for key in made.messages(made.SOURCE.read_bytes()) for one in key.split("\0")]
    gone = [one for one in singles if one.replace("\n", "\\n").replace("\t", "\\t") not in sources]
    assert gone == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["frobnicate"], "没有命令 'frobnicate'"),
        (["status", "--receipt", "x"], "'--receipt' 的值不对"),
        (["catalog", "show", "nothing"], "不在可选之列"),
        (["check", "no-such-file.csv"], "文件 'no-such-file.csv' 不存在"),
        (["receive", "--home", "h", "--nil"], "缺少选项 '--source'"),
    ],
)
def test_a_wrong_call_is_answered_in_chinese(
    arguments: list[str], told: str, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Click names the type of an option in the language in which its command is loaded: once in a process.
    monkeypatch.delitem(sys.modules, f"xiaobao.cli.{arguments[0]}", raising=False)
    assert run(["--language", "zh", *arguments]) is ExitCode.WRONG_CALL
    chinese = capsys.readouterr().err
    assert run(["--language", "en", *arguments]) is ExitCode.WRONG_CALL

    assert told in chinese
    assert "Error" not in chinese
    assert "Error: " in capsys.readouterr().err


def test_the_command_alone_shows_its_help(capsys: Said) -> None:
    assert run(["--language", "zh"]) is ExitCode.FINE
    assert capsys.readouterr().out.startswith("用法：")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["search"], "[选项] 检索式…"),
        (["receive"], "[选项] [文件]"),
        (["simulate"], "--seed 整数"),
        (["brief"], "[选项] 命令 [参数]…"),
        (["home"], "更换主密钥\n"),
    ],
)
def test_help_names_values_in_chinese(arguments: list[str], told: str) -> None:
    # In a process of its own: a command is named in the language in which it is loaded.
    call = [Path(sys.executable).with_name("xiaobao"), "--language", "zh", *arguments, "--help"]
    done = subprocess.run(call, capture_output=True, text=True, encoding="utf-8", check=True)

    assert told in done.stdout
    assert not {"INTEGER", "TEXT", "[OPTIONS]"} & set(done.stdout.split())
