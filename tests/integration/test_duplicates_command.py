"""`xiaobao duplicates find` as a person types it."""

from pathlib import Path

import polars as pl
import pytest

from xiaobao.cli import main
from xiaobao.lib.errors import ExitCode

Said = pytest.CaptureFixture[str]
TEMPLATE = "本人在贵行办理信用卡分期时未被告知手续费，{}，要求退还全部费用并书面道歉"
TEXTS = [
    TEMPLATE.format("客户经理张三可以作证"),
    None,
    "柜台排队两个小时",
    TEMPLATE.format("有录音为证\n第二行"),
]


def run(folder: Path, *options: str) -> ExitCode:
    pl.DataFrame({"id": [7, 8, 9, 10], "text": TEXTS}).write_csv(folder / "texts.csv")
    arguments = ["duplicates", "find", "--texts", str(folder / "texts.csv"), "--text-column", "text"]
    return main.run(["--language", "en", *arguments, "--out", str(folder / "families.csv"), *options])


def test_every_row_gets_its_family_and_both_numbers_are_told(tmp_path: Path, capsys: Said) -> None:
    assert run(tmp_path) is ExitCode.FINE

    found = pl.read_csv(tmp_path / "families.csv")
    assert found.columns == ["row", "family", "texts", "likeness", "shared", "fingerprint", "remainder"]
    assert found["row"].to_list() == [1, 2, 3, 4]
    assert found["family"].to_list() == [1, 2, 3, 1]
    assert found["texts"].to_list() == [2, 1, 1, 2]
    assert found["remainder"].fill_null("").to_list() == [
        "客户经理张三可以作证",
        "",
        "柜台排队两个小时",
        "有录音为证 第二行",
    ]
    assert "4 texts, 3 distinct; 2 are like another" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--text-column", "words"), "there is no column words; there are: id, text"),
        (("--texts", "BROKEN"), "this is in UTF-16, which is not read"),
        (("--out", "BROKEN"), "exists already"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_written(
    tmp_path: Path, capsys: Said, options: tuple[str, str], said: str
) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_bytes("text\n投诉".encode("utf-16"))

    outcome = run(tmp_path, *(str(broken) if option == "BROKEN" else option for option in options))

    assert outcome in (ExitCode.WRONG_CALL, ExitCode.DATA_REFUSED)
    assert said in capsys.readouterr().err
    assert not (tmp_path / "families.csv").exists()
