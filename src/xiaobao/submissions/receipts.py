"""Receipts: what a reporter is told of a delivery, sealed in the archive, and the same in words."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import islice

import msgspec
import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.rules import Severity
from xiaobao.intake.delivery import Decision
from xiaobao.intake.findings import FINDING_SCHEMA, Finding, sentences, summary
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words
from xiaobao.submissions import catalogs
from xiaobao.submissions.batch_files import encode
from xiaobao.submissions.home import Home, Mark
from xiaobao.submissions.models import Receipt

ROOM = "receipt"
REFUSED = "refused"
"""The decision on a delivery whose check failed three times."""
ACCEPTED = (Decision.ACCEPTED.value, Decision.ACCEPTED_IN_PART.value)
_SENTENCES_SHOWN = 20
_HARDNESS = {Severity.RETURN.value: 0, Severity.REJECT.value: 1, Severity.WARN.value: 2}

DECISIONS = {
    Decision.ACCEPTED.value: Words(zh="接收", en="accepted"),
    Decision.ACCEPTED_IN_PART.value: Words(zh="部分接收", en="accepted in part"),
    Decision.RETURNED.value: Words(zh="退回", en="returned"),
    REFUSED: Words(zh="拒收", en="refused"),
}
MARKS = {
    Mark.ORDINARY.value: Words(zh="", en=""),
    Mark.REPLAY.value: Words(zh="【回放】", en="[REPLAY] "),
    Mark.SIMULATED.value: Words(zh="【模拟数据】", en="[SIMULATED] "),
}
KINDS = {
    "regular": Words(zh="正常报送", en="regular"),
    "supplementary": Words(zh="补报", en="supplementary"),
    "nil": Words(zh="零报告", en="nil report"),
}


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
    encoding: str | None
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


def whole_receipt(home: Home, sequence: int) -> ReceiptFacts:
    """The receipt of that number with all its findings in sentences; or UnknownReceiptError."""
    row = Receipt.objects.filter(sequence=sequence).first()
    if row is None:
        raise UnknownReceiptError(
            Words(zh=f"没有编号为 {sequence} 的回执", en=f"there is no receipt number {sequence}")
        )
    facts = read(home, row)
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
    hardness = pl.col("severity").replace_strict(_HARDNESS, return_dtype=pl.Int8)
    return findings.sort(hardness, "row_number", maintain_order=True)


def _in_sentences(findings: Iterable[Finding]) -> tuple[FindingLine, ...]:
    return tuple(
        FindingLine(
            rule_id=finding.rule_id,
            row_number=finding.row_number,
            line_number=finding.line_number,
            sentence=finding.sentence,
        )
        for finding in findings
    )


def receipt_words(facts: ReceiptFacts, *, domain: Domain) -> Words:
    """The receipt as a reporter reads it, times in the domain's time zone."""
    lines = [_title(facts), _file(facts, domain), _decision(facts), _order(facts), _counts(facts)]
    lines += [_rule(count) for count in facts.rule_counts]
    lines += [Words(zh="  " + line.sentence.zh, en="  " + line.sentence.en) for line in facts.first_findings]
    lines.append(_more(facts))
    told = [line for line in lines if line is not None]
    return Words(zh="\n".join(line.zh for line in told), en="\n".join(line.en for line in told))


def _title(facts: ReceiptFacts) -> Words:
    mark, kind = MARKS[facts.mark], KINDS[facts.kind]
    revision_zh = "" if facts.revision is None else f"，版次 {facts.revision}"
    revision_en = "" if facts.revision is None else f", revision {facts.revision}"
    again = Words(zh="（同一份报送，原回执）", en=" (the same delivery again: its first receipt)")
    return Words(
        zh=f"{mark.zh}回执 {facts.sequence}{again.zh if facts.repeated else ''}："
        f"{facts.source_name.zh} {facts.day} {kind.zh}{revision_zh}",
        en=f"{mark.en}Receipt {facts.sequence}{again.en if facts.repeated else ''}: "
        f"{facts.source_name.en}, {facts.day}, {kind.en}{revision_en}",
    )


def _file(facts: ReceiptFacts, domain: Domain) -> Words:
    when = facts.submitted_at.astimezone(domain.time_zone).strftime("%Y-%m-%d %H:%M:%S")
    name = facts.file_name or "—"
    return Words(
        zh=f"文件：{name}（{facts.size_bytes:,} 字节，编码 {facts.encoding or '—'}，"
        f"版式 {facts.layout_id or '—'}）\n"
        f"SHA-256：{facts.raw_digest}\n收到：{when}",
        en=f"File: {name} ({facts.size_bytes:,} bytes, encoding {facts.encoding or '—'}, "
        f"layout {facts.layout_id or '—'})\nSHA-256: {facts.raw_digest}\nReceived: {when}",
    )


def _decision(facts: ReceiptFacts) -> Words:
    decision = DECISIONS[facts.decision]
    reason = facts.reason or Words(zh="", en="")
    return Words(
        zh=f"结论：{decision.zh}" + (f"。{reason.zh}" if reason.zh else ""),
        en=f"Decision: {decision.en}" + (f". {reason.en}" if reason.en else ""),
    )


def _order(facts: ReceiptFacts) -> Words | None:
    if not facts.arrival_order:
        return None
    return Words(
        zh="该来源没有版次：以到达先后为准，后到的为准。",
        en="This source has no revisions: order of arrival decides, what comes later counts.",
    )


def _counts(facts: ReceiptFacts) -> Words:
    return Words(
        zh=f"读入 {facts.read:,} 行 = 接收 {facts.accepted:,} + 退回 {facts.rejected:,}；"
        f"已运行校验 {len(facts.checks_run)} 条",
        en=f"Rows read {facts.read:,} = accepted {facts.accepted:,} + rejected {facts.rejected:,}; "
        f"{len(facts.checks_run)} checks run",
    )


def _rule(count: RuleCount) -> Words:
    return Words(
        zh=f"- {count.title.zh}（{count.rule_id}）：{count.findings:,} 处",
        en=f"- {count.title.en} ({count.rule_id}): {count.findings:,}",
    )


def _more(facts: ReceiptFacts) -> Words | None:
    left = facts.findings_total - len(facts.first_findings)
    if not left:
        return None
    number = facts.sequence
    return Words(
        zh=f"另有 {left:,} 处，见 xiaobao status --receipt {number}",
        en=f"{left:,} more: xiaobao status --receipt {number}",
    )
