"""Link the matters of the hotline to the banks' entries: compare, estimate, choose."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from xiaobao.analysis.linkage.comparing import counted, likely, window_of
from xiaobao.analysis.linkage.matching import Links, linked
from xiaobao.analysis.linkage.model import Model, estimate
from xiaobao.analysis.linkage.records import records_of
from xiaobao.analysis.linkage.settings import Settings

_LEAST_TOLD = 1e-3
"""Odds below which a pair is not worth keeping."""
_OF_PAIR: Final = (
    "source_code",
    "complaint_no",
    "received_on",
    "closed_on",
    "business_code",
    "cause_code",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Everything compared, and which are one matter."""

    hotline: pl.DataFrame
    """The matters compared: `records.COLUMNS` and `linked`."""
    bank_entries: int
    pairs: pl.DataFrame
    """A row a link: `institution_code`, `probability`, and of either side (`hotline_…`, `bank_…`) its source,
    number, days and codes."""
    links: Links
    model: Model
    pairs_compared: int


def first_calls(hotline: pl.DataFrame) -> pl.DataFrame:
    """Entries without those that repeat another one of the same source among them: a matter counts once."""
    named = hotline.select("source_code", pl.col("complaint_no").alias("repeats"))
    return hotline.join(named, on=["source_code", "repeats"], how="anti", maintain_order="left")


def link(hotline: pl.DataFrame, bank: pl.DataFrame, settings: Settings) -> Linked:
    """Link frames of `records.COLUMNS`, complaints as they stand; the same rows in any order link alike.

    Calls again and entries without an institution are to be left out before: nobody is compared for them.
    """
    one, other = records_of(hotline, bank)
    window = window_of(one, other, settings)
    model = estimate(counted(one, other, window, settings))
    ones, others, patterns = likely(one, other, window, settings, wanted=model.odds, least=_LEAST_TOLD)
    links = linked(
        ones,
        others,
        model.odds[patterns],
        entries=len(one.frame),
        banks=len(other.frame),
        least_probability=settings.least_probability,
    )
    return Linked(
        hotline=one.frame.with_row_index("place")
        .with_columns(linked=pl.col("place").is_in(links.hotline.tolist()))
        .drop("place"),
        bank_entries=len(other.frame),
        pairs=_pairs(one.frame, other.frame, links),
        links=links,
        model=model,
        pairs_compared=window.pairs,
    )


def _pairs(hotline: pl.DataFrame, bank: pl.DataFrame, links: Links) -> pl.DataFrame:
    ones = hotline[links.hotline]
    others = bank[links.bank]
    return pl.concat(
        [
            ones.select("institution_code"),
            ones.select(pl.col(name).alias(f"hotline_{name}") for name in _OF_PAIR),
            others.select(pl.col(name).alias(f"bank_{name}") for name in _OF_PAIR),
            pl.DataFrame({"probability": links.probability}),
        ],
        how="horizontal",
    )
