"""The end of a check: receipt, batch and reporting status in one transaction, sealed files before it."""

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
import polars as pl
from django.db import transaction

from xiaobao.catalog.sources import DeliveryKind, RevisionType, Source
from xiaobao.intake.delivery import CheckResult, Decision
from xiaobao.intake.findings import FINDING_SCHEMA
from xiaobao.intake.form import Form
from xiaobao.intake.private import NARRATIVE_SCHEMA
from xiaobao.ledger.entries import BATCH_SCHEMA
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.words import Words
from xiaobao.submissions import catalogs, journal, receipts, reporting
from xiaobao.submissions.archive import narrative_room
from xiaobao.submissions.arrivals import next_arrival
from xiaobao.submissions.batch_files import BATCH_ROOM, encode
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Receipt, Submission
from xiaobao.submissions.receipt_records import Kept, index, payload_of
from xiaobao.submissions.receipts import ReceiptFacts
from xiaobao.submissions.repeats import remembered
from xiaobao.submissions.whole_checks import batch_kind, require_whole

KIND = "receipt"
RECEIVED, ACCEPTED, REPEATED = "received", "accepted", "repeated"
"""States of a submission; one that goes back has its decision for a state."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check said of a file, its files sealed."""

    raw_digest: str
    """SHA-256 of the bytes that were checked."""
    result: CheckResult
    kept: Kept


def sealed(home: Home, raw_digest: str, result: CheckResult, *, source_code: str, raw_month: str) -> Checked:
    """Seal what a check said; files that no receipt names are nobody's."""
    source = home.catalog().source(source_code)
    require_whole(result, source)
    return Checked(
        raw_digest=raw_digest, result=result, kept=_keep(home, source, result, raw_month=raw_month)
    )


def conclude(
    home: Home, submission: Submission, checked: Checked, *, at: datetime, refused: bool = False
) -> ReceiptFacts:
    """Give the receipt of a checked submission, and let its accepted rows wait for the poster.

    `refused` says that the check itself failed, not the file. A repeat gets the earlier receipt instead.
    """
    source = home.catalog().source(submission.source_code)
    result, kept = checked.result, checked.kept
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


def _keep(home: Home, source: Source, result: CheckResult, *, raw_month: str) -> Kept:
    archive, narratives = home.archive, result.narratives
    room = narrative_room(raw_month)
    return Kept(
        batch_digest=archive.keep(encode(result.batch), room=BATCH_ROOM) if result.batch.height else None,
        batch_kind=batch_kind(source),
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
    kept: Kept,
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
    record = journal.append(home, kind=KIND, payload=payload_of(facts, kept, receipt_digest), at=at)
    if record.sequence != facts.sequence:
        raise XiaobaoError(f"receipt {facts.sequence} was journaled as {record.sequence}")
    state = ACCEPTED if facts.is_accepted else facts.decision
    Submission.objects.filter(id=submission.id).update(state=state)
    index(submission, facts, kept, receipt_digest, record, rows=result.batch)
    if facts.is_accepted:
        reporting.record_delivery(
            home,
            source,
            day=facts.day,
            kind=DeliveryKind(facts.kind),
            receipt_sequence=facts.sequence,
            arrived_at=facts.submitted_at,
            at=at,
            covers_from=facts.covers_from,
        )
    return facts


def _facts(
    home: Home,
    submission: Submission,
    source: Source,
    result: CheckResult,
    kept: Kept,
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
        covers_from=submission.covers_from,
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
