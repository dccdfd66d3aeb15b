"""`xiaobao tag`: run a tag's rule over the ledger."""

from datetime import datetime
from pathlib import Path

import click

from xiaobao.cli.options import at_option, home_option, moment_in
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib import clock
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Words
from xiaobao.submissions.home import open_home
from xiaobao.workflows import tag as workflow


@click.command(
    help=text(
        zh="按目录中的规则在整本台账上打标签；同一规则版本再跑一次不会改变什么。",
        en="Run a tag's rule of the catalog over the whole ledger; run again it changes nothing.",
    )
)
@click.argument("tag_id", metavar=text(zh="标签", en="TAG"))
@home_option
@at_option
@pass_session
def tag(session: Session, tag_id: str, home_path: Path, at: datetime | None) -> ExitCode:
    """Parse, run, show what changed."""
    home = open_home(home_path)
    run = workflow.tag(home, tag_id, at=moment_in(home.domain, at), now=clock.now)
    session.give(
        {
            "tag": run.tag,
            "rule_version": run.rule_version,
            "as_of": run.as_of,
            "added": run.added,
            "removed": run.removed,
        },
        words=Words(
            zh=f"标签 {run.tag}（规则 {run.rule_version}，数据截至 {run.as_of}）："
            f"新增 {run.added:,}，撤去 {run.removed:,}",
            en=f"tag {run.tag} (rule {run.rule_version}, as of {run.as_of}): "
            f"set {run.added:,}, taken back {run.removed:,}",
        ),
    )
    return ExitCode.FINE
