"""What intake is given, what it may ask of the ledger, and what it returns."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

import polars as pl

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.form import Form
from xiaobao.intake.sent import Sent
from xiaobao.lib.words import Words
from xiaobao.privacy.pseudonym_keys import PseudonymKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What the reporter declares with the bytes."""

    source_code: str
    day: date
    kind: DeliveryKind
    revision: int | None
    """None for a source without revisions; YYYYMMDD for a dated one (taken from `day` when not given)."""
    stated_total: int | None = None
    """Rows the reporter says the file has."""
    covers_from: date | None = None
    """First day of the period that the file states up to `day`, all of it; None: the day alone."""


class Decision(StrEnum):
    """What becomes of the file."""

    ACCEPTED = "accepted"
    ACCEPTED_IN_PART = "accepted_in_part"
    RETURNED = "returned"


class History(Protocol):
    """What the ledger can tell intake about a source; absent in `xiaobao check`."""

    def last_revision(self) -> int | None:
        """The highest revision of the source that was accepted and not voided."""
        ...

    def known(self, complaint_nos: pl.Series) -> pl.DataFrame:
        """Columns complaint_no, withdrawn (bool), revision (Int64): each number that the ledger knows, once.

        `revision` is the highest one applied and not voided; empty where there is none to compare with.
        """
        ...

    def waiting(self, complaint_nos: pl.Series) -> pl.Series:
        """Those of the numbers that stand in a delivery which is accepted and not posted yet."""
        ...

    def unchanged(self, batch: pl.DataFrame, *, arrival: bool) -> pl.Series:
        """The `row_number` of the rows (`ledger.entries.BATCH_SCHEMA`) that posting would find unchanged.

        `arrival` as in `ledger.batches.BatchToPost`.
        """
        ...

    def day_counts(self, *, first: date, last: date) -> pl.DataFrame:
        """`day_counts.DAY_COUNT_SCHEMA` of the regular and nil deliveries accepted for these days."""
        ...

    def call_days(self, *, first: date, last: date) -> pl.DataFrame:
        """`call_days.CALL_DAY_SCHEMA` of the regular and nil deliveries of calls accepted for these days."""
        ...

    def people(self, complaint_nos: pl.Series) -> pl.DataFrame:
        """Columns complaint_no, identity_key, identity_key_id, contact_key, contact_key_id.

        Everybody the ledger ever named in each number, under the key under which it did.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NotJudged:
    """A rule that could not judge this delivery, and why; it neither passed nor failed."""

    rule_id: str
    title: Words
    reason: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyKeys:
    """Keys intake needs to pseudonymize; absent in `xiaobao check`, where nothing is kept."""

    narrative_key: bytes
    pseudonyms: PseudonymKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """The outcome of checking one file."""

    decision: Decision
    reason: Words | None
    """Why the file is returned, None when it is not."""
    form: Form
    """How the file is written, as far as it was recognised."""
    layout_id: str | None
    read: int
    accepted: int
    rejected: int
    batch: pl.DataFrame
    """`ledger.entries.BATCH_SCHEMA`, accepted rows only; empty when returned.

    Of a source of calls `ledger.calls.CALL_BATCH_SCHEMA`: what the accepted rows add up to, or, of a nil
    report, the row of a day without calls.
    """
    narratives: pl.DataFrame
    """Columns narrative_digest, text (patterns masked), masking_version; empty without keys."""
    findings: pl.DataFrame
    """`FINDING_SCHEMA`."""
    checks_run: tuple[str, ...]
    checks_not_run: tuple[str, ...]
    """Rule ids that need the ledger and did not run."""
    not_judged: tuple[NotJudged, ...] = ()
    """Rules that had the ledger and could not judge this delivery by it."""
    sent: Sent | None = None
    """The rows as they were sent, where the check was to keep them and the file is a table."""
