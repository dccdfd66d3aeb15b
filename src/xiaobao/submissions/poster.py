"""The poster: claims accepted batches, writes their segment, and names it in one transaction.

What it may do is decided by the head row: a commit moves it from the number before the claim's first to the
claim's last, under the token of this poster's lease, or does not happen.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from xiaobao.ledger.posting import BatchNote, PostingError
from xiaobao.submissions import claims, compaction, health, lease, manifest, notes
from xiaobao.submissions.claims import OpenClaim
from xiaobao.submissions.commits import CommitRows, Prior, Wanted, prior_rows, rows_of
from xiaobao.submissions.home import Home
from xiaobao.submissions.lease import Lease, LeaseLostError, MomentSource, moment
from xiaobao.submissions.models import Batch, Claim, LedgerHead
from xiaobao.submissions.segment_files import WrittenSegment, enter, write_rows
from xiaobao.submissions.sweeping import sweep


def post_pending(home: Home, *, at: MomentSource, now: MomentSource) -> tuple[BatchNote, ...]:
    """Post everything that was accepted: complete an open claim as it stands, then claim what is pending.

    `at` is the business clock, `now` the real one. Returns the notes of the batches posted, in order. Raises
    LeaseHeldError while another poster is at work, LeaseLostError when one took over meanwhile, and
    health.UnsoundError when the store is not what the database says.
    """
    with lease.held(now=now) as mine:
        health.require_sound(home)
        posted: list[BatchNote] = []
        for claim in _claims(home, mine, at=at):
            lease.renew(mine, now=moment(now))
            posted.extend(_complete(home, mine, claim, now=now))
            compaction.merge_small(home, mine, now=moment(now))
        lease.renew(mine, now=moment(now))
        sweep(home, mine, now=moment(now))
    return tuple(posted)


def is_pending() -> bool:
    """True while a batch waits for a number or an open claim for its commit."""
    waiting = Batch.objects.filter(posted_seq=None, set_aside=False)
    return waiting.exists() or Claim.objects.filter(finished=False).exists()


def _claims(home: Home, mine: Lease, *, at: MomentSource) -> Iterator[OpenClaim]:
    unfinished = claims.open_claim(home)
    if unfinished is not None:
        yield unfinished
    while (claim := claims.claim_pending(home, mine, at=at)) is not None:
        yield claim


def _complete(home: Home, mine: Lease, claim: OpenClaim, *, now: MomentSource) -> tuple[BatchNote, ...]:
    claim, rows = _rows(home, mine, claim)
    written = _write(home, claim, rows)
    _commit(home, mine, claim, rows, written, now=moment(now))
    return rows.notes


def _rows(home: Home, mine: Lease, claim: OpenClaim) -> tuple[OpenClaim, CommitRows]:
    """The claim's rows; a batch that cannot be posted after all is set aside and keeps its number, empty."""

    def prior(wanted: Wanted) -> Prior:
        return manifest.reading(home, lambda snapshot: prior_rows(snapshot, wanted), as_of=claim.first - 1)

    for unfit in (batch for batch in claim.batches if batch.why_unfit is not None):
        claims.set_aside(home, mine, unfit, why=str(unfit.why_unfit), at=claim.recorded_at)
    while True:
        try:
            return claim, rows_of(claim.numbered, prior=prior, voided=claim.voided)
        except PostingError as error:
            batch = claim.batches[error.posted_seq - claim.first]
            if batch.why_unfit is not None:
                raise
            claims.set_aside(home, mine, batch, why=str(error), at=claim.recorded_at)
            claim = claim.without_rows_of(batch, why=str(error))


def _write(home: Home, claim: OpenClaim, rows: CommitRows) -> tuple[WrittenSegment, ...]:
    written = (
        write_rows(home.segments_folder, frame, table=table, first=claim.first, last=claim.last)
        for table, frame in rows.tables.items()
    )
    return tuple(segment for segment in written if segment is not None)


def _commit(
    home: Home,
    mine: Lease,
    claim: OpenClaim,
    rows: CommitRows,
    written: tuple[WrittenSegment, ...],
    *,
    now: datetime,
) -> None:
    """The one transaction that makes the rows the ledger's; LeaseLostError and nothing kept when too late."""
    with transaction.atomic():
        moved = LedgerHead.objects.filter(id=1, posted_seq=claim.first - 1, token=mine.token).update(
            posted_seq=claim.last, recorded_at=claim.recorded_at
        )
        if moved != 1:
            raise LeaseLostError
        for segment in written:
            enter(segment, at=now)
        for one in claim.fit:
            Batch.objects.filter(pk=one.batch.sequence).update(posted_seq=one.posted_seq)
        notes.record(home, claim, rows.notes)
        Claim.objects.filter(pk=claim.sequence).update(finished=True)
