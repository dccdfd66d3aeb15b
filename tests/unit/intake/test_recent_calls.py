"""A day of calls is held against the branch's own recent days: what is told, and what is not."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

import polars as pl
import pytest
from bank_report_files import StatedHistory, catalog
from call_files import COUNTS, DAY, SOURCE, call_file, counts_row
from rule_specs import RecentCalls, call_days

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.check import check
from xiaobao.intake.delivery import CheckResult, Delivery
from xiaobao.intake.rules.recent_calls import RULES
from xiaobao.intake.sentences import sentence

HOURS = ("09:00", "09:30", "10:00", "10:30")
LEFT_OUT = {"volume_unusual", "mix_unusual", "code_vanished", "known_as_new", "unknown_amended"}


def _checked(
    folder: Path,
    rows: Sequence[tuple[str, int]],
    *,
    known: pl.DataFrame | None,
    day: date = DAY,
    kind: DeliveryKind = DeliveryKind.REGULAR,
) -> CheckResult:
    stated = [
        counts_row(时段开始=f"{day} {begins}", 来电量=str(calls), 接听量=str(calls), 放弃量="0")
        | dict.fromkeys(COUNTS[7:], "")
        for begins, calls in rows
    ]
    path = call_file(folder, stated) if stated else folder / "none.csv"
    if not stated:
        path.write_text(",".join(COUNTS) + "\n")
    return check(
        path,
        delivery=Delivery(source_code=SOURCE, day=day, kind=kind, revision=1),
        catalog=catalog(),
        simulated=True,
        history=None if known is None else StatedHistory(calls=known),
        keys=None,
    )


def _told(result: CheckResult) -> set[str]:
    return set(result.findings["rule_id"]) & set(RULES)


def test_without_the_ledger_the_rules_of_calls_alone_are_named_as_not_run(tmp_path: Path) -> None:
    result = _checked(tmp_path, [("09:00", 10)], known=None)

    assert set(RULES) <= set(result.checks_not_run)
    assert not LEFT_OUT & set(result.checks_not_run)


def test_the_first_weeks_of_a_branch_are_said_to_be_too_few_days(tmp_path: Path) -> None:
    known = call_days(DAY, [RecentCalls(days=10)])

    result = _checked(tmp_path, [("09:00", 500)], known=known)

    assert {each.rule_id for each in result.not_judged} == set(RULES)
    assert _told(result) == set()


def test_a_day_without_calls_of_a_branch_that_has_many_is_told(tmp_path: Path) -> None:
    known = call_days(DAY, [RecentCalls(answered=99)])

    result = _checked(tmp_path, [], known=known, kind=DeliveryKind.NIL)

    assert _told(result) == {"calls_unusual"}
    assert (result.accepted, result.batch.height) == (0, 1)


def test_the_first_day_back_at_work_is_like_no_other(tmp_path: Path) -> None:
    known = call_days(date(2020, 5, 6), [RecentCalls()])

    result = _checked(tmp_path, [("09:00", 9)], known=known, day=date(2020, 5, 6))

    assert "2020-05-06" in result.not_judged[0].reason.en


def test_many_missing_intervals_are_named_as_far_as_one_can_read_them(tmp_path: Path) -> None:
    begins = [f"{hour:02}:{minute:02}" for hour in range(9, 13) for minute in (0, 30)]
    known = call_days(DAY, [RecentCalls(begins=each, offered=20, answered=16) for each in begins])

    result = _checked(tmp_path, [("09:00", 20)], known=known)

    missing = result.findings.filter(pl.col("rule_id") == "calls_missing")
    words = sentence(missing.row(0, named=True), catalog()).sentence
    assert "09:30–10:00, 10:00–10:30, 10:30–11:00, 11:00–11:30, 11:30–12:00 and 2 more" in words.en
    assert "11:30–12:00 等，另有 2 项" in words.zh


@pytest.mark.parametrize(("days_ago", "told"), [(0, True), (3, False), (7, True), (10, False)])
def test_an_interval_that_stays_away_is_told_at_first_and_then_now_and_again(
    tmp_path: Path, days_ago: int, told: bool
) -> None:
    usual = call_days(DAY, [RecentCalls(offered=100)])
    gone = call_days(DAY, [RecentCalls(begins="09:30", offered=20)])
    since = DAY - timedelta(days=days_ago)

    result = _checked(
        tmp_path, [("09:00", 100)], known=pl.concat([usual, gone.filter(pl.col("day") < since)])
    )

    assert ("calls_missing" in _told(result)) is told


@pytest.mark.parametrize("mean", [0.4, 4.0, 40.0])
def test_a_branch_without_trouble_is_hardly_ever_warned(tmp_path: Path, mean: float) -> None:
    chance = Random(f"calls {mean}")
    warned = 0
    for _ in range(60):
        drawn = [_drawn(chance, mean, day=DAY - timedelta(days=ago)) for ago in range(1, 85)]
        known = pl.concat(drawn)
        own = {begins: _poisson(chance, mean) for begins in HOURS}
        rows = [(begins, calls) for begins, calls in own.items() if calls]
        kind = DeliveryKind.REGULAR if rows else DeliveryKind.NIL
        warned += bool(_told(_checked(tmp_path, rows, known=known, kind=kind)))

    assert warned <= 1


def _drawn(chance: Random, mean: float, *, day: date) -> pl.DataFrame:
    """A day of intervals; those without a call have no row, as call-detail records have none of them."""
    counted = {begins: _poisson(chance, mean) for begins in HOURS}
    stated = [
        RecentCalls(begins=begins, offered=calls, answered=calls, days=1)
        for begins, calls in counted.items()
        if calls
    ]
    return call_days(day + timedelta(days=1), stated)


def _poisson(chance: Random, rate: float) -> int:
    count, waited = 0, chance.expovariate(rate)
    while waited < 1:
        count, waited = count + 1, waited + chance.expovariate(rate)
    return count
