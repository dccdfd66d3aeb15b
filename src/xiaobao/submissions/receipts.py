"""Receipts: what a reporter is told of a delivery, sealed in the archive with all of its findings."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import islice

import msgspec
import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.rules import Severity
from xiaobao.intake.delivery import Decision, NotJudged
from xiaobao.intake.findings import FINDING_SCHEMA, summary
from xiaobao.intake.form import Form
from xiaobao.intake.sentences import Finding, sentences
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words
from xiaobao.submissions import catalogs
from xiaobao.submissions.batch_files import encode
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Receipt

ROOM = "receipt"
REFUSED = "refused"
"""The decision on a delivery whose check failed three times."""
ACCEPTED = (Decision.ACCEPTED.value, Decision.ACCEPTED_IN_PART.value)
_SENTENCES_SHOWN = 20
_HARDNESS = {Severity.RETURN.value: 0, Severity.REJECT.value: 1, Severity.WARN.value: 2}


class UnknownReceiptError(UserError):
    """A receipt number nobody was given."""


class RuleCount(msgspec.Struct, frozen=True, kw_only=True):
    """How often one rule found something."""

    rule_id: str
    severity: str
    title: Words
    findings: int
    rows: int


class FindingLine(msgspec.Struct, frozen=True, kw_only=True):
    """One finding in a sentence."""

    rule_id: str
    row_number: int | None
    line_number: int | None
    sheet: str | None
    letters: str | None
    sentence: Words


class ReceiptFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a receipt says."""

    sequence: int
    """Its position in the journal: the number of the receipt."""
    mark: str
    source_code: str
    source_name: Words
    path: str | None
    day: date
    kind: str
    revision: int | None
    arrival_order: bool
    """True where the source has no revisions, so that what arrives later counts."""
    file_name: str
    raw_digest: str
    raw_month: str
    size_bytes: int
    submitted_at: datetime
    """When its bytes were kept: what the deadline is compared with."""
    arrived_at: datetime
    """Its place in time among all receipts: what decides the business day it belongs to."""
    decision: str
    reason: Words | None
    form: Form
    """How the file is written, as far as it was recognised."""
    layout_id: str | None
    stated_total: int | None
    read: int
    accepted: int
    rejected: int
    rule_counts: tuple[RuleCount, ...]
    first_findings: tuple[FindingLine, ...]
    findings_total: int
    findings_digest: str | None
    """All findings, as a file of the room `receipt`; `findings_of` reads it."""
    checks_run: tuple[str, ...]
    checks_not_run: tuple[str, ...]
    batch_digest: str | None
    narratives_digest: str | None
    catalog_digest: str
    not_judged: tuple[NotJudged, ...] = ()
    """Rules that had the ledger and could not judge this delivery by it."""
    covers_from: date | None = None
    """First day of the period that the delivery states up to `day`; None where it states that day alone."""
    repeated: bool = False
    """True when the same delivery had come before and this is its receipt."""

    @property
    def is_accepted(self) -> bool:
        """True when the delivery, or part of it, goes to the ledger."""
        return self.decision in ACCEPTED


def seal(home: Home, facts: ReceiptFacts) -> str:
    """Keep a receipt in the archive; its digest."""
    return home.archive.keep(msgspec.json.encode(facts), room=ROOM)


def read(home: Home, receipt: Receipt) -> ReceiptFacts:
    """A receipt as it was given."""
    return msgspec.json.decode(home.archive.read(receipt.digest, room=ROOM), type=ReceiptFacts)


def of_number(sequence: int) -> Receipt:
    """The row of the receipt of that number; or UnknownReceiptError."""
    row = Receipt.objects.filter(sequence=sequence).first()
    if row is None:
        raise UnknownReceiptError(
            Words(zh=f"没有编号为 {sequence} 的回执", en=f"there is no receipt number {sequence}")
        )
    return row


def whole_receipt(home: Home, sequence: int) -> ReceiptFacts:
    """The receipt of that number with all its findings in sentences; or UnknownReceiptError."""
    facts = read(home, of_number(sequence))
    catalog = catalogs.read(home, facts.catalog_digest)
    lines = _in_sentences(sentences(_hardest_first(findings_of(home, facts)), catalog))
    return msgspec.structs.replace(facts, first_findings=lines)


def keep_findings(home: Home, findings: pl.DataFrame) -> str | None:
    """Keep all findings in the archive; None when there are none."""
    return None if findings.is_empty() else home.archive.keep(encode(findings), room=ROOM)


def findings_of(home: Home, facts: ReceiptFacts) -> pl.DataFrame:
    """All findings of a delivery; columns of `intake.findings.FINDING_SCHEMA`."""
    if facts.findings_digest is None:
        return pl.DataFrame(schema=FINDING_SCHEMA)
    return pl.read_parquet(home.archive.read(facts.findings_digest, room=ROOM))


def rule_counts(findings: pl.DataFrame, catalog: Catalog) -> tuple[RuleCount, ...]:
    """Findings by rule, the hardest first."""
    return tuple(
        RuleCount(
            rule_id=row["rule_id"],
            severity=row["severity"],
            title=catalog.rules[row["rule_id"]].title,
            findings=row["findings"],
            rows=row["rows"],
        )
        for row in summary(findings).iter_rows(named=True)
    )


def first_findings(findings: pl.DataFrame, catalog: Catalog) -> tuple[FindingLine, ...]:
    """The first findings in sentences: enough to see what is wrong, the rest is counted and kept."""
    return _in_sentences(islice(sentences(_hardest_first(findings), catalog), _SENTENCES_SHOWN))


def _hardest_first(findings: pl.DataFrame) -> pl.DataFrame:
    if findings.is_empty():
        return findings
    hardness = pl.col("severity").replace_strict(_HARDNESS, return_dtype=pl.Int8)
    return findings.sort(hardness, "row_number", maintain_order=True)


def _in_sentences(findings: Iterable[Finding]) -> tuple[FindingLine, ...]:
    return tuple(
        FindingLine(
            rule_id=finding.rule_id,
            row_number=finding.row_number,
            line_number=finding.line_number,
            sheet=finding.sheet,
            letters=finding.letters,
            sentence=finding.sentence,
        )
        for finding in findings
    )
