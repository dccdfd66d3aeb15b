"""What people outside the machine know for sure: what was sent, and everything they were told.

This is the oracle. It lives outside the machine, survives every power cut, and holds the ledger to what was
acknowledged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
from ledger_rows import Report
from store_oracle import Oracle

from xiaobao.submissions.closes import CloseFacts
from xiaobao.submissions.receipts import REFUSED, ReceiptFacts

EntryRow = tuple[int, int, int, str, str, str | None]
"""posted_seq, row, sign, source, complaint number, business category (None for markers)."""


@dataclass(slots=True, kw_only=True)
class Sent:
    """One file of a reporter."""

    source: str
    revision: int
    day: date
    reports: tuple[Report, ...]
    file: Path
    receipt: ReceiptFacts | None = None
    """What the reporter was told; None until then."""

    def answered(self, facts: ReceiptFacts) -> None:
        """The reporter was told: accepted once and for all, returned, or to try again."""
        if facts.decision == REFUSED:
            return
        if self.receipt is not None and self.receipt.is_accepted:
            assert facts.sequence == self.receipt.sequence or not facts.is_accepted, "accepted twice"
        else:
            self.receipt = facts

    @property
    def accepted(self) -> tuple[tuple[int, Report], ...]:
        """Row numbers and reports that its receipt says were accepted."""
        if self.receipt is None or not self.receipt.is_accepted:
            return ()
        hard = {count.rule_id for count in self.receipt.rule_counts if count.severity != "warn"}
        rejected = {line.row_number for line in self.receipt.first_findings if line.rule_id in hard}
        return tuple((row, report) for row, report in enumerate(self.reports, start=1) if row not in rejected)


@dataclass(slots=True, kw_only=True)
class Act:
    """One act of the bureau: a decision on a complaint, a void revision, or a run of a tag's rule."""

    kind: str
    """The kind of its journal record: `decision`, `void_revision` or `tags`."""
    source: str = ""
    complaint_no: str = ""
    business: str = ""
    revision: int = 0
    reason: str = ""
    """Unlike that of any other act."""
    sequence: int | None = None
    """Its place in the journal, once that was told."""


@dataclass(slots=True, kw_only=True)
class Books:
    """Everything that was sent and told."""

    sent: list[Sent] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    closes: dict[date, CloseFacts] = field(default_factory=dict)
    head: int = 0
    """The highest posting sequence anybody was told of."""
    seen: dict[int, pl.DataFrame] = field(default_factory=dict)
    """Posting sequence → the rows a reader was given as of it."""

    def expected(self, head: int) -> list[EntryRow]:
        """The rows of the ledger at a posting sequence, by the oracle's rules, sorted."""
        clerks: dict[str, Oracle] = {}
        rows: list[EntryRow] = []
        posted_seq = 0
        for one in self._in_order():
            source = one.source
            clerk = clerks.setdefault(source, Oracle())
            if isinstance(one, Act) and one.kind == "void_revision":
                clerk.void.add(one.revision)
                continue
            posted_seq += 1
            if posted_seq > head:
                break
            for row, number, signed in _signed(one, clerk):
                rows += [
                    (posted_seq, row, sign, source, number, business if sign else None)
                    for sign, business in signed
                ]
        return sorted(rows, key=lambda row: row[:3])

    def told(self, posted_seq: int, rows: pl.DataFrame) -> None:
        """A reader was given the rows as of a sequence: whoever asked before was given the same."""
        before = self.seen.setdefault(posted_seq, rows)
        assert rows.equals(before), f"as of {posted_seq}: {rows.height} rows, before {before.height}"
        self.head = max(self.head, posted_seq)

    def unanswered(self, source: str) -> Sent | None:
        """The file of a reporter that has no receipt yet."""
        return next((one for one in self.sent if one.source == source and one.receipt is None), None)

    def batches(self) -> int:
        """How many batches there are by what was told."""
        return sum(1 for one in self._in_order() if isinstance(one, Sent) or one.kind != "void_revision")

    def _in_order(self) -> list[Sent | Act]:
        placed: list[tuple[int, Sent | Act]] = [
            (one.receipt.sequence, one)
            for one in self.sent
            if one.receipt is not None and one.receipt.is_accepted
        ]
        placed += [(act.sequence, act) for act in self.acts if act.sequence is not None]
        return [one for _, one in sorted(placed, key=lambda pair: pair[0])]


def _signed(one: Sent | Act, clerk: Oracle) -> Iterator[tuple[int, str, tuple[tuple[int, str], ...]]]:
    if isinstance(one, Sent):
        for row, report in one.accepted:
            yield row, report.complaint_no, clerk.take(report)
    elif one.kind == "decision":
        yield 1, one.complaint_no, clerk.decide(one.complaint_no, one.business)
