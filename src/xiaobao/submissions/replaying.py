"""What the journal says was posted: all batches in order, with the numbers and moments of their claims."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from xiaobao.submissions.commits import NumberedBatch, Voided
from xiaobao.submissions.home import Home
from xiaobao.submissions.journal import Record
from xiaobao.submissions.notes import NoteCounts
from xiaobao.submissions.pending import load, without_rows

_ROWS_AT_A_TIME = 500_000
_BATCHES_AT_A_TIME = 1_000


class ClaimPayload(msgspec.Struct, frozen=True, kw_only=True):
    """What a `claim` record of the journal says."""

    first: int
    last: int
    batches: tuple[int, ...]
    recorded_at: datetime


class PostedPayload(msgspec.Struct, frozen=True, kw_only=True):
    """What a `posted` record of the journal says."""

    claim: int
    first: int
    last: int
    notes: tuple[NoteCounts, ...]
    rows_digest: str | None


class VoidPayload(msgspec.Struct, frozen=True, kw_only=True):
    """What matters here of a `void_revision` record."""

    source_code: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedBatch:
    """One batch as the journal says it was posted."""

    place: int
    """Its own place in the journal."""
    posted_seq: int
    recorded_at: datetime
    voids: int
    """How many revisions had been declared void before the first batch of its commit."""
    set_aside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingHistory:
    """All batches of finished claims, in order of posting."""

    batches: tuple[PostedBatch, ...]
    voids: tuple[tuple[int, VoidPayload], ...]
    """Declarations with their places in the journal."""
    notes: Mapping[int, NoteCounts]
    """Posting sequence → what became of the batch."""

    @property
    def head(self) -> int:
        """The last posting sequence."""
        return self.batches[-1].posted_seq if self.batches else 0

    def voided(self, count: int) -> Voided:
        """The revisions void after so many declarations, by source."""
        found: dict[str, set[int]] = {}
        for _, void in self.voids[:count]:
            found.setdefault(void.source_code, set()).add(void.revision)
        return {source_code: frozenset(revisions) for source_code, revisions in found.items()}

    def groups(self, home: Home) -> Iterator[tuple[tuple[NumberedBatch, ...], Voided]]:
        """Contiguous batches with their rows, as many at a time as fit in memory, and what was void for them.

        Rows do not depend on the grouping, so several claims may be posted at once.
        """
        group: list[NumberedBatch] = []
        rows, voids = 0, 0
        for posted in self.batches:
            if group and (
                posted.voids != voids or rows > _ROWS_AT_A_TIME or len(group) >= _BATCHES_AT_A_TIME
            ):
                yield tuple(group), self.voided(voids)
                group, rows = [], 0
            voids = posted.voids
            group.append(_numbered(home, posted))
            rows += group[-1].batch.frame.height
        if group:
            yield tuple(group), self.voided(voids)

    def run(self, home: Home, *, first: int, last: int) -> tuple[tuple[NumberedBatch, ...], Voided]:
        """The batches of one commit with their rows, and what was void for them."""
        batches = [one for one in self.batches if first <= one.posted_seq <= last]
        return tuple(_numbered(home, one) for one in batches), self.voided(batches[0].voids)


def read_history(records: Iterable[Record]) -> PostingHistory:
    """What the records of a whole journal say was posted."""
    claims: dict[int, ClaimPayload] = {}
    finished: list[PostedPayload] = []
    voids: list[tuple[int, VoidPayload]] = []
    aside: set[int] = set()
    for record in records:
        match record.kind:
            case "claim":
                claims[record.sequence] = msgspec.convert(record.payload, ClaimPayload)
            case "posted":
                finished.append(msgspec.convert(record.payload, PostedPayload))
            case "void_revision":
                voids.append((record.sequence, msgspec.convert(record.payload, VoidPayload)))
            case "set_aside":
                aside.add(msgspec.convert(record.payload["batch"], int))
    batches = [one for posted in finished for one in _batches(claims[posted.claim], voids, aside)]
    return PostingHistory(
        batches=tuple(batches),
        voids=tuple(voids),
        notes={note.posted_seq: note for posted in finished for note in posted.notes},
    )


def _numbered(home: Home, posted: PostedBatch) -> NumberedBatch:
    batch = load(home, posted.place)
    batch = without_rows(batch, why="set aside") if posted.set_aside else batch
    return NumberedBatch(batch=batch, posted_seq=posted.posted_seq, recorded_at=posted.recorded_at)


def _batches(
    claim: ClaimPayload, voids: Sequence[tuple[int, VoidPayload]], aside: set[int]
) -> Iterator[PostedBatch]:
    before = sum(1 for place, _ in voids if place < claim.batches[0])
    for posted_seq, place in enumerate(claim.batches, start=claim.first):
        yield PostedBatch(
            place=place,
            posted_seq=posted_seq,
            recorded_at=claim.recorded_at,
            voids=before,
            set_aside=place in aside,
        )
