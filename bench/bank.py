"""A bank that reports to a home of its own: deliveries with rising revisions, received and posted."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import polars as pl

from bench import deliveries
from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.delivery import Delivery
from xiaobao.lib.clock import now
from xiaobao.submissions.home import Home, create_home
from xiaobao.submissions.home_file import Mark
from xiaobao.submissions.poster import post_pending
from xiaobao.workflows.receive import receive

MORNING = datetime(2019, 12, 27, 1, tzinfo=UTC)


def new_home(folder: Path) -> Home:
    """An empty home; Django's default connection is then its database."""
    return create_home(folder, domain_id="pbc", mark=Mark.SIMULATED, at=MORNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """The bank's files go into `home`; its revisions count up from 1."""

    home: Home
    _revisions: "count[int]" = field(default_factory=lambda: count(1))

    def deliver(self, rows: pl.DataFrame, path: Path) -> None:
        """Write the rows as a file and have it received."""
        rows.write_csv(path)
        self.deliver_file(path)

    def deliver_file(self, path: Path) -> None:
        """Have a file received, all of it accepted."""
        revision = next(self._revisions)
        delivery = Delivery(
            source_code=deliveries.SOURCE,
            day=deliveries.LAST_DAY,
            kind=DeliveryKind.REGULAR if revision == 1 else DeliveryKind.SUPPLEMENTARY,
            revision=revision,
        )
        at = MORNING + timedelta(minutes=revision)
        receipt = receive(self.home, path, delivery=delivery, at=at, now=now())
        assert receipt.rejected == 0, receipt

    def post(self) -> None:
        """Post what was received."""
        post_pending(self.home, at=MORNING + timedelta(days=1), now=now)
