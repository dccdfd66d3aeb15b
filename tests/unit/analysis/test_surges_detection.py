"""Alarms over tables of series: fewest cases, missing counts, and no look into what comes after."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.surge_tables import table_of
from xiaobao.analysis.surges.detection import Threshold, by_reference, counts_judged
from xiaobao.analysis.surges.series import MISSING, Frequency

DAILY = Threshold(alarm_probability=0.005, fewest_cases=3, recent_steps=10)
WEEKLY = Threshold(alarm_probability=0.005, fewest_cases=5, recent_steps=4)
REACH = {Frequency.DAILY: 4 * 364 + 21, Frequency.WEEKLY: 5 * 52 + 3}


@pytest.mark.parametrize(("cases", "alarms"), [(1, False), (2, False), (3, True)])
def test_a_dormant_daily_series_alarms_at_the_fewest_cases_each_counted_once(
    cases: int, alarms: bool
) -> None:
    counts = np.zeros((1, 1500))
    counts[0, 1490 : 1490 + cases] = 1

    found = by_reference(table_of(counts, Frequency.DAILY), DAILY)

    assert bool(found.alarm.any()) is alarms


def test_a_week_with_an_unknown_day_is_unknown() -> None:
    counts = np.ones((1, 20))
    counts[0, 10] = MISSING

    sums = counts_judged(table_of(counts, Frequency.DAILY))

    assert sums[0].tolist() == [MISSING] * 6 + [7] * 4 + [MISSING] * 7 + [7] * 3


@pytest.mark.parametrize("steps", [1, 6, 7, 300])
def test_a_short_daily_past_judges_nothing(steps: int) -> None:
    found = by_reference(table_of(np.ones((2, steps)), Frequency.DAILY), DAILY)

    assert (found.steps, found.alarm.any()) == ((), False)


@given(
    frequency=st.sampled_from(Frequency),
    mean=st.floats(0.01, 30.0),
    seed=st.integers(0, 2**32 - 1),
    unknown=st.floats(0.0, 0.2),
    more=st.integers(1, 40),
)
def test_detect_on_a_prefix_equals_detect_on_the_whole(
    frequency: Frequency, mean: float, seed: int, unknown: float, more: int
) -> None:
    random = np.random.default_rng(seed)
    counts = random.poisson(mean, (2, REACH[frequency] + 45))
    counts[random.random(counts.shape) < unknown] = MISSING
    threshold = DAILY if frequency is Frequency.DAILY else WEEKLY
    whole = table_of(counts, frequency)

    all_of_it = by_reference(whole, threshold)
    prefix = by_reference(whole.until(REACH[frequency] + more), threshold)

    seen = len(prefix.steps)
    assert (seen, prefix.steps) == (more, all_of_it.steps[:seen])
    np.testing.assert_array_equal(prefix.alarm, all_of_it.alarm[:, :seen])
    np.testing.assert_array_equal(prefix.score, all_of_it.score[:, :seen])
