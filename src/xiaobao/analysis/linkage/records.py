"""Entries of both paths as whole numbers that a compiled loop compares."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from xiaobao.analysis.text.sketches import sketched
from xiaobao.analysis.text.tidying import tidied
from xiaobao.analysis.text.types import Sketches

Numbers = npt.NDArray[np.int32]
Words64 = npt.NDArray[np.uint64]

COLUMNS: Final = (
    "source_code",
    "complaint_no",
    "institution_code",
    "received_on",
    "closed_on",
    "region_code",
    "business_code",
    "cause_code",
    "product",
    "amount",
    "contact_key",
    "identity_key",
    "repeats",
    "text",
)
"""What a row of an entry has; `text` is its masked narrative, null where there is none."""

MISSING = -1
(CONTACT, IDENTITY, DAY, REGION, CATEGORY, BUSINESS, CAUSE_CATEGORY, CAUSE, PRODUCT, AMOUNT, SPOKEN) = range(
    11
)
_CODED = {
    CONTACT: pl.col("contact_key"),
    IDENTITY: pl.col("identity_key"),
    REGION: pl.col("region_code"),
    CATEGORY: pl.col("business_code").str.slice(0, 3),
    BUSINESS: pl.col("business_code"),
    CAUSE_CATEGORY: pl.col("cause_code").str.slice(0, 3),
    CAUSE: pl.col("cause_code"),
    PRODUCT: pl.col("product").str.normalize("NFKC").str.strip_chars().str.to_lowercase(),
    AMOUNT: pl.col("amount").cast(pl.Decimal(18, 2)).cast(pl.String),
}
_BITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Rows in the order of institution, day, source and number, so that who may be compared lies together."""

    frame: pl.DataFrame
    values: Numbers
    """A row an entry; equal numbers in a column mean the same, MISSING says nothing is stated."""
    institutions: Numbers
    sketches: Sketches
    bits: Words64
    """The lowest bit of every byte of a sketch: a quick look at how alike two texts are."""


def records_of(hotline: pl.DataFrame, bank: pl.DataFrame) -> tuple[Records, Records]:
    """Both paths (columns `COLUMNS`) under the same numbers; rows without an institution are not compared."""
    order = ["institution_code", "received_on", "source_code", "complaint_no"]
    sides = [side.select(COLUMNS).drop_nulls("institution_code").sort(order) for side in (hotline, bank)]
    both = pl.concat(sides)
    values = np.full((len(both), 11), MISSING, np.int32)
    for column, told in _CODED.items():
        values[:, column] = _numbered(both.select(told).to_series())
    values[:, DAY] = both["received_on"].to_physical().to_numpy()
    texts = tidied(both["text"])
    spoken = texts.str.len_chars() > 0
    values[:, SPOKEN] = np.where(spoken.to_numpy(), 0, MISSING)
    institutions = _numbered(both["institution_code"])
    sketches = sketched(texts)
    bits = _lowest_bits(sketches)
    first = len(sides[0])
    return (
        _part(sides[0], values[:first], institutions[:first], sketches[:first], bits[:first]),
        _part(sides[1], values[first:], institutions[first:], sketches[first:], bits[first:]),
    )


def _part(
    frame: pl.DataFrame, values: Numbers, institutions: Numbers, sketches: Sketches, bits: Words64
) -> Records:
    return Records(frame=frame, values=values, institutions=institutions, sketches=sketches, bits=bits)


def _numbered(column: pl.Series) -> Numbers:
    """Equal values by the order of their words, so that the same entries get the same numbers."""
    told = pl.select(pl.when(column != "").then(column)).to_series()
    return (told.rank("dense").cast(pl.Int64) - 1).fill_null(MISSING).to_numpy().astype(np.int32)


def _lowest_bits(sketches: Sketches) -> Words64:
    lowest = sketches & np.uint8(1)
    padded = np.zeros((len(lowest), -(-lowest.shape[1] // _BITS) * _BITS), np.uint8)
    padded[:, : lowest.shape[1]] = lowest
    return np.packbits(padded, axis=1, bitorder="little").view(np.uint64)
