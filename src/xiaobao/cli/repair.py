"""`xiaobao repair`: make damaged segments and files again from archive and journal."""

from pathlib import Path

import click

from xiaobao.cli.options import home_option
from xiaobao.cli.progress import progress
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib import clock
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Words
from xiaobao.submissions.home import open_home
from xiaobao.workflows import repair as workflow
from xiaobao.workflows.repair import RepairOutcome


@click.command(
    help=text(
        zh="由流水、批次与原件修复损坏或丢失的段与留存文件，然后核验；无从确知的一概不动。"
        "仍有问题时退出码为 3。",
        en="Make damaged or lost segments and archive files again from journal, batches and raw files, then "
        "verify; nothing is guessed. Exit code 3 when something is still wrong.",
    )
)
@home_option
@pass_session
def repair(session: Session, home_path: Path) -> ExitCode:
    """Parse, repair, show what was made again and what is still wrong."""
    home = open_home(home_path)
    with progress(session) as on_progress:
        outcome = workflow.repair(home, now=clock.now, on_progress=on_progress)
    session.give(outcome, words=_words(outcome))
    return ExitCode.SYSTEM_FAILED if outcome.problems else ExitCode.FINE


def _words(outcome: RepairOutcome) -> Words:
    made = (*outcome.files, *outcome.segments)
    first = Words(
        zh=f"已修复 {len(made)} 个文件：" if made else "没有可修复的文件",
        en=f"files made again: {len(made)}" if made else "there was nothing to make again",
    )
    if outcome.rows:
        first = Words(
            zh=f"由流水补登简报记录 {outcome.rows} 行\n{first.zh}",
            en=f"rows of briefs entered again from the journal: {outcome.rows}\n{first.en}",
        )
    wrong = [problem.words for problem in outcome.problems]
    last = Words(
        zh=f"核验仍发现 {len(wrong)} 个问题：" if wrong else "核验通过：没有发现问题",
        en=f"problems that are left: {len(wrong)}" if wrong else "verified: nothing is wrong",
    )
    return Words(
        zh="\n".join([first.zh, *(f"- {name}" for name in made), last.zh, *(f"- {one.zh}" for one in wrong)]),
        en="\n".join([first.en, *(f"- {name}" for name in made), last.en, *(f"- {one.en}" for one in wrong)]),
    )
