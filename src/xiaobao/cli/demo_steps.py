"""The steps of the demonstration: what each shows, and its command line."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from xiaobao.casework.briefs import queries
from xiaobao.lib.words import Words
from xiaobao.outputs import register
from xiaobao.outputs.brief.series import DAILY, WEEKLY
from xiaobao.simulate.manifest import MANIFEST_NAME, read_manifest
from xiaobao.simulate.stream import CORRECTION_FOLDER
from xiaobao.submissions.home import open_home

_REPLAYED_ON = date(2014, 10, 28)
_FIRST_ON = date(2020, 3, 2)
_SEED = 2020
_HISTORY_FROM, _DAILY_FROM, _QUARTER_LAST = date(2017, 1, 1), date(2020, 3, 1), date(2020, 3, 27)
_BRANCHES = ("420000", "440000")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Where the demonstration happens and how many days it takes."""

    replay_home: Path
    simulated_home: Path
    simulated_days: int
    replay_part: tuple[str, ...]
    """Options that cut the replay; none for the whole."""
    quarter_home: Path
    quarter_from: date
    """First day of the simulated quarter, or of the years before it."""
    quarter_scale: float
    quarter_branches: tuple[str, ...]

    @property
    def last_on(self) -> date:
        """The last simulated day: the one whose brief is issued."""
        return _FIRST_ON + timedelta(days=self.simulated_days - 1)

    def page(self, name: str, day: date) -> Path:
        """Where a brief's page goes: beside the homes, easily found."""
        return self.replay_home.parent / f"{name}-{day}.html"


def size_of(into: Path, *, small: bool) -> Size:
    """The whole demonstration, or the small one in homes of its own."""
    suffix = "-small" if small else ""
    return Size(
        replay_home=into / f"cfpb{suffix}",
        simulated_home=into / f"simulated{suffix}",
        simulated_days=3 if small else 10,
        replay_part=("--from", "2014-10-24", "--days", "7") if small else (),
        quarter_home=into / f"quarter{suffix}",
        quarter_from=_QUARTER_LAST - timedelta(days=9) if small else _HISTORY_FROM,
        quarter_scale=0.02 if small else 0.05,
        quarter_branches=_BRANCHES,
    )


def steps(size: Size) -> Iterator[Step]:
    """The steps in order; each is made when the ones before it have run."""
    yield from _replay_steps(size)
    yield from _simulated_steps(size)
    yield from _correction_steps(size)
    yield from _quarter_steps(size)


def briefs_of(size: Size) -> tuple[Path, ...]:
    """The pages the demonstration leaves, in order."""
    return (
        size.page(size.replay_home.name, _REPLAYED_ON),
        size.page(f"{size.replay_home.name}-weekly", _REPLAYED_ON),
        size.page(size.simulated_home.name, size.last_on),
        size.page(size.quarter_home.name, _QUARTER_LAST),
        size.page(f"{size.quarter_home.name}-weekly", _QUARTER_LAST),
    )


def _replay_steps(size: Size) -> Iterator[Step]:
    home = ("--home", str(size.replay_home))
    day = ("--day", _REPLAYED_ON.isoformat())
    replay = ("simulate", "--replay", "cfpb", *size.replay_part, *home)
    page = size.page(size.replay_home.name, _REPLAYED_ON)
    yield Step(
        words=Words(
            zh="真实公开投诉逐日到达、记账、日结，到 2014 年 10 月 28 日为止",
            en="Real public complaints arrive day by day, are posted and closed, up to 28 October 2014",
        ),
        arguments=(*replay, "--until", _REPLAYED_ON.isoformat()),
    )
    yield Step(
        words=Words(zh="当日投诉：按业务类别", en="The day's complaints by product"),
        arguments=("measure", "complaints", *home, *day, "--as-of", day[1], "--by", "business.1"),
    )
    yield _surges(size.replay_home, _REPLAYED_ON)
    yield from _brief_steps(
        (*home, *day),
        home=size.replay_home,
        page=page,
        issued=Words(
            zh="签发当日简报：每个数字先重推再签发",
            en="Its brief is issued: every figure derived again first",
        ),
    )
    yield from _weekly_steps(
        (*home, *day),
        home=size.replay_home,
        page=size.page(f"{size.replay_home.name}-weekly", _REPLAYED_ON),
    )
    yield Step(
        words=Words(
            zh="其余各日到达；2012–2023 年的 2,067 件以另一种版式一次迟报，到达当日日结，其间各日跳过",
            en="The other days arrive; the 2,067 of 2012–2023 come as one late delivery in another layout, "
            "closed on the day it comes, the days between skipped",
        ),
        arguments=replay,
    )
    yield _verified(size.replay_home)


def _simulated_steps(size: Size) -> Iterator[Step]:
    days = ("--days", str(size.simulated_days), "--seed", str(_SEED), "--from", _FIRST_ON.isoformat())
    home = ("--home", str(size.simulated_home))
    simulate = ("simulate", *days, *home)
    day = ("--day", size.last_on.isoformat())
    page = size.page(size.simulated_home.name, size.last_on)
    yield Step(
        words=Words(
            zh="18 家虚构银行逐日报送：更正、撤销、迟报、零报告、坏行、退回",
            en="18 invented banks report: amendments, withdrawals, late and nil reports, bad rows, returns",
        ),
        arguments=(*simulate, "--until", size.last_on.isoformat()),
    )
    yield _surges(size.simulated_home, size.last_on)
    yield from _brief_steps(
        (*home, *day, "--path", "institution"),
        home=size.simulated_home,
        page=page,
        issued=Words(
            zh="签发最后一日的中文简报（机构报送口径）", en="The Chinese brief of the last day is issued"
        ),
    )
    yield Step(
        words=Words(zh="次日早晨的补报到达", en="The next morning's supplementary reports arrive"),
        arguments=simulate,
    )


def _quarter_steps(size: Size) -> Iterator[Step]:
    """Both paths up to the day on which the article counts its briefs, and the brief of that day."""
    home = ("--home", str(size.quarter_home))
    day = ("--day", _QUARTER_LAST.isoformat())
    days = ("--from", size.quarter_from.isoformat(), "--to", _QUARTER_LAST.isoformat())
    branches = tuple(part for region in size.quarter_branches for part in ("--branch", region))
    daily = ("--daily-from", _DAILY_FROM.isoformat())
    draw = ("--seed", str(_SEED), "--scale", str(size.quarter_scale), *daily)
    yield Step(
        words=Words(
            zh="两条路径的模拟报送到 2020 年 3 月 27 日：3 月以前按月装载，3 月逐日报送、记账、日结",
            en="Simulated reports of both paths up to 27 March 2020: by month before March, then day by day",
        ),
        arguments=("simulate", *days, *draw, *branches, *home, "--until", _QUARTER_LAST.isoformat()),
    )
    yield _surges(size.quarter_home, _QUARTER_LAST)
    yield _topics(size.quarter_home, _QUARTER_LAST)
    yield from _brief_steps(
        (*home, *day, "--path", "institution"),
        home=size.quarter_home,
        page=size.page(size.quarter_home.name, _QUARTER_LAST),
        issued=Words(zh="签发 2020 年 3 月 27 日的日报", en="The daily brief of 27 March 2020 is issued"),
    )
    yield from _weekly_steps(
        (*home, *day, "--path", "institution"),
        home=size.quarter_home,
        page=size.page(f"{size.quarter_home.name}-weekly", _QUARTER_LAST),
    )


def _weekly_steps(options: tuple[str, ...], *, home: Path, page: Path) -> Iterator[Step]:
    """The same for the week that ends with the day."""
    yield from _brief_steps(
        (*options, "--series", WEEKLY),
        home=home,
        page=page,
        drafted=Words(zh="撰写截至当日的周报草稿", en="The weekly brief up to the day is drafted"),
        issued=Words(zh="签发周报，编号自成一列", en="The weekly brief is issued, with a number of its own"),
        series=WEEKLY,
    )


def _brief_steps(
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


def _correction_steps(size: Size) -> Iterator[Step]:
    home = ("--home", str(size.simulated_home))
    yield _correction(size)
    yield Step(words=Words(zh="记入台账", en="It is posted"), arguments=("post", *home))
    number = _number(size)
    again = size.page(f"{size.simulated_home.name}-reprint", size.last_on)
    yield Step(
        words=Words(
            zh="已签发的简报重印，仍是原件的字节",
            en="The issued brief reprints, byte for byte as it was issued",
        ),
        arguments=("brief", "reprint", number, *home, "--out", str(again)),
    )
    yield Step(
        words=Words(zh="比对：台账此后学到了什么", en="Compared: what the ledger has learnt since"),
        arguments=("brief", "diff", number, *home),
    )
    yield _verified(size.simulated_home)


def _correction(size: Size) -> Step:
    deliveries = size.simulated_home.with_name(f"{size.simulated_home.name}-deliveries")
    folder = deliveries / CORRECTION_FOLDER
    (planned,) = read_manifest(folder / MANIFEST_NAME)
    return Step(
        words=Words(
            zh="随后来了一份更正：改码、撤销、补报",
            en="Then a correction arrives: other codes, withdrawals, additions",
        ),
        arguments=(
            "receive",
            str(folder / str(planned.file)),
            "--home",
            str(size.simulated_home),
            "--source",
            planned.source_code,
            "--day",
            planned.day.isoformat(),
            "--kind",
            planned.kind,
            "--revision",
            str(planned.revision),
            "--total",
            str(planned.stated_total),
            "--at",
            planned.at.isoformat(),
        ),
    )


def _surges(home: Path, day: date) -> Step:
    return Step(
        words=Words(
            zh="当日突增：高于预期之处（过去越长，判断越可靠）",
            en="The day's surges: where more came than expected (the longer the past, the surer)",
        ),
        arguments=("surges", "show", "--home", str(home), "--on", day.isoformat()),
    )


def _topics(home: Path, day: date) -> Step:
    return Step(
        words=Words(
            zh="当日热点问题：投诉人近日集中说到什么、在哪家机构（姓名、号码已遮盖）",
            en="The day's hot issues: what people newly say, and of whom (names and numbers masked)",
        ),
        arguments=("topics", "show", "--home", str(home), "--on", day.isoformat(), "--path", "institution"),
    )


def _verified(home: Path) -> Step:
    return Step(
        words=Words(zh="核验：链、摘要、行数、台账定律", en="Verified: chains, digests, row counts, laws"),
        arguments=("verify", "--home", str(home)),
    )


def _last_draft(home: Path, series: str) -> str:
    open_home(home)
    return [life.name for life in queries.every() if life.draft.series == series][-1]


def _number(size: Size) -> str:
    open_home(size.simulated_home)
    issued = register.latest_of(DAILY, size.last_on, path="institution", language="zh")
    assert issued is not None  # the step that issues it has run
    return issued.number
