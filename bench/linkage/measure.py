"""Linkage beside the simulator's truth: precision, recall, calibration, speed, coverage of the interval."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from bench.linkage.worlds import World, blurred, world
from xiaobao.analysis.linkage.absent import LinkRates, absent_share
from xiaobao.analysis.linkage.linking import Linked, link
from xiaobao.analysis.linkage.settings import Settings
from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.periods import Period
from xiaobao.workflows.link_paths import settings_on

_ON = date(2026, 11, 25)
_MAY = Period(from_on=date(2019, 5, 1), to_on=date(2019, 6, 1))
_MARCH = Period(from_on=date(2020, 3, 1), to_on=date(2020, 4, 1))
_SEEDS = (9001, 9002, 9003, 9004, 9005, 9006)
_SCALE = 0.2
_BLURS: dict[str, dict[str, float]] = {
    "as simulated: every entry has its contact": {},
    "contact lacking on the hotline for 15 %, another one for 5 %": {
        "without_contact": 0.15,
        "other_phone": 0.05,
    },
    "contact lacking for 30 %, another one for 10 %": {"without_contact": 0.3, "other_phone": 0.1},
    "the same without any narrative": {"without_contact": 0.3, "other_phone": 0.1, "without_text": 1.0},
    "no contact at all": {"without_contact": 1.0},
}
_OF_COVERAGE = "contact lacking for 30 %, another one for 10 %"
_DRAWS_A_BANK = 12
_FEWEST, _MOST = 15, 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A linkage beside the truth."""

    linked: Linked
    right: np.ndarray
    """Of each link."""
    present: pl.Series
    """Of each matter of the hotline, whether the bank has it."""
    true_pairs: int
    cpu_seconds: float


def measure(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Rows of the results table."""
    settings = settings_on(catalog, _ON)
    worlds = [world(catalog, period=_MARCH if seed % 2 else _MAY, seed=seed, scale=_SCALE) for seed in _SEEDS]
    for name, blur in _BLURS.items():
        found = [
            judged(blurred(one, seed=seed, **blur), settings)
            for seed, one in zip(_SEEDS, worlds, strict=True)
        ]
        goal = " (goal ≥ 0.98 at recall ≥ 0.9)" if not blur else ""
        yield f"{len(_SEEDS)} months, {name}: precision and recall{goal}", _told(found)
        if name == _OF_COVERAGE:
            kept = found
    yield from _coverage(kept)
    yield _whole_month(catalog, settings)


def judged(one: World, settings: Settings) -> Judged:
    """Link, and hold it against the truth."""
    before = time.process_time()
    linked = link(one.hotline.drop_nulls("institution_code"), one.bank, settings)
    taken = time.process_time() - before
    truth = one.pairs.with_columns(right=pl.lit(True))
    right = linked.pairs.join(
        truth,
        left_on=["hotline_complaint_no", "bank_complaint_no"],
        right_on=["hotline_no", "bank_no"],
        how="left",
        maintain_order="left",
    )["right"].fill_null(False)
    return Judged(
        linked=linked,
        right=right.to_numpy(),
        present=linked.hotline["complaint_no"].is_in(one.pairs["hotline_no"].to_list()),
        true_pairs=len(one.pairs),
        cpu_seconds=taken,
    )


def _told(found: Sequence[Judged]) -> str:
    precision = [one.right.mean() for one in found]
    recall = [one.right.sum() / one.true_pairs for one in found]
    estimated = [one.linked.links.recall for one in found]
    expected = [one.linked.links.expected / one.true_pairs for one in found]
    trust = np.mean([one.linked.links.precision for one in found])
    return (
        f"{np.mean(precision):.4f} (least {min(precision):.4f}) and {np.mean(recall):.3f} "
        f"(least {min(recall):.3f}); estimated without the truth {trust:.4f} and {np.mean(estimated):.3f}; "
        f"matters expected over true {np.mean(expected):.3f}"
    )


def _coverage(found: Sequence[Judged]) -> Iterator[tuple[str, str]]:
    """Callers who say so are drawn with a known share of absent ones; is it in the interval?"""
    generator = np.random.default_rng(20201125)
    inside, naive, widths, missed = [], [], [], []
    for one in found:
        links = one.linked.links
        rates = LinkRates(recall=links.recall, false_share=links.false_share, linked=links.expected)
        exact = LinkRates(recall=1.0, false_share=0.0, linked=1e9)
        present, linked = one.present.to_numpy(), one.linked.hotline["linked"].to_numpy()
        there, gone = np.flatnonzero(present), np.flatnonzero(~present)
        for _ in range(18 * _DRAWS_A_BANK):
            share, said = generator.uniform(0.02, 0.98), int(generator.integers(_FEWEST, _MOST))
            absent = generator.random(said) < share
            drawn = np.where(absent, generator.choice(gone, said), generator.choice(there, said))
            not_linked = int((~linked[drawn]).sum())
            told = absent_share(said=said, not_linked=not_linked, rates=rates)
            plain = absent_share(said=said, not_linked=not_linked, rates=exact)
            inside.append(told.low <= share <= told.high)
            naive.append(plain.low <= share <= plain.high)
            widths.append(told.high - told.low)
            missed.append((told.share or 0.0) - share)
    yield (
        f"share absent, {len(inside):,} draws of {_FEWEST}–{_MOST} callers, contacts as in the third line: "
        "95 % interval holds the share drawn (goal 93–97 %)",
        f"{np.mean(inside):.1%}; mean width {np.mean(widths):.3f}, mean error {np.mean(missed):+.4f}",
    )
    yield "the same, Wilson's interval without the correction", f"{np.mean(naive):.1%}"


def _whole_month(catalog: Catalog, settings: Settings) -> tuple[str, str]:
    one = world(catalog, period=_MARCH, seed=77, scale=1.0)
    found = judged(one, settings)
    return (
        f"a whole month: {len(found.linked.hotline):,} matters of the hotline beside "
        f"{found.linked.bank_entries:,} entries of banks, {found.linked.pairs_compared:,} pairs",
        f"{found.cpu_seconds:.0f} CPU-s; precision {found.right.mean():.4f}, "
        f"recall {found.right.sum() / found.true_pairs:.3f}",
    )
