"""Batches the bureau makes itself, results of decisions and of tag runs; posted like any other."""

from collections.abc import Callable, Mapping
from datetime import datetime

import polars as pl
from django.db import transaction

from xiaobao.submissions import journal
from xiaobao.submissions.arrivals import next_arrival
from xiaobao.submissions.batch_files import BATCH_ROOM, encode
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch


def add(
    home: Home,
    frame: pl.DataFrame,
    *,
    kind: str,
    batch_kind: str,
    source_code: str,
    payload: Mapping[str, object],
    at: datetime,
    require: Callable[[], None] | None = None,
) -> Batch:
    """Archive the rows, journal the act that made them as `kind`, and let them wait for the poster.

    `payload` is what the journal keeps of the act besides. `require` may raise what forbids the act; it is
    asked while the journal is locked.
    """
    digest = home.archive.keep(encode(frame), room=BATCH_ROOM)
    with transaction.atomic():
        journal.lock_head()
        if require is not None:
            require()
        arrived_at = next_arrival(home, at=at)
        about = {
            "batch_kind": batch_kind,
            "batch_digest": digest,
            "source_code": source_code,
            "arrival": False,
            "rows": frame.height,
            "arrived_at": arrived_at,
        }
        record = journal.append(home, kind=kind, payload={**payload, **about}, at=at)
        return Batch.objects.create(
            sequence=record,
            kind=batch_kind,
            source_code=source_code,
            batch_digest=digest,
            arrived_at=arrived_at,
            rows=frame.height,
        )
