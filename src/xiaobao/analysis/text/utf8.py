"""Texts as bytes one behind the other, taken from Polars and given to it as a whole, not one by one."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from xiaobao.analysis.text.types import Rows

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """Texts one behind the other in UTF-8."""

    signs: Bytes
    bounds: Rows
    """Where each text begins, and the end of the last."""


def encoded(texts: pl.Series) -> Encoded:
    """The bytes of the texts, which must not be null."""
    if not len(texts):
        return Encoded(signs=np.empty(0, np.uint8), bounds=np.zeros(1, np.int64))
    array = texts.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, bounds, signs = array.buffers()
    return Encoded(
        signs=np.frombuffer(signs or b"", np.uint8),
        bounds=np.frombuffer(bounds, np.int64)[array.offset : array.offset + len(array) + 1],
    )


def decoded(texts: Encoded) -> pl.Series:
    """The texts of such bytes, which must be valid and begin with the first text."""
    buffers = [None, pa.py_buffer(texts.bounds), pa.py_buffer(texts.signs)]
    array = pa.Array.from_buffers(pa.large_string(), len(texts.bounds) - 1, buffers)
    return pl.Series(array, dtype=pl.String)
