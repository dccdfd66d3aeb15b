"""The model of surges: no look ahead, sane where data are bad, calm where nothing has changed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.surge_tables import table_of
from xiaobao.analysis.surges.auto import averaged, by_model, numbered
from xiaobao.analysis.surges.detection import Threshold
from xiaobao.analysis.surges.features import Features, of_days, of_weeks
from xiaobao.analysis.surges.groups_file import Group
from xiaobao.analysis.surges.mid_start import begun
from xiaobao.analysis.surges.model import surprises
from xiaobao.analysis.surges.series import MISSING, Frequency, Judgements, SeriesTable
from xiaobao.analysis.surges.settings import settings_of
from xiaobao.catalog import reading

CALENDAR = reading.load().calendars["cn"]
THRESHOLD = Threshold(alarm_probability=0.005, fewest_cases=3, recent_steps=10)
WEEKDAYS = np.array([1.3, 1.1, 1.0, 1.0, 0.9, 0.4, 0.3])


def features_of(table: SeriesTable) -> Features:
    if table.frequency is Frequency.WEEKLY or table.days is None:
        return of_weeks(table)
    return of_days(table.days, calendar=CALENDAR)


def judge(counts: np.ndarray, frequency: Frequency = Frequency.DAILY, *, first_step: int = 0) -> Judgements:
    table = table_of(counts, frequency)
    group = np.arange(len(counts)) % 2
    return by_model(table, features_of(table), group, THRESHOLD, first_step=first_step)


def daily(mean: float, steps: int, *, series: int = 1, seed: int = 7) -> np.ndarray:
    rate = mean * WEEKDAYS[np.arange(steps) % 7]
    return np.random.default_rng(seed).poisson(rate, (series, steps))


@given(
    frequency=st.sampled_from(Frequency),
    mean=st.floats(0.01, 300.0),
    seed=st.integers(0, 2**32 - 1),
    unknown=st.floats(0.0, 0.2),
    begins=st.integers(0, 150),
    until=st.integers(1, 199),
)
def test_detect_on_a_prefix_equals_detect_on_the_whole(
    frequency: Frequency, mean: float, seed: int, unknown: float, begins: int, until: int
) -> None:
    random = np.random.default_rng(seed)
    counts = random.negative_binomial(mean / 0.5, 1 / 1.5, (3, 200))
    counts[random.random(counts.shape) < unknown] = MISSING
    counts[0, :begins] = MISSING
    counts[1, :begins] = 0

    whole = judge(counts, frequency)
    prefix = judge(counts[:, :until], frequency)

    np.testing.assert_array_equal(prefix.alarm, whole.alarm[:, :until])
    np.testing.assert_array_equal(prefix.score, whole.score[:, :until])


def test_a_series_of_epidemics_is_judged_by_its_past_alone_as_well() -> None:
    weeks = np.arange(420)
    rate = np.exp(4.0 * np.cos(2 * np.pi * weeks / 52.0))
    counts = np.random.default_rng(3).poisson(rate, (2, weeks.size))

    whole = judge(counts, Frequency.WEEKLY)
    prefix = judge(counts[:, :410], Frequency.WEEKLY)

    assert np.isfinite(whole.score[:, 300:]).all()
    np.testing.assert_array_equal(prefix.score, whole.score[:, :410])


def test_a_past_outbreak_of_a_rare_series_hides_no_later_one() -> None:
    counts = np.random.default_rng(5).poisson(0.2, (4, 420))
    counts[:, 330:332], counts[:, 419] = (9, 6), 4

    table = table_of(counts, Frequency.WEEKLY)
    group = np.zeros(4, dtype=np.int64)
    alone = by_model(table, of_weeks(table), group, THRESHOLD, first_step=300, with_reference=False)
    whole = judge(counts, Frequency.WEEKLY, first_step=300)
    prefix = judge(counts[:, :415], Frequency.WEEKLY)

    assert not alone.alarm[:, -1].any()
    assert whole.alarm[:, -1].all()
    np.testing.assert_array_equal(prefix.score[:, 300:], whole.score[:, :115])


def test_an_average_lies_between_the_two_and_a_wild_one_does_not_carry_the_other_away() -> None:
    both = averaged(np.array([1.0, 3.0, 3.0]), np.array([3.0, 3.0, 300.0]))

    assert 1.0 < both[0] < 3.0
    assert both[1:] == pytest.approx([3.1, 3.7], abs=0.05)


def test_a_week_without_years_before_it_is_judged_by_the_model_alone() -> None:
    counts = np.random.default_rng(4).poisson(4.0, (3, 150))

    assert judge(counts, Frequency.WEEKLY).judged[:, 60:].all()


def test_from_a_step_on_the_same_is_said() -> None:
    counts = daily(3.0, 200, series=4)

    np.testing.assert_array_equal(judge(counts, first_step=130).score, judge(counts).score[:, 130:])


@pytest.mark.parametrize("mean", [0.3, 3.0, 50.0])
def test_a_surge_of_three_days_alarms_and_the_days_before_it_do_not(mean: float) -> None:
    counts = daily(mean, 400, series=20)
    counts[:, 390:393] += round(6 + 4 * np.sqrt(mean))

    found = judge(counts)

    assert found.alarm[:, 390:393].any(axis=1).all()
    assert found.alarm[:, 360:390].mean() < 0.02


def test_weekends_and_holidays_are_no_surges() -> None:
    days = 3 * 365
    table = table_of(np.zeros((1, days)), Frequency.DAILY)
    known = features_of(table)
    rate = 40.0 * np.where(known.rebound == 1, 1.8, 1.0) * np.where(known.day_kind == 7, 0.3, 1.0)
    counts = np.random.default_rng(5).poisson(rate, (4, days))

    found = judge(counts, first_step=days - 300)

    assert found.alarm[:, known.rebound[-300:] == 1].mean() < 0.05
    assert found.alarm.mean() < 0.01


def test_a_lasting_shift_of_the_level_is_learnt() -> None:
    counts = daily(10.0, 500, series=6)
    counts[:, 300:] = daily(16.0, 200, series=6, seed=8)

    found = judge(counts)

    assert found.alarm[:, 300:307].any(axis=1).all()
    assert found.alarm[:, 430:].mean() < 0.05


def test_two_months_after_a_shift_little_of_the_old_level_is_left() -> None:
    steps, shifted = 700, 580
    counts = np.random.default_rng(12).poisson(np.where(np.arange(steps) < shifted, 10.0, 20.0), (40, steps))
    table = table_of(counts, Frequency.DAILY)
    assert table.days is not None

    found = surprises(
        table,
        of_days(table.days, calendar=None),
        np.zeros(40, dtype=np.int64),
        settings_of(Frequency.DAILY),
        first_step=shifted + 60,
    )

    assert np.nanmean(found.expected) > 18.0
    assert np.nanmean(found.score > -np.log10(0.005)) < 5 * 0.005


def test_an_acknowledged_shift_is_learnt_at_once() -> None:
    counts = daily(10.0, 500)
    counts[:, 300:] = daily(20.0, 200, seed=8)
    table = table_of(counts, Frequency.DAILY)
    settings = settings_of(Frequency.DAILY)

    found = surprises(
        table, features_of(table), np.zeros(1, dtype=np.int64), settings, begins=np.array([300])
    )

    assert np.isnan(found.score[0, 300:307]).all()
    expected = found.expected[0, 365:]
    assert expected[np.isfinite(expected)].mean() == pytest.approx(20.0 * WEEKDAYS.mean(), rel=0.1)


def test_half_a_count_that_is_in_is_no_fall_and_a_full_one_then_a_surge() -> None:
    counts = daily(200.0, 300, series=6)
    counts[:3, 299] //= 2
    there = np.ones(counts.shape, dtype=np.float32)
    there[:, 299] = 0.5
    table = table_of(counts, Frequency.DAILY)
    group, settings = np.zeros(6, dtype=np.int64), settings_of(Frequency.DAILY)

    found = surprises(table, features_of(table), group, settings, there=there)

    assert (found.score[:3, 299] < 1.0).all()
    assert (found.score[3:, 299] > 1.5).all()


def test_a_short_past_judges_a_large_surge_and_little_else() -> None:
    counts = daily(20.0, 19, series=10)
    counts[:5, 18] += 40

    found = judge(counts)

    assert not found.judged[:, :7].any()
    assert found.alarm[:5, 18].all()
    assert found.alarm[5:].mean() < 0.02


def test_zeros_alone_never_alarm() -> None:
    found = judge(np.zeros((2, 200)))

    assert found.judged[:, 60:].all()
    assert not found.alarm.any()


def test_the_first_cases_of_a_dormant_series_alarm_when_they_are_three() -> None:
    counts = np.zeros((1, 300))
    counts[0, [280, 281, 282]] = 1

    assert np.flatnonzero(judge(counts).alarm[0]).tolist()[:1] == [282]


def test_a_single_observation_judges_nothing() -> None:
    counts = np.full((2, 120), MISSING)
    counts[0, 60] = 5

    assert not judge(counts).judged.any()


def test_an_unknown_count_is_not_judged_and_no_zero() -> None:
    counts = daily(20.0, 200)
    counts[0, 150:160] = MISSING

    found = judge(counts)

    assert not found.judged[0, 150:160].any()
    assert found.judged[0, 160:].all()
    assert found.alarm[0, 160:].mean() < 0.1


def test_a_series_that_starts_mid_way_is_judged_after_its_first_weeks() -> None:
    counts = daily(20.0, 300, series=2)
    counts[0, :200] = MISSING

    found = judge(counts)

    assert not found.judged[0, :207].any()
    assert found.judged[0, 225:].all()
    assert found.alarm[0].mean() < 0.05


@pytest.mark.parametrize("mean", [1.0, 5.0, 20.0])
def test_zeros_before_a_bank_begins_are_no_past_for_long(mean: float) -> None:
    counts = daily(mean, 500, series=2)
    counts[:, :250] = 0

    found = judge(counts)

    assert found.alarm[:, 250:260].any(axis=1).all()
    assert found.alarm[:, 250 + 28 + 28 + 7 :].mean() < 0.04


def test_the_zeros_of_a_rare_cell_stay_its_past() -> None:
    rare, short = np.zeros((1, 400), dtype=np.int32), np.zeros((1, 400), dtype=np.int32)
    rare[0, 120::30] = 1
    short[0, 200:214] = 6
    counts = np.vstack([rare, short])

    assert begun(counts, np.zeros(2, dtype=np.int64), 400).tolist() == [0, 0]


def test_ten_million_complaints_a_day_are_judged() -> None:
    counts = np.random.default_rng(1).normal(1e7, 1e5, (1, 300)).astype(np.int64)
    counts[0, 290] = 15_000_000

    found = judge(counts)

    assert np.isfinite(found.score[0, 60:]).all()
    assert found.alarm[0, 290]
    assert found.alarm[0, 60:290].mean() < 0.05


@pytest.mark.parametrize("frequency", Frequency)
def test_one_absurd_count_does_not_make_surges_of_all_that_follow(frequency: Frequency) -> None:
    counts = np.random.default_rng(1).poisson(3.0, (3, 400)).astype(np.int64)
    calm = judge(counts, frequency)
    counts[0, 300] = 10_000_000

    found = judge(counts, frequency)

    assert found.alarm[0, 300]
    assert found.alarm[0, 310:].sum() <= calm.alarm[0, 310:].sum() + 1
    # Neither does it spoil the series of its group and those beside it.
    assert found.alarm[1:, 301:].sum() <= calm.alarm[1:, 301:].sum() + 1


@pytest.mark.parametrize("mean", [0.5, 4.0, 40.0])
def test_a_quiet_day_alarms_about_as_rarely_as_is_asked(mean: float) -> None:
    counts = np.random.default_rng(11).negative_binomial(mean / 0.4, 1 / 1.4, (150, 600))

    found = judge(counts, first_step=440)

    assert 0.3 * 0.005 < found.alarm[found.judged].mean() < 1.6 * 0.005


def test_the_first_year_of_a_large_series_alone_is_no_rise_above_a_season_that_nobody_knows() -> None:
    rate = 50.0 * WEEKDAYS[np.arange(300) % 7]
    counts = np.random.default_rng(12).negative_binomial(rate / 0.4, 1 / 1.4, (12, 300))

    found = [judge(one[np.newaxis], first_step=100) for one in counts]

    assert np.mean([one.alarm[one.judged].mean() for one in found]) < 2.0 * 0.005


def test_series_of_one_cause_share_a_group_and_others_that_of_their_level() -> None:
    groups = [
        Group(institution="A", cause="fees", level="cell"),
        Group(institution="A", level="bank"),
        Group(cause="fees", level="sector"),
        Group(institution="B", level="bank"),
    ]

    assert numbered(groups).tolist() == [0, 1, 0, 1]
