"""Histories of reports for the tests of the ledger, and a slow ledger in plain Python beside ours."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any

import polars as pl
from hypothesis import strategies as st
from ledger_rows import RECORDED_AT, SOURCE, Ledger, Report, frame

from xiaobao.ledger import events
from xiaobao.ledger.entries import CODES, CONTENT, SCHEMA, Event, complaint_key, entry_id, month_of
from xiaobao.ledger.events import Disposition, Reported, State

BUSINESSES = ("B01", "B02", "B03")
VOIDED = 9
Batch = tuple[Report, ...]
Delivered = tuple[Batch, ...]

_EVENTS = (Event.NEW, Event.AMEND, Event.WITHDRAW, Event.REINSTATE, Event.SNAPSHOT, Event.RECODE)


_CONTENTS: tuple[dict[str, Any], ...] = (
    {},
    {"business": "B02"},
    {"business": "B02", "cause": "C02"},
    {"cause": None},
    {"product": "a loan"},
    {"received_on": date(2020, 4, 1)},
)
"""What may change from report to report: codes alone, a value that was not stated, the month."""


@st.composite
def any_report(draw: st.DrawFn) -> Report:
    """Any event of one of five complaints, sensible or not."""
    event = draw(st.sampled_from(_EVENTS))
    return Report(
        complaint_no=draw(st.sampled_from("12345")),
        source=draw(st.sampled_from((SOURCE, SOURCE, "bank-gy02"))),
        event=event,
        revision=None if event is Event.RECODE else draw(st.integers(min_value=1, max_value=VOIDED)),
        submitted="A01||",
        **draw(st.sampled_from(_CONTENTS)),
    )


any_deliveries: st.SearchStrategy[Delivered] = st.lists(
    st.lists(any_report(), max_size=12).map(tuple), min_size=1, max_size=6
).map(tuple)
"""Batches of any reports at all."""


@st.composite
def honest_history(draw: st.DrawFn, *, complaint_no: str) -> list[Report]:
    """What a reporter may report of one complaint, in order: distinct revisions, sensible events."""
    snapshots = draw(st.booleans())
    reports: list[Report] = []
    revision = 0
    for event in _honest_events(draw, snapshots=snapshots):
        revision += draw(st.integers(min_value=1, max_value=3))
        business = draw(st.sampled_from(BUSINESSES))
        reports.append(Report(complaint_no=complaint_no, event=event, revision=revision, business=business))
    return reports


def _honest_events(draw: st.DrawFn, *, snapshots: bool) -> list[Event]:
    length = draw(st.integers(min_value=1, max_value=6))
    if snapshots:
        return [Event.SNAPSHOT] * length
    told = [Event.NEW]
    while len(told) < length:
        if told[-1] is Event.WITHDRAW:
            told.append(Event.REINSTATE)
        else:
            told.append(draw(st.sampled_from((Event.AMEND, Event.AMEND, Event.WITHDRAW))))
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Honest histories, and an order and grouping in which their reports arrive."""

    histories: tuple[tuple[Report, ...], ...]
    batches: Delivered

    def expected(self) -> dict[str, object]:
        """The business category that must stand in the end: what the last revision says."""
        lasts = [history[-1] for history in self.histories]
        return {last.complaint_no: last.business for last in lasts if last.event is not Event.WITHDRAW}


@st.composite
def arrivals(draw: st.DrawFn) -> Arrival:
    """Five honest histories in any order of arrival, cut into batches anywhere."""
    histories = tuple(tuple(draw(honest_history(complaint_no=number))) for number in "12345")
    reports = draw(st.permutations([report for history in histories for report in history]))
    return Arrival(histories=histories, batches=_cut(reports, draw))


def _cut(reports: Sequence[Report], draw: st.DrawFn) -> Delivered:
    places = draw(st.sets(st.integers(min_value=1, max_value=len(reports)), max_size=4))
    bounds = [0, *sorted(places), len(reports)]
    return tuple(tuple(reports[start:end]) for start, end in pairwise(bounds))


@st.composite
def commits(draw: st.DrawFn, *, batches: int) -> list[int]:
    """Sizes of commits that cover that many batches."""
    sizes: list[int] = []
    while (left := batches - sum(sizes)) > 0:
        sizes.append(draw(st.integers(min_value=1, max_value=left)))
    return sizes


def post_in(sizes: Sequence[int], batches: Delivered, *, ledger: Ledger) -> Ledger:
    """Post the batches in commits of the given sizes."""
    start = 0
    for size in sizes:
        ledger.commit(*batches[start : start + size])
        start += size
    return ledger


def resend_refused(ledger: Ledger, batches: Delivered) -> None:
    """Send what was refused again, with its old revision, until nothing is refused or nothing changes."""
    sent = list(batches)
    pending = [report for number, batch in enumerate(batches) for report in _refused(ledger, number, batch)]
    while pending:
        sent.append(tuple(pending))
        ledger.commit(sent[-1])
        refused = _refused(ledger, len(sent) - 1, sent[-1])
        if len(refused) == len(pending):
            return
        pending = refused


def _refused(ledger: Ledger, number: int, batch: Batch) -> list[Report]:
    rows = ledger.notes[number].refused["row_number"].to_list()
    return [batch[row - 1] for row in rows]


@dataclass(kw_only=True)
class SlowLedger:
    """Posts row by row with the pure rules and a state it keeps itself; shares no column-wise code."""

    arrival: bool = False
    voided: frozenset[int] = frozenset()
    states: dict[tuple[str, str], State] = field(default_factory=dict)
    rows: list[dict[str, object]] = field(default_factory=list)
    fates: list[dict[Disposition, int]] = field(default_factory=list)

    def post(self, batch: Batch) -> None:
        """Post one batch."""
        posted_seq = len(self.fates) + 1
        self.fates.append(dict.fromkeys(Disposition, 0))
        for values in frame(batch).iter_rows(named=True):
            self._apply(posted_seq, values)

    def table(self) -> pl.DataFrame:
        """All rows in order of entry id."""
        return pl.DataFrame(self.rows, schema=SCHEMA).sort("entry_id")

    def _apply(self, posted_seq: int, values: dict[str, object]) -> None:
        identity = (str(values["source_code"]), str(values["complaint_no"]))
        event = Event(str(values["event"]))
        revision = posted_seq if self.arrival else values["revision"]
        stated = None if event is Event.RECODE else revision
        reported = Reported(
            event=event,
            revision=None if stated in self.voided else stated,
            content=tuple(values[name] for name in CONTENT),
            arrival=self.arrival,
        )
        outcome = events.apply(self.states.get(identity, events.NOTHING_KNOWN), reported)
        self.states[identity] = outcome.state
        self.fates[-1][outcome.disposition] += 1
        for sign, content in outcome.rows:
            row = values | dict(zip(CONTENT, content, strict=True))
            row |= {
                "month": month_of(row["received_on"]),
                "posted_seq": posted_seq,
                "entry_id": entry_id(posted_seq, values["row_number"], sign),
                "complaint_key": complaint_key(*identity),
                "sign": sign,
                "revision": stated,
                "recorded_at": RECORDED_AT,
                "event": outcome.event.value,
            }
            self.rows.append(row)


def without_repeats(batch: Batch) -> Batch:
    """The batch with the first report of every complaint only, as intake lets it pass."""
    first: dict[tuple[str, str], Report] = {}
    for report in batch:
        first.setdefault((report.source, report.complaint_no), report)
    return tuple(first.values())


def without_revisions(batches: Delivered) -> Delivered:
    """The batches as of a source that states no revision."""
    return tuple(tuple(replace(report, revision=None) for report in batch) for batch in batches)


def decided_codes(rows: pl.DataFrame) -> dict[str, tuple[object, ...]]:
    """The bureau's last decision of every complaint."""
    decisions = rows.filter((pl.col("event") == "recode") & (pl.col("sign") >= 0)).sort("entry_id")
    return {str(number): codes for number, *codes in decisions.select("complaint_no", *CODES).iter_rows()}
