"""The commands on briefs, as persons type them: from the draft to those who have read it."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from brief_homes import CREATED_AT, FIRST_DAY, close, complaint, issued_by_hand, report, typed
from docx import Document

from xiaobao.cli import main
from xiaobao.lib.errors import ExitCode
from xiaobao.outputs.models import IssuedBrief
from xiaobao.submissions.home import Home

Said = pytest.CaptureFixture[str]
DAY = FIRST_DAY.isoformat()


def one_day(home: Home, folder: Path) -> None:
    """Three complaints of one bank, closed."""
    report(home, folder, [complaint(str(number), FIRST_DAY) for number in range(3)], day=FIRST_DAY)
    close(home, FIRST_DAY)


@pytest.fixture
def home(sqlite_home_factory: Callable[..., Home]) -> Home:
    """One closed day with three complaints of one bank, on SQLite."""
    return sqlite_home_factory(at=CREATED_AT, filled=one_day)


@pytest.fixture
def each_home(home_factory: Callable[..., Home]) -> Home:
    """The same, on each database."""
    return home_factory(at=CREATED_AT, filled=one_day)


def run(home: Home, *arguments: str) -> ExitCode:
    return main.run(["--language", "en", "brief", *arguments, "--home", str(home.path)])


def composed(home: Home, *options: str) -> Path:
    """A draft by A. Author; the file of its words."""
    typed(home, "compose", "--day", DAY, "--by", "A. Author", *options)
    return home.path / "briefs" / "draft-D1.txt"


def edited(home: Home, change: Callable[[str], str], *, by: str = "E. Editor") -> ExitCode:
    """The words of the first draft, changed and handed in."""
    file = home.path / "briefs" / "draft-D1.txt"
    words = file.read_text(encoding="utf-8")
    changed = change(words)
    assert changed != words
    file.write_text(changed, encoding="utf-8")
    return run(home, "edit", "D1", "--by", by)


def test_the_whole_life_of_a_brief_is_told_in_order(each_home: Home, capsys: Said) -> None:
    home = each_home
    composed(home)
    assert edited(home, lambda words: words + "[+] 请各行核查录入质量。\n") is ExitCode.FINE
    typed(home, "review", "D1", "--comment", "可再简", "--by", "A. Author")
    typed(home, "review", "D1", "--return", "--comment", "请复核", "--by", "R. Reviewer")
    typed(home, "review", "D1", "--approve", "--by", "R. Reviewer")
    typed(home, "issue", "D1", "--by", "C. Officer")
    typed(home, "circulate", "2020-1", "--to", "局长甲", "--to", "副局长乙", "--by", "S. Secretary")
    typed(home, "read", "2020-1", "--by", "局长甲")
    capsys.readouterr()

    typed(home, "show", "2020-1")

    lines = capsys.readouterr().out.splitlines()
    acts = [line.split("  ", 1)[1] for line in lines if not line.startswith(" ")]
    assert acts == [
        "A. Author  composed as draft D1",
        "E. Editor  words edited (revision 2)",
        "A. Author  comment (revision 2)",
        "R. Reviewer  returned (revision 2)",
        "R. Reviewer  approved (revision 2)",
        "C. Officer  issued as 2020-1",
        "S. Secretary  circulated to 局长甲",
        "S. Secretary  circulated to 副局长乙",
        "局长甲  read",
    ]
    assert "    (added) → 请各行核查录入质量。" in lines
    assert "请各行核查录入质量。" in (home.path / "briefs" / "daily-2020-1.html").read_text(encoding="utf-8")


def test_what_was_issued_reprints_byte_for_byte(home: Home, tmp_path: Path, capsys: Said) -> None:
    page, again = tmp_path / "p.html", tmp_path / "a.html"
    issued_by_hand(home, FIRST_DAY, out=page)
    typed(home, "reprint", "2020-1", "--out", str(again))

    for suffix in (".html", ".pdf", ".docx"):
        assert page.with_suffix(suffix).read_bytes() == again.with_suffix(suffix).read_bytes()
    assert "brief 2020-1 of 2020-03-16 is issued" in capsys.readouterr().out


def test_without_a_file_named_everything_lies_in_the_home(home: Home) -> None:
    issued_by_hand(home, FIRST_DAY, "--language", "en", "--at", "2020-03-16T19:00")

    assert {path.name for path in (home.path / "briefs").iterdir()} == {
        *(f"draft-D1.{suffix}" for suffix in ("html", "pdf", "docx", "txt")),
        *(f"daily-2020-1.{suffix}" for suffix in ("html", "pdf", "docx")),
    }


def test_composing_approving_and_issuing_again_changes_nothing(home: Home, capsys: Said) -> None:
    issued_by_hand(home, FIRST_DAY)
    capsys.readouterr()

    assert issued_by_hand(home, FIRST_DAY) == "D1"

    assert "was issued before, nothing changed" in capsys.readouterr().out
    assert IssuedBrief.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("review", "D1", "--approve", "--by", "a.author"), "cannot approve or return it"),
        (
            ("review", "D1", "--return", "--comment", "no", "--by", "E.  Editor"),
            "cannot approve or return it",
        ),
        (("review", "D1", "--by", "R"), "add --comment"),
        (("issue", "D1", "--by", "Ａ. Author"), "another person must"),
        (("issue", "D1", "--by", "E. Editor"), "E. Editor composed or edited draft D1 and cannot issue it"),
        (("issue", "D1", "--by", "C. Officer"), "revision 2 of draft D1 is not approved"),
        (("edit", "D1", "--by", "E. Editor"), "nothing to keep"),
    ],
)
def test_nobody_approves_or_issues_what_they_wrote(
    home: Home, capsys: Said, arguments: tuple[str, ...], said: str
) -> None:
    composed(home)
    edited(home, lambda words: words + "[+] 请各行核查录入质量。\n")

    assert run(home, *arguments) is ExitCode.DATA_REFUSED

    assert said in capsys.readouterr().err


def test_an_edit_voids_the_approval_before_it(home: Home, capsys: Said) -> None:
    composed(home)
    typed(home, "review", "D1", "--approve", "--by", "R. Reviewer")
    edited(home, lambda words: words + "[+] 请各行核查录入质量。\n")

    assert run(home, "issue", "D1", "--by", "C. Officer") is ExitCode.DATA_REFUSED

    assert "revision 2 of draft D1 is not approved" in capsys.readouterr().err


def test_words_that_are_those_of_the_draft_make_no_revision(home: Home, capsys: Said) -> None:
    composed(home)
    words = home.path / "briefs" / "draft-D1.txt"
    words.write_text(words.read_text(encoding="utf-8").replace("\n", " \r\n"), encoding="utf-8-sig")

    assert run(home, "edit", "D1", "--by", "E. Editor") is not ExitCode.FINE

    assert "nothing to keep" in capsys.readouterr().err
    assert run(home, "issue", "D1", "--by", "C. Officer") is ExitCode.DATA_REFUSED
    assert "revision 1 of draft D1 is not approved" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda words: re.sub(r"⟦\d+:3⟧", "", words, count=1), "the edit drops figure f1 3"),
        (lambda words: re.sub(r"⟦(\d+):3⟧", r"⟦\1:4⟧", words, count=1), "the edit alters figure f1 3 to 4"),
        (lambda words: re.sub(r"(⟦\d+:3⟧)", r"\1\1", words, count=1), "neither adds nor repeats"),
        (lambda words: words.replace("件", "件（上年同期2件）", 1), "a digit"),
        (lambda words: words.replace("件", "件，明显增长", 1), "a word of direction or rank"),
        (lambda words: re.sub(r"\[b1\].*\n", "", words), "the edit drops figure f1 3"),
        (lambda words: words + "[+] 另有⟦1:3⟧件。\n", "words only"),
        (lambda words: words.replace("⟦1", "1", 1), "a bracket ⟦…⟧ is broken"),
        (lambda words: words + "[b99] 文字\n", "no such paragraph"),
        (lambda words: words + "随手写的一行\n", "belongs to no paragraph"),
        (lambda words: re.sub(r"(\[b1\].*\n)(\[b2\].*\n)", r"\2\1", words), "keep their order"),
    ],
)
def test_an_edit_that_touches_a_figure_is_refused_naming_it(
    home: Home, capsys: Said, change: Callable[[str], str], said: str
) -> None:
    composed(home)
    capsys.readouterr()

    assert edited(home, change) is ExitCode.DATA_REFUSED

    assert said in capsys.readouterr().err


def test_words_around_figures_change_and_the_figures_stay(home: Home, capsys: Said) -> None:
    words = composed(home)
    before = re.findall("⟦[^⟧]*⟧", words.read_text(encoding="utf-8"))

    assert edited(home, lambda text: text.replace("共收到投诉", "共接收投诉", 1)) is ExitCode.FINE

    after = re.findall("⟦[^⟧]*⟧", words.read_text(encoding="utf-8"))
    assert (before, len(before) > 20) == (after, True)
    typed(home, "show", "D1")
    assert "共收到投诉3件" in (shown := capsys.readouterr().out)
    assert "共接收投诉3件" in shown


def test_a_withdrawn_brief_says_so_in_list_and_reprint_and_the_correction_names_it(
    each_home: Home, tmp_path: Path, capsys: Said
) -> None:
    home, again = each_home, tmp_path / "again.html"
    issued_by_hand(home, FIRST_DAY)
    typed(home, "circulate", "2020-1", "--to", "局长甲", "--by", "S")
    typed(home, "withdraw", "2020-1", "--reason", "机构名称有误", "--by", "W. Writer")
    typed(home, "reprint", "2020-1", "--out", str(again))
    assert "撤回" not in again.read_text(encoding="utf-8")  # it stands until the correction is issued

    typed(home, "review", "D2", "--approve", "--by", "R")
    typed(home, "issue", "D2", "--by", "R")
    typed(home, "reprint", "2020-1", "--out", str(again))
    capsys.readouterr()
    typed(home, "list")

    told = "2020年第1期已撤回（原因：机构名称有误），由2020年第2期更正并取代，不再作为依据"
    assert told in again.read_text(encoding="utf-8")
    sheets = [
        "".join(sheet.get_textpage().get_text_range().split())
        for sheet in pypdfium2.PdfDocument(again.with_suffix(".pdf"))
    ]
    assert all(sheet.count(told) == 2 for sheet in sheets)
    assert "投诉3件" in sheets[0]
    assert Document(str(again.with_suffix(".docx"))).paragraphs[0].text == told
    lines = capsys.readouterr().out.splitlines()
    assert "withdrawn, see 2020-2" in lines[1]
    assert "stands" in lines[2]
    correction = (home.path / "briefs" / "daily-2020-2.html").read_text(encoding="utf-8")
    assert "更正并取代第1期" in correction
    assert "撤回，原因：机构名称有误。本期更正并取代该期" in correction
    typed(home, "reprint", "2020-1", "--original", "--out", str(again))
    assert again.read_bytes() == (home.path / "briefs" / "daily-2020-1.html").read_bytes()
    assert run(home, "circulate", "2020-1", "--to", "局长乙", "--by", "S") is ExitCode.DATA_REFUSED
    assert run(home, "withdraw", "2020-1", "--reason", "再改", "--by", "W") is ExitCode.DATA_REFUSED
    assert "withdraw 2020-2 instead" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("reason", "said"), [("少计3件", "a digit"), ("数字应为增长", "direction"), ("  ", "--reason says why")]
)
def test_a_reason_is_words_and_holds_no_number_of_its_own(
    home: Home, capsys: Said, reason: str, said: str
) -> None:
    issued_by_hand(home, FIRST_DAY)

    assert run(home, "withdraw", "2020-1", "--reason", reason, "--by", "W") is ExitCode.DATA_REFUSED

    assert said in capsys.readouterr().err


def test_only_those_it_was_given_to_have_read_it_and_the_first_time_counts(home: Home, capsys: Said) -> None:
    issued_by_hand(home, FIRST_DAY)
    typed(home, "circulate", "2020-1", "--to", "局长甲", "--to", "局长 甲", "--by", "S")
    assert run(home, "read", "2020-1", "--by", "别人") is ExitCode.DATA_REFUSED
    assert "was not circulated to 别人" in capsys.readouterr().err

    typed(home, "read", "2020-1", "--by", "局长甲", "--at", "2020-03-16T20:00")
    typed(home, "read", "2020-1", "--by", "局长甲", "--at", "2020-03-16T21:00")

    assert capsys.readouterr().out.splitlines() == ["局长甲 has read brief 2020-1, 2020-03-16 20:00"] * 2


def test_the_rows_behind_a_figure_add_up_to_it_before_and_after_issue(home: Home, capsys: Said) -> None:
    issued_by_hand(home, FIRST_DAY)

    for name in ("D1", "2020-1"):
        capsys.readouterr()
        outcome = main.run(["--format", "json", "brief", "rows", name, "f1", "--home", str(home.path)])
        (part,) = json.loads(capsys.readouterr().out)
        assert outcome is ExitCode.FINE
        assert (part["count"], [row["complaint_no"] for row in part["rows"]]) == (3, ["0", "1", "2"])


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\xff", b"[b1] nothing of it\n"])
def test_a_file_that_holds_no_words_of_the_draft_is_refused(
    home: Home, tmp_path: Path, capsys: Said, content: bytes
) -> None:
    composed(home)
    file = tmp_path / "words.txt"
    file.write_bytes(content)

    outcome = run(home, "edit", "D1", "--words", str(file), "--by", "E")

    assert outcome in (ExitCode.WRONG_CALL, ExitCode.DATA_REFUSED)
    assert re.search("cannot be read as UTF-8|the edit drops figure f1 3", capsys.readouterr().err)


def test_an_edited_file_that_is_not_there_is_said_to_be_missing(
    home: Home, tmp_path: Path, capsys: Said
) -> None:
    composed(home)
    absent = tmp_path / "words.txt"

    assert run(home, "edit", "D1", "--words", str(absent), "--by", "E") is not ExitCode.FINE

    assert f"there is no file {absent}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("reprint", "2020-9"), "no brief 2020-9 was issued"),
        (("reprint", "nonsense"), "no brief nonsense was issued"),
        (("diff", "2020-9"), "no brief 2020-9 was issued"),
        (("rows", "2020-9", "f1"), "no brief 2020-9 was issued"),
        (("rows", "D9", "f1"), "there is no draft D9"),
        (("issue", "D9", "--by", "A"), "there is no draft D9"),
        (("edit", "D9", "--by", "A", "--words", "missing.txt"), "there is no file missing.txt"),
        (("show", "D0"), "no brief D0 was issued"),
        (("circulate", "2020-9", "--to", "A", "--by", "B"), "no brief 2020-9 was issued"),
        (("compose", "--day", DAY, "--by", "A", "--path", "post"), "there is no path post; add one of these"),
        (("compose", "--day", DAY, "--by", " "), "--by takes a person's name"),
        (("compose", "--day", (FIRST_DAY + timedelta(days=1)).isoformat(), "--by", "A"), "is not closed"),
    ],
)
def test_what_cannot_be_done_is_said_without_a_traceback(
    home: Home, capsys: Said, arguments: tuple[str, ...], said: str
) -> None:
    assert run(home, *arguments) is ExitCode.WRONG_CALL

    assert said in capsys.readouterr().err


def test_the_lists_name_number_day_signature_and_state(home: Home, capsys: Said) -> None:
    run(home, "list")
    assert "no brief has been issued" in capsys.readouterr().out
    composed(home)
    run(home, "list", "--drafts")
    assert "composed, to be reviewed" in capsys.readouterr().out
    issued_by_hand(home, FIRST_DAY)
    capsys.readouterr()

    run(home, "list")
    run(home, "list", "--drafts")

    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[:4] == ["daily", "2020-1", "2020-03-16", "zh"]
    assert lines[1].split()[-2:] == ["stands", "yes"]
    assert "issued as 2020-1" in lines[3]


def _signed_by_another() -> None:
    IssuedBrief.objects.update(issued_by="B. Officer")


def _forgotten() -> None:
    IssuedBrief.objects.all().delete()


def _invented() -> None:
    (brief,) = IssuedBrief.objects.all()
    brief.pk, brief.sequence, brief.serial = None, 1, 2
    brief.save()


@pytest.mark.parametrize(
    ("falsify", "verified", "compared", "mended"),
    [
        (
            _signed_by_another,
            "the database says other than the journal",
            "in use B. Officer, rebuilt C. Officer",
            True,
        ),
        (_forgotten, "the journal has it, the database does not", "in use none, rebuilt 2020-1", True),
        (_invented, "the database has it, the journal does not", "in use 2020-2, rebuilt none", False),
    ],
)
def test_a_register_that_tells_other_than_the_journal_is_named_and_entered_again(
    each_home: Home,
    tmp_path: Path,
    capsys: Said,
    falsify: Callable[[], None],
    verified: str,
    compared: str,
    mended: bool,
) -> None:
    home = each_home
    issued_by_hand(home, FIRST_DAY)
    verify, rebuild, repair = (
        ["--language", "en", name, "--home", str(home.path)] for name in ("verify", "rebuild", "repair")
    )
    assert main.run(verify) is ExitCode.FINE
    assert main.run([*rebuild, "--into", str(tmp_path / "before")]) is ExitCode.FINE
    acts = (tmp_path / "before" / "briefs.jsonl").read_text(encoding="utf-8").splitlines()
    kinds = [json.loads(act)["kind"] for act in acts]
    assert kinds == ["brief_composed", "brief_reviewed", "brief_issued"]
    capsys.readouterr()

    falsify()

    assert main.run(verify) is ExitCode.SYSTEM_FAILED
    assert verified in capsys.readouterr().out
    assert main.run([*rebuild, "--into", str(tmp_path / "after")]) is ExitCode.SYSTEM_FAILED
    assert compared in capsys.readouterr().out
    assert (main.run(repair) is ExitCode.FINE) == mended
    assert (main.run(verify) is ExitCode.FINE) == mended
    if mended:
        assert "rows of briefs entered again from the journal: 1" in capsys.readouterr().out
        typed(home, "reprint", "2020-1")
