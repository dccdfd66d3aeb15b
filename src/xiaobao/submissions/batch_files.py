"""Batch files: the rows of a batch as the archive keeps them, so that the ledger can be rebuilt from them."""

import io
from collections.abc import Mapping

import polars as pl
from polars.exceptions import PolarsError

from xiaobao.ledger.entries import TAG_SCHEMA
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.frames import compact

BATCH_ROOM = "batch"
_GIVEN_BY_POSTING = frozenset({"posted_seq", "recorded_at", "complaint_key"})
TAG_BATCH_SCHEMA: dict[str, pl.DataType] = {
    name: dtype for name, dtype in TAG_SCHEMA.items() if name not in _GIVEN_BY_POSTING
}
"""A batch of tags: what a run of a tag's rule sets and takes back."""


class BatchFileError(XiaobaoError):
    """Bytes of the archive that are not a batch file of these columns."""


def encode(frame: pl.DataFrame) -> bytes:
    """The rows as one Parquet file; the same rows give the same bytes under one version of Polars."""
    stream = io.BytesIO()
    frame.write_parquet(stream, compression="zstd", compression_level=3, statistics=False)
    return stream.getvalue()


def decode(content: bytes, *, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """The rows of a batch file; BatchFileError when it is none or has other columns."""
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except (PolarsError, OSError) as error:
        raise BatchFileError(f"a batch file cannot be read: {error}") from error
    if dict(frame.schema) != dict(schema):
        raise BatchFileError("a batch file has other columns than a batch")
    return compact(frame)
