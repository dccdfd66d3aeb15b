"""Officers name, merge and split the hot issues of a day; its run is made again with what they decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from xiaobao.analysis.topics.decided import Act, new_id
from xiaobao.analysis.topics.told import ToldIssue, ToldTopics
from xiaobao.casework.issues import actions, queries
from xiaobao.casework.issues.decisions import IssueDecision, decided_by
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words
from xiaobao.privacy.masking import Masker
from xiaobao.submissions.home import Home
from xiaobao.workflows.find_topics import find_topics, kept

NAME_LIMIT = 40
_WORD_LIMIT = 20


class IssueError(UserError):
    """A hot issue that is not there, or a decision that makes no sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """Who decides, when, by the run of which day."""

    by: str
    at: datetime
    on: date


def name_issue(home: Home, issue: str, name: str, who: Decider) -> ToldTopics:
    """Call an issue by a name from now on. IssueError, SignatureError."""
    _issue(home, issue, who)
    words = " ".join(name.split())
    if not words or len(words) > NAME_LIMIT or not words.isprintable():
        raise IssueError(
            Words(
                zh=f"名称须为一行文字，不超过 {NAME_LIMIT} 字",
                en=f"a name is one line of at most {NAME_LIMIT} characters",
            )
        )
    if Masker(home.catalog().masking).mask(words) != words:
        raise IssueError(
            Words(zh="名称中有个人号码，不能采用", en="the name holds a number of a person and is not taken")
        )
    return _decide(home, Act.NAME, who, issue=issue, other=None, words=(words,))


def merge_issues(home: Home, issue: str, other: str, who: Decider) -> ToldTopics:
    """Tell the complaints of another issue with those of this one from now on. IssueError."""
    one, two = _issue(home, issue, who), _issue(home, other, who)
    if one.id == two.id:
        raise IssueError(Words(zh="不能与自身合并", en="an issue is not merged with itself"))
    if _path_of(home, one, who) != _path_of(home, two, who):
        raise IssueError(
            Words(zh="两条路径的问题不能合并", en="issues of two counting paths are never merged")
        )
    return _decide(home, Act.MERGE, who, issue=issue, other=other, words=())


def split_issue(home: Home, issue: str, words: Sequence[str], who: Decider) -> ToldTopics:
    """Tell those complaints of an issue that say one of the words as one of their own. IssueError."""
    _issue(home, issue, who)
    said = tuple(sorted({" ".join(word.split()).lower() for word in words}))
    if not said or any(not 2 <= len(word) <= _WORD_LIMIT or not word.isprintable() for word in said):
        raise IssueError(
            Words(
                zh=f"请给出 2 至 {_WORD_LIMIT} 字的词语（--words）",
                en=f"give words of 2 to {_WORD_LIMIT} characters by --words",
            )
        )
    return _decide(home, Act.SPLIT, who, issue=issue, other=new_id(issue, said), words=said)


def part_issue(home: Home, issue: str, other: str, who: Decider) -> ToldTopics:
    """Take a merge back, also one into an issue that has gone into this one since. IssueError."""
    decided = decided_by(queries.decisions(), home.domain.time_zone)
    if other == issue or other not in decided.into or decided.root(other) != issue:
        raise IssueError(Words(zh=f"{other} 没有并入 {issue}", en=f"{other} was not merged into {issue}"))
    return _decide(home, Act.PART, who, issue=issue, other=other, words=())


def decisions_of(home: Home) -> tuple[IssueDecision, ...]:
    """All that was decided, in order."""
    return queries.decisions()


def _decide(
    home: Home, act: Act, who: Decider, *, issue: str, other: str | None, words: tuple[str, ...]
) -> ToldTopics:
    actions.decide(home, act, issue=issue, other=other, words=words, by=who.by, at=who.at)
    return find_topics(home, who.on)


def _issue(home: Home, issue: str, who: Decider) -> ToldIssue:
    run = kept(home, who.on)
    told = [one for path in run.paths for one in path.issues] if run else []
    found = next((one for one in told if one.id == issue), None)
    if found is None:
        raise IssueError(
            Words(
                zh=f"{who.on} 的运行结果中没有编号为 {issue} 的热点问题；编号见 xiaobao topics show",
                en=f"the run of {who.on} tells no hot issue {issue}; ids are shown by xiaobao topics show",
            )
        )
    return found


def _path_of(home: Home, issue: ToldIssue, who: Decider) -> str | None:
    run = kept(home, who.on)
    assert run is not None
    return next(path.path for path in run.paths if issue in path.issues)
