"""Coding quality: coverage of its intervals, power to find a miscoding bank, false accusations over seeds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from time import process_time

import numpy as np
import polars as pl

from bench.coding_quality.intervals import DRAWS, Coding, of_audit, of_difference, of_kappa
from bench.coding_quality.naming import of_naming
from bench.coding_quality.worlds import DAYS, FIRST, world
from xiaobao.analysis.coding.quality.readings import Plan
from xiaobao.analysis.coding.quality.report import judged
from xiaobao.analysis.coding.quality.rows import FACETS, ROWS, SEPARATOR
from xiaobao.analysis.coding.quality.settings import Settings
from xiaobao.analysis.coding.quality.told import ToldPath
from xiaobao.analysis.text.families import Threshold
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.simulate.years.intentions import Miscoding
from xiaobao.workflows.stated_codes import code_paths

CHANGED = FIRST + timedelta(days=DAYS // 2)
SCALE = 0.03
_SHARES = (0.05, 0.10, 0.20)
_SEEDS = 8
"""For every share; none of them was looked at while the method was made."""
_FIRST_SEED = 700
_LEVEL = 0.05

Results = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one seed gave."""

    fallen: bool
    """The bank that miscodes is named for its fall."""
    enquiries: bool
    """The bank that records complaints as enquiries is named."""
    able: tuple[bool, bool]
    """Whether either has enough texts to be told at all."""
    accused: tuple[int, ...]
    """Banks wrongly named, by question: fall of κ and κ of business, the same of cause, enquiries."""
    drop: float
    covered: bool
    rows: int
    cpu_seconds: float


def measure(catalog: Catalog) -> Results:
    """Rows of the results table."""
    return [*of_intervals(), *of_naming(), *of_seeds(catalog)]


def of_intervals() -> Iterator[tuple[str, str]]:
    """Coverage (goal: 95 %)."""
    codings = (
        Coding(codes=5, texts=50, bank_errs=0.05, coder_errs=0.10),
        Coding(codes=10, texts=100, bank_errs=0.05, coder_errs=0.20),
        Coding(codes=10, texts=400, bank_errs=0.02, coder_errs=0.02),
        Coding(codes=30, texts=400, bank_errs=0.10, coder_errs=0.30),
    )
    for one in codings:
        coverage, width = of_kappa(one, code=None, seed=1)
        of_code, _ = of_kappa(one, code=1, seed=2)
        yield (
            f"95 % interval of κ, {one.texts} distinct texts, {one.codes} codes, errors of bank and coder "
            f"{one.bank_errs:.0%} and {one.coder_errs:.0%}: coverage over {DRAWS} draws",
            f"{coverage:.1%} (mean width {width:.3f}); of the second code {of_code:.1%}",
        )
    before, after = (Coding(codes=10, texts=200, bank_errs=err, coder_errs=0.1) for err in (0.02, 0.15))
    yield (
        f"interval of a fall of κ, 200 distinct texts on either side: coverage over {DRAWS} draws",
        f"{of_difference(before, after, seed=3):.1%}; without a fall "
        f"{of_difference(before, before, seed=4):.1%}",
    )
    for complaints, rare, blind in ((800, 0.03, 0.0), (3000, 0.1, 0.0), (3000, 0.03, 0.03)):
        trial = of_audit(complaints=complaints, rare=rare, blind=blind, seed=5)
        why = "errors where the coder doubts" if not blind else "errors that the coder does not see"
        yield (
            f"audit of 100 of {complaints:,} complaints, {trial.true:.1%} wrong, {why}: coverage over "
            f"{DRAWS // 2} draws",
            f"{trial.coverage:.1%}; mean estimate {trial.mean:.2%}, standard deviation {trial.deviation:.2%} "
            f"(100 drawn evenly: {trial.simple_deviation:.2%})",
        )


def of_seeds(catalog: Catalog) -> Results:
    """Simulated sixty days of 18 banks, one of which miscodes and one misrecords from the middle on."""
    found = {share: [trial(catalog, share, seed) for seed in seeds(share)] for share in _SHARES}
    return told(found)


def seeds(share: float) -> range:
    """Those of one share."""
    first = _FIRST_SEED + _SHARES.index(share) * _SEEDS
    return range(first, first + _SEEDS)


def told(found: dict[float, list[Found]]) -> Results:
    """The rows of the table."""
    results = []
    for share, trials in found.items():
        fallen = [one.fallen for one in trials if one.able[0]]
        named = [one.enquiries for one in trials if one.able[1]]
        results.append(
            (
                f"{share:.0%} of one bank's complaints coded as another from a day on: bank named for "
                f"the fall of κ ({len(trials)} seeds, banks drawn by seed, small ones too)",
                f"{sum(fallen)} of {len(fallen)} (the others too small to be told); fall "
                f"{_mean(trials):.3f} on average, its interval below zero in "
                f"{sum(one.covered for one in trials)}",
            )
        )
        results.append(
            (
                f"{share:.0%} of one bank's complaints recorded as enquiries: bank named",
                f"{sum(named)} of {len(named)} (the others have too few enquiries)",
            )
        )
    everyone = [one for trials in found.values() for one in trials]
    names = ("fall of business κ", "business κ", "fall of cause κ", "cause κ", "enquiries")
    for number, name in enumerate(names):
        accused = sum(one.accused[number] > 0 for one in everyone)
        results.append(
            (
                f"{name}: seeds in which any other bank is named (goal ≤ {_LEVEL:.0%})",
                f"{accused} of {len(everyone)}",
            )
        )
    rows, seconds = sum(one.rows for one in everyone), sum(one.cpu_seconds for one in everyone)
    results.append(
        ("judging entries of both facets and kinds", f"{rows / seconds:,.0f} entries a CPU-second")
    )
    return results


def _mean(trials: list[Found]) -> float:
    return float(np.nanmean([one.drop for one in trials]))


def trial(catalog: Catalog, share: float, seed: int) -> Found:
    """One seed."""
    wrong = tuple(
        Miscoding(id=kind, kind=kind, banks=1, from_on=CHANGED, to_on=CHANGED, share=(share, share))
        for kind in ("codes", "enquiry")
    )
    simulated = world(catalog, seed=seed, scale=SCALE, miscoding=wrong)
    begun = process_time()
    path = judged(_rows(catalog, simulated.rows), _SETTINGS, path=None, since=CHANGED)
    seconds = process_time() - begun
    codes, enquiry = (one.bank_code for one in simulated.wrong)
    return _found(path, codes=codes, enquiry=enquiry, rows=simulated.rows.height, seconds=seconds)


_SETTINGS = Settings(
    least_families=50,
    least_enquiries=20,
    most_cells=10,
    reading=Plan(parts=6, most_of_bank=300, seed=0),
    alike=Threshold(alike=0.3, leader_alike=0.2),
)


def _rows(catalog: Catalog, rows: pl.DataFrame) -> pl.DataFrame:
    tables = catalog.standards["jrt0169-2018"].tables

    @cache
    def path(facet: str, code: str) -> str | None:
        found = code_paths(tables[Facet(facet)]).get(code)
        return SEPARATOR.join(found) if found else None

    paths = {
        facet: pl.Series([path(facet, code) for code in rows[f"{facet}_code"]], dtype=pl.String)
        for facet in FACETS
    }
    keyed = rows.with_columns(complaint_key=pl.int_range(pl.len()), source_code=pl.lit("bank"), **paths)
    return keyed.select(pl.col(name).cast(dtype) for name, dtype in ROWS.items())


def _found(path: ToldPath, *, codes: str, enquiry: str, rows: int, seconds: float) -> Found:
    business, cause = (facet.levels[-1].banks for facet in path.facets)
    (bank,) = (one for one in business if one.institution == codes)
    likely = {one.institution: one.p_value for one in path.enquiries}
    falls = [{one.institution: one.drift.p_value for one in facet} for facet in (business, cause)]
    lows = [{one.institution: one.p_value for one in facet} for facet in (business, cause)]
    questions = (falls[0], lows[0], falls[1], lows[1], likely)
    right = ({codes}, {codes}, {codes}, {codes}, {enquiry})
    high = bank.drift.high
    return Found(
        fallen=_named(bank.drift.p_value),
        enquiries=_named(likely.get(enquiry)),
        able=(bank.drift.p_value is not None, likely.get(enquiry) is not None),
        accused=tuple(
            sum(_named(p_value) for name, p_value in one.items() if name not in known)
            for one, known in zip(questions, right, strict=True)
        ),
        drop=np.nan if bank.drift.difference is None else -bank.drift.difference,
        covered=high is not None and high < 0,
        rows=rows,
        cpu_seconds=seconds,
    )


def _named(p_value: float | None) -> bool:
    return p_value is not None and p_value <= _LEVEL
