"""Which complaints an auditor should read: drawn by how doubtful their codes are, with known probabilities.

Within a bank complaints are divided by the probability that their submitted code is wrong, as coders of the
other banks see it. More are drawn where more is to be learned (Neyman 1934), at least a few everywhere, so
that the audited share of errors is an unbiased estimate (Horvitz and Thompson 1952) however wrong the
coders are.
"""

from collections.abc import Sequence
from datetime import date

import msgspec
import numpy as np
import polars as pl

from xiaobao.analysis.coding.quality.readings import out_of_bank
from xiaobao.analysis.coding.quality.rows import SEPARATOR, bank_places
from xiaobao.analysis.coding.quality.settings import Settings
from xiaobao.analysis.text.types import Floats, Rows

VERSION = 1
_DOUBT = (0.0, 0.02, 0.10, 0.50, 0.90)
"""Where strata of doubt begin."""
_KEYS = ("complaint_key", "source_code", "complaint_no", "institution")
_FEWEST_OF_STRATUM = 5
_LEAST_EXPECTED = 0.02
"""Share of errors that is expected of a stratum at least: coders are sure of some errors."""


class Stratum(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Complaints of a bank that are about as doubtful."""

    number: int
    doubt_from: float
    rows: int
    drawn: int

    @property
    def probability(self) -> float:
        """Of each of its complaints to be drawn."""
        return self.drawn / self.rows


class AuditedBank(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One bank: what its estimate is about."""

    institution: str
    rows: int
    """Complaints with a text and a code of the standard."""
    left_out: int
    """Complaints without: nobody can judge them by their text."""
    strata: tuple[Stratum, ...]


class Drawn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A complaint to be read."""

    complaint_key: int
    source_code: str
    complaint_no: str
    institution: str
    stratum: int
    probability: float
    submitted: str
    """The code that the bank submitted."""


class AuditPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A drawn audit, as its file keeps it: keys and codes, no text."""

    version: int = VERSION
    facet: str
    day: date
    first_day: date
    posted_seq: int
    catalog_digest: str
    seed: int
    banks: tuple[AuditedBank, ...]
    drawn: tuple[Drawn, ...]
    """In an order that says nothing."""


def draw_audit(
    rows: pl.DataFrame, left_out: dict[str, int], *, of_bank: int, seed: int
) -> tuple[tuple[AuditedBank, ...], tuple[Drawn, ...]]:
    """Draw from rows with `complaint_key`, `source_code`, `complaint_no`, `institution`, `submitted` and
    `doubt` (0 to 1).

    `left_out`: institution → complaints that cannot be judged. About `of_bank` of each bank are drawn, all
    where it has fewer. The same rows and seed give the same draw.
    """
    banks, drawn = [], []
    ordered = rows.sort("institution", "complaint_key")
    for number, name in enumerate(sorted(left_out)):
        own = ordered.filter(pl.col("institution") == name)
        strata, chosen = _of_bank(own, of_bank=of_bank, generator=np.random.default_rng([seed, number]))
        banks.append(
            AuditedBank(institution=name, rows=own.height, left_out=left_out[name], strata=tuple(strata))
        )
        drawn += chosen
    order = np.random.default_rng([seed, len(banks)]).permutation(len(drawn))
    return tuple(banks), tuple(drawn[place] for place in order)


def _of_bank(
    own: pl.DataFrame, *, of_bank: int, generator: np.random.Generator
) -> tuple[list[Stratum], list[Drawn]]:
    doubt = own["doubt"].to_numpy()
    stratum = np.searchsorted(_DOUBT, doubt, side="right") - 1
    members = [np.flatnonzero(stratum == number) for number in range(len(_DOUBT))]
    sizes = allocated([len(one) for one in members], [_expected(doubt[one]) for one in members], of_bank)
    strata, drawn = [], []
    for number, (rows, size) in enumerate(zip(members, sizes, strict=True)):
        if not len(rows):
            continue
        told = Stratum(number=number, doubt_from=_DOUBT[number], rows=len(rows), drawn=size)
        strata.append(told)
        for row in own[np.sort(generator.choice(rows, size=size, replace=False))].iter_rows(named=True):
            drawn.append(_drawn(row, told))
    return strata, drawn


def _drawn(row: dict[str, object], stratum: Stratum) -> Drawn:
    named = {name: row[name] for name in ("complaint_key", "source_code", "complaint_no", "institution")}
    told = {**named, "submitted": row["submitted"]}
    return msgspec.convert(
        {**told, "stratum": stratum.number, "probability": stratum.probability}, type=Drawn
    )


def _expected(doubt: Floats) -> float:
    return min(max(float(doubt.mean()), _LEAST_EXPECTED), 1 - _LEAST_EXPECTED) if len(doubt) else 0.0


def allocated(rows: Sequence[int], expected: Sequence[float], wanted: int) -> Sequence[int]:
    """How many of each stratum are drawn: by its size and by how much its codes are expected to vary.

    A few of each at least, none more than it has; what one cannot take goes to the others.
    """
    size = np.asarray(rows)
    drawn = np.minimum(size, _FEWEST_OF_STRATUM)
    weight = size * np.sqrt([share * (1 - share) for share in expected])
    for _ in range(len(size)):
        left = wanted - int(drawn.sum())
        open_weight = np.where(drawn < size, weight, 0.0)
        if left <= 0 or not open_weight.sum():
            break
        more = np.floor(left * open_weight / open_weight.sum()).astype(np.int64)
        if not more.any():
            more[int(np.argmax(open_weight))] = 1
        drawn = np.minimum(size, drawn + more)
    told: Rows = drawn.astype(np.int64)
    return [int(one) for one in told]


def doubtful(
    complaints: pl.DataFrame, settings: Settings, *, facet: str
) -> tuple[pl.DataFrame, dict[str, int]]:
    """What `draw_audit` takes of complaints (`rows.ROWS`), those with text and code; and how many have not.

    Of what could not be read the submitted code is in full doubt.
    """
    named = complaints.drop_nulls("institution")
    able = named.filter(pl.col("text").is_not_null() & pl.col(facet).is_not_null())
    left = dict.fromkeys(named["institution"].unique().to_list(), 0)
    left |= dict(named.join(able, on="complaint_key", how="anti").group_by("institution").len().rows())
    names = able["institution"].unique().sort().to_list()
    if not able.height:
        return able.select(*_KEYS, pl.lit("").alias("submitted"), pl.lit(1.0).alias("doubt")), left
    readings = out_of_bank(
        able["text"],
        able[facet].to_list(),
        bank_places(able["institution"], names),
        separator=SEPARATOR,
        plan=settings.reading,
    )
    submitted = able[facet].str.split(SEPARATOR).list.last().alias("submitted")
    return able.select(*_KEYS).with_columns(submitted, doubt=pl.Series(readings.doubt)), left
