"""`xiaobao rebuild`: make the ledger again from journal and batches, and compare."""

from pathlib import Path

import click

from xiaobao.cli.expire_month import show_expired
from xiaobao.cli.options import home_option
from xiaobao.cli.progress import progress
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Words
from xiaobao.submissions.comparison import Difference
from xiaobao.submissions.home import open_home
from xiaobao.workflows import rebuild as workflow
from xiaobao.workflows.rebuild import BRIEFS_FILE, RebuiltHome


@click.command(
    help=text(
        zh="由流水、批次文件与决定在新文件夹中重建台账，并逐列与现用台账比对；有差异时退出码为 3。",
        en="Make the ledger again in a new folder from journal, batch files and decisions, and compare every "
        "column with the one in use. Exit code 3 when they differ.",
    )
)
@home_option
@click.option(
    "--into",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help=text(zh="新的文件夹", en="A new folder."),
)
@pass_session
def rebuild(session: Session, home_path: Path, into: Path) -> ExitCode:
    """Parse, rebuild, show how both compare."""
    home = open_home(home_path)
    with progress(session) as on_progress:
        rebuilt = workflow.rebuild(home, into, on_progress=on_progress)
    session.give(rebuilt, words=_words(rebuilt))
    show_expired(session)
    return ExitCode.SYSTEM_FAILED if rebuilt.ledger.differences.count else ExitCode.FINE


def _words(home: RebuiltHome) -> Words:
    rebuilt = home.ledger
    made = Words(
        zh=f"重建到记账序号 {rebuilt.posted_seq}：{rebuilt.entries:,} 行，标签 {rebuilt.tags:,} 行，"
        f"接听 {rebuilt.call_counts:,} 行；简报的撰写、审核、签发与传阅 {home.briefs:,} 条（{BRIEFS_FILE}）",
        en=f"rebuilt up to posting sequence {rebuilt.posted_seq}: {rebuilt.entries:,} rows, "
        f"{rebuilt.tags:,} of tags, {rebuilt.call_counts:,} of call counts; "
        f"acts on briefs: {home.briefs:,} ({BRIEFS_FILE})",
    )
    count, first = rebuilt.differences.count, rebuilt.differences.first
    if not count:
        return Words(zh=f"{made.zh}；逐列相同", en=f"{made.en}; equal in every column")
    lines = [_line(one) for one in first]
    return Words(
        zh="\n".join(
            [f"{made.zh}；与现用台账有 {count:,} 处不同，前 {len(lines)} 处：", *(x.zh for x in lines)]
        ),
        en="\n".join(
            [f"{made.en}; it differs in {count:,} places, the first {len(lines)}:", *(x.en for x in lines)]
        ),
    )


def _line(one: Difference) -> Words:
    place = f"{one.table} {one.place}" if one.column is None else f"{one.table} {one.place} {one.column}"
    return Words(
        zh=f"- {place}：现用 {one.in_use or '无'}，重建 {one.rebuilt or '无'}",
        en=f"- {place}: in use {one.in_use or 'none'}, rebuilt {one.rebuilt or 'none'}",
    )
