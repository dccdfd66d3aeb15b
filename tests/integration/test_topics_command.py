"""`xiaobao topics detect` as a person types it."""

import json
from pathlib import Path

import polars as pl
import pytest

from bench.topics.wordings import DEVELOPMENT, HELD_OUT, burst
from xiaobao.cli import main
from xiaobao.lib.errors import ExitCode

Said = pytest.CaptureFixture[str]


def texts_file(folder: Path) -> Path:
    """A year of everyday texts, then a burst of fifteen that give a telephone number."""
    texts = [burst(DEVELOPMENT[i % 6], 1, seed=i)[0] for i in range(200)]
    times = [f"2019-{1 + i % 11:02}-{1 + i % 28:02} 10:00:00" for i in range(200)]
    texts += [f"{text}。我叫王建国，电话13812345678" for text in burst(HELD_OUT[0], 15, seed=6)]
    times += [f"2019/12/{3 + i % 9}" for i in range(15)]
    texts += ["没有日期的一条", "晚了一年", "", " "]
    times += ["不详", "2020-12-05", "2019-12-05", "2019-10-05"]
    path = folder / "texts.csv"
    pl.DataFrame({"when": times, "text": texts, "bank": ["甲行"] * len(texts)}).write_csv(path)
    return path


def run(folder: Path, *options: str) -> ExitCode:
    told = ("--texts", str(texts_file(folder)), "--out", str(folder / "topics.json"), *options)
    columns = ("--text-column", "text", "--time-column", "when", "--from", "2019-12-01", "--to", "2019-12-31")
    return main.run(["--language", "en", "topics", "detect", *columns, *told])


def test_the_burst_is_told_first_with_both_numbers_and_no_personal_number(
    tmp_path: Path, capsys: Said
) -> None:
    assert run(tmp_path, "--group-column", "bank") is ExitCode.FINE

    said, written = capsys.readouterr().out, (tmp_path / "topics.json").read_text(encoding="utf-8")
    told = json.loads(written)
    first = told["topics"][0]
    assert "15 texts of 2019-12-01 – 2019-12-31, 200 before" in said
    assert "without a day that can be read: 1 row (the first is row " in said
    assert "without a text: 2 rows\n" in said and told["no_text"] == 2
    assert first["group"] == "甲行" and first["size"]["all"] >= first["size"]["distinct"]
    assert set(first["row_ids"]) <= set(range(201, 216)) and len(first["row_ids"]) >= 13
    assert first["first_day"] >= "2019-12-03" and first["last_day"] <= "2019-12-11"
    assert "13812345678" not in written and "phone" not in first["terms"]
    assert told["names_masked"] is not any("我叫王建国" in one["text"] for one in first["excerpts"])
    assert first["excerpts"][0]["row_id"] in first["row_ids"]


def test_blanks_around_a_group_make_no_other_group(tmp_path: Path) -> None:
    path = texts_file(tmp_path)
    read = pl.read_csv(path)
    padded = [f" {bank}" if place % 2 else f"{bank}　" for place, bank in enumerate(read["bank"])]
    read.with_columns(bank=pl.Series(padded)).write_csv(tmp_path / "padded.csv")

    columns = ("--text-column", "text", "--time-column", "when", "--from", "2019-12-01", "--to", "2019-12-31")
    out = tmp_path / "topics.json"
    told = ("--texts", str(tmp_path / "padded.csv"), "--group-column", "bank", "--out", str(out))
    assert main.run(["--language", "en", "topics", "detect", *columns, *told]) is ExitCode.FINE
    first = json.loads(out.read_text(encoding="utf-8"))["topics"][0]
    assert first["group"] == "甲行" and len(first["row_ids"]) >= 13


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("", "it has a header and no row of data"),
        ("年费,43892\n利息,43893.5\n", "43892 is a spreadsheet's number of a day"),
        ("年费,\n利息, \n", "no value of when is a day"),
    ],
)
def test_a_file_without_a_readable_day_is_refused_with_what_to_do(
    tmp_path: Path, capsys: Said, rows: str, words: str
) -> None:
    path, out = tmp_path / "texts.csv", tmp_path / "topics.json"
    path.write_text(f"text,when\n{rows}", encoding="gb18030")

    columns = ("--text-column", "text", "--time-column", "when", "--from", "2019-12-01", "--to", "2019-12-31")
    told = ("--texts", str(path), "--out", str(out))
    assert main.run(["--language", "en", "topics", "detect", *columns, *told]) is ExitCode.DATA_REFUSED

    assert words in capsys.readouterr().err and not out.exists()


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    run(tmp_path)
    (tmp_path / "topics.json").rename(tmp_path / "first.json")
    run(tmp_path)

    assert (tmp_path / "topics.json").read_bytes() == (tmp_path / "first.json").read_bytes()


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--time-column", "date"), ExitCode.DATA_REFUSED, "there is no column date"),
        (("--time-column", "text"), ExitCode.DATA_REFUSED, "no value of text is a day"),
        (("--to", "2019-11-30"), ExitCode.WRONG_CALL, "--to is before --from"),
        (("--to", "9999-12-31"), ExitCode.WRONG_CALL, "--to must be before 9999-12-31"),
    ],
)
def test_what_cannot_be_done_is_told(
    tmp_path: Path, capsys: Said, options: tuple[str, ...], code: ExitCode, words: str
) -> None:
    assert run(tmp_path, *options) is code

    assert words in capsys.readouterr().err
    assert not (tmp_path / "topics.json").exists()


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (("--from", "2031-01-01", "--to", "2031-01-02"), "cannot be judged: the window has no text"),
        (("--from", "2001-01-01", "--to", "2031-01-02"), "no text before the window"),
    ],
)
def test_a_window_that_nothing_can_be_said_of_is_told(
    tmp_path: Path, capsys: Said, days: tuple[str, ...], words: str
) -> None:
    assert run(tmp_path, *days) is ExitCode.FINE

    assert words in capsys.readouterr().out


def test_what_is_there_is_not_written_over(tmp_path: Path, capsys: Said) -> None:
    (tmp_path / "topics.json").write_text("mine")

    assert run(tmp_path) is ExitCode.WRONG_CALL
    assert (tmp_path / "topics.json").read_text() == "mine"
    assert "exists already" in capsys.readouterr().err
