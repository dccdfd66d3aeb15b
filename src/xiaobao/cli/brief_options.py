"""Options that the commands on briefs share, and what they mean."""

from datetime import datetime
from pathlib import Path

import click

from xiaobao.cli.options import moment_in
from xiaobao.cli.session import text
from xiaobao.lib import clock
from xiaobao.outputs.brief.series import DAILY, SERIES
from xiaobao.submissions.business_clock import business_now
from xiaobao.submissions.home import Home

series_option = click.option(
    "--series",
    type=click.Choice(SERIES),
    default=DAILY,
    show_default=True,
    help=text(
        zh="简报系列：daily 日报，weekly 周报（截至该日的七天）",
        en="Series of briefs: daily, or weekly (the seven days up to the day).",
    ),
)
"""Which series a number is of, as `series`."""

out_option = click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help=text(
        zh="网页写到哪个文件（同名 .pdf、.docx 在旁）；不写则在家目录的 briefs/ 下",
        en="File of the page (.pdf and .docx beside it); below briefs/ of the home without it.",
    ),
)
"""Where the page goes, as `out`."""

draft_argument = click.argument("draft")
"""A draft by its name, such as D1."""

number_argument = click.argument("number")
"""An issued brief by its number, such as 2020-1."""


def moment_of(home: Home, at: datetime | None) -> datetime:
    """The business moment of an act on a brief, `at` as it was typed."""
    return business_now(home, at=moment_in(home.domain, at), now=clock.now())
