"""Checks of the deliveries that a play comes to next, made in a process beside while it takes in others.

What a check says depends on the file and on what the ledger has of its own source. So a file can be checked
ahead as soon as nothing of its source is on its way before it, and the outcome is the same.
"""

from collections.abc import Iterable, Set
from datetime import datetime
from itertools import islice
from pathlib import Path

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.delivery import Delivery
from xiaobao.simulate.manifest import PlannedDelivery
from xiaobao.submissions.conclusions import Checked
from xiaobao.submissions.home import Home
from xiaobao.submissions.receiving import ChecksMade, check_ahead, no_checks
from xiaobao.workflows.beside import Begun, Beside

_AHEAD = 24
"""How many deliveries it looks ahead: about a day of all reporters; bounds what is held in memory."""


def delivery_of(planned: PlannedDelivery) -> Delivery:
    """What the reporter declares with a delivery of a manifest."""
    return Delivery(
        source_code=planned.source_code,
        day=planned.day,
        kind=DeliveryKind(planned.kind),
        revision=planned.revision,
        stated_total=planned.stated_total,
        covers_from=planned.covers_from,
    )


class ChecksAhead:
    """What is being checked ahead."""

    def __init__(self, beside: Beside, *, folder: Path) -> None:
        self._beside = beside
        self._folder = folder
        self._begun: dict[tuple[str, datetime], Begun[Checked]] = {}

    def begin(self, coming: Iterable[PlannedDelivery], sources: Set[str]) -> None:
        """Let the next deliveries be checked; of these sources something is on its way, and not posted."""
        on_their_way = set(sources)
        for planned in islice(coming, _AHEAD):
            place = planned.source_code, planned.at
            if planned.source_code not in on_their_way and planned.file and place not in self._begun:
                self._begun[place] = self._beside.begin(_check, self._folder / planned.file, planned)
            on_their_way.add(planned.source_code)

    def of(self, planned: PlannedDelivery) -> ChecksMade:
        """The check of a delivery; none where its turn has not come beside: it is sooner done here."""
        begun = self._begun.pop((planned.source_code, planned.at), None)
        if begun is None or begun.cancel():
            return no_checks

        def made(raw_digest: str) -> Checked | None:
            checked = begun.result()
            return checked if checked is not None and checked.raw_digest == raw_digest else None

        return made


def _check(home: Home, path: Path, planned: PlannedDelivery) -> Checked:
    return check_ahead(home, path, delivery=delivery_of(planned), at=planned.at)
