"""`xiaobao home`: create a home, show one, bring one made by an earlier version up to date."""

import os
from datetime import datetime
from pathlib import Path

import click

from xiaobao.catalog import reading
from xiaobao.cli.home_keys import reporter_key, rotate_master, rotate_pseudonym_key
from xiaobao.cli.options import MomentType, home_option, moment_in
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.cli.status_text import home_words
from xiaobao.lib import clock
from xiaobao.lib.words import Words
from xiaobao.submissions.business_clock import ClockError
from xiaobao.submissions.home import create_home, open_home, upgrade_home
from xiaobao.submissions.home_file import Mark
from xiaobao.submissions.overview import home_overview

_DATABASE_VARIABLE = "DATABASE_URL"


@click.group(help=text(zh="建立与查看数据家目录", en="Create and show a home."))
def home() -> None:
    """The group of the commands below."""


@home.command(
    help=text(
        zh="在新的或空的文件夹里建立家目录；领域与标记以后不能改",
        en="Make a home in a new or empty folder; domain and mark hold for ever.",
    )
)
@click.argument("path", type=click.Path(file_okay=False, path_type=Path))
@click.option("--domain", required=True, help=text(zh="领域：pbc 或 cfpb", en="Domain: pbc or cfpb."))
@click.option(
    "--mark",
    required=True,
    type=click.Choice([mark.value for mark in Mark]),
    help=text(zh="普通、回放或模拟", en="What its data are."),
)
@click.option(
    "--at",
    type=MomentType(),
    help=text(
        zh="业务时钟的起点（回放与模拟家目录必填），不写时区时按领域当地时间",
        en="Where the business clock of a replay or simulated home starts; local time of the domain.",
    ),
)
@click.option(
    "--database-url-env",
    default=lambda: _DATABASE_VARIABLE if os.environ.get(_DATABASE_VARIABLE) else None,
    help=text(
        zh=f"存放 PostgreSQL 地址的环境变量名；设了 {_DATABASE_VARIABLE} 即用它，否则用 SQLite",
        en=f"Variable with a PostgreSQL URL; {_DATABASE_VARIABLE} where that is set, else SQLite is used.",
    ),
)
@pass_session
def create(
    session: Session, path: Path, domain: str, mark: str, at: datetime | None, database_url_env: str | None
) -> None:
    """Parse, create, show."""
    starts_at = _start(Mark(mark), at, domain)
    made = create_home(
        path, domain_id=domain, mark=Mark(mark), at=starts_at, database_url_env=database_url_env
    )
    overview = home_overview(made)
    session.give(overview, words=home_words(overview, domain=made.domain))


@home.command(help=text(zh="查看家目录", en="Show what a home is and how far it is."))
@home_option
@pass_session
def show(session: Session, home_path: Path) -> None:
    """Open, ask, show."""
    opened = open_home(home_path)
    overview = home_overview(opened)
    session.give(overview, words=home_words(overview, domain=opened.domain))


@home.command(
    help=text(
        zh="把较早版本建立的家目录升级到本版本（先备份）",
        en="Bring a home made by an earlier version to this one; back it up first.",
    )
)
@home_option
@pass_session
def upgrade(session: Session, home_path: Path) -> None:
    """Upgrade, tell."""
    upgrade_home(home_path)
    session.show(Words(zh=f"{home_path} 已是本版本", en=f"{home_path} is of this version"))


for _command in (reporter_key, rotate_master, rotate_pseudonym_key):
    home.add_command(_command)


def _start(mark: Mark, at: datetime | None, domain_id: str) -> datetime:
    if (mark is Mark.ORDINARY) != (at is None):
        raise ClockError(
            Words(
                zh="回放与模拟家目录要用 --at 给出业务时钟的起点；普通家目录使用真实时钟，不接受 --at",
                en="replay and simulated homes start their clock by --at; an ordinary home takes none",
            )
        )
    return moment_in(reading.load().domain(domain_id), at) or clock.now()
