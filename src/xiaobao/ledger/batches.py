"""Batches as the poster hands them over: what must hold of one before it is posted."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from xiaobao.ledger.entries import BATCH_SCHEMA, COLUMNS, ROWS_PER_BATCH_LIMIT, Event
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.frames import in_order

_ALWAYS_REQUIRED = ("source_code", "complaint_no", "event", "row_number")
_REQUIRED = tuple(column.name for column in COLUMNS if column.required and column.name in BATCH_SCHEMA)
_IS_RECODE = pl.col("event") == Event.RECODE.value


class PostingError(XiaobaoError):
    """A batch that cannot be posted as it stands; the poster sets it aside."""

    def __init__(self, posted_seq: int, what: str) -> None:
        super().__init__(f"batch {posted_seq}: {what}")
        self.posted_seq = posted_seq


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchToPost:
    """One batch and the number it was claimed for."""

    posted_seq: int
    frame: pl.DataFrame
    """`ledger.entries.BATCH_SCHEMA`, each row with its own number from 1."""
    arrival: bool = False
    """True for a source without revisions: the posting sequence stands for the revision."""
    keys: pl.Series | None = None
    """`complaint_keys(frame)`, where the caller needed them already to look up the prior rows."""


def complaint_keys(rows: pl.DataFrame) -> pl.Series:
    """The `complaint_key` of every row, from its `source_code` and `complaint_no`."""
    identities = (rows["source_code"] + "\x1f" + rows["complaint_no"]).cast(pl.Binary)
    digests = [hashlib.sha256(identity).digest()[:8] for identity in identities.to_list()]
    keys = pl.Series("complaint_key", digests, dtype=pl.Binary)
    return keys.bin.reinterpret(dtype=pl.Int64(), endianness="big")


def form_fault(frame: pl.DataFrame, *, arrival: bool) -> str | None:
    """What breaks the form of a batch in these rows; None when they can be posted."""
    if dict(frame.schema) != BATCH_SCHEMA:
        return "its columns are not those of a batch"
    broken = frame.select(broken.alias(what) for what, broken in _form(arrival=arrival).items())
    return next((what for what in broken.columns if broken[what].any()), None)


def prepared(batches: Sequence[BatchToPost]) -> pl.DataFrame:
    """All rows of a commit with `posted_seq`, `complaint_key` and `arrival`, in posting order.

    Raises PostingError naming the batch that breaks the form of a batch.
    """
    for earlier, later in pairwise(batches):
        if later.posted_seq != earlier.posted_seq + 1:
            raise PostingError(later.posted_seq, f"does not follow batch {earlier.posted_seq}")
    for batch in batches:
        _require_form(batch)
    return pl.concat([_numbered(batch) for batch in batches])


def _numbered(batch: BatchToPost) -> pl.DataFrame:
    keys = complaint_keys(batch.frame) if batch.keys is None else batch.keys
    revision = pl.lit(batch.posted_seq, pl.Int64()) if batch.arrival else pl.col("revision")
    numbered = batch.frame.select(*BATCH_SCHEMA).with_columns(
        pl.lit(batch.posted_seq, pl.Int64()).alias("posted_seq"),
        pl.lit(batch.arrival).alias("arrival"),
        keys.alias("complaint_key"),
        # Rule 6: a decision of the bureau carries no revision, whatever the batch says.
        pl.when(_IS_RECODE).then(None).otherwise(revision).alias("revision"),
    )
    return in_order(numbered, of="row_number")


def _require_form(batch: BatchToPost) -> None:
    fault = form_fault(batch.frame, arrival=batch.arrival)
    if fault is not None:
        raise PostingError(batch.posted_seq, fault)
    if batch.keys is not None and len(batch.keys) != batch.frame.height:
        raise PostingError(batch.posted_seq, "its keys are not those of its rows")


def _form(*, arrival: bool) -> dict[str, pl.Expr]:
    number = pl.col("row_number")
    stated = ~_IS_RECODE
    form = {f"a row has no {name}": pl.col(name).is_null().any() for name in _ALWAYS_REQUIRED}
    form |= {f"a row has no {name}": (pl.col(name).is_null() & stated).any() for name in _REQUIRED}
    form["row numbers are out of range"] = ~number.is_between(1, ROWS_PER_BATCH_LIMIT - 1).all()
    form["two rows have one number"] = number.is_duplicated().any()
    form["a row asks for an unknown event"] = ~pl.col("event").is_in([event.value for event in Event]).all()
    if not arrival:
        form["a row has no revision"] = (pl.col("revision").is_null() & stated).any()
    return form
