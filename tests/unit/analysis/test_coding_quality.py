"""The judging of the banks' coding: agreement, who reads whom, who stands out, audits."""

from datetime import UTC, date, datetime
from math import sqrt

import numpy as np
import polars as pl
import pytest

from xiaobao.analysis.coding.quality.agreement import code_rows, kappa
from xiaobao.analysis.coding.quality.audit_estimate import Decision, ReadStratum, estimated, stratified
from xiaobao.analysis.coding.quality.audit_plan import AuditPlan, allocated, draw_audit
from xiaobao.analysis.coding.quality.banks import difference_limits
from xiaobao.analysis.coding.quality.confusion import cells_of
from xiaobao.analysis.coding.quality.readings import Plan, out_of_bank, parts_of
from xiaobao.analysis.coding.quality.report import judged
from xiaobao.analysis.coding.quality.rows import ROWS
from xiaobao.analysis.coding.quality.settings import Settings
from xiaobao.analysis.coding.quality.standing_out import (
    fallen_agreement,
    holm,
    low_agreement,
    shares_above,
)
from xiaobao.analysis.coding.quality.told import decode, encode
from xiaobao.analysis.prevalence import ErrorRates, prevalence
from xiaobao.analysis.text.families import Threshold
from xiaobao.analysis.text.types import Rows

SINCE = date(2020, 3, 15)
SETTINGS = Settings(
    least_families=20,
    least_enquiries=10,
    most_cells=3,
    reading=Plan(parts=3, most_of_bank=60, seed=0),
    alike=Threshold(alike=0.95, leader_alike=0.95),
)
ABOUT = {
    "B01›B0101": ("存款取不出来", "定期存款利息少了", "存单到期没有通知"),
    "B02›B0201": ("房贷利率太高", "提前还贷要收违约金", "贷款审批拖了很久"),
    "B03›B0302": ("信用卡年费不退", "信用卡被盗刷", "信用卡分期手续费"),
}
ASKED = ("请问网点几点开门", "想了解办理材料", "咨询预约号怎么取")


def codes(*values: int) -> Rows:
    return np.array(values, np.int64)


def of_table(table: list[list[int]]) -> tuple[Rows, Rows]:
    cells = [
        (row, column) for row, line in enumerate(table) for column, n in enumerate(line) for _ in range(n)
    ]
    pairs = np.array(cells, np.int64)
    return pairs[:, 0], pairs[:, 1]


def fleiss_cohen_everitt(table: list[list[int]]) -> float:
    """Variance of κ as printed in Fleiss, Cohen and Everitt (1969), equation 8 in shares."""
    shares = np.array(table, float) / np.sum(table)
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    agreed, chance = np.trace(shares), float(rows @ columns)
    value = (agreed - chance) / (1 - chance)
    own = sum(shares[i, i] * (1 - (rows[i] + columns[i]) * (1 - value)) ** 2 for i in range(len(shares)))
    other = (1 - value) ** 2 * sum(
        shares[i, j] * (columns[i] + rows[j]) ** 2
        for i in range(len(shares))
        for j in range(len(shares))
        if i != j
    )
    total = (own + other - (value - chance * (1 - value)) ** 2) / (1 - chance) ** 2
    return float(total / np.sum(table))


@pytest.mark.parametrize("table", [[[40, 5], [3, 52]], [[30, 4, 1], [2, 25, 6], [0, 3, 29]]])
def test_kappa_and_its_variance_are_those_of_the_literature(table: list[list[int]]) -> None:
    submitted, read = of_table(table)
    count = len(submitted)
    found = kappa(submitted, read, np.arange(count), least=10)

    shares = np.array(table, float) / count
    chance = float(shares.sum(axis=0) @ shares.sum(axis=1))
    assert found.value == pytest.approx((np.trace(shares) - chance) / (1 - chance))
    assert found.variance * (count - 1) / count == pytest.approx(fleiss_cohen_everitt(table))
    assert found.low is not None and found.high is not None and found.value is not None
    assert found.low < found.value < found.high
    assert found.high - found.low == pytest.approx(2 * 1.96 * sqrt(found.variance), rel=0.15)


def test_forty_copies_of_one_letter_are_one_thing_to_be_coded() -> None:
    submitted, read = of_table([[25, 0], [0, 25]])
    once = kappa(np.append(submitted, 0), np.append(read, 1), np.arange(51), least=10)
    often = kappa(
        np.append(submitted, [0] * 40),
        np.append(read, [1] * 40),
        np.append(np.arange(50), [50] * 40),
        least=10,
    )
    assert often.value == pytest.approx(once.value)
    assert (often.rows, often.families, once.families) == (90, 51, 51)
    assert often.low == pytest.approx(once.low)


def test_a_kappa_of_too_few_or_of_one_code_is_not_told() -> None:
    few = kappa(codes(0, 1, 1), codes(0, 1, 0), codes(0, 1, 2), least=10)
    assert (few.value, few.low, few.rows, few.agreeing) == (None, None, 3, 2)
    copies = kappa(codes(*[0, 1] * 20), codes(*[0, 1] * 20), codes(*[0, 1] * 20), least=10)
    assert copies.value is None and copies.rows == 40 and copies.families == 2
    alike = kappa(codes(*[3] * 30), codes(*[3] * 30), np.arange(30), least=10)
    assert alike.value is None


def test_full_agreement_has_an_interval_that_fewer_rows_make_wider() -> None:
    lows = []
    for count in (20, 200):
        same = codes(*[0, 1] * (count // 2))
        found = kappa(same, same, np.arange(count), least=10)
        assert found.value == 1 and found.high == 1 and found.low is not None
        lows.append(found.low)
    assert lows[0] < lows[1] < 1


def test_the_interval_of_a_difference_holds_both_intervals() -> None:
    submitted, read = of_table([[40, 2], [2, 56]])
    worse = of_table([[30, 12], [12, 46]])
    before = kappa(submitted, read, np.arange(100), least=10)
    after = kappa(*worse, np.arange(100), least=10)
    low, high = difference_limits(before, after)
    assert before.value is not None and after.value is not None and low is not None and high is not None
    assert low < after.value - before.value < high < 0
    assert difference_limits(before, kappa(submitted[:3], read[:3], np.arange(3), least=10)) == (None, None)


def test_one_code_is_held_against_all_others() -> None:
    assert code_rows(codes(0, 2, 1, 2), 2).tolist() == [0, 1, 0, 1]


def test_a_bank_stands_out_from_the_spread_of_the_others_and_from_no_fewer_than_four() -> None:
    families = np.full(8, 400.0)
    values, variances = np.full(8, 0.95) + np.linspace(-0.01, 0.01, 8), np.full(8, 0.0002)
    values[3] = 0.75
    low = low_agreement(values, variances, families)
    assert low[3] is not None and low[3] < 0.01
    assert all(one is not None and one > 0.5 for place, one in enumerate(low) if place != 3)
    assert low_agreement(values[:4], variances[:4], families[:4]) == [None] * 4
    falls = np.array([0.0, 0.01, -0.01, 0.0, 0.02, -0.2])
    fallen = fallen_agreement(falls, np.full(6, 0.0002), np.full(6, 300.0), np.full(6, 300.0))
    assert fallen[5] is not None and fallen[5] < 0.01 and min(one or 1.0 for one in fallen[:5]) > 0.2
    assert low_agreement(np.ones(6), np.zeros(6), np.full(6, 50.0)) == [1.0] * 6


def test_a_share_stands_out_by_its_number_not_by_its_height_alone() -> None:
    of = [100.0, 120.0, 90.0, 200.0, 110.0]
    many = shares_above([2, 1, 2, 3, 30], of)
    assert many[4] is not None and many[4] < 0.001 and min(one or 1.0 for one in many[:4]) > 0.2
    one_of_three = shares_above([2, 1, 2, 3, 1], [*of[:4], 12.0])
    assert one_of_three[4] is not None and one_of_three[4] > 0.3
    assert shares_above([0, 0, 0], [50, 50, 50]) == [None] * 3


def test_p_values_are_adjusted_for_those_that_are_known() -> None:
    assert holm([0.01, None, 0.04, 0.03]) == [0.03, None, 0.06, 0.06]


def test_a_share_is_corrected_for_what_the_reader_gets_wrong() -> None:
    rates = ErrorRates(of_true=0.9, of_false=0.1, true_rows=500, false_rows=500)
    found = prevalence(0.3, (0.25, 0.35), rates)
    assert found.share == pytest.approx(0.25)
    assert found.low < 0.25 - 0.05 / 0.8 < 0.25 + 0.05 / 0.8 < found.high
    assert prevalence(0.05, (0.02, 0.08), rates).share == 0.0
    assert prevalence(0.3, (0.2, 0.4), ErrorRates(of_true=0.5, of_false=0.45)).share is None


def world(*, wrong: str = "", count: int = 40) -> pl.DataFrame:
    """Six banks; one takes all deposits for loans from a day on."""
    rows = []
    for bank in ("A", "B", "C", "D", "E", "F"):
        for place in range(count):
            code = list(ABOUT)[place % 3]
            day = date(2020, 3, 1 + place * 28 // count)
            text = f"{ABOUT[code][place % 9 // 3]}，{bank * 2}支行{place * 7 % 97}号窗口{bank}{place}"
            if bank == wrong and day >= SINCE and code.startswith("B01"):
                code = "B02›B0201"
            rows.append((bank, day, "complaint", text, code))
        for place in range(15):
            complaint = bank == wrong and place < 9
            text = ABOUT["B03›B0302"][place % 3] if complaint else ASKED[place % 3]
            text = f"{text}，{bank}网点{place * 13 % 89}号柜{bank}{place}"
            rows.append((bank, SINCE, "enquiry", text, None))
    frame = pl.DataFrame(rows, schema=["institution", "day", "entry_kind", "text", "business"], orient="row")
    return frame.with_columns(
        complaint_key=pl.int_range(pl.len()),
        source_code=pl.lit("s"),
        complaint_no=pl.int_range(pl.len()).cast(pl.String),
        cause=pl.lit(None, dtype=pl.String),
    ).select(pl.col(name).cast(dtype) for name, dtype in ROWS.items())


def test_no_bank_is_read_by_what_was_learned_from_it() -> None:
    texts, labels, banks = [], [], []
    for bank in range(4):
        for place in range(24):
            code = list(ABOUT)[place % 3]
            # Bank 0 calls every matter by its own name: its habits must not confirm themselves.
            texts.append(f"{ABOUT[code][place % 9 // 3]}，窗口{bank}{place}")
            labels.append("mine" if bank == 0 else code)
            banks.append(bank)
    found = out_of_bank(
        pl.Series(texts),
        labels,
        np.array(banks, np.int64),
        separator="›",
        plan=Plan(parts=4, most_of_bank=24, seed=0),
    )
    mine = found.hierarchy.labels.index("mine")
    assert (found.read[:24] != mine).all() and found.known.all()
    assert (found.doubt[:24] > 0.5).all()
    assert (found.read[24:] == found.submitted[24:]).mean() > 0.9


def test_a_bank_lies_in_one_part_and_parts_are_about_as_large() -> None:
    banks = np.repeat(np.arange(7), [50, 40, 30, 20, 10, 5, 5])
    dealt = parts_of(banks, 3)
    assert all(len(np.unique(dealt[banks == bank])) == 1 for bank in range(7))
    assert max(np.bincount(dealt)) - min(np.bincount(dealt)) <= 10
    assert len(np.unique(parts_of(banks[:90], 6))) == 2


def test_of_one_bank_alone_nothing_is_read() -> None:
    found = out_of_bank(
        pl.Series(["存款利息", "贷款利率"] * 20),
        ["a", "b"] * 20,
        np.zeros(40, np.int64),
        separator="",
        plan=Plan(parts=3, most_of_bank=50, seed=0),
    )
    assert not found.known.any() and (found.doubt == 1).all()


def test_what_a_bank_does_wrong_is_told_and_every_number_has_its_keys() -> None:
    rows = world(wrong="C")
    found = judged(rows, SETTINGS, path=None, since=SINCE)

    (business, cause) = found.facets
    assert cause.levels == () and cause.not_coded == 240
    last = business.levels[-1]
    banks = {one.institution: one for one in last.banks}
    wrong = banks["C"].drift
    assert wrong.after.kappa is None or wrong.before.kappa is None or wrong.after.kappa < wrong.before.kappa
    (cell,) = (one for one in last.cells if (one.institution, one.submitted) == ("C", "B0201"))
    keys = rows.filter(
        (pl.col("institution") == "C")
        & (pl.col("business") == "B02›B0201")
        & ~pl.col("text").str.contains("贷")
    )
    assert cell.read == "B0101" and set(cell.complaints) == set(keys["complaint_key"].to_list())
    enquiries = {one.institution: one for one in found.enquiries}
    assert 8 <= enquiries["C"].like_complaints <= 9 and enquiries["A"].like_complaints == 0
    assert enquiries["C"].p_value is not None and enquiries["C"].p_value < 0.05
    assert enquiries["A"].p_value == 1.0
    again = judged(world(wrong="C"), SETTINGS, path=None, since=SINCE)
    assert again == found


def test_missing_texts_are_counted_and_judged_by_nobody() -> None:
    rows = world().with_columns(
        text=pl.when(pl.col("complaint_key") % 4 == 0).then(None).otherwise("text"),
        institution=pl.when(pl.col("complaint_key") == 1).then(None).otherwise("institution"),
    )
    found = judged(rows, SETTINGS, path="institution", since=SINCE)
    assert found.no_institution == 1
    complaints = rows.filter(pl.col("entry_kind") == "complaint").drop_nulls("institution")
    assert sum(one.without_text for one in found.counts) == complaints["text"].null_count()
    rows_judged = sum(one.agreement.rows for one in found.facets[0].levels[0].banks)
    assert rows_judged == complaints["text"].len() - complaints["text"].null_count()
    assert judged(rows.clear(), SETTINGS, path=None, since=SINCE).counts == ()


def test_confusions_beyond_those_told_are_counted() -> None:
    frame = pl.DataFrame(
        {
            "institution": ["A"] * 6,
            "submitted": ["x", "x", "x", "y", "z", "x"],
            "read": ["y", "y", "z", "x", "x", "x"],
            "complaint_key": [6, 2, 3, 4, 5, 1],
            "family": [0, 1, 2, 3, 4, 5],
        }
    )
    told, left = cells_of(frame, most=2)
    assert [(one.submitted, one.read, one.complaints) for one in told] == [
        ("x", "y", (2, 6)),
        ("x", "z", (3,)),
    ]
    assert left == (2, 2)


def doubts(count: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "complaint_key": np.arange(count),
            "source_code": ["s"] * count,
            "complaint_no": [str(number) for number in range(count)],
            "institution": ["A"] * count,
            "submitted": ["B0101"] * count,
            "doubt": np.linspace(0, 1, count) ** 4,
        }
    )


def test_an_audit_is_drawn_with_the_probabilities_it_states() -> None:
    banks, drawn = draw_audit(doubts(400), {"A": 7, "B": 3}, of_bank=50, seed=1)
    strata = {one.number: one for one in banks[0].strata}
    assert sum(one.rows for one in strata.values()) == 400 and len(drawn) == 50
    assert all(one.probability == strata[one.stratum].drawn / strata[one.stratum].rows for one in drawn)
    assert sum(1 / one.probability for one in drawn) == pytest.approx(400)
    assert banks[1].rows == 0 and banks[1].strata == () and banks[1].left_out == 3
    assert draw_audit(doubts(400), {"A": 7, "B": 3}, of_bank=50, seed=1)[1] == drawn
    assert draw_audit(doubts(400), {"A": 7, "B": 3}, of_bank=50, seed=2)[1] != drawn
    assert len(draw_audit(doubts(30), {"A": 0}, of_bank=50, seed=1)[1]) == 30


def test_more_is_drawn_where_more_is_to_be_learned_and_a_few_everywhere() -> None:
    drawn = allocated([1000, 1000, 4], [0.02, 0.5, 0.9], 60)
    assert sum(drawn) == 60 and drawn[2] == 4 and drawn[1] > 2 * drawn[0] >= 10


def test_the_estimate_is_unbiased_over_draws() -> None:
    frame = doubts(300)
    wrong = set(np.flatnonzero(np.arange(300) % 7 == 0).tolist()) | set(range(280, 300))
    shares = []
    for seed in range(200):
        banks, drawn = draw_audit(frame, {"A": 0}, of_bank=40, seed=seed)
        read = [
            ReadStratum(
                rows=one.rows,
                read=one.drawn,
                wrong=sum(each.complaint_key in wrong for each in drawn if each.stratum == one.number),
            )
            for one in banks[0].strata
        ]
        share, low, high = stratified(read)
        assert share is not None and low <= share <= high
        shares.append(share)
    error = float(np.std(shares)) / sqrt(200)
    assert abs(float(np.mean(shares)) - len(wrong) / 300) < 4 * error


def test_decisions_count_by_author_the_latest_on_each_complaint() -> None:
    banks, drawn = draw_audit(doubts(20), {"A": 0}, of_bank=20, seed=0)
    plan = AuditPlan(
        facet="business",
        day=SINCE,
        first_day=SINCE,
        posted_seq=1,
        catalog_digest="",
        seed=0,
        banks=banks,
        drawn=drawn,
    )
    paths = {"B0101": ("B01", "B0101"), "B0102": ("B01", "B0102"), "B0201": ("B02", "B0201")}

    def decided(key: int, code: str, author: str, hour: int) -> Decision:
        at = datetime(2020, 4, 1, hour, tzinfo=UTC)
        return Decision(complaint_key=key, code=code, author=author, decided_at=at)

    decisions = [decided(key, "B0101", "Li", 9) for key in range(20)]
    decisions += [decided(0, "B0201", "Wang", 11), decided(1, "B0102", "Wang", 10)]
    found = estimated(plan, decisions, paths)
    assert (found.decided, found.replaced, found.by_author) == (20, 2, {"Li": 18, "Wang": 2})
    first, second = found.shares
    assert (first.level, first.wrong, first.share) == (1, 1, 0.05)
    assert (second.level, second.wrong, second.share) == (2, 2, 0.1)
    assert (first.low, first.high) == (0.05, 0.05), "all were read: nothing is left to chance"
    none = estimated(plan, decisions[:3], paths).shares[0]
    assert none.share is None and (none.low, none.high) == (0.0, 1.0)


def test_a_run_reads_back_as_it_was_written() -> None:
    from xiaobao.analysis.coding.quality.told import ToldQuality

    run = ToldQuality(
        day=SINCE,
        first_day=SINCE,
        since=SINCE,
        posted_seq=3,
        catalog_digest="d",
        decided_on=SINCE,
        least_distinct=20,
        least_enquiries=10,
        false_accusation=0.05,
        path=judged(world(), SETTINGS, path=None, since=SINCE),
    )
    assert decode(encode(run)) == run
