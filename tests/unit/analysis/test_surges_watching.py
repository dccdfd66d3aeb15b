"""The surges of a ledger's day: told where they lie, silent sources missing, late ones expected by now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.unit.analysis.conftest import Ledger
from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.surges.issues import State
from xiaobao.analysis.surges.lateness import share_in
from xiaobao.analysis.surges.sentences import sentence
from xiaobao.analysis.surges.told import told_path
from xiaobao.analysis.surges.watching import Question, Watched, watch
from xiaobao.catalog.detectors import LevelShift

FIRST = date(2020, 3, 2)
DAYS = 42
ON = FIRST + timedelta(days=DAYS - 1)
BANKS = ("GY01", "GY02", "GF12")
USUAL = (3, 4, 2, 5, 3, 4)


def history(ledger: Ledger, *, days: int = DAYS, last: int = 0) -> Ledger:
    """Two cells of each bank with a few complaints a day, and `last` more in one of them on the last day."""
    for number in range(days):
        for place, bank in enumerate(BANKS):
            for business in ("B0302", "B0101"):
                count = USUAL[(number + place) % len(USUAL)]
                surge = last if (number, bank, business) == (days - 1, "GF12", "B0302") else 0
                ledger.state(
                    count + surge,
                    on=FIRST + timedelta(days=number),
                    institution_code=bank,
                    business_code=business,
                    cause_code="C03",
                    region_code="110000",
                )
    return ledger


def scope_of(ledger: Ledger) -> Scope:
    return Scope(
        domain=ledger.catalog.domain(ledger.domain_id), simulated=ledger.simulated, catalog=ledger.catalog
    )


def surges_of(ledger: Ledger, *, on: date = ON, **stated: object) -> Watched:
    question = Question(
        on=on,
        path="institution",
        posted_seq=100,
        **{"closes": {}, "silent": {}, "nobody": frozenset(), **stated},  # type: ignore[arg-type]
    )
    return watch(ledger.snapshot(), scope_of(ledger), question)


def test_a_surge_is_told_once_in_the_cell_it_lies_in(ledger: Ledger) -> None:
    watched = surges_of(history(ledger, last=25))

    assert [dict(one.where).get("institution") for one in watched.surges] == ["GF12"]
    (surge,) = watched.surges
    assert len(surge.where) == 2
    assert surge.state is State.NEW
    assert surge.alarmed_on == ON
    assert surge.extent.days == 1
    assert surge.extent.observed > surge.extent.high
    assert surge.posted_seq == 100


def test_its_sentence_says_how_many_and_what_was_expected(ledger: Ledger) -> None:
    watched = surges_of(history(ledger, last=25))
    (kept,) = told_path(watched, raiser=lambda _: None).surges

    told = sentence(kept, scope=scope_of(ledger))

    assert f"共{kept.observed}件，预期{kept.expected}件" in told.zh
    assert f"{kept.observed} complaints on {ON}" in told.en
    assert "95% interval" in told.en


@pytest.mark.parametrize(
    ("expected", "printed", "ratio"),
    [(0.0543, "0.05", "160.0"), (0.144, "0.14", "57.1"), (0.996, "1.00", "8.0"), (3.26, "3.3", "2.4")],
)
def test_what_a_rare_cell_expects_is_told_finely_enough_for_its_ratio(
    ledger: Ledger, expected: float, printed: str, ratio: str
) -> None:
    watched = surges_of(history(ledger, last=25))
    (surge,) = watched.surges
    rare = replace(surge, extent=replace(surge.extent, observed=8, expected=expected))
    (kept,) = told_path(replace(watched, surges=(rare,)), raiser=lambda _: None).surges

    assert (str(kept.expected), str(kept.ratio)) == (printed, ratio)


def test_a_quiet_day_tells_nothing(ledger: Ledger) -> None:
    assert surges_of(history(ledger)).surges == ()


def test_the_budget_is_kept(ledger: Ledger) -> None:
    history(ledger, last=25)
    ledger.state(25, on=ON, institution_code="GY02", business_code="B0101", region_code="310000")

    assert len(surges_of(ledger).surges) >= 2
    assert len(surges_of(ledger, most_issues=1).surges) == 1


def test_a_bank_that_has_not_reported_is_missing_and_then_no_surge(ledger: Ledger) -> None:
    history(ledger)
    silent = {ON - timedelta(days=back): frozenset({"GY01"}) for back in range(1, 6)}
    ledger.rows = [
        row for row in ledger.rows if row["institution_code"] != "GY01" or row["received_on"] not in silent
    ]

    assert surges_of(ledger, silent=silent).surges == ()


def test_a_day_nobody_reported_is_not_judged(ledger: Ledger) -> None:
    watched = surges_of(history(ledger), nobody=frozenset({ON}))

    assert (watched.judged, watched.surges) == (0, ())


@pytest.mark.parametrize("days", [1, 4])
def test_a_past_too_short_judges_nothing(ledger: Ledger, days: int) -> None:
    watched = surges_of(history(ledger, days=days), on=FIRST + timedelta(days=days - 1))

    assert (watched.judged, watched.surges) == (0, ())


def test_a_surge_goes_on_and_is_closed_when_it_ends(ledger: Ledger) -> None:
    history(ledger, last=25)
    for day, more in ((1, 40), (2, 30), (3, 0)):
        at = ON + timedelta(days=day)
        for bank in BANKS:
            for business in ("B0302", "B0101"):
                surge = more if (bank, business) == ("GF12", "B0302") else 0
                ledger.state(
                    3 + surge,
                    on=at,
                    institution_code=bank,
                    business_code=business,
                    cause_code="C03",
                    region_code="110000",
                )

    found = [surges_of(ledger, on=ON + timedelta(days=day)).surges for day in range(4)]

    states = [next(one.state for one in day if ("institution", "GF12") in one.where) for day in found]
    assert states[:3] == [State.NEW, State.RISING, State.FALLING]
    assert {one.alarmed_on for day in found[:3] for one in day if ("institution", "GF12") in one.where} == {
        ON
    }


def test_what_is_usually_in_by_now_is_learnt_from_closed_days(ledger: Ledger) -> None:
    closes = {}
    for number in range(DAYS):
        on = FIRST + timedelta(days=number)
        closes[on] = 1 + number
        ledger.state(6, on=on, seq=1 + number, institution_code="GY01")
        ledger.state(4, on=on, seq=min(2 + number, DAYS), institution_code="GY01")
    snapshot = ledger.snapshot()

    found = share_in(snapshot, scope_of(ledger), on=ON, path="institution", closes=closes, posted_seq=DAYS)

    assert found[ON]["GY01"] == pytest.approx(0.6, abs=0.02)
    assert found[ON - timedelta(days=1)]["GY01"] == pytest.approx(1.0)


def test_a_day_without_a_close_that_is_looked_at_later_has_had_longer(ledger: Ledger) -> None:
    closes = {}
    for number in range(DAYS):
        on = FIRST + timedelta(days=number)
        closes[on] = 1 + number
        ledger.state(6, on=on, seq=1 + number, institution_code="GY01")
        ledger.state(4, on=on, seq=min(2 + number, DAYS), institution_code="GY01")
    asked = ON - timedelta(days=1)
    del closes[asked]

    def found(posted_seq: int) -> dict[date, float]:
        shares = share_in(
            ledger.snapshot(),
            scope_of(ledger),
            on=asked,
            path="institution",
            closes=closes,
            posted_seq=posted_seq,
        )
        return {day: of["GY01"] for day, of in shares.items()}

    assert found(DAYS - 1)[asked] == pytest.approx(0.6, abs=0.03)  # as known on its evening
    assert found(DAYS)[asked] == pytest.approx(1.0)  # as known at the close of the day after


def test_with_few_closed_days_all_that_is_in_is_all_there_is(ledger: Ledger) -> None:
    history(ledger, days=10)

    assert share_in(ledger.snapshot(), scope_of(ledger), on=ON, path=None, closes={}, posted_seq=1) == {}


def test_a_domain_without_paths_is_watched_as_well(ledger_of: Callable[[str], Ledger]) -> None:
    ledger = ledger_of("cfpb")
    for number in range(20):
        ledger.state(
            5 if number < 19 else 60, on=date(2014, 10, 1) + timedelta(days=number), institution_code="X"
        )
    question = Question(
        on=date(2014, 10, 20),
        path=None,
        posted_seq=100,
        closes={},
        silent={},
        nobody=frozenset(),
    )

    watched = watch(ledger.snapshot(), scope_of(ledger), question)

    assert watched.surges[0].where[0] == ("institution", "X")


@pytest.mark.parametrize(("acknowledged", "told"), [(ON, False), (ON + timedelta(days=1), True)])
def test_a_level_that_shifted_for_a_known_reason_is_its_own_past_once_acknowledged(
    ledger: Ledger, acknowledged: date, *, told: bool
) -> None:
    history(ledger)
    for day in range(10):
        ledger.state(
            12,
            on=ON - timedelta(days=day),
            institution_code="GF12",
            business_code="B0302",
            cause_code="C03",
            region_code="110000",
        )
    shift = LevelShift(
        where={"institution": "GF12"},
        from_on=ON - timedelta(days=9),
        acknowledged_on=acknowledged,
        reason="a merger",
    )
    detectors = replace(ledger.catalog.detectors, level_shifts=(shift,))
    scope = replace(scope_of(ledger), catalog=replace(ledger.catalog, detectors=detectors))
    question = Question(on=ON, path="institution", posted_seq=100, closes={}, silent={}, nobody=frozenset())

    watched = watch(ledger.snapshot(), scope, question)

    of_bank = [one for one in watched.surges if one.where[0] == ("institution", "GF12")]
    assert bool(of_bank) is told
