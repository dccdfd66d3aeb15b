"""The improved Farrington algorithm against R's recorded alarms, and what its options change."""

import numpy as np
import pytest
from surge_bench import recorded, table_of

from xiaobao.analysis.surges.detection import PUBLISHED, counts_judged
from xiaobao.analysis.surges.farrington import Bound, Options, Trend, baseline, bounds
from xiaobao.analysis.surges.series import MISSING


@pytest.mark.parametrize(("name", "record"), [("weekly", "weekly"), ("real", "real"), ("daily", "daily7")])
def test_every_alarm_equals_the_recorded_one(name: str, record: str) -> None:
    table = table_of(name)
    theirs, there = recorded(record, table)
    steps = np.flatnonzero(there.any(axis=0))

    found = bounds(counts_judged(table), steps, PUBLISHED[table.frequency])

    ours = np.zeros_like(theirs)
    ours[:, steps] = found.alarm
    assert there.sum() > 10_000
    assert (ours == theirs)[there].all()


def test_the_baseline_has_nine_seasons_of_five_weeks_between_reference_windows_of_seven() -> None:
    back, levels = baseline(Options())
    one_year = levels[(back > 52 + 3) & (back <= 2 * 52 + 3)]

    assert back[0] == 5 * 52 + 3
    assert back[-1] == 27
    assert np.bincount(one_year).tolist() == [7, *[5] * 9]


def test_seasons_that_do_not_divide_begin_with_the_longer_ones() -> None:
    back, levels = baseline(Options(steps_a_year=364, half_window=21, years_back=4, excluded=28))
    one_year = levels[(back > 364 + 21) & (back <= 2 * 364 + 21)]

    assert np.bincount(one_year).tolist() == [43, *[36] * 6, *[35] * 3]


def _growing(seed: int = 1) -> np.ndarray:
    return (
        np.random.default_rng(seed).poisson(np.exp(2.0 + 0.004 * np.arange(320)), (5, 320)).astype(np.int32)
    )


STEPS = np.arange(263, 320)


def test_without_a_trend_a_growing_series_is_underestimated() -> None:
    with_trend = bounds(_growing(), STEPS, Options())
    without = bounds(_growing(), STEPS, Options(trend=Trend.NEVER))

    assert (without.expected < with_trend.expected).mean() > 0.9


def test_a_trend_that_is_not_significant_is_dropped_where_asked() -> None:
    flat = np.random.default_rng(2).poisson(20.0, (40, 320)).astype(np.int32)
    always = bounds(flat, STEPS, Options())
    tested = bounds(flat, STEPS, Options(trend=Trend.SIGNIFICANT))
    never = bounds(flat, STEPS, Options(trend=Trend.NEVER))

    assert 0.85 < (tested.expected == never.expected).mean() < 1.0
    assert (always.expected == never.expected).mean() < 0.1


def test_the_bound_that_knows_of_estimation_is_wider() -> None:
    plug_in = bounds(_growing(), STEPS, Options())
    estimated = bounds(_growing(), STEPS, Options(bound=Bound.ESTIMATED))

    assert (estimated.upper > plug_in.upper).all()


def test_past_outbreaks_do_not_hide_the_next_one() -> None:
    counts = np.random.default_rng(3).poisson(10.0, (20, 320)).astype(np.int32)
    counts[:, [60, 112, 164, 216]] += 60
    weighed = bounds(counts, np.array([268]), Options())
    taken_as_they_are = bounds(counts, np.array([268]), Options(reweight_above=0.0))

    assert (weighed.upper < taken_as_they_are.upper).mean() > 0.9


def test_a_week_without_its_five_years_or_without_a_count_is_not_judged() -> None:
    counts = _growing()
    counts[1, 300] = MISSING
    counts[2, :10] = MISSING
    found = bounds(counts, np.array([262, 263, 273, 300]), Options())

    assert np.isnan(found.score[:, 0]).all()
    assert np.isnan(found.score[1, 3])
    assert np.isfinite(found.score[0, 1:]).all()
    assert np.isnan(found.score[2, 1])
    assert np.isfinite(found.score[2, 2])


def test_series_of_zeros_and_of_ten_millions_have_finite_scores_and_no_alarm() -> None:
    zeros = np.zeros((1, 320), dtype=np.int32)
    huge = np.random.default_rng(4).poisson(1e7, (1, 320)).astype(np.int32)
    found = bounds(np.concatenate([zeros, huge]), STEPS, Options(alpha=1e-6))

    assert np.isfinite(found.score).all()
    assert not found.alarm.any()


@pytest.mark.parametrize("mean", [0.5, 5.0, 20.0])
@pytest.mark.parametrize("absurd", [10_000_000, 250_000_000])
def test_one_absurd_count_alarms_and_none_of_the_years_after_it_does_for_it(mean: float, absurd: int) -> None:
    counts = np.random.default_rng(3).poisson(mean, (10, 600)).astype(np.int32)
    steps = np.arange(263, 600)
    calm = bounds(counts, steps, Options())
    counts[:, 300] = absurd

    found = bounds(counts, steps, Options())

    assert found.alarm[:, 300 - 263].all()
    assert found.alarm[:, 300 - 263 + 1 :].sum() <= calm.alarm.sum()
    assert np.isfinite(found.score).all()
