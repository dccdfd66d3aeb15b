"""The end of a check: receipt, batch and reporting status in one transaction, sealed files before it."""

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
import polars as pl
from django.db import transaction

from xiaobao.catalog.sources import DeliveryKind, RevisionType, Source, Subject
from xiaobao.intake.delivery import CheckResult, Decision
from xiaobao.intake.findings import FINDING_SCHEMA
from xiaobao.intake.form import Form
from xiaobao.intake.private import NARRATIVE_SCHEMA
from xiaobao.ledger.entries import BATCH_SCHEMA
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.words import Words
from xiaobao.submissions import catalogs, day_counts, journal, receipts, reporting
from xiaobao.submissions.archive import narrative_room
from xiaobao.submissions.arrivals import next_arrival
from xiaobao.submissions.batch_files import BATCH_ROOM, encode
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, JournalRecord, Receipt, Submission
from xiaobao.submissions.pending import BATCH_SCHEMAS, CALLS, table_of_kind
from xiaobao.submissions.receipts import ReceiptFacts
from xiaobao.submissions.repeats import remembered

KIND = "receipt"
DELIVERY_BATCH = "delivery"
RECEIVED, ACCEPTED, REPEATED = "received", "accepted", "repeated"
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


class BrokenCheckError(XiaobaoError):
    """A check whose parts do not add up; nothing of it may reach the ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """The sealed files of a check."""

    batch_digest: str | None
    batch_kind: str
    batch_rows: int
    """Rows of the batch: of entries the rows accepted, of calls what they add up to."""
    narratives_digest: str | None
    findings_digest: str | None


def unchecked(reason: Words) -> CheckResult:
    """The outcome for a file that goes back without having been read."""
    return CheckResult(
        decision=Decision.RETURNED,
        reason=reason,
        form=Form(),
        layout_id=None,
        read=0,
        accepted=0,
        rejected=0,
        batch=pl.DataFrame(schema=BATCH_SCHEMA),
        narratives=pl.DataFrame(schema=NARRATIVE_SCHEMA),
        findings=pl.DataFrame(schema=FINDING_SCHEMA),
        checks_run=(),
        checks_not_run=(),
    )


def conclude(
    home: Home, submission: Submission, result: CheckResult, *, at: datetime, refused: bool = False
) -> ReceiptFacts:
    """Give the receipt of a checked submission, and let its accepted rows wait for the poster.

    `refused` says that the check itself failed, not the file. A repeat gets the earlier receipt instead.
    """
    source = home.catalog().source(submission.source_code)
    _require_whole(result, source)
    kept = _keep(home, submission, source, result)
    with transaction.atomic(durable=True):
        journal.lock_head()
        if Submission.objects.get(id=submission.id).state != RECEIVED:
            raise XiaobaoError(f"submission {submission.id} was concluded by another process")
        known = remembered(submission, source)
        if known.receipt is not None and not refused:
            Submission.objects.filter(id=submission.id).update(state=REPEATED)
            return repeated(home, known.receipt)
        if known.reason is not None and not refused:
            result, kept = _returned(result, known.reason), replace(kept, batch_digest=None, batch_rows=0)
        return _record(home, submission, source, result, kept, at=at, refused=refused)


def repeated(home: Home, receipt: Receipt) -> ReceiptFacts:
    """The receipt that was given before, marked as such."""
    return msgspec.structs.replace(receipts.read(home, receipt), repeated=True)


def _batch_kind(source: Source) -> str:
    return CALLS if source.subject is Subject.CALLS else DELIVERY_BATCH


def _require_whole(result: CheckResult, source: Source) -> None:
    if result.read != result.accepted + result.rejected:
        raise BrokenCheckError(
            f"a check read {result.read} rows, accepted {result.accepted} and rejected {result.rejected}"
        )
    schema = BATCH_SCHEMAS[table_of_kind(_batch_kind(source))]
    # What goes back unread may have the columns of any batch: it has no rows.
    if dict(result.batch.schema) != (schema if result.batch.height else BATCH_SCHEMA):
        raise BrokenCheckError("the rows of a check have other columns than a batch")
    if source.subject is Subject.CALLS:
        _require_whole_day(result)
    elif result.batch.height != result.accepted:
        raise BrokenCheckError(f"a check accepted {result.accepted} rows and gave {result.batch.height}")
    if result.decision is Decision.RETURNED and result.accepted:
        raise BrokenCheckError("a check returned a file and accepted rows of it")


def _require_whole_day(result: CheckResult) -> None:
    """A file of calls is taken whole or not at all, and what is taken states its day."""
    taken = result.decision is not Decision.RETURNED
    if taken != (result.batch.height > 0) or (taken and result.rejected):
        raise BrokenCheckError("a check of calls took a part of a file, or states no day")


def _keep(home: Home, submission: Submission, source: Source, result: CheckResult) -> _Kept:
    archive, narratives = home.archive, result.narratives
    room = narrative_room(submission.raw_month)
    return _Kept(
        batch_digest=archive.keep(encode(result.batch), room=BATCH_ROOM) if result.batch.height else None,
        batch_kind=_batch_kind(source),
        batch_rows=result.batch.height,
        narratives_digest=archive.keep(encode(narratives), room=room) if narratives.height else None,
        findings_digest=receipts.keep_findings(home, result.findings),
    )


def _returned(result: CheckResult, reason: Words) -> CheckResult:
    return replace(
        result,
        decision=Decision.RETURNED,
        reason=reason,
        accepted=0,
        rejected=result.read,
        batch=result.batch.clear(),
        narratives=result.narratives.clear(),
    )


def _record(
    home: Home,
    submission: Submission,
    source: Source,
    result: CheckResult,
    kept: _Kept,
    *,
    at: datetime,
    refused: bool,
) -> ReceiptFacts:
    catalog_digest = catalogs.use(home, at=at)
    facts = _facts(
        home,
        submission,
        source,
        result,
        kept,
        sequence=journal.lock_head().sequence + 1,
        arrived_at=next_arrival(home, at=at),
        decision=receipts.REFUSED if refused else result.decision.value,
        catalog_digest=catalog_digest,
    )
    receipt_digest = receipts.seal(home, facts)
    record = journal.append(home, kind=KIND, payload=_payload(facts, kept, receipt_digest), at=at)
    if record.sequence != facts.sequence:
        raise XiaobaoError(f"receipt {facts.sequence} was journaled as {record.sequence}")
    _index(submission, facts, kept, receipt_digest, record, rows=result.batch)
    if facts.is_accepted:
        reporting.record_delivery(
            home,
            source,
            day=facts.day,
            kind=DeliveryKind(facts.kind),
            receipt_sequence=facts.sequence,
            arrived_at=facts.submitted_at,
            at=at,
        )
    return facts


def _facts(
    home: Home,
    submission: Submission,
    source: Source,
    result: CheckResult,
    kept: _Kept,
    *,
    sequence: int,
    arrived_at: datetime,
    decision: str,
    catalog_digest: str,
) -> ReceiptFacts:
    catalog = home.catalog()
    shown = receipts.first_findings(result.findings, catalog)
    return ReceiptFacts(
        sequence=sequence,
        mark=home.mark.value,
        source_code=source.code,
        source_name=source.name,
        path=source.path,
        day=submission.day,
        kind=submission.kind,
        revision=submission.revision,
        arrival_order=source.revision is RevisionType.ARRIVAL,
        file_name=submission.file_name,
        raw_digest=submission.raw_digest,
        raw_month=submission.raw_month,
        size_bytes=submission.size_bytes,
        submitted_at=submission.arrived_at,
        arrived_at=arrived_at,
        decision=decision,
        reason=result.reason,
        form=result.form,
        layout_id=result.layout_id,
        stated_total=submission.stated_total,
        read=result.read,
        accepted=result.accepted,
        rejected=result.rejected,
        rule_counts=receipts.rule_counts(result.findings, catalog),
        first_findings=shown,
        findings_total=result.findings.height,
        findings_digest=kept.findings_digest,
        checks_run=result.checks_run,
        checks_not_run=result.checks_not_run,
        not_judged=result.not_judged,
        batch_digest=kept.batch_digest,
        narratives_digest=kept.narratives_digest if kept.batch_digest else None,
        catalog_digest=catalog_digest,
    )


def _payload(facts: ReceiptFacts, kept: _Kept, receipt_digest: str) -> dict[str, object]:
    """What the journal keeps of a receipt: enough to rebuild tables and ledger from it."""
    return {
        **{name: getattr(facts, name) for name in _JOURNALED},
        "arrival": facts.arrival_order,
        "batch_kind": kept.batch_kind,
        "rows": kept.batch_rows,
        "receipt_digest": receipt_digest,
    }


def _index(
    submission: Submission,
    facts: ReceiptFacts,
    kept: _Kept,
    receipt_digest: str,
    record: JournalRecord,
    *,
    rows: pl.DataFrame,
) -> None:
    state = ACCEPTED if facts.is_accepted else facts.decision
    Submission.objects.filter(id=submission.id).update(state=state)
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
