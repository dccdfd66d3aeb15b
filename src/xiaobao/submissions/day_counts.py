"""Day counts of the batches of a source, kept beside them so that nobody reads their rows again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import msgspec
import polars as pl

from xiaobao.catalog.sources import DeliveryKind, Events
from xiaobao.intake.day_counts import COUNT_SCHEMA, DAY_COUNT_SCHEMA, NOTHING_STATED, READ, counts_of
from xiaobao.submissions.archive import ArchiveDamagedError, ArchiveMissingError
from xiaobao.submissions.batch_files import BATCH_ROOM
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, BatchCounts, Receipt, RevisionVoid
from xiaobao.submissions.receipts import ACCEPTED

_KINDS = (DeliveryKind.REGULAR.value, DeliveryKind.NIL.value)
_SEAL_BYTES = 32
_Columns = dict[str, list[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delivered:
    """An accepted delivery."""

    sequence: int
    day: date
    kind: str


def keep(batch: Batch, rows: pl.DataFrame, *, day: date) -> None:
    """Keep the counts of a batch; `rows` are its own, `day` is the one it was delivered for."""
    BatchCounts.objects.create(batch=batch, counts=_sealed(batch, counts_of(rows, day=day)))


def read(home: Home, source_code: str, *, first: date, last: date) -> pl.DataFrame:
    """`DAY_COUNT_SCHEMA` of the regular and nil deliveries accepted for the days first … last.

    Batches set aside and revisions declared void are left out. Of a source whose deliveries state all that is
    known the last one for a day stands for it; of others all of them together.
    """
    delivered = _accepted(source_code, first=first, last=last)
    if home.catalog().source(source_code).events is Events.SNAPSHOT:
        delivered = list({each.day: each for each in delivered}.values())
    counts = _counts(home, delivered)
    places: dict[date, int] = {}
    columns: _Columns = {name: [] for name in DAY_COUNT_SCHEMA}
    for each in delivered:
        stated = counts.get(each.sequence)
        if stated is None:
            continue
        places[each.day] = places.get(each.day, 0) + 1
        height = len(stated["rows"])
        columns["day"] += [each.day] * height
        columns["delivery"] += [places[each.day]] * height
        for name in COUNT_SCHEMA:
            columns[name] += stated[name]
    return pl.DataFrame(columns, schema=DAY_COUNT_SCHEMA)


def _accepted(source_code: str, *, first: date, last: date) -> list[_Delivered]:
    voided = RevisionVoid.objects.filter(source_code=source_code).values("revision")
    receipts = Receipt.objects.filter(
        source_code=source_code, kind__in=_KINDS, day__range=(first, last), decision__in=ACCEPTED
    ).exclude(revision__in=voided)
    rows = receipts.order_by("sequence_id").values_list("sequence_id", "day", "kind")
    return [_Delivered(sequence=sequence, day=day, kind=kind) for sequence, day, kind in rows]


def _counts(home: Home, delivered: list[_Delivered]) -> Mapping[int, _Columns]:
    """Receipt → its counts; one whose batch was set aside, or cannot be read, is not among them."""
    days = {each.sequence: each.day for each in delivered}
    nil = DeliveryKind.NIL.value
    found = {each.sequence: _columns(NOTHING_STATED) for each in delivered if each.kind == nil}
    found.update(_of_batches(home, days))
    return found


def _of_batches(home: Home, days: Mapping[int, date]) -> Iterator[tuple[int, _Columns]]:
    batches = Batch.objects.filter(sequence__in=list(days), set_aside=False).select_related("batchcounts")
    for batch in batches:
        kept = _kept(batch)
        if kept is not None:
            yield batch.sequence_id, kept
            continue
        counted = _counted_again(home, batch, day=days[batch.sequence_id])
        if counted is not None:
            yield batch.sequence_id, _columns(counted)


def _kept(batch: Batch) -> _Columns | None:
    """The columns as kept; None where there are none, or the row says something else."""
    row = getattr(batch, "batchcounts", None)
    sealed = b"" if row is None else bytes(row.counts)
    seal, content = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
    return msgspec.json.decode(content, type=_Columns) if seal == _seal(batch, content) else None


def _counted_again(home: Home, batch: Batch, *, day: date) -> pl.DataFrame | None:
    """The counts of a batch older than this table, kept from now on; None where its file cannot be read."""
    try:
        content = home.archive.read(batch.batch_digest, room=BATCH_ROOM)
    except (ArchiveMissingError, ArchiveDamagedError):
        return None  # `verify` names it; a day less to compare with is no reason to refuse a delivery
    counted = counts_of(pl.read_parquet(content, columns=list(READ)), day=day)
    BatchCounts.objects.update_or_create(batch=batch, defaults={"counts": _sealed(batch, counted)})
    return counted


def _sealed(batch: Batch, counts: pl.DataFrame) -> bytes:
    content = msgspec.json.encode(_columns(counts))
    return _seal(batch, content) + content


def _seal(batch: Batch, content: bytes) -> bytes:
    return sha256(batch.batch_digest.encode() + content).digest()


def _columns(counts: pl.DataFrame) -> _Columns:
    return counts.to_dict(as_series=False)
