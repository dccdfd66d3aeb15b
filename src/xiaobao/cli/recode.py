"""`xiaobao recode`: record the bureau's decision on a complaint's codes."""

from datetime import datetime
from pathlib import Path

import click

from xiaobao.cli.options import at_option, home_option, moment_in, source_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib import clock
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Words
from xiaobao.submissions.decisions import Recoding
from xiaobao.submissions.home import open_home
from xiaobao.workflows import recode as workflow


@click.command(
    help=text(
        zh="消保局改定一件投诉的代码；此后报送方的更正保留消保局的代码。",
        en="Record how the bureau codes a complaint; later amendments keep the bureau's codes.",
    )
)
@home_option
@source_option
@click.option("--number", required=True, help=text(zh="投诉编号", en="The reporter's complaint number."))
@click.option("--channel", help=text(zh="业务办理渠道代码", en="Channel code."))
@click.option("--business", help=text(zh="业务类别代码", en="Business category code."))
@click.option("--cause", help=text(zh="投诉原因代码", en="Cause code."))
@click.option("--by", required=True, help=text(zh="决定人", en="Who decides."))
@click.option("--reason", required=True, help=text(zh="理由", en="Why."))
@at_option
@pass_session
def recode(
    session: Session,
    home_path: Path,
    source: str,
    number: str,
    channel: str | None,
    business: str | None,
    cause: str | None,
    by: str,
    reason: str,
    at: datetime | None,
) -> ExitCode:
    """Parse, decide and post, show the posting sequence."""
    home = open_home(home_path)
    asked = Recoding(
        source_code=source,
        complaint_no=number,
        channel_code=channel,
        business_code=business,
        cause_code=cause,
    )
    moment = moment_in(home.domain, at)
    *_, note = workflow.recode(home, asked, by=by, reason=reason, at=moment, now=clock.now)
    session.give(
        {"posted_seq": note.posted_seq, "posted": note.posted, "unchanged": note.unchanged},
        words=Words(
            zh=f"已改码，记账序号 {note.posted_seq}", en=f"recoded, posting sequence {note.posted_seq}"
        ),
    )
    return ExitCode.FINE
