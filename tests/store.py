"""Deliveries into a home for the tests of the store: accepted as a check would, with no file read."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime

import polars as pl
from ledger_rows import SOURCE, Report, frame

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.delivery import CheckResult, Decision
from xiaobao.intake.findings import FINDING_SCHEMA
from xiaobao.intake.form import Form
from xiaobao.ledger.entries import CONTENT
from xiaobao.ledger.posting import BatchNote
from xiaobao.submissions import compaction, lease, manifest, sweeping
from xiaobao.submissions.conclusions import conclude, sealed
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Submission
from xiaobao.submissions.poster import post_pending
from xiaobao.submissions.receipts import ReceiptFacts

AT = datetime(2020, 3, 2, 2, 0, tzinfo=UTC)
"""Ten in the morning of 2 March 2020 in Shanghai: the business clock of the tests."""
NOW = datetime(2020, 3, 2, 2, 0, tzinfo=UTC)
"""The real clock of the tests."""
DAY = date(2020, 3, 2)


def submit(
    home: Home,
    reports: Sequence[Report],
    *,
    source: str = SOURCE,
    day: date = DAY,
    revision: int | None = 1,
    kind: DeliveryKind = DeliveryKind.REGULAR,
    at: datetime = AT,
    salt: str = "",
) -> Submission:
    """A submission whose bytes are kept and which nobody has checked yet."""
    content = repr((salt, source, day, revision, kind, list(reports))).encode()
    digest = home.archive.keep(content, room=f"raw/{day:%Y-%m}")
    assert digest == hashlib.sha256(content).hexdigest()
    return Submission.objects.create(
        source_code=source,
        day=day,
        kind=kind.value,
        revision=revision,
        file_name="invented.csv",
        raw_digest=digest,
        raw_month=f"{day:%Y-%m}",
        size_bytes=len(content),
        arrived_at=at,
    )


def accept(
    home: Home,
    reports: Sequence[Report],
    *,
    source: str = SOURCE,
    day: date = DAY,
    revision: int | None = 1,
    kind: DeliveryKind = DeliveryKind.REGULAR,
    at: datetime = AT,
    salt: str = "",
) -> ReceiptFacts:
    """Deliver reports and accept all of them; the receipt. Another `salt` makes another file."""
    submission = submit(home, reports, source=source, day=day, revision=revision, kind=kind, at=at, salt=salt)
    batch = frame(reports)
    result = CheckResult(
        decision=Decision.ACCEPTED,
        reason=None,
        form=Form(encoding="utf-8"),
        layout_id="bank-report",
        read=batch.height,
        accepted=batch.height,
        rejected=0,
        batch=batch,
        narratives=pl.DataFrame(),
        findings=pl.DataFrame(schema=FINDING_SCHEMA),
        checks_run=(),
        checks_not_run=(),
    )
    checked = sealed(
        home,
        submission.raw_digest,
        result,
        source_code=submission.source_code,
        raw_month=submission.raw_month,
    )
    return conclude(home, submission, checked, at=at)


def post(home: Home, *, at: datetime = AT, now: datetime = NOW) -> tuple[BatchNote, ...]:
    """Post what is pending."""
    return post_pending(home, at=at, now=now)


def rewrite(home: Home, *, now: datetime = NOW) -> int:
    """The nightly rewrite; how many files it wrote."""
    with lease.held(now=now) as mine:
        return compaction.rewrite_by_month(home, mine, now=now)


def sweep(home: Home, *, now: datetime = NOW) -> tuple[str, ...]:
    """Delete what may go; its names."""
    with lease.held(now=now) as mine:
        return sweeping.sweep(home, mine, now=now)


def rows(home: Home, *, as_of: int | None = None) -> pl.DataFrame:
    """All rows of the ledger, in order of entry id."""
    return manifest.reading(home, lambda snapshot: snapshot.run(snapshot.entries()), as_of=as_of).sort(
        "entry_id"
    )


def present(home: Home, *, as_of: int | None = None) -> dict[str, str]:
    """The business category stated at present, by complaint number."""
    counts = (
        rows(home, as_of=as_of)
        .group_by("source_code", "complaint_no", *CONTENT)
        .agg(pl.col("sign").cast(pl.Int64).sum())
        .filter(pl.col("sign") != 0)
    )
    assert counts["sign"].to_list() == [1] * counts.height
    return dict(counts.select("complaint_no", "business_code").iter_rows())
