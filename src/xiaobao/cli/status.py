"""`xiaobao status`: who has reported, what became of it, and how far the ledger is."""

from datetime import date
from pathlib import Path

import click

from xiaobao.cli.options import as_of_option, day_option, home_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.cli.status_text import status_words
from xiaobao.lib import clock
from xiaobao.submissions.home import business_now, open_home
from xiaobao.submissions.overview import day_overview
from xiaobao.submissions.receipt_words import receipt_words
from xiaobao.submissions.receipts import whole_receipt


@click.command(
    help=text(
        zh="查看某业务日的报送情况、回执、批次与日结；不写 --day 即当前业务日",
        en="Show who has reported for a business day, receipts, batches and closes; today without --day.",
    )
)
@home_option
@day_option
@as_of_option
@click.option(
    "--receipt",
    type=int,
    help=text(zh="显示这一回执及其全部校验结果", en="Show this receipt with all of its findings."),
)
@pass_session
def status(
    session: Session, home_path: Path, day: date | None, as_of: int | date | None, receipt: int | None
) -> None:
    """Parse, ask, show."""
    home = open_home(home_path)
    if receipt is not None:
        facts = whole_receipt(home, receipt)
        session.give(facts, words=receipt_words(facts, domain=home.domain))
        return
    if day is None and isinstance(as_of, date):
        day = as_of
    today = home.domain.business_day(business_now(home, at=None, now=clock.now()))
    overview = day_overview(home, day or today, as_of=as_of)
    session.give(overview, words=status_words(overview, domain=home.domain))
