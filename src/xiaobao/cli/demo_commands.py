"""Command lines that several parts of the demonstration take, and what each shows."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xiaobao.casework.briefs import queries
from xiaobao.lib.words import Words
from xiaobao.outputs.brief.series import DAILY, WEEKLY
from xiaobao.submissions.home import open_home

_DRAFTED = Words(zh="撰写当日简报的草稿", en="The brief of the day is drafted")
_AUTHOR, _OFFICER = "撰稿员 Demo Author", "签发人 Demo Officer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command line and what it shows."""

    words: Words
    arguments: tuple[str, ...]

    def typed(self) -> str:
        """The command line as a user types it."""
        return shlex.join(["xiaobao", *self.arguments])


def weekly_steps(options: tuple[str, ...], *, home: Path, page: Path) -> Iterator[Step]:
    """The same for the week that ends with the day."""
    yield from brief_steps(
        (*options, "--series", WEEKLY),
        home=home,
        page=page,
        drafted=Words(zh="撰写截至当日的周报草稿", en="The weekly brief up to the day is drafted"),
        issued=Words(zh="签发周报，编号自成一列", en="The weekly brief is issued, with a number of its own"),
        series=WEEKLY,
    )


def brief_steps(
    options: tuple[str, ...],
    *,
    home: Path,
    page: Path,
    issued: Words,
    drafted: Words = _DRAFTED,
    series: str = DAILY,
) -> Iterator[Step]:
    """Composed by one person, approved and issued by another."""
    yield Step(words=drafted, arguments=("brief", "compose", *options, "--by", _AUTHOR))
    draft = _last_draft(home, series)
    at_home = ("--home", str(home))
    yield Step(
        words=Words(zh="由另一人审核通过", en="Another person approves it"),
        arguments=("brief", "review", draft, *at_home, "--approve", "--by", _OFFICER),
    )
    yield Step(
        words=issued,
        arguments=("brief", "issue", draft, *at_home, "--by", _OFFICER, "--out", str(page)),
    )


def surges(home: Path, day: date) -> Step:
    """The surges of a day."""
    return Step(
        words=Words(
            zh="当日突增：高于预期之处（过去越长，判断越可靠）",
            en="The day's surges: where more came than expected (the longer the past, the surer)",
        ),
        arguments=("surges", "show", "--home", str(home), "--on", day.isoformat()),
    )


def hot_issues(home: Path, day: date, *, path: str) -> Step:
    """The hot issues of a day on one path."""
    return Step(
        words=Words(
            zh="当日热点问题：投诉人近日集中说到什么、在哪家机构（姓名、号码已遮盖）",
            en="The day's hot issues: what people newly say, and of whom (names and numbers masked)",
        ),
        arguments=("topics", "show", "--home", str(home), "--on", day.isoformat(), "--path", path),
    )


def verified(home: Path) -> Step:
    """The home held against its own laws."""
    return Step(
        words=Words(zh="核验：链、摘要、行数、台账定律", en="Verified: chains, digests, row counts, laws"),
        arguments=("verify", "--home", str(home)),
    )


def _last_draft(home: Path, series: str) -> str:
    open_home(home)
    return [life.name for life in queries.every() if life.draft.series == series][-1]
