"""Day counts of the batches of a source, kept beside them so that nobody reads their rows again.

Of complaints the rows by code, of calls the calls by interval.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import msgspec
import polars as pl

from xiaobao.catalog.sources import DeliveryKind, Events
from xiaobao.intake import call_days
from xiaobao.intake import day_counts as row_days
from xiaobao.submissions.archive import ArchiveDamagedError, ArchiveMissingError
from xiaobao.submissions.batch_files import BATCH_ROOM
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, BatchCounts, Receipt, RevisionVoid
from xiaobao.submissions.pending import CALLS
from xiaobao.submissions.receipts import ACCEPTED

_KINDS = (DeliveryKind.REGULAR.value, DeliveryKind.NIL.value)
_SEAL_BYTES = 32
_Columns = dict[str, list[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counting:
    """What is counted of a kind of batch."""

    schema: Mapping[str, pl.DataType]
    """Of the counts of one delivery."""
    read: tuple[str, ...]
    """The columns of a batch that they are made of."""
    count: Callable[[pl.DataFrame, date], pl.DataFrame]


_OF_CALLS = _Counting(
    schema=call_days.CALL_COUNT_SCHEMA,
    read=call_days.READ,
    count=lambda rows, _: call_days.call_counts_of(rows),
)
_OF_COMPLAINTS = _Counting(
    schema=row_days.COUNT_SCHEMA,
    read=row_days.READ,
    count=lambda rows, day: row_days.counts_of(rows, day=day),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delivered:
    """An accepted delivery."""

    sequence: int
    day: date
    kind: str


def keep(batch: Batch, rows: pl.DataFrame, *, day: date) -> None:
    """Keep the counts of a batch; `rows` are its own, `day` is the one it was delivered for."""
    counted = _counting(batch.kind).count(rows, day)
    BatchCounts.objects.create(batch=batch, counts=_sealed(batch, counted))


def read(home: Home, source_code: str, *, first: date, last: date) -> pl.DataFrame:
    """`intake.day_counts.DAY_COUNT_SCHEMA` of the deliveries of complaints for the days first … last.

    They are the regular and nil ones that were accepted. Batches set aside and revisions declared void are
    left out. Of a source whose deliveries state all that is known the last one for a day stands for it; of
    others all of them together.
    """
    delivered = _accepted(source_code, first=first, last=last)
    if home.catalog().source(source_code).events is Events.SNAPSHOT:
        delivered = _last_of_day(delivered)
    counts = _counts(home, delivered)
    return _by_day(delivered, counts, _OF_COMPLAINTS)


def read_calls(home: Home, source_code: str, *, first: date, last: date) -> pl.DataFrame:
    """`intake.call_days.CALL_DAY_SCHEMA` of the deliveries of calls accepted for the days first … last.

    The last for a day stands for it, as each states the day whole; those set aside or void are left out.
    """
    delivered = _last_of_day(_accepted(source_code, first=first, last=last))
    return _by_day(delivered, dict(_of_batches(home, _days(delivered))), _OF_CALLS)


def _last_of_day(delivered: list[_Delivered]) -> list[_Delivered]:
    return list({each.day: each for each in delivered}.values())


def _days(delivered: list[_Delivered]) -> dict[int, date]:
    return {each.sequence: each.day for each in delivered}


def _by_day(delivered: list[_Delivered], counts: Mapping[int, _Columns], counting: _Counting) -> pl.DataFrame:
    """The counts with the day of each and its place among those of the day."""
    schema = {"day": pl.Date(), "delivery": pl.Int64(), **counting.schema}
    places: dict[date, int] = {}
    columns: _Columns = {name: [] for name in schema}
    for each in delivered:
        stated = counts.get(each.sequence)
        if stated is None:
            continue
        places[each.day] = places.get(each.day, 0) + 1
        height = len(next(iter(stated.values())))
        columns["day"] += [each.day] * height
        columns["delivery"] += [places[each.day]] * height
        for name in counting.schema:
            columns[name] += stated[name]
    return pl.DataFrame(columns, schema=schema)


def _accepted(source_code: str, *, first: date, last: date) -> list[_Delivered]:
    voided = RevisionVoid.objects.filter(source_code=source_code).values("revision")
    receipts = Receipt.objects.filter(
        source_code=source_code, kind__in=_KINDS, day__range=(first, last), decision__in=ACCEPTED
    ).exclude(revision__in=voided)
    rows = receipts.order_by("sequence_id").values_list("sequence_id", "day", "kind")
    return [_Delivered(sequence=sequence, day=day, kind=kind) for sequence, day, kind in rows]


def _counts(home: Home, delivered: list[_Delivered]) -> Mapping[int, _Columns]:
    """Receipt → its counts; one whose batch was set aside, or cannot be read, is not among them."""
    days = _days(delivered)
    nil = DeliveryKind.NIL.value
    found = {each.sequence: _columns(row_days.NOTHING_STATED) for each in delivered if each.kind == nil}
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
    counting = _counting(batch.kind)
    counted = counting.count(pl.read_parquet(content, columns=list(counting.read)), day)
    BatchCounts.objects.update_or_create(batch=batch, defaults={"counts": _sealed(batch, counted)})
    return counted


def _counting(kind: str) -> _Counting:
    return _OF_CALLS if kind == CALLS else _OF_COMPLAINTS


def _sealed(batch: Batch, counts: pl.DataFrame) -> bytes:
    content = msgspec.json.encode(_columns(counts))
    return _seal(batch, content) + content


def _seal(batch: Batch, content: bytes) -> bytes:
    return sha256(batch.batch_digest.encode() + content).digest()


def _columns(counts: pl.DataFrame) -> _Columns:
    return counts.to_dict(as_series=False)
