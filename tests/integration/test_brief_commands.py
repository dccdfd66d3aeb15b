"""The commands on briefs, as a user types them."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from brief_homes import CREATED_AT, FIRST_DAY, close, complaint, report

from xiaobao.cli import main
from xiaobao.lib.errors import ExitCode
from xiaobao.outputs.brief.document import decode
from xiaobao.outputs.models import IssuedBrief
from xiaobao.submissions.home import Home

Said = pytest.CaptureFixture[str]


def one_day(home: Home, folder: Path) -> None:
    """Three complaints of one bank, closed."""
    report(home, folder, [complaint(str(number), FIRST_DAY) for number in range(3)], day=FIRST_DAY)
    close(home, FIRST_DAY)


@pytest.fixture
def home(sqlite_home_factory: Callable[..., Home]) -> Home:
    """One closed day with three complaints of one bank."""
    return sqlite_home_factory(at=CREATED_AT, filled=one_day)


def run(home: Home, *arguments: str) -> ExitCode:
    return main.run(["--language", "en", "brief", *arguments, "--home", str(home.path)])


def test_a_draft_is_written_issued_from_its_file_and_reprinted_byte_for_byte(
    home: Home, tmp_path: Path, capsys: Said
) -> None:
    draft, page, again = tmp_path / "d.json", tmp_path / "p.html", tmp_path / "a.html"
    day = FIRST_DAY.isoformat()

    assert run(home, "compose", "--day", day, "--out", str(draft)) is ExitCode.FINE
    assert (
        run(home, "issue", "--day", day, "--by", "A. Officer", "--draft", str(draft), "--out", str(page))
        is ExitCode.FINE
    )
    assert run(home, "reprint", "2020-1", "--out", str(again)) is ExitCode.FINE

    assert page.read_bytes() == again.read_bytes()
    assert draft.with_suffix(".html").is_file()
    assert "brief 2020-1 of 2020-03-16 is issued" in capsys.readouterr().out


def test_without_a_file_named_everything_lies_in_the_home(home: Home) -> None:
    run(home, "compose", "--day", FIRST_DAY.isoformat(), "--language", "en")
    run(home, "issue", "--day", FIRST_DAY.isoformat(), "--by", "A", "--at", "2020-03-16T19:00")

    assert {path.name for path in (home.path / "briefs").iterdir()} == {
        "draft-daily-2020-03-16-en.json",
        *(f"draft-daily-2020-03-16-en.{suffix}" for suffix in ("html", "pdf", "docx")),
        *(f"daily-2020-1.{suffix}" for suffix in ("html", "pdf", "docx")),
    }


def test_the_rows_behind_a_figure_add_up_to_it(home: Home, capsys: Said) -> None:
    run(home, "issue", "--day", FIRST_DAY.isoformat(), "--by", "A")
    capsys.readouterr()

    outcome = main.run(["--format", "json", "brief", "rows", "2020-1", "f1", "--home", str(home.path)])

    (part,) = json.loads(capsys.readouterr().out)
    assert outcome is ExitCode.FINE
    assert (part["count"], [row["complaint_no"] for row in part["rows"]]) == (3, ["0", "1", "2"])


def test_a_tampered_draft_ends_with_the_code_for_refused_data_and_names_the_place(
    home: Home, tmp_path: Path, capsys: Said
) -> None:
    draft = tmp_path / "d.json"
    run(home, "compose", "--day", FIRST_DAY.isoformat(), "--out", str(draft))
    draft.write_text(draft.read_text().replace('"printed": "3"', '"printed": "4"', 1))

    outcome = run(home, "issue", "--day", FIRST_DAY.isoformat(), "--by", "A", "--draft", str(draft))

    assert outcome is ExitCode.DATA_REFUSED
    assert "prints as 4, its value as 3" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[1, 2]", b'{"version": 1}'])
def test_a_file_that_is_no_draft_is_refused_in_words(
    home: Home, tmp_path: Path, capsys: Said, content: bytes
) -> None:
    draft = tmp_path / "d.json"
    draft.write_bytes(content)

    outcome = run(home, "issue", "--day", FIRST_DAY.isoformat(), "--by", "A", "--draft", str(draft))

    assert outcome is ExitCode.WRONG_CALL
    assert "is not the draft of a brief" in capsys.readouterr().err


def test_every_single_number_of_a_draft_is_guarded(home: Home, tmp_path: Path) -> None:
    """Whatever value of whatever figure is changed in the file, the brief is not issued."""
    draft = tmp_path / "d.json"
    run(home, "compose", "--day", FIRST_DAY.isoformat(), "--out", str(draft))
    content = json.loads(draft.read_text())
    counted = [place for place, figure in enumerate(content["figures"]) if figure["value"] is not None]

    for place in counted[:: max(1, len(counted) // 8)]:
        changed = json.loads(draft.read_text())
        changed["figures"][place]["value"] = "987"
        file = tmp_path / f"{place}.json"
        file.write_text(json.dumps(changed))
        assert (
            run(home, "issue", "--day", FIRST_DAY.isoformat(), "--by", "A", "--draft", str(file))
            is ExitCode.DATA_REFUSED
        )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("reprint", "2020-9"), "no brief 2020-9 was issued"),
        (("reprint", "nonsense"), "no brief nonsense was issued"),
        (("diff", "2020-9"), "no brief 2020-9 was issued"),
        (("rows", "2020-9", "f1"), "no brief 2020-9 was issued"),
        (("rows", "missing.json", "f1"), "is not the draft of a brief"),
        (("compose", "--day", (FIRST_DAY + timedelta(days=1)).isoformat()), "is not closed"),
    ],
)
def test_what_cannot_be_done_is_said_without_a_traceback(
    home: Home, capsys: Said, arguments: tuple[str, ...], said: str
) -> None:
    assert run(home, *arguments) is ExitCode.WRONG_CALL

    assert said in capsys.readouterr().err


def test_the_list_names_number_day_and_signature(home: Home, capsys: Said) -> None:
    run(home, "list")
    assert "no brief has been issued" in capsys.readouterr().out
    run(home, "issue", "--day", FIRST_DAY.isoformat(), "--by", "A. Officer")
    capsys.readouterr()

    run(home, "list")

    line = capsys.readouterr().out.splitlines()[1].split()
    assert line[:3] == ["2020-1", "2020-03-16", "zh"]
    assert line[-1] == "yes"


def _signed_by_another() -> None:
    IssuedBrief.objects.update(issued_by="B. Officer")


def _forgotten() -> None:
    IssuedBrief.objects.all().delete()


def _invented() -> None:
    (brief,) = IssuedBrief.objects.all()
    brief.pk, brief.sequence, brief.serial = None, 1, 2
    brief.save()


@pytest.mark.parametrize(
    ("falsify", "verified", "compared"),
    [
        (
            _signed_by_another,
            "the database says other than the journal",
            "in use B. Officer, rebuilt A. Officer",
        ),
        (_forgotten, "the journal has it, the database does not", "in use none, rebuilt 2020-1"),
        (_invented, "the database has it, the journal does not", "in use 2020-2, rebuilt none"),
    ],
)
def test_verify_and_rebuild_name_a_register_that_tells_other_than_the_journal(
    home: Home, tmp_path: Path, capsys: Said, falsify: Callable[[], None], verified: str, compared: str
) -> None:
    run(home, "issue", "--day", FIRST_DAY.isoformat(), "--by", "A. Officer")
    verify, rebuild = (["--language", "en", name, "--home", str(home.path)] for name in ("verify", "rebuild"))
    assert main.run(verify) is ExitCode.FINE
    assert main.run([*rebuild, "--into", str(tmp_path / "before")]) is ExitCode.FINE
    capsys.readouterr()

    falsify()

    assert main.run(verify) is ExitCode.SYSTEM_FAILED
    assert verified in capsys.readouterr().out
    assert main.run([*rebuild, "--into", str(tmp_path / "after")]) is ExitCode.SYSTEM_FAILED
    assert compared in capsys.readouterr().out


def test_a_stored_draft_is_the_brief_that_was_composed(home: Home, tmp_path: Path) -> None:
    run(home, "compose", "--day", FIRST_DAY.isoformat(), "--out", str(tmp_path / "d.json"))

    brief = decode((tmp_path / "d.json").read_bytes())

    assert (brief.header.number, brief.header.path, brief.header.day) == (None, "institution", FIRST_DAY)
