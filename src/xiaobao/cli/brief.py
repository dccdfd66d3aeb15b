"""`xiaobao brief`: the life of a brief, from its draft to those who have read it."""

import click

from xiaobao.cli import brief_drafts, brief_issued
from xiaobao.cli.session import text


@click.group(
    help=text(
        zh="由已日结的一日撰写简报，改其文字（数字不可改），审核，由另一人签发、编号、存原件；传阅、阅毕、撤回、重印、比对",
        en="Write the brief of a closed day, edit its words (never its figures), review it; "
        "another person issues it; circulate, read, withdraw, reprint and compare.",
    )
)
def brief() -> None:
    """The group of commands on briefs."""


for _command in (*brief_drafts.COMMANDS, *brief_issued.COMMANDS):
    brief.add_command(_command)
