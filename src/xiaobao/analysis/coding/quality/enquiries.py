"""Complaints recorded as enquiries: enquiries of a bank whose text reads as a complaint.

A coder that never saw the bank reads whether an entry is a complaint or an enquiry. How often it errs is
told by the other banks' records, which are taken to be right on the whole; the bank's share is corrected
for that (Rogan and Gladen 1978). What all banks record wrongly alike is therefore not seen.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from xiaobao.analysis.coding.quality.agreement import wilson_of
from xiaobao.analysis.coding.quality.banks import rounded
from xiaobao.analysis.coding.quality.readings import out_of_bank
from xiaobao.analysis.coding.quality.settings import Settings
from xiaobao.analysis.coding.quality.standing_out import shares_above
from xiaobao.analysis.coding.quality.told import ToldEnquiries
from xiaobao.analysis.prevalence import UNKNOWN, ErrorRates, Prevalence, prevalence
from xiaobao.analysis.text.types import Booleans, Floats, Rows
from xiaobao.ledger.entries import EntryKind

_COMPLAINT, _ENQUIRY = EntryKind.COMPLAINT.value, EntryKind.ENQUIRY.value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """Entries with a text and what was read of them; near-duplicates weigh one together."""

    bank: Rows
    is_enquiry: Booleans
    like_complaint: Booleans
    weights: Floats

    def count(self, chosen: Booleans) -> float:
        """Distinct texts among the chosen."""
        return float(self.weights[chosen].sum())


def enquiries_of(rows: pl.DataFrame, families: Rows, settings: Settings) -> tuple[ToldEnquiries, ...]:
    """Every bank of rows with `institution`, `entry_kind`, `text` (null without) and `complaint_key`.

    `families`: of every row the family of its text.
    """
    names = rows["institution"].unique().sort().to_list()
    place = {name: number for number, name in enumerate(names)}
    told = rows.with_columns(family=pl.Series(families)).filter(
        pl.col("text").is_not_null() & pl.col("entry_kind").is_in([_COMPLAINT, _ENQUIRY])
    )
    if told["entry_kind"].n_unique() < 2:
        return ()
    bank = np.array([place[name] for name in told["institution"]], np.int64)
    readings = out_of_bank(
        told["text"], told["entry_kind"].to_list(), bank, separator="", plan=settings.reading, per_label=True
    )
    complaint = readings.hierarchy.labels.index(_COMPLAINT)
    weights = told.select(1 / pl.len().over("institution", "entry_kind", "family")).to_series()
    found = _Read(
        bank=bank,
        is_enquiry=(told["entry_kind"] == _ENQUIRY).to_numpy(),
        like_complaint=readings.read == complaint,
        weights=np.where(readings.known, weights.to_numpy(), 0.0),
    )
    p_values = _p_values(found, len(names), settings.least_enquiries)
    return tuple(
        _of_bank(name, number, rows, told["complaint_key"], found, p_values[number], settings.least_enquiries)
        for number, name in enumerate(names)
    )


def _p_values(found: _Read, banks: int, least: int) -> list[float | None]:
    of_bank = [found.is_enquiry & (found.bank == number) for number in range(banks)]
    counts = [found.count(chosen) for chosen in of_bank]
    able = [count >= least for count in counts]
    like = [found.count(chosen & found.like_complaint) for chosen in of_bank]
    raw = iter(
        shares_above(
            [one for one, chosen in zip(like, able, strict=True) if chosen],
            [one for one, chosen in zip(counts, able, strict=True) if chosen],
        )
    )
    return [next(raw) if chosen else None for chosen in able]


def _of_bank(
    name: str,
    number: int,
    rows: pl.DataFrame,
    keys: pl.Series,
    found: _Read,
    p_value: float | None,
    least: int,
) -> ToldEnquiries:
    own = found.is_enquiry & (found.bank == number)
    recorded = rows.filter((pl.col("institution") == name) & (pl.col("entry_kind") == _ENQUIRY))
    like = own & found.like_complaint & (found.weights > 0)
    distinct, alike = found.count(own), found.count(like)
    rates = _rates(found, number)
    enough = distinct >= least
    share = alike / distinct if enough else None
    low, high = wilson_of(share, 0.0, distinct) if share is not None else (0.0, 1.0)
    corrected = _corrected(share, (low, high), rates)
    return ToldEnquiries(
        institution=name,
        enquiries=recorded.height,
        without_text=recorded["text"].null_count(),
        distinct=round(distinct),
        like_complaints=int(like.sum()),
        share=rounded(share),
        low=round(low, 4),
        high=round(high, 4),
        corrected=rounded(corrected.share),
        corrected_low=round(corrected.low, 4),
        corrected_high=round(corrected.high, 4),
        reads_complaints=rounded(rates.of_true) if rates else None,
        misreads_enquiries=rounded(rates.of_false) if rates else None,
        p_value=rounded(p_value),
        complaints=tuple(sorted(keys.gather(np.flatnonzero(like)).to_list())),
    )


def _rates(found: _Read, number: int) -> ErrorRates | None:
    """How the coder reads the other banks' records; None where they have nothing of either kind."""
    others = found.bank != number
    complaints, enquiries = found.count(others & ~found.is_enquiry), found.count(others & found.is_enquiry)
    if not complaints or not enquiries:
        return None
    return ErrorRates(
        of_true=found.count(others & ~found.is_enquiry & found.like_complaint) / complaints,
        of_false=found.count(others & found.is_enquiry & found.like_complaint) / enquiries,
        true_rows=complaints,
        false_rows=enquiries,
    )


def _corrected(share: float | None, limits: tuple[float, float], rates: ErrorRates | None) -> Prevalence:
    if share is None or rates is None:
        return UNKNOWN
    return prevalence(share, limits, rates)
