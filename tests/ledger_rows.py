"""Batches and ledgers for the tests of the ledger: small, of invented reports, posted by the real rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import polars as pl

from xiaobao.ledger.entries import BATCH_SCHEMA, CODES, CONTENT, SCHEMA, Event
from xiaobao.ledger.posting import BatchNote, BatchToPost, post

SOURCE = "bank-gy01"
RECORDED_AT = datetime(2020, 3, 2, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One row of a delivery; what is not given is the same in all of them."""

    complaint_no: str
    event: Event
    revision: int | None
    business: str = "B01"
    cause: str | None = "C01"
    submitted: str | None = None
    received_on: date = date(2020, 3, 1)
    source: str = SOURCE
    product: str | None = None

    def row(self, number: int) -> dict[str, object]:
        """The row of a batch."""
        return {
            "source_code": self.source,
            "complaint_no": self.complaint_no,
            "event": self.event.value,
            "revision": self.revision,
            "row_number": number,
            "path": "institution",
            "institution_code": "GY01",
            "entry_kind": "complaint",
            "received_on": self.received_on,
            "channel_code": "A01",
            "business_code": self.business,
            "cause_code": self.cause,
            "standard_id": "jrt0169-2018",
            "product": self.product,
            "submitted_codes": self.submitted or f"A01|{self.business}|{self.cause}",
        }


def new(complaint_no: str, revision: int | None, business: str = "B01") -> Report:
    return Report(complaint_no=complaint_no, event=Event.NEW, revision=revision, business=business)


def amend(complaint_no: str, revision: int | None, business: str = "B01") -> Report:
    return Report(complaint_no=complaint_no, event=Event.AMEND, revision=revision, business=business)


def withdraw(complaint_no: str, revision: int | None) -> Report:
    return Report(complaint_no=complaint_no, event=Event.WITHDRAW, revision=revision)


def reinstate(complaint_no: str, revision: int | None, business: str = "B01") -> Report:
    return Report(complaint_no=complaint_no, event=Event.REINSTATE, revision=revision, business=business)


def snapshot(complaint_no: str, revision: int | None, business: str = "B01") -> Report:
    return Report(complaint_no=complaint_no, event=Event.SNAPSHOT, revision=revision, business=business)


def recode(complaint_no: str, business: str) -> Report:
    return Report(complaint_no=complaint_no, event=Event.RECODE, revision=None, business=business)


def frame(reports: Sequence[Report]) -> pl.DataFrame:
    """The reports as a batch, numbered from 1."""
    rows = [report.row(number) for number, report in enumerate(reports, start=1)]
    return pl.DataFrame(rows, schema=BATCH_SCHEMA)


@dataclass(kw_only=True)
class Ledger:
    """All rows posted so far, and the notes of the batches."""

    voided: Mapping[str, frozenset[int]] = field(default_factory=dict)
    arrival: bool = False
    rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SCHEMA))
    notes: list[BatchNote] = field(default_factory=list)

    def commit(self, *batches: Sequence[Report], recorded_at: datetime = RECORDED_AT) -> pl.DataFrame:
        """Post the batches as one commit and return the rows it added."""
        first = len(self.notes) + 1
        to_post = [
            BatchToPost(posted_seq=number, frame=frame(reports), arrival=self.arrival)
            for number, reports in enumerate(batches, start=first)
        ]
        posted = post(to_post, prior=self.rows, recorded_at=recorded_at, voided=self.voided)
        self.rows = pl.concat([self.rows, posted.rows])
        self.notes += posted.notes
        return posted.rows

    def post(self, *reports: Report) -> pl.DataFrame:
        """Post the reports as one batch and return the rows it added."""
        return self.commit(reports)

    def present(self) -> dict[str, tuple[object, ...]]:
        """What is stated now, by complaint number: rows that do not cancel, added up in plain Python."""
        counts: dict[tuple[str, tuple[object, ...]], int] = {}
        for number, sign, *content in self.rows.select("complaint_no", "sign", *CONTENT).iter_rows():
            key = (number, tuple(content))
            counts[key] = counts.get(key, 0) + sign
        stated = [key for key, count in counts.items() if count]
        assert all(counts[key] == 1 for key in stated)
        assert len({number for number, _ in stated}) == len(stated)
        return dict(stated)

    def businesses(self) -> dict[str, object]:
        """The business category stated now, by complaint number."""
        return {number: content[CONTENT.index(CODES[1])] for number, content in self.present().items()}


def fates(note: BatchNote) -> tuple[int, int, int, int]:
    """Posted, unchanged, superseded and refused of a batch."""
    return note.posted, note.unchanged, note.superseded, note.refused.height


def signed(rows: pl.DataFrame) -> list[tuple[int, str, str]]:
    """Sign, event and business category of rows."""
    return list(rows.select("sign", "event", "business_code").iter_rows())
