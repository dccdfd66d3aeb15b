"""A delivery beside the source's own recent days: what is unusual is told, what cannot be judged is said."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import comb, exp, factorial
from pathlib import Path
from random import Random

import polars as pl
import pytest
from bank_report_files import DAY, StatedHistory, catalog, checked, content, row, rules_of
from rule_specs import RecentDays, day_counts

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.delivery import CheckResult
from xiaobao.intake.rules.chances import Count, Share, count_of, share_of
from xiaobao.intake.rules.volume import usual_band

LIMITS = catalog().recent_days_on(DAY)
FRIDAY = date(2020, 4, 24)
"""An ordinary Friday; the rows of the files below were received the day before it."""


def _reported(
    folder: Path,
    rows: int,
    recent: Sequence[RecentDays],
    *,
    day: date = FRIDAY,
    received: date = date(2020, 4, 23),
    kind: DeliveryKind = DeliveryKind.REGULAR,
    event: str = "新增",
    more: pl.DataFrame | None = None,
    using: Catalog | None = None,
) -> CheckResult:
    stated = [row(f"N{number}", 收到日期=str(received), 事件=event, 受理日期="") for number in range(rows)]
    known = day_counts(day, recent)
    history = StatedHistory(
        {f"N{number}": False for number in range(rows)} if event == "更正" else {},
        recent=known if more is None else pl.concat([known, more]),
    )
    data = content(stated or [row("N0")]).split(b"\n")[0] + b"\n" if not rows else content(stated)
    return checked(folder, data, day=day, history=history, kind=kind, using=using)


def _reasons(result: CheckResult) -> dict[str, str]:
    return {each.rule_id: each.reason.en for each in result.not_judged}


def test_the_first_weeks_of_a_source_are_said_to_be_too_few_days(tmp_path: Path) -> None:
    result = _reported(tmp_path, 40, [RecentDays(rows=4, days=14)])

    assert rules_of(result) == []
    assert _reasons(result) == {
        "volume_unusual": "not enough days: 10 of 15",
        "mix_unusual": "not enough days: 14 of 15",
        "code_vanished": "not enough days: 14 of 19",
    }
    assert "volume_unusual" not in result.checks_run + result.checks_not_run


def test_without_the_ledger_the_rules_are_named_as_not_run(tmp_path: Path) -> None:
    result = checked(tmp_path, content([row("N1")]))

    assert {"volume_unusual", "mix_unusual", "code_vanished"} <= set(result.checks_not_run)
    assert result.not_judged == ()


def test_a_supplementary_delivery_is_not_held_against_whole_days(tmp_path: Path) -> None:
    result = _reported(tmp_path, 1, [RecentDays(rows=100)], kind=DeliveryKind.SUPPLEMENTARY)

    assert rules_of(result) == []
    assert set(_reasons(result).values()) == {"a supplementary delivery is not compared with recent days"}


def test_a_backlog_of_late_rows_has_no_usual_number(tmp_path: Path) -> None:
    result = _reported(tmp_path, 90, [RecentDays(rows=10)], received=date(2020, 3, 3))

    assert "volume_unusual" not in rules_of(result)
    assert "late rows have no usual number" in _reasons(result)["volume_unusual"]


def test_amendments_do_not_count_as_reported_rows(tmp_path: Path) -> None:
    result = _reported(tmp_path, 10, [RecentDays(rows=20)], event="更正")

    assert rules_of(result) == ["volume_unusual"]


def test_the_second_delivery_of_a_day_is_held_against_whole_days_of_two(tmp_path: Path) -> None:
    usual = [RecentDays(rows=10), RecentDays(rows=60, delivery=2)]
    first = day_counts(FRIDAY, [RecentDays(rows=10, days=1, until=0)])

    assert rules_of(_reported(tmp_path, 10, usual)) == []
    assert rules_of(_reported(tmp_path, 60, usual, more=first)) == []
    assert rules_of(_reported(tmp_path, 1, usual, more=first)) == ["volume_unusual"]


def test_days_of_rest_are_held_against_days_of_rest(tmp_path: Path) -> None:
    sunday, saturday = date(2020, 4, 26), date(2020, 4, 25)
    recent = [
        RecentDays(rows=5 if (sunday - timedelta(days=ago + 1)).weekday() > 4 else 80, days=1, until=ago)
        for ago in range(1, 85)
    ]

    assert "volume_unusual" not in rules_of(_reported(tmp_path, 5, recent, day=sunday, received=saturday))
    assert "volume_unusual" in rules_of(_reported(tmp_path, 80, recent, day=sunday, received=saturday))


def test_the_first_day_back_at_work_is_like_no_other(tmp_path: Path) -> None:
    result = _reported(tmp_path, 1, [RecentDays(rows=50)], day=date(2020, 4, 8), received=date(2020, 4, 7))

    assert rules_of(result) == []
    assert "the first day after one" in _reasons(result)["volume_unusual"]


def test_a_code_that_came_into_force_meanwhile_may_well_rise(tmp_path: Path) -> None:
    recent = [RecentDays(rows=20, business="B0101"), RecentDays(rows=20, business="B0201")]
    path = "standards/jrt0169-2018/business.csv"
    files = dict(catalog().files)
    lines = files[path].decode().splitlines()
    dated = [f"{line},{'2020-04-01' if line.startswith('B0302,') else ''}" for line in lines[1:]]
    files[path] = "\n".join([f"{lines[0]},from_on", *dated, ""]).encode()

    assert "mix_unusual" in rules_of(_reported(tmp_path, 40, recent))
    assert "mix_unusual" not in rules_of(_reported(tmp_path, 40, recent, using=reading.parse(files)))


def test_a_day_reported_twice_does_not_make_doubling_usual() -> None:
    steady = [100 + number % 7 for number in range(20)]

    assert count_of(steady).band(1e-4)[1] < 200
    assert count_of([*steady, 210, 205]).band(1e-4)[1] < 210


def test_a_weekday_of_its_own_numbers_is_usual() -> None:
    assert LIMITS is not None
    mondays = {date(2020, 3, 2 + 7 * week): 400 for week in range(4)}
    others = {date(2020, 3, 3 + 7 * week + place): 100 + place for week in range(4) for place in range(4)}

    assert usual_band(mondays | others, date(2020, 3, 30), LIMITS)[1] > 400
    assert usual_band(mondays | others, date(2020, 3, 31), LIMITS)[1] < 400


@pytest.mark.parametrize(("mean", "changing"), [(0.4, 0.0), (3, 0.3), (12, 0.2), (300, 0.1), (300, 0.4)])
def test_a_source_without_trouble_is_hardly_ever_warned(mean: float, changing: float) -> None:
    assert LIMITS is not None
    chance, warned, days = Random(1), 0, 1500
    for _ in range(days):
        *before, own = (_drawn(chance, mean, changing) for _ in range(41))
        least, most = count_of(before).band(LIMITS.volume_tail)
        warned += not least <= own <= most

    assert warned <= 4  # one in a thousand is aimed at


def _drawn(chance: Random, mean: float, changing: float) -> int:
    rate = mean if not changing else chance.gammavariate(1 / changing**2, mean * changing**2)
    return round(chance.normalvariate(rate, rate**0.5)) if rate > 50 else _poisson(chance, rate)


def _poisson(chance: Random, rate: float) -> int:
    left, count = chance.random() - exp(-rate), 0
    term = exp(-rate)
    while left > 0:
        count += 1
        term *= rate / count
        left -= term
    return count


def test_the_band_of_a_count_is_the_exact_tail_of_its_law() -> None:
    steady = Count(mean=3.0, shape=1e7)  # so steady that it is the Poisson law
    chances = [exp(-3) * 3**rows / factorial(rows) for rows in range(60)]

    least, most = steady.band(1e-3)

    assert sum(chances[most:]) >= 1e-3 > sum(chances[most + 1 :])
    assert least == 0
    assert Count(mean=30.0, shape=1e7).band(1e-3)[0] > 0


def test_the_chance_of_a_share_is_the_exact_sum_of_its_law() -> None:
    even = Share(with_code=1.0, without=1.0)  # every share alike: every count is as likely
    known = Share(with_code=2e6, without=6e6)  # one share alone: the binomial law
    binomial = [comb(20, count) * 0.25**count * 0.75 ** (20 - count) for count in range(21)]

    assert even.at_least(8, 9, enough=1.0) == pytest.approx(2 / 10)
    assert known.at_least(12, 20, enough=1.0) == pytest.approx(sum(binomial[12:]), rel=1e-3)
    assert known.none_of(20) == pytest.approx(binomial[0], rel=1e-3)


def test_a_share_that_changes_from_day_to_day_is_believed_to_change() -> None:
    steady = [{"a": 5, "b": 5}] * 20
    moving = [{"a": 10}, {"b": 10}] * 10

    assert share_of("a", steady).at_least(20, 20, enough=1.0) < 1e-4
    assert share_of("a", moving).at_least(20, 20, enough=1.0) > 0.1
