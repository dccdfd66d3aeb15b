"""`xiaobao linkage`: the same matter on both counting paths."""

from datetime import date
from pathlib import Path

import click

from xiaobao.cli.day_options import from_day_option, period_of, to_day_option
from xiaobao.cli.linkage_text import as_json, as_words
from xiaobao.cli.options import as_of_option, home_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.submissions.home import open_home
from xiaobao.workflows.link_paths import Call, link_paths


@click.group(
    help=text(zh="关联热线与机构报送中的同一事项", en="Link the same matter on hotline and bank path.")
)
def linkage() -> None:
    """The group of the commands."""


@linkage.command(
    help=text(
        zh="热线在期间内的投诉与机构报送逐对比对（假名、机构、日期、编码、文本），按估计的概率一对一关联："
        "关联占比、不一致之处，以及各行自述已先向银行投诉而机构报送中没有的占比与区间。两条路径从不相加。",
        en="Compare the hotline's complaints of a period with the banks' entries (pseudonyms, institution, "
        "dates, codes, text) and link them one to one by an estimated probability: the matched share, what "
        "conflicts, and by bank the share of callers who say they had complained to it first and are absent "
        "from its file, with its interval. The paths are never added.",
    )
)
@home_option
@from_day_option(zh="热线收到投诉的第一天", en="First day on which the hotline received complaints.")
@to_day_option
@as_of_option
@pass_session
def show(session: Session, home_path: Path, from_day: date, to_day: date, as_of: int | date | None) -> None:
    """Parse, link, show."""
    period = period_of(from_day, to_day)
    home = open_home(home_path)
    found = link_paths(home, Call(period=period, as_of=as_of))
    session.give(as_json(found, mark=home.mark), words=as_words(found, mark=home.mark))
