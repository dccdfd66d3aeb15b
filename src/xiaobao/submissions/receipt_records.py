"""What is recorded of a receipt: its words in the journal, its rows in the tables."""

from dataclasses import dataclass

import polars as pl

from xiaobao.submissions import day_counts
from xiaobao.submissions.models import Batch, JournalRecord, Receipt, Submission
from xiaobao.submissions.receipts import ReceiptFacts

_JOURNALED = (
    "source_code",
    "path",
    "day",
    "kind",
    "revision",
    "stated_total",
    "file_name",
    "size_bytes",
    "raw_digest",
    "raw_month",
    "submitted_at",
    "arrived_at",
    "decision",
    "read",
    "accepted",
    "rejected",
    "batch_digest",
    "narratives_digest",
    "findings_digest",
    "catalog_digest",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The sealed files of a check."""

    batch_digest: str | None
    batch_kind: str
    batch_rows: int
    """Rows of the batch: of entries the rows accepted, of calls what they add up to."""
    narratives_digest: str | None
    findings_digest: str | None


def payload_of(facts: ReceiptFacts, kept: Kept, receipt_digest: str) -> dict[str, object]:
    """What the journal keeps of a receipt: enough to rebuild tables and ledger from it."""
    period = {} if facts.covers_from is None else {"covers_from": facts.covers_from}
    return {
        **{name: getattr(facts, name) for name in _JOURNALED},
        **period,
        "arrival": facts.arrival_order,
        "batch_kind": kept.batch_kind,
        "rows": kept.batch_rows,
        "receipt_digest": receipt_digest,
    }


def index(
    submission: Submission,
    facts: ReceiptFacts,
    kept: Kept,
    receipt_digest: str,
    record: JournalRecord,
    *,
    rows: pl.DataFrame,
) -> None:
    """The rows of a receipt and of its batch, for whoever looks them up."""
    Receipt.objects.create(
        submission=submission,
        sequence=record,
        decision=facts.decision,
        source_code=facts.source_code,
        path=facts.path,
        day=facts.day,
        kind=facts.kind,
        revision=facts.revision,
        raw_digest=facts.raw_digest,
        digest=receipt_digest,
        read=facts.read,
        accepted=facts.accepted,
        rejected=facts.rejected,
        arrived_at=facts.arrived_at,
    )
    if facts.batch_digest is not None:
        batch = Batch.objects.create(
            sequence=record,
            kind=kept.batch_kind,
            source_code=facts.source_code,
            batch_digest=facts.batch_digest,
            narratives_digest=facts.narratives_digest,
            arrived_at=facts.arrived_at,
            rows=kept.batch_rows,
        )
        day_counts.keep(batch, rows, day=facts.day)
