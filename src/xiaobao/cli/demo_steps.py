"""The steps of the demonstration, in order."""

from collections.abc import Iterator
from datetime import date

from xiaobao.cli.demo_commands import Step, brief_steps, hot_issues, surges, verified, weekly_steps
from xiaobao.cli.demo_size import FIRST_ON, QUARTER_LAST, REPLAYED_ON, Size
from xiaobao.lib.words import Words
from xiaobao.outputs import register
from xiaobao.outputs.brief.series import DAILY
from xiaobao.simulate.manifest import MANIFEST_NAME, read_manifest
from xiaobao.simulate.stream import CORRECTION_FOLDER
from xiaobao.submissions.home import open_home

_SEED = 2020
_CASE_ON = date(2020, 3, 3)
"""A day of this draw on which the injected case is new: a few callers, one bank, one demand on them."""


def steps(size: Size) -> Iterator[Step]:
    """The steps in order; each is made when the ones before it have run."""
    yield from _replay_steps(size)
    yield from _simulated_steps(size)
    yield from _correction_steps(size)
    yield from _quarter_steps(size)


def _replay_steps(size: Size) -> Iterator[Step]:
    home = ("--home", str(size.replay_home))
    day = ("--day", REPLAYED_ON.isoformat())
    replay = ("simulate", "--replay", "cfpb", *size.replay_part, *home)
    page = size.page(size.replay_home.name, REPLAYED_ON)
    yield Step(
        words=Words(
            zh="真实公开投诉逐日到达、记账、日结，到 2014 年 10 月 28 日为止",
            en="Real public complaints arrive day by day, are posted and closed, up to 28 October 2014",
        ),
        arguments=(*replay, "--until", REPLAYED_ON.isoformat()),
    )
    yield Step(
        words=Words(zh="当日投诉：按业务类别", en="The day's complaints by product"),
        arguments=("measure", "complaints", *home, *day, "--as-of", day[1], "--by", "business.1"),
    )
    yield surges(size.replay_home, REPLAYED_ON)
    yield from brief_steps(
        (*home, *day),
        home=size.replay_home,
        page=page,
        issued=Words(
            zh="签发当日简报：每个数字先重推再签发",
            en="Its brief is issued: every figure derived again first",
        ),
    )
    yield from weekly_steps(
        (*home, *day),
        home=size.replay_home,
        page=size.page(f"{size.replay_home.name}-weekly", REPLAYED_ON),
    )
    yield Step(
        words=Words(
            zh="其余各日到达；2012–2023 年的 2,067 件以另一种版式一次迟报，到达当日日结，其间各日跳过",
            en="The other days arrive; the 2,067 of 2012–2023 come as one late delivery in another layout, "
            "closed on the day it comes, the days between skipped",
        ),
        arguments=replay,
    )
    yield verified(size.replay_home)


def _simulated_steps(size: Size) -> Iterator[Step]:
    days = ("--days", str(size.simulated_days), "--seed", str(_SEED), "--from", FIRST_ON.isoformat())
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
    yield surges(size.simulated_home, size.last_on)
    yield from brief_steps(
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


def quarter_play(size: Size) -> Step:
    """Both paths up to the day on which the article counts its briefs: the longest of the steps."""
    days = ("--from", size.quarter_from.isoformat(), "--to", QUARTER_LAST.isoformat())
    branches = tuple(part for region in size.quarter_branches for part in ("--branch", region))
    draw = ("--seed", str(_SEED), "--scale", str(size.quarter_scale), *branches)
    home = ("--home", str(size.quarter_home))
    return Step(
        words=Words(
            zh="两条路径的模拟报送到 2020 年 3 月 27 日：此前三年按月装载，当季逐日报送、记账、日结",
            en="Simulated reports of both paths up to 27 March 2020: "
            "three years by month, then the quarter day by day",
        ),
        arguments=("simulate", *days, *draw, *home, "--until", QUARTER_LAST.isoformat()),
    )


def _quarter_steps(size: Size) -> Iterator[Step]:
    """The quarter, what rose in it, and the briefs of its last day."""
    home = ("--home", str(size.quarter_home))
    day = ("--day", QUARTER_LAST.isoformat())
    yield quarter_play(size)
    yield surges(size.quarter_home, QUARTER_LAST)
    if size.quarter_from < _CASE_ON:
        yield hot_issues(size.quarter_home, _CASE_ON, path="hotline")
    yield hot_issues(size.quarter_home, QUARTER_LAST, path="institution")
    yield from brief_steps(
        (*home, *day, "--path", "institution"),
        home=size.quarter_home,
        page=size.page(size.quarter_home.name, QUARTER_LAST),
        issued=Words(zh="签发 2020 年 3 月 27 日的日报", en="The daily brief of 27 March 2020 is issued"),
    )
    yield from weekly_steps(
        (*home, *day, "--path", "institution"),
        home=size.quarter_home,
        page=size.page(f"{size.quarter_home.name}-weekly", QUARTER_LAST),
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
    yield verified(size.simulated_home)


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


def _number(size: Size) -> str:
    open_home(size.simulated_home)
    issued = register.latest_of(DAILY, size.last_on, path="institution", language="zh")
    assert issued is not None  # the step that issues it has run
    return issued.number
