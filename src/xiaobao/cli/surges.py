"""`xiaobao surges`: what rises beyond expectation."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.surges.detection import Method
from xiaobao.analysis.surges.series import Frequency
from xiaobao.catalog import reading
from xiaobao.cli.day_options import closed_days_options
from xiaobao.cli.options import (
    ENGINE_EPILOG,
    DayType,
    as_of_option,
    each_path_option,
    home_option,
    overlay_option,
    refuse_existing,
)
from xiaobao.cli.session import FORMATS, Session, pass_session, text
from xiaobao.cli.surges_backtest import backtest
from xiaobao.cli.surges_text import as_json, as_words, refused_words
from xiaobao.cli.text_options import new_file_option
from xiaobao.lib import clock
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.home import open_home
from xiaobao.workflows.detect_surges import Asked, Detected, write
from xiaobao.workflows.detect_surges import detect as detect_in_file
from xiaobao.workflows.find_surges import days_to_find, find_surges, show_surges, told_count
from xiaobao.workflows.watch_surges import Call

_NAMED = 5
"""How many series are named of those that two files do not share."""
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(help=text(zh="发现投诉突增", en="Find surges of complaints."))
def surges() -> None:
    """The group of the commands."""


surges.add_command(backtest)


@surges.command(
    help=text(
        zh="检测一个文件中的序列：首列 time，其余每列一个序列。"
        "写出 series_id,time,alarm,score，每点只据其过去判断。",
        en="Detect surges in series of a file: first column `time`, every other column a series. Writes "
        "series_id,time,alarm,score for every point that can be judged from its past alone.",
    )
)
@click.option(
    "--series", required=True, type=_FILE, help=text(zh="序列文件（CSV）", en="The file of series (CSV).")
)
@click.option(
    "--frequency",
    required=True,
    type=click.Choice([one.value for one in Frequency]),
    help=text(zh="每行一日还是一周", en="Whether a row is a day or a week."),
)
@click.option(
    "--calendar",
    "calendar_id",
    help=text(
        zh="日序列的工作日历，如 cn；其年份须已知；不给则只分星期",
        en="Calendar of working days of daily series, such as cn; its years must be known. Without one "
        "a day has its weekday alone.",
    ),
)
@click.option(
    "--groups",
    type=_FILE,
    help=text(
        zh="分组文件：series_id,institution,cause,level；同一原因的日序列共用日历效应",
        en="Groups: series_id,institution,cause,level; daily series of one cause share their calendar.",
    ),
)
@click.option(
    "--method",
    type=click.Choice([one.value for one in Method]),
    default=Method.AUTO.value,
    show_default=True,
    help=text(
        zh="检测方法：auto 为模型，疫情式序列再以参照算法约束；model 只用模型；farrington 为参照算法",
        en="Which detector: auto is the model, held back by the reference in series of epidemics; "
        "model is the model alone; farrington is the reference.",
    ),
)
@click.option(
    "--from", "first_time", help=text(zh="只写出自该期起的结果", en="Write only points from this step on.")
)
@new_file_option("pred.csv")
@overlay_option
@pass_session
def detect(
    session: Session,
    series: Path,
    frequency: str,
    calendar_id: str | None,
    groups: Path | None,
    method: str,
    first_time: str | None,
    out: Path,
    overlay: Path | None,
) -> None:
    """Read, judge, write, say what was found."""
    refuse_existing(out)
    asked = Asked(
        series=series,
        frequency=Frequency(frequency),
        on=clock.now().date(),
        method=Method(method),
        calendar_id=calendar_id,
        groups=groups,
        first_time=first_time,
    )
    found = detect_in_file(reading.load(overlay=overlay), asked)
    write(found, out)
    _tell(session, found, out)


def _tell(session: Session, found: Detected, out: Path) -> None:
    unlike = found.groups
    value = {
        "file": str(out),
        "series": len(found.table.ids),
        "judged": found.judged,
        "alarms": found.alarms,
        "without_group": unlike.without_group,
        "without_series": unlike.without_series,
    }
    count = len(found.table.ids)
    words = Words(
        zh=f"{out}：{count} 个序列，判断 {found.judged} 点，其中 {found.alarms} 点报警",
        en=f"{out}: {count} series, {found.judged} points judged, {found.alarms} with an alarm",
    )
    if not found.judged:
        session.show(
            Words(zh="没有任何一点有足够的过去可据以判断", en="no point has enough of a past to be judged by")
        )
    session.give(value, words=words)
    if unlike.without_group:
        session.show(_unlike(unlike.without_group, zh="分组文件未列", en="not in the groups file"))
    if unlike.without_series:
        session.show(_unlike(unlike.without_series, zh="序列文件没有", en="not in the file of series"))


def _unlike(names: Sequence[str], *, zh: str, en: str) -> Words:
    """How many series one of two files lacks, and the first of them."""
    named, more = names[:_NAMED], len(names) - _NAMED
    return Words(
        zh=f"{zh} {len(names)} 个序列：{'、'.join(named)}{'……' if more > 0 else ''}",
        en=f"{en}: {len(names)} series, {', '.join(named)}{f' and {more} more' if more > 0 else ''}",
    )


@surges.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="某日的突增：何处高于预期、自何时、高多少、由谁，至多到所选条数。日结后已有运行结果的取自该结果并注明，"
        "否则现算",
        en="The surges of a day: where complaints rise beyond expectation, since when, by how much, by whom; "
        "no more than the budget. Taken from the run after the day's close where there is one, as is said; "
        "else worked out now.",
    ),
)
@home_option
@click.option(
    "--on",
    "on",
    required=True,
    type=DayType(),
    help=text(zh="业务日，如 2014-10-28", en="Business day, as 2014-10-28."),
)
@as_of_option
@click.option(
    "--budget",
    type=click.IntRange(min=1),
    help=text(zh="至多几条；不给则按目录", en="How many at most; the catalog's number where not given."),
)
@each_path_option
@click.option(
    "--format",
    "output_format",
    type=click.Choice(FORMATS),
    help=text(
        zh="输出格式；与写在 xiaobao 之后的 --format 相同",
        en="Format of what is shown; the same as --format right after xiaobao.",
    ),
)
@pass_session
def show(
    session: Session,
    home_path: Path,
    on: date,
    as_of: int | date | None,
    budget: int | None,
    path: str | None,
    output_format: str | None,
) -> None:
    """Ask, show."""
    session = replace(session, output_format=output_format or session.output_format)
    home = open_home(home_path)
    scope = Scope(domain=home.domain, simulated=home.simulated, catalog=home.catalog())
    shown = show_surges(home, Call(on=on, path=path, as_of=as_of, most_issues=budget))
    told, stored = shown.told, shown.stored
    session.give(
        [as_json(told, one, stored=stored, scope=scope) for one in told.paths],
        words=refused_words(told)
        if told.refused
        else joined([as_words(told, one, stored=stored, scope=scope) for one in told.paths]),
    )


@surges.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="重做已日结各日的夜间监测：按各自日结时所知，结果写入家目录 runs/。同样的台账给出同样的字节",
        en="Do the nightly look for surges again, for closed days as known at their closes; writes to runs/ "
        "of the home. The same ledger gives the same bytes.",
    ),
)
@home_option
@closed_days_options
@pass_session
def find(session: Session, home_path: Path, first_on: date, last_on: date | None) -> None:
    """Look, keep, say how many."""
    home = open_home(home_path)
    days = days_to_find(home, first_on, last_on or first_on)
    found = [find_surges(home, day) for day in days]
    session.give(
        [{"day": one.day.isoformat(), "surges": told_count(one)} for one in found],
        words=joined(
            [
                Words(zh=f"{one.day}：突增 {told_count(one)} 项", en=f"{one.day}: {told_count(one)} surges")
                for one in found
            ]
        ),
    )
