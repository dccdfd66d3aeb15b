"""`xiaobao void-revision`: two people declare a reporter's revision void."""

from datetime import datetime
from pathlib import Path

import click

from xiaobao.cli.options import at_option, home_option, moment_in, source_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib import clock
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Words
from xiaobao.submissions.home import open_home
from xiaobao.workflows import recode as workflow


@click.command(
    help=text(
        zh="作废一个报错的版次：此后到达的报送不再因它而被取代。须两名不同人员。",
        en="Declare a wrongly stated revision void: what arrives later is no longer superseded by it. "
        "Takes two different people.",
    )
)
@home_option
@source_option
@click.option("--revision", required=True, type=int, help=text(zh="作废的版次", en="The revision to void."))
@click.option("--declared-by", required=True, help=text(zh="声明人", en="Who declares it."))
@click.option("--confirmed-by", required=True, help=text(zh="确认人", en="Who confirms it."))
@click.option("--reason", required=True, help=text(zh="理由", en="Why."))
@at_option
@pass_session
def void_revision(
    session: Session,
    home_path: Path,
    source: str,
    revision: int,
    declared_by: str,
    confirmed_by: str,
    reason: str,
    at: datetime | None,
) -> ExitCode:
    """Parse, declare, show the journal record."""
    home = open_home(home_path)
    void = workflow.void_revision(
        home,
        source_code=source,
        revision=revision,
        declared_by=declared_by,
        confirmed_by=confirmed_by,
        reason=reason,
        at=moment_in(home.domain, at),
        now=clock.now,
    )
    session.give(
        {"journal_record": void.pk, "source_code": source, "revision": revision},
        words=Words(
            zh=f"来源 {source} 的版次 {revision} 已作废（流水第 {void.pk} 条）",
            en=f"revision {revision} of {source} is void (journal record {void.pk})",
        ),
    )
    return ExitCode.FINE
