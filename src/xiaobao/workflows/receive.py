"""Take in a delivery: archive, check, receipt; and tell which receipt it was."""

from datetime import datetime
from pathlib import Path

from xiaobao.intake.delivery import Delivery
from xiaobao.lib.waiting import OnWait, ignore
from xiaobao.submissions import receiving
from xiaobao.submissions.home import Home
from xiaobao.submissions.receipts import ReceiptFacts
from xiaobao.submissions.receiving import ChecksMade, no_checks


def receive(
    home: Home,
    path: Path | None,
    *,
    delivery: Delivery,
    at: datetime | None,
    now: datetime,
    on_wait: OnWait = ignore,
    checks_made: ChecksMade = no_checks,
) -> ReceiptFacts:
    """Take in one delivery and give its receipt; arguments and errors are those of `receiving.receive`."""
    return receiving.receive(
        home, path, delivery=delivery, at=at, now=now, on_wait=on_wait, checks_made=checks_made
    )
