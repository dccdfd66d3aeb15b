"""`xiaobao receive`: take in a delivery and give its receipt."""

from datetime import date, datetime
from pathlib import Path

import click

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.cli.options import (
    FileType,
    at_option,
    covers_from_option,
    home_option,
    moment_in,
    required_day_option,
    revision_option,
    source_option,
    total_option,
)
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.intake.delivery import Delivery
from xiaobao.lib import clock
from xiaobao.lib.errors import ExitCode
from xiaobao.submissions.home import open_home
from xiaobao.submissions.receipt_words import receipt_words
from xiaobao.workflows import receive as workflow


@click.command(
    help=text(
        zh="接收一份报送：先留存原件，再检查，出具回执。退回时退出码为 1。",
        en="Take in a delivery: keep its bytes, check it, give the receipt. Exit code 1 when it is returned.",
    )
)
@click.argument("file", required=False, type=FileType(exists=False))
@home_option
@source_option
@required_day_option
@click.option(
    "--kind",
    type=click.Choice(["regular", "supplementary"]),
    default="regular",
    show_default=True,
    help=text(zh="正常报送或补报", en="What kind of delivery it is."),
)
@click.option(
    "--nil", is_flag=True, help=text(zh="零报告：当日没有数据，不带文件", en="Nil report, without a file.")
)
@covers_from_option
@revision_option
@total_option
@at_option
@pass_session
def receive(
    session: Session,
    file: Path | None,
    home_path: Path,
    source: str,
    day: date,
    kind: str,
    nil: bool,
    covers_from: date | None,
    revision: int | None,
    total: int | None,
    at: datetime | None,
) -> ExitCode:
    """Parse, take in, show the receipt."""
    home = open_home(home_path, on_wait=session.tell)
    delivery = Delivery(
        source_code=source,
        day=day,
        kind=DeliveryKind.NIL if nil else DeliveryKind(kind),
        revision=revision,
        stated_total=total,
        covers_from=covers_from,
    )
    facts = workflow.receive(
        home,
        file,
        delivery=delivery,
        at=moment_in(home.domain, at),
        now=clock.now(),
        on_wait=session.tell,
    )
    session.give(facts, words=receipt_words(facts, domain=home.domain))
    return ExitCode.FINE if facts.is_accepted else ExitCode.DATA_REFUSED
