"""`xiaobao verify`: is everything still as it was written?"""

from pathlib import Path

import click

from xiaobao.cli.expire_month import show_expired
from xiaobao.cli.options import home_option
from xiaobao.cli.progress import progress
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Words
from xiaobao.submissions.home import open_home
from xiaobao.submissions.problems import Problem
from xiaobao.workflows import verify as workflow


@click.command(
    help=text(
        zh="核验流水链、留存文件、数据库、段、台账定律与日结链；不改动任何东西。有问题时退出码为 3。",
        en="Verify journal, archive, database, segments, laws and closes; changes nothing. "
        "Exit code 3 when something is wrong.",
    )
)
@home_option
@click.option(
    "--reread",
    is_flag=True,
    help=text(
        zh="另按当时的目录重读原件，报告差异",
        en="Also read the raw files again, under the catalog of their day.",
    ),
)
@click.option(
    "--close-head",
    "anchors",
    multiple=True,
    help=text(
        zh="简报上印的日结链首，可重复；核对本家目录确有此日结",
        en="A close head as printed on a brief, repeatable: the home must have that close.",
    ),
)
@pass_session
def verify(session: Session, home_path: Path, reread: bool, anchors: tuple[str, ...]) -> ExitCode:
    """Parse, verify, show the problems."""
    home = open_home(home_path)
    with progress(session) as on_progress:
        problems = workflow.verify(home, reread=reread, anchors=anchors, on_progress=on_progress)
    session.give(problems, words=_words(problems))
    show_expired(session)
    return ExitCode.SYSTEM_FAILED if problems else ExitCode.FINE


def _words(problems: tuple[Problem, ...]) -> Words:
    if not problems:
        return Words(zh="核验通过：没有发现问题", en="verified: nothing is wrong")
    lines = [problem.words for problem in problems]
    count = len(problems)
    return Words(
        zh="\n".join([f"发现 {count} 个问题：", *(f"- {line.zh}" for line in lines)]),
        en="\n".join([f"problems found: {count}", *(f"- {line.en}" for line in lines)]),
    )
