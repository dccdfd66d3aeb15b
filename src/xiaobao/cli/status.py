"""`xiaobao status`: who has reported, what became of it, and how far the ledger is."""

from datetime import date, timedelta
from pathlib import Path

import click

from xiaobao.cli.matrix_text import matrix_words
from xiaobao.cli.options import DayType, as_of_option, day_option, home_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.cli.status_text import status_words
from xiaobao.lib import clock
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import Period
from xiaobao.lib.words import Words
from xiaobao.submissions.business_clock import business_now
from xiaobao.submissions.home import open_home
from xiaobao.submissions.matrix import reporting_matrix
from xiaobao.submissions.overview import day_overview
from xiaobao.submissions.posting_note_words import posting_note_words
from xiaobao.submissions.posting_notes import posting_note
from xiaobao.submissions.receipt_words import receipt_words
from xiaobao.submissions.receipts import whole_receipt

MATRIX_DAYS = 7
"""Days a matrix shows when no first day is named."""
_MATRIX_DAYS_LIMIT = 366


@click.command(
    help=text(
        zh="查看某业务日的报送情况、回执、批次与日结；不写 --day 即当前业务日。"
        "--matrix 列出截至该日各来源逐日的报送情况",
        en="Show who has reported for a business day, receipts, batches and closes; today without --day. "
        "--matrix shows every source by day, up to that day.",
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
@click.option(
    "--note",
    type=int,
    help=text(
        zh="显示这一回执的记账通知：各行记账后的结果",
        en="Show the posting note of this receipt: what became of each of its rows.",
    ),
)
@click.option("--matrix", is_flag=True, help=text(zh="来源 × 日期的报送情况", en="Every source by day."))
@click.option(
    "--from",
    "from_day",
    type=DayType(),
    help=text(zh="--matrix 的第一天；不写则为七天", en="First day of --matrix; seven days if not given."),
)
@pass_session
def status(
    session: Session,
    home_path: Path,
    day: date | None,
    as_of: int | date | None,
    receipt: int | None,
    note: int | None,
    matrix: bool,
    from_day: date | None,
) -> None:
    """Parse, ask, show."""
    home = open_home(home_path)
    if receipt is not None:
        facts = whole_receipt(home, receipt)
        session.give(facts, words=receipt_words(facts, domain=home.domain))
        return
    if note is not None:
        told = posting_note(home, note)
        session.give(told, words=posting_note_words(told, domain=home.domain))
        return
    if day is None and isinstance(as_of, date):
        day = as_of
    today = home.domain.business_day(business_now(home, at=None, now=clock.now()))
    if matrix:
        found = reporting_matrix(home, _period(from_day, day or today), as_of=as_of)
        session.give(found, words=matrix_words(found))
        return
    overview = day_overview(home, day or today, as_of=as_of)
    session.give(overview, words=status_words(overview, domain=home.domain))


def _period(first: date | None, last: date) -> Period:
    first = first or last - timedelta(days=MATRIX_DAYS - 1)
    if not 0 <= (last - first).days < _MATRIX_DAYS_LIMIT:
        raise UserError(
            Words(
                zh=f"--from {first} 至 {last} 应为 1 至 {_MATRIX_DAYS_LIMIT} 天",
                en=f"--from {first} to {last} is to be 1 to {_MATRIX_DAYS_LIMIT} days",
            )
        )
    return Period(from_on=first, to_on=last + timedelta(days=1))
