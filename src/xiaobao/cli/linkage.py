"""`xiaobao linkage`: the same matter on both counting paths."""

from datetime import date
from pathlib import Path

import click

from xiaobao.cli.day_options import closed_days_options, period_of
from xiaobao.cli.linkage_text import as_words
from xiaobao.cli.options import DayType, as_of_option, home_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.home import open_home
from xiaobao.workflows.find_linkage import ShownLinkage, find_linkage, show_linkage, show_night
from xiaobao.workflows.find_surges import days_to_find
from xiaobao.workflows.link_paths import Call


@click.group(
    help=text(zh="关联热线与机构报送中的同一事项", en="Link the same matter on hotline and bank path.")
)
def linkage() -> None:
    """The group of the commands."""


@linkage.command(
    help=text(
        zh="热线在期间内的投诉与机构报送逐对比对（假名、机构、日期、编码、文本），按估计的概率一对一关联："
        "关联占比、不一致之处，以及各行自述已先向银行投诉而机构报送中没有的占比与区间。两条路径从不相加。"
        "--on 给出某日日结后的夜间结果（截至当日的若干天，见目录），没有则现算。",
        en="Compare the hotline's complaints of a period with the banks' entries (pseudonyms, institution, "
        "dates, codes, text) and link them one to one by an estimated probability: the matched share, what "
        "conflicts, and by bank the share of callers who say they had complained to it first and are absent "
        "from its file, with its interval. The paths are never added. --on tells "
        "what the night after a close found, of as many days up to it as the catalog says.",
    )
)
@home_option
@click.option(
    "--from",
    "from_day",
    type=DayType(),
    help=text(zh="热线收到投诉的第一天", en="First day on which the hotline received complaints."),
)
@click.option("--to", "to_day", type=DayType(), help=text(zh="最后一天（含）", en="Last day, included."))
@click.option(
    "--on", "on", type=DayType(), help=text(zh="已日结的一日", en="A closed day, instead of --from and --to.")
)
@as_of_option
@pass_session
def show(
    session: Session,
    home_path: Path,
    from_day: date | None,
    to_day: date | None,
    on: date | None,
    as_of: int | date | None,
) -> None:
    """Parse, link, show."""
    home = open_home(home_path)
    if on is not None and (from_day, to_day, as_of) == (None, None, None):
        shown = show_night(home, on)
    elif on is None and from_day is not None and to_day is not None:
        shown = show_linkage(home, Call(period=period_of(from_day, to_day), as_of=as_of))
    else:
        raise UserError(
            Words(zh="请给出 --from 与 --to，或只给 --on", en="give --from and --to, or --on alone")
        )
    session.give(shown.told, words=_words(shown))


@linkage.command(
    help=text(
        zh="重做已日结各日的夜间关联，按各自日结时所知，结果写入家目录 runs/linkage/。"
        "同样的台账给出同样的字节",
        en="Do the nightly linkage of closed days again, as known at their closes, and write it to "
        "runs/linkage/ of the home. The same ledger gives the same bytes.",
    )
)
@home_option
@closed_days_options
@pass_session
def find(session: Session, home_path: Path, first_on: date, last_on: date | None) -> None:
    """Link, keep, say how many."""
    home = open_home(home_path)
    days = days_to_find(home, first_on, last_on or first_on)
    found = [(day, find_linkage(home, day)) for day in days]
    session.give(
        [{"day": day.isoformat(), "linked": one.linked} for day, one in found],
        words=joined(
            [Words(zh=f"{day}：关联 {one.linked} 件", en=f"{day}: {one.linked} linked") for day, one in found]
        ),
    )


def _words(shown: ShownLinkage) -> Words:
    return as_words(shown.told, scope=shown.scope, stored=shown.stored)
