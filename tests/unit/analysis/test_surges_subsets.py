"""The scan over subsets of banks: its highest subset is the highest of all, by each day's past alone."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.analysis.conftest import Ledger
from tests.unit.analysis.test_surges_watching import FIRST, scope_of
from xiaobao.analysis.surges.subset_scan import LONGEST_DAYS, scan
from xiaobao.analysis.surges.watching import Question, Watched, watch

BANKS = ("GY01", "GY02", "GY03", "GY04", "GF12")
DAYS = 200
ON = FIRST + timedelta(days=DAYS - 1)


def quiet(banks: int, days: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    expected = np.tile(random.uniform(0.3, 4.0, (banks, 1)), days)
    return random.poisson(expected).astype(float), expected, np.full((banks, days), 1.3)


def every_subset(count: np.ndarray, expected: np.ndarray, dispersion: np.ndarray, day: int) -> float:
    """The same by looking at all subsets of two and more."""
    best = 0.0
    for length in range(1, min(LONGEST_DAYS, day + 1) + 1):
        days = slice(day - length + 1, day + 1)
        c = (count[:, days] / dispersion[:, days]).sum(axis=1)
        b = (expected[:, days] / dispersion[:, days]).sum(axis=1)
        for size in range(2, len(c) + 1):
            for chosen in combinations(range(len(c)), size):
                counted, hoped = c[list(chosen)].sum(), b[list(chosen)].sum()
                if counted > hoped and (c[list(chosen)] >= b[list(chosen)]).all():
                    best = max(best, counted * np.log(counted / hoped) - (counted - hoped))
    return best


@pytest.mark.parametrize("seed", range(5))
def test_of_all_subsets_of_banks_above_their_expectation_the_highest_is_found(seed: int) -> None:
    count, expected, dispersion = quiet(6, 20, seed)

    found = scan(count, expected, dispersion)

    for day in (0, 5, 19):
        assert found.statistic[day] == pytest.approx(every_subset(count, expected, dispersion, day))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), until=st.integers(1, 149))
def test_a_prefix_is_scanned_as_the_whole_is(seed: int, until: int) -> None:
    count, expected, dispersion = quiet(5, 150, seed)
    expected[np.random.default_rng(seed).random(expected.shape) < 0.1] = np.nan

    whole = scan(count, expected, dispersion)
    prefix = scan(count[:, :until], expected[:, :until], dispersion[:, :until])

    np.testing.assert_array_equal(prefix.score, whole.score[:until])
    np.testing.assert_array_equal(prefix.banks, whole.banks[:, :until])


def test_the_banks_that_are_up_together_are_named_with_their_days() -> None:
    count, expected, dispersion = quiet(8, 200, 1)
    hit = [1, 4, 6]
    count[hit, -4:] = np.ceil(expected[hit, -4:]) + 4

    found = scan(count, expected, dispersion)

    assert set(hit) <= set(np.flatnonzero(found.banks[:, -1]).tolist())
    assert found.days[-1] == 4
    assert found.score[-1] > 3.0


def test_quiet_days_alarm_about_as_often_as_they_may() -> None:
    scores = np.concatenate([scan(*quiet(18, 800, seed)).score for seed in range(20, 28)])
    judged = scores[np.isfinite(scores)]

    assert judged.size > 5_000
    assert (judged >= 2.0).mean() < 0.013


def test_a_day_nobody_knows_is_not_scanned() -> None:
    count, expected, dispersion = quiet(4, 120, 1)
    expected[:, -LONGEST_DAYS:] = np.nan

    found = scan(count, expected, dispersion)

    assert np.isnan(found.score[-1])


def watched(ledger: Ledger, *, scanning: bool) -> Watched:
    scope = scope_of(ledger)
    detectors = scope.catalog.detectors
    watches = tuple(replace(one, subset_scan=scanning) for one in detectors.watches)
    catalog = replace(scope.catalog, detectors=replace(detectors, watches=watches))
    asked = Question(on=ON, path="institution", posted_seq=100, closes={}, silent={}, nobody=frozenset())
    return watch(ledger.snapshot(), replace(scope, catalog=catalog), asked)


def test_a_finding_names_the_cause_and_its_banks_and_is_told_once(ledger: Ledger) -> None:
    for number in range(DAYS):
        for place, bank in enumerate(BANKS):
            for cause in ("C03", "C02"):
                up = number >= DAYS - 5 and cause == "C03" and bank != "GF12"
                ledger.state(
                    (1, 0, 2, 1, 0)[(number + place) % 5] + (3 if up else 0),
                    on=FIRST + timedelta(days=number),
                    institution_code=bank,
                    business_code="B0302" if number % 2 else "B0101",
                    cause_code=cause,
                    region_code=("110000", "310000", "420000")[(number + place) % 3],
                )

    plain, scanned = (watched(ledger, scanning=on) for on in (False, True))

    assert all(len({name for name, _ in one.where}) == len(one.where) for one in plain.surges)
    told = [one for one in scanned.surges if one.where[0] == ("cause.1", "C03")]
    assert [[member for name, member in one.where if name == "institution"] for one in told] == [
        sorted(set(BANKS) - {"GF12"})
    ]
    assert told[0].extent.observed > told[0].extent.high
    owners = [one.where[0] for one in scanned.surges]
    assert len(owners) == len(set(owners))
    assert len(scanned.surges) <= len(plain.surges)
