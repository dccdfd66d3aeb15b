"""The course of simulated years holds what is published, excites itself, and keeps within its ranges."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import Period
from xiaobao.simulate.years.course import Course
from xiaobao.simulate.years.draws import Draws
from xiaobao.simulate.years.injections import Injection
from xiaobao.simulate.years.plan import Settings, course_for, read_settings
from xiaobao.simulate.years.together import NONE

YEARS = Period(from_on=date(2017, 1, 1), to_on=date(2020, 5, 1))
SPRING = Period(from_on=date(2020, 1, 20), to_on=date(2020, 4, 1))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return reading.load()


@pytest.fixture(scope="module")
def settings(catalog: Catalog) -> Settings:
    return read_settings(catalog)


@pytest.fixture(scope="module")
def course(catalog: Catalog, settings: Settings) -> Course:
    return course_for(catalog, settings, period=YEARS, draws=Draws(seed=2020), scale=1.0)


@pytest.fixture(scope="module")
def complaints(course: Course) -> pl.DataFrame:
    """Complaints with their day, bank's group, business and cause."""
    topics = course.topics.all
    width = max(len(topic.causes) for topic in topics)
    causes = [[*topic.causes, *[""] * (width - len(topic.causes))] for topic in topics]
    entries = course.entries.filter(pl.col("kind") == 0)
    topic = entries["topic"].cast(pl.Int64)
    group = pl.Series([bank.group for bank in course.banks])
    return entries.with_columns(
        on=pl.Series(list(course.days.days)).gather(entries["day"].cast(pl.Int64)),
        business=pl.Series([topic.business for topic in topics]).gather(topic),
        line=pl.Series([topic.line for topic in topics]).gather(topic),
        code=pl.Series(causes).list.explode().gather(topic * width + entries["cause"].cast(pl.Int64)),
        group=group.gather(entries["bank"].cast(pl.Int64).clip(lower_bound=0)),
    )


def year_of(complaints: pl.DataFrame, year: int, *, on_hotline: bool) -> pl.DataFrame:
    return complaints.filter((pl.col("on").dt.year() == year) & (pl.col("on_hotline") == on_hotline))


def daily(course: Course, entries: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.bincount(entries["day"].to_numpy(), minlength=len(course.days.days))


def places(course: Course, period: Period, *, weekday: int | None = None) -> list[int]:
    return [
        course.days.place(day)
        for day in period
        if course.days.working[course.days.place(day)] and weekday in (None, day.weekday())
    ]


@pytest.mark.parametrize(("year", "published"), [(2018, 33_824), (2019, 63_130)])
def test_the_hotline_counts_a_year_as_published(complaints: pl.DataFrame, year: int, published: int) -> None:
    assert len(year_of(complaints, year, on_hotline=True)) == pytest.approx(published, rel=0.05)


def test_few_banks_counted_before_2019(complaints: pl.DataFrame) -> None:
    counts = [len(year_of(complaints, year, on_hotline=False)) for year in (2017, 2018, 2019)]
    assert counts[0] < counts[1] < counts[2] / 4


def test_the_banks_have_3000_to_8000_complaints_on_a_working_day(
    course: Course, complaints: pl.DataFrame
) -> None:
    of_banks = daily(course, complaints.filter(~pl.col("on_hotline")))
    ordinary = Period(from_on=date(2019, 3, 1), to_on=date(2020, 1, 20))
    counts = of_banks[places(course, ordinary)]
    assert 0.95 < np.mean((counts >= 3000) & (counts <= 8000)) <= 1


def test_the_hotline_has_300_to_600_complaints_on_a_working_day_of_the_epidemic(
    course: Course, complaints: pl.DataFrame
) -> None:
    counts = daily(course, complaints.filter("on_hotline"))[
        places(course, Period(from_on=date(2020, 2, 5), to_on=date(2020, 3, 14)))
    ]
    assert np.mean((counts >= 300) & (counts <= 600)) > 0.9


def test_an_epidemic_month_of_the_hotline_lies_above_the_same_month_a_year_before(
    complaints: pl.DataFrame,
) -> None:
    month = pl.col("on").dt.month() == 3
    before, now = (len(year_of(complaints, year, on_hotline=True).filter(month)) for year in (2019, 2020))
    assert 1.5 < now / before < 2.6


@pytest.mark.parametrize(("path", "on_hotline"), [("institution", False), ("hotline", True)])
def test_mondays_lie_above_fridays_by_the_ratio_of_the_catalog(
    course: Course, complaints: pl.DataFrame, settings: Settings, path: str, on_hotline: bool
) -> None:
    counts = daily(course, complaints.filter(pl.col("on_hotline") == on_hotline))
    year = Period(from_on=date(2019, 3, 1), to_on=date(2019, 12, 31))
    monday, friday = (counts[places(course, year, weekday=weekday)].mean() for weekday in (0, 4))
    weekday = settings.years.days[path].weekday
    assert monday / friday == pytest.approx(weekday[0] / weekday[4], rel=0.06)


def test_groups_share_the_banks_complaints_as_in_the_third_quarter_of_2020(complaints: pl.DataFrame) -> None:
    shares = year_of(complaints, 2019, on_hotline=False)["group"].value_counts(normalize=True)
    published = 27_278 / (27_278 + 37_475)
    found = shares.filter(pl.col("group") == "state_owned")["proportion"].item()
    assert found == pytest.approx(published, abs=0.03)


def test_cards_are_half_of_the_state_owned_and_four_fifths_of_the_joint_stock_banks_complaints(
    complaints: pl.DataFrame,
) -> None:
    of_cards = (
        year_of(complaints, 2019, on_hotline=False).group_by("group").agg((pl.col("line") == "card").mean())
    )
    shares = dict(of_cards.iter_rows())
    assert shares["state_owned"] == pytest.approx(0.5, abs=0.07)
    assert shares["joint_stock"] == pytest.approx(0.8, abs=0.07)


def test_the_hotline_is_called_about_payments_bank_cards_and_loans_first(complaints: pl.DataFrame) -> None:
    first = year_of(complaints, 2019, on_hotline=True)["business"].str.head(3).value_counts(sort=True)
    assert set(first["business"].head(3)) == {"B07", "B03", "B02"}


def test_the_epidemic_is_told_of_by_falling_shares_from_60_to_10_percent(
    course: Course, complaints: pl.DataFrame
) -> None:
    told = pl.col("topic").is_in([n for n, topic in enumerate(course.topics.all) if topic.epidemic])
    before = complaints.filter((pl.col("on") < date(2020, 1, 23)) & told)
    phases = [(1, 23, 2, 2), (2, 3, 2, 16), (2, 17, 3, 1), (3, 2, 3, 15), (3, 16, 3, 31), (4, 1, 4, 30)]
    shares = [
        complaints.filter(pl.col("on").is_between(date(2020, *phase[:2]), date(2020, *phase[2:])))
        .select(told.mean())
        .item()
        for phase in phases
    ]
    assert before.is_empty()
    assert shares == sorted(shares, reverse=True)
    assert 0.5 < shares[0] < 0.65
    assert 0.08 < shares[-1] < 0.16


def test_enquiries_double_on_the_working_day_after_the_five_departments_letter(course: Course) -> None:
    asked = daily(course, course.entries.filter(pl.col("on_hotline") & (pl.col("kind") == 1)))
    after, ordinary = course.days.place(date(2020, 2, 3)), course.days.place(date(2020, 2, 24))
    assert 1.8 < asked[after] / asked[ordinary] < 3.5


def test_scenarios_of_repayment_rise_after_repayment_days(course: Course, complaints: pl.DataFrame) -> None:
    of_repayment = [n for n, topic in enumerate(course.topics.all) if topic.repayment]
    counts = daily(course, complaints.filter(pl.col("topic").is_in(of_repayment) & ~pl.col("on_hotline")))
    rest = daily(course, complaints.filter(~pl.col("topic").is_in(of_repayment) & ~pl.col("on_hotline")))
    year = Period(from_on=date(2019, 1, 1), to_on=date(2020, 1, 1))
    share = {day: counts[course.days.place(day)] / rest[course.days.place(day)] for day in year}
    after = np.mean([value for day, value in share.items() if day.day in (7, 12, 17, 22, 27)])
    before = np.mean([value for day, value in share.items() if day.day in (5, 10, 15, 20, 25)])
    assert after / before > 1.08


def test_counts_are_more_than_poisson_and_the_more_so_over_longer_spans(
    catalog: Catalog, settings: Settings
) -> None:
    """Fano factors of cells against their expectation: self-excitation spreads over days."""
    period = Period(from_on=date(2019, 1, 1), to_on=date(2020, 1, 1))
    course = course_for(catalog, settings, period=period, draws=Draws(seed=3), scale=1.0)
    natural = course.entries.filter(
        (pl.col("kind") == 0)
        & (pl.col("injection") == NONE)
        & ~pl.col("on_hotline")
        & (pl.col("twin") == NONE)
    )
    cell = natural["bank"].cast(pl.Int64).to_numpy() * 100 + natural["topic"].to_numpy()
    counts = np.zeros((len(period), 1800))
    np.add.at(counts, (natural["day"].to_numpy(), cell), 1)
    counts = counts[:, counts.sum(axis=0) > 500]
    shape = counts.sum(axis=1, keepdims=True) / counts.sum()
    fano = [_fano(counts, counts.sum(axis=0, keepdims=True) * shape, span) for span in (1, 7, 28)]
    assert 1.05 < fano[0] < fano[1] < fano[2]


def _fano(
    counts: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    expected: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    span: int,
) -> float:
    """Median over cells of the squared distance from the expectation against it, over spans of days."""
    whole = len(counts) // span * span
    found, meant = (
        values[:whole].reshape(-1, span, values.shape[1]).sum(axis=1) for values in (counts, expected)
    )
    return float(np.median(((found - meant) ** 2 / meant).mean(axis=0)))


def test_a_complaint_told_on_both_paths_was_told_to_the_bank_first(
    course: Course, settings: Settings
) -> None:
    entries, duplicates = course.entries, settings.years.duplicates
    told = entries.filter(pl.col("on_hotline") & (pl.col("kind") == 0) & (pl.col("bank") >= 0))
    paired = told.filter(pl.col("twin") != NONE)
    bank = entries[paired["twin"]]
    between = (paired["day"] - bank["day"]).to_numpy()
    assert len(paired) / len(told) == pytest.approx(duplicates.share, abs=0.02)
    assert between.min() == 0
    assert between.max() == duplicates.days_before
    assert (bank["bank"] == paired["bank"]).all()
    assert (bank["person"] == paired["person"]).all()
    assert (bank["twin"] == paired["entry"]).all()
    assert 0.1 < (bank["cause"] != paired["cause"]).mean() < 0.4


def test_who_calls_again_calls_the_same_branch_about_the_same(course: Course) -> None:
    again = course.entries.filter(pl.col("repeats") != NONE)
    first = course.entries[again["repeats"]]
    assert len(again) > 1000
    for same in ("bank", "topic", "region", "person"):
        assert (again[same] == first[same]).all()
    assert (again["day"] >= first["day"]).all()


def test_injections_keep_within_the_ranges_of_the_catalog(course: Course, settings: Settings) -> None:
    ranges = settings.intentions
    quarters = len(course.days.days) / 91
    by_kind = {
        kind: [each for each in course.injections if each.kind == kind] for kind in ("surge", "campaign")
    }
    for kind, per_quarter in (
        ("surge", ranges.surges.per_quarter),
        ("campaign", ranges.campaigns.per_quarter),
    ):
        assert per_quarter[0] <= len(by_kind[kind]) / quarters <= per_quarter[1]
    for each in by_kind["surge"]:
        assert len(each.days) >= ranges.surges.fewest
        assert ranges.surges.days[0] <= (each.to_on - each.from_on).days <= ranges.surges.days[1]
    for each in by_kind["campaign"]:
        assert ranges.campaigns.size[0] <= len(each.days) <= ranges.campaigns.size[1]


def test_the_entries_of_an_injection_are_in_the_course(course: Course) -> None:
    counted = (
        course.entries.filter(pl.col("injection") != NONE)
        .group_by("injection", "on_hotline")
        .len()
        .sort("injection")
    )
    found = {(number, on_hotline): count for number, on_hotline, count in counted.iter_rows()}
    for number, each in enumerate(course.injections):
        assert found[number, each.path == "hotline"] == len(each.days)
        days = course.days.days
        assert all(each.from_on <= days[place] < each.to_on for place in each.days)


def cases(catalog: Catalog, settings: Settings) -> list[tuple[Course, Injection]]:
    found = []
    for seed in range(50):
        course = course_for(catalog, settings, period=SPRING, draws=Draws(seed=seed), scale=1.0)
        (case,) = (each for each in course.injections if each.kind == "case")
        found.append((course, case))
    return found


def test_the_case_of_the_article_keeps_within_its_ranges_for_fifty_seeds(
    catalog: Catalog, settings: Settings
) -> None:
    ranges = settings.intentions.case
    drawn = cases(catalog, settings)
    for course, case in drawn:
        working = [place for place in range(len(course.days.days)) if course.days.working[place]]
        span = working.index(max(case.days)) - working.index(min(case.days)) + 1
        assert ranges.size[0] <= len(case.days) <= ranges.size[1]
        assert ranges.working_days[0] <= span <= ranges.working_days[1]
        assert ranges.cell_mean[0] <= case.usual_a_day <= ranges.cell_mean[1]
        assert ranges.from_on <= case.from_on <= ranges.to_on
        assert course.topics.all[int(case.topics[0])].business == "B03026"
    assert len({case.bank for _, case in drawn}) >= 3
    assert len({case.from_on for _, case in drawn}) >= 10


def test_years_without_a_volume_are_refused(catalog: Catalog, settings: Settings) -> None:
    with pytest.raises(UserError):
        course_for(
            catalog,
            settings,
            period=Period(from_on=date(2030, 1, 1), to_on=date(2030, 2, 1)),
            draws=Draws(seed=1),
            scale=1.0,
        )
