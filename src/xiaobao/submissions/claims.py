"""Claims: which batches get which numbers, durable before a row of them is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db import transaction

from xiaobao.lib.errors import XiaobaoError
from xiaobao.submissions import journal
from xiaobao.submissions.commits import NumberedBatch, Voided
from xiaobao.submissions.home import Home
from xiaobao.submissions.lease import Lease, LeaseLostError, MomentSource, moment, require
from xiaobao.submissions.models import Batch, Claim, RevisionVoid
from xiaobao.submissions.pending import LoadedBatch, load, without_rows

BATCHES_PER_CLAIM = 100
ROWS_PER_CLAIM = 1_000_000
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenClaim:
    """A claim that is not posted yet, with the rows it asks for."""

    sequence: int
    first: int
    last: int
    recorded_at: datetime
    batches: tuple[LoadedBatch, ...]
    voided: Voided

    @property
    def numbered(self) -> tuple[NumberedBatch, ...]:
        """Its batches under their numbers."""
        return tuple(
            NumberedBatch(batch=batch, posted_seq=number, recorded_at=self.recorded_at)
            for number, batch in enumerate(self.batches, start=self.first)
        )

    @property
    def fit(self) -> tuple[NumberedBatch, ...]:
        """Those that are not set aside."""
        return tuple(one for one in self.numbered if one.batch.why_unfit is None)

    def without_rows_of(self, unfit: LoadedBatch, *, why: str) -> "OpenClaim":
        """The claim with one batch set aside: it keeps its number and posts nothing."""
        kept = (without_rows(batch, why=why) if batch is unfit else batch for batch in self.batches)
        return replace(self, batches=tuple(kept))


def open_claim(home: Home) -> OpenClaim | None:
    """The claim that a poster before this one did not finish."""
    claim = Claim.objects.filter(finished=False).first()
    if claim is None:
        return None
    places = places_of(journal.read(home, claim.pk).payload)
    return _opened(claim, tuple(_as_it_stands(home, place) for place in places))


def claim_pending(home: Home, lease: Lease, *, at: MomentSource) -> OpenClaim | None:
    """Claim the next pending batches, several in one commit; None when nothing is pending.

    A batch that cannot be posted is set aside by a journal event first, with its reason.
    """
    while (places := _next_places()) is not None:
        batches = _fit(home, lease, places, at=at)
        if batches:
            return _claim(home, lease, batches, at=at)
    return None


def set_aside(home: Home, lease: Lease, batch: LoadedBatch, *, why: str, at: datetime) -> None:
    """Journal that a batch cannot be posted, and why; it stays out of the ledger."""
    with transaction.atomic():
        require(lease)
        if Batch.objects.filter(pk=batch.sequence, posted_seq=None, set_aside=False).update(set_aside=True):
            payload = {"batch": batch.sequence, "source_code": batch.source_code, "why": why}
            journal.append(home, kind="set_aside", payload=payload, at=at)


def voided_before(sequence: int) -> Voided:
    """The revisions declared void before a place in the journal, by source."""
    found: dict[str, set[int]] = {}
    for void in RevisionVoid.objects.filter(sequence__lt=sequence):
        found.setdefault(void.source_code, set()).add(void.revision)
    return {source_code: frozenset(revisions) for source_code, revisions in found.items()}


def places_of(payload: object) -> tuple[int, ...]:
    """The places in the journal of the batches that a `claim` record names."""
    named = payload.get("batches") if isinstance(payload, dict) else None
    if not isinstance(named, list) or not all(isinstance(place, int) for place in named):
        raise XiaobaoError("a claim of the journal names no batches")
    return tuple(named)


def _next_places() -> tuple[int, ...] | None:
    waiting = Batch.objects.filter(posted_seq=None, set_aside=False).order_by("sequence")
    places = list(waiting.values_list("sequence", flat=True)[:BATCHES_PER_CLAIM])
    if not places:
        return None
    # A revision declared void counts for the batches after the declaration; no commit holds both sides of it.
    void = RevisionVoid.objects.filter(sequence__gt=places[0]).order_by("sequence").first()
    return tuple(place for place in places if void is None or place < void.pk)


def _fit(home: Home, lease: Lease, places: Sequence[int], *, at: MomentSource) -> tuple[LoadedBatch, ...]:
    batches: list[LoadedBatch] = []
    rows = 0
    for batch in _loaded(home, places):
        if batch.why_unfit is not None:
            set_aside(home, lease, batch, why=batch.why_unfit, at=moment(at))
            continue
        rows += batch.frame.height
        if batches and rows > ROWS_PER_CLAIM:
            break
        batches.append(batch)
    return tuple(batches)


def _loaded(home: Home, places: Sequence[int]) -> Iterator[LoadedBatch]:
    return (load(home, place) for place in places)


def _claim(home: Home, lease: Lease, batches: tuple[LoadedBatch, ...], *, at: MomentSource) -> OpenClaim:
    with transaction.atomic():
        head = require(lease)
        if Claim.objects.filter(finished=False).exists():
            raise LeaseLostError
        recorded_at = moment(at).astimezone(UTC)
        if head.recorded_at is not None:
            recorded_at = max(recorded_at, head.recorded_at + _TICK)
        first, last = head.posted_seq + 1, head.posted_seq + len(batches)
        payload = {
            "first": first,
            "last": last,
            "batches": [batch.sequence for batch in batches],
            "recorded_at": recorded_at,
        }
        record = journal.append(home, kind="claim", payload=payload, at=recorded_at)
        claim = Claim.objects.create(
            sequence=record, first_posted_seq=first, last_posted_seq=last, recorded_at=recorded_at
        )
    return _opened(claim, batches)


def _opened(claim: Claim, batches: tuple[LoadedBatch, ...]) -> OpenClaim:
    return OpenClaim(
        sequence=claim.pk,
        first=claim.first_posted_seq,
        last=claim.last_posted_seq,
        recorded_at=claim.recorded_at,
        batches=batches,
        voided=voided_before(batches[0].sequence),
    )


def _as_it_stands(home: Home, place: int) -> LoadedBatch:
    batch = load(home, place)
    if Batch.objects.filter(pk=place, set_aside=True).exists():
        return without_rows(batch, why="set aside")
    return batch
