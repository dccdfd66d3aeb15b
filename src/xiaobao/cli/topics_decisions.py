"""`xiaobao topics name`, `merge`, `split`, `decisions`: what officers make of hot issues."""

from datetime import date, datetime
from pathlib import Path

import click

from xiaobao.analysis.topics.decided import Act
from xiaobao.analysis.topics.told import ToldTopics
from xiaobao.casework.issues.decisions import IssueDecision
from xiaobao.cli.brief_options import moment_of
from xiaobao.cli.options import DayType, at_option, by_option, home_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.cli.topics_text import as_json, as_words
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.home import Home, open_home
from xiaobao.workflows.decide_issues import (
    Decider,
    decisions_of,
    merge_issues,
    name_issue,
    part_issue,
    split_issue,
)
from xiaobao.workflows.find_topics import scope_of

_ACTS = {
    Act.NAME: Words(zh="命名", en="name"),
    Act.MERGE: Words(zh="并入", en="merge"),
    Act.SPLIT: Words(zh="拆分", en="split"),
    Act.PART: Words(zh="撤销并入", en="part"),
}

issue_argument = click.argument("issue", metavar=text(zh="编号", en="ISSUE"))
on_option = click.option(
    "--on",
    "on",
    required=True,
    type=DayType(),
    help=text(zh="依据哪日的运行结果；该日随即重做", en="By the run of which day; it is made again at once."),
)


@click.command(
    help=text(
        zh="为热点问题命名；以后各日沿用，简报注明命名人。只追加，留姓名与时刻",
        en="Name a hot issue; later days keep the name, and briefs say who gave it. Decisions are only "
        "added, with author and time.",
    )
)
@issue_argument
@click.argument("name", metavar=text(zh="名称", en="NAME"))
@home_option
@on_option
@by_option
@at_option
@pass_session
def name(
    session: Session, issue: str, name: str, home_path: Path, on: date, by: str, at: datetime | None
) -> None:
    """Decide, show the day."""
    home = open_home(home_path)
    _give(session, home, name_issue(home, issue, name, _decider(home, by, at, on)))


@click.command(
    help=text(
        zh="把另一热点问题并入本问题；以后各日一并列示",
        en="Have another hot issue go into this one; later days tell them as one.",
    )
)
@issue_argument
@click.argument("other", metavar=text(zh="并入者", en="OTHER"))
@home_option
@on_option
@by_option
@at_option
@pass_session
def merge(
    session: Session, issue: str, other: str, home_path: Path, on: date, by: str, at: datetime | None
) -> None:
    """Decide, show the day."""
    home = open_home(home_path)
    _give(session, home, merge_issues(home, issue, other, _decider(home, by, at, on)))


@click.command(
    help=text(
        zh="把叙述含某些词语的投诉从热点问题中拆出另列（--words），或撤销一次并入（--part）",
        en="Split from a hot issue the complaints that say certain words (--words), or take a merge back "
        "(--part).",
    )
)
@issue_argument
@click.option("--words", multiple=True, help=text(zh="词语，可多次给出", en="A word; may be given again."))
@click.option("--part", help=text(zh="曾并入的问题编号", en="Id of an issue that was merged into it."))
@home_option
@on_option
@by_option
@at_option
@pass_session
def split(
    session: Session,
    issue: str,
    words: tuple[str, ...],
    part: str | None,
    home_path: Path,
    on: date,
    by: str,
    at: datetime | None,
) -> None:
    """Decide, show the day."""
    home = open_home(home_path)
    if bool(words) == (part is not None):
        raise UserError(Words(zh="请给出 --words 或 --part 之一", en="give --words or --part"))
    who = _decider(home, by, at, on)
    told = split_issue(home, issue, words, who) if part is None else part_issue(home, issue, part, who)
    _give(session, home, told)


@click.command(
    help=text(
        zh="列出对热点问题作过的全部决定：何人、何时、何事",
        en="List everything that was decided of hot issues: who, when, what.",
    )
)
@home_option
@pass_session
def decisions(session: Session, home_path: Path) -> None:
    """Read, show."""
    home = open_home(home_path)
    made = decisions_of(home)
    none = Words(zh="尚无决定", en="nothing was decided yet")
    session.give(made, words=joined([_line(one, home) for one in made] or [none]))


COMMANDS = (name, merge, split, decisions)


def _decider(home: Home, by: str, at: datetime | None, on: date) -> Decider:
    return Decider(by=by, at=moment_of(home, at), on=on)


def _give(session: Session, home: Home, told: ToldTopics) -> None:
    session.give(
        as_json(told, stored=True, simulated=home.simulated),
        words=as_words(told, stored=True, scope=scope_of(home, told)),
    )


def _line(one: IssueDecision, home: Home) -> Words:
    act = _ACTS[one.act]
    at = f"{one.decided_at.astimezone(home.domain.time_zone):%Y-%m-%d %H:%M}"
    what = " ".join((one.issue, *((one.other,) if one.other else ()), *one.words))
    return Words(
        zh=f"{one.serial}. {at} {one.decided_by} {act.zh}：{what}",
        en=f"{one.serial}. {at} {one.decided_by}, {act.en}: {what}",
    )
