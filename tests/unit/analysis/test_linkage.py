"""Linkage of two paths: pairs found without any truth, one for one, and what is told of them."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from xiaobao.analysis.linkage.absent import LinkRates, absent_share
from xiaobao.analysis.linkage.conflicts import Conflict
from xiaobao.analysis.linkage.linking import first_calls, link
from xiaobao.analysis.linkage.matching import linked
from xiaobao.analysis.linkage.records import COLUMNS
from xiaobao.analysis.linkage.report import linkage_of
from xiaobao.analysis.linkage.said_first import says_first
from xiaobao.analysis.linkage.settings import Settings

SETTINGS = Settings(
    days_before=60,
    days_after=15,
    least_probability=0.8,
    alike=(0.08, 0.15, 0.30),
    said_first=("投诉过",),
    unless_said=("没有投诉过",),
)
DAY = date(2020, 3, 2)
SCHEMA = {
    **dict.fromkeys(COLUMNS, pl.String),
    "received_on": pl.Date,
    "closed_on": pl.Date,
    "amount": pl.Decimal(18, 2),
}
TEXTS = ("卡里多收了年费，要求退还。", "贷款利率没有按合同调整。", "转账一直不到账。", "被推销电话打扰。")


def entry(number: int, *, source: str, generator: np.random.Generator, **stated: object) -> dict[str, object]:
    """A complaint about anything, by a person of its own."""
    matter = int(generator.integers(0, 12))
    return {
        "source_code": source,
        "complaint_no": f"{source}-{number}",
        "institution_code": f"GY0{number % 3 + 1}",
        "received_on": DAY + timedelta(days=int(generator.integers(0, 20))),
        "region_code": f"{int(generator.integers(1, 6))}10000",
        "business_code": f"B{matter // 4 + 1:02d}{matter % 4 + 1:02d}",
        "cause_code": f"C{matter % 5 + 1:02d}01",
        "product": f"product {matter % 6}",
        "amount": Decimal(int(generator.integers(10, 9000))),
        "contact_key": f"phone of {source}-{number}",
        "text": TEXTS[matter % 4],
    } | stated


def both(matters: int = 40, others: int = 900) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`matters` told to both, the bank some days before, and entries of others on either side."""
    generator = np.random.default_rng(5)
    hotline = [entry(n, source="hotline", generator=generator) for n in range(matters + others // 5)]
    bank = [entry(n, source="bank", generator=generator) for n in range(others)]
    for number in range(matters):
        told = hotline[number]
        days = timedelta(days=int(generator.integers(0, 9)))
        same = {
            "complaint_no": f"twin-{number}",
            "source_code": "bank",
            "received_on": told["received_on"] - days,
        }
        bank.append(told | same)
    return pl.DataFrame(hotline, schema=SCHEMA), pl.DataFrame(bank, schema=SCHEMA)


def found(hotline: pl.DataFrame, bank: pl.DataFrame) -> set[tuple[str, str]]:
    pairs = link(hotline, bank, SETTINGS).pairs
    return set(pairs.select("hotline_complaint_no", "bank_complaint_no").rows())


def twins(matters: int = 40) -> set[tuple[str, str]]:
    return {(f"hotline-{number}", f"twin-{number}") for number in range(matters)}


def test_matters_told_on_both_paths_are_linked_and_nothing_else() -> None:
    assert found(*both()) == twins()


def test_without_a_phone_what_is_told_links_too() -> None:
    hotline, bank = both()
    silent = pl.when(pl.int_range(pl.len()) % 4 == 0).then(None).otherwise("contact_key")

    pairs = found(hotline.with_columns(silent.alias("contact_key")), bank)

    assert pairs <= twins()
    assert len(pairs) >= 36


def test_the_order_of_rows_changes_nothing() -> None:
    hotline, bank = both()

    once, again = (
        link(hotline, bank, SETTINGS),
        link(hotline.reverse(), bank.sample(fraction=1, seed=3, shuffle=True), SETTINGS),
    )

    assert again.pairs.equals(once.pairs)
    assert again.model.matches == once.model.matches


def test_the_same_person_with_another_bank_or_long_before_is_another_matter() -> None:
    hotline, bank = both()
    elsewhere = pl.when(pl.col("complaint_no") == "twin-1").then(pl.lit("GY09")).otherwise("institution_code")
    earlier = (
        pl.when(pl.col("complaint_no") == "twin-2").then(pl.lit(date(2019, 12, 1))).otherwise("received_on")
    )

    pairs = found(
        hotline, bank.with_columns(elsewhere.alias("institution_code"), earlier.alias("received_on"))
    )

    assert pairs == twins() - {("hotline-1", "twin-1"), ("hotline-2", "twin-2")}


def test_a_bank_entry_is_linked_once_to_the_likelier() -> None:
    hotline, bank = both()
    copy = hotline.filter(pl.col("complaint_no") == "hotline-3").with_columns(
        complaint_no=pl.lit("second caller"), contact_key=None, cause_code=pl.lit("C0901")
    )

    assert found(pl.concat([hotline, copy]), bank) == twins()


def test_nothing_to_compare_links_nothing() -> None:
    hotline, bank = both()
    for one, other in ((hotline.clear(), bank), (hotline, bank.clear()), (hotline.clear(), bank.clear())):
        result = linkage_of(one, other, SETTINGS, not_reported={})
        assert (result.linked.value, result.capture_recapture, result.pairs.height) == (0, None, 0)


def test_competing_pairs_share_one_probability() -> None:
    links = linked(
        np.array([0, 0]), np.array([0, 1]), np.array([50.0, 50.0]), entries=1, banks=2, least_probability=0.3
    )
    assert links.probability.tolist() == pytest.approx([50 / 101])
    assert links.expected == pytest.approx(100 / 101)


def test_a_call_that_repeats_another_is_the_same_matter() -> None:
    rows = pl.DataFrame(
        {"source_code": ["a", "a", "b"], "complaint_no": ["1", "2", "3"], "repeats": [None, "1", "1"]}
    )
    assert first_calls(rows)["complaint_no"].to_list() == ["1", "3"]


def test_conflicts_are_counted_among_the_linked() -> None:
    hotline, bank = both()
    is_first = pl.col("complaint_no") == "twin-0"
    bank = bank.with_columns(
        cause_code=pl.when(is_first).then(pl.lit("C0999")).otherwise("cause_code"),
        closed_on=pl.when(is_first).then(pl.lit(DAY)).otherwise("closed_on"),
    )

    told = linkage_of(hotline, bank, SETTINGS, not_reported={})

    assert told.conflicts == {Conflict.BUSINESS: 0, Conflict.CAUSE: 1, Conflict.DATE: 0, Conflict.STATUS: 1}
    assert told.pairs["bank_complaint_no"].to_list() == ["twin-0"]


def test_who_said_so_and_is_not_in_the_file_is_told_by_bank() -> None:
    hotline, bank = both()
    says = pl.col("complaint_no").is_in([f"hotline-{number}" for number in (0, 3, 6, 60, 63)])
    hotline = hotline.with_columns(
        text=pl.when(says).then(pl.lit("我向银行投诉过。") + pl.col("text")).otherwise("text")
    )

    told = linkage_of(hotline, bank, SETTINGS, not_reported={"GY01": 2})

    (first, second, _) = told.of_banks
    assert (first.institution_code, first.absent.said, first.absent.not_linked) == ("GY01", 5, 2)
    assert first.absent.low < 0.4 < first.absent.high
    assert first.days_not_reported == 2
    assert (second.absent.said, second.absent.share) == (0, None)


def test_who_names_no_institution_of_the_list_is_left_out_and_in_no_file() -> None:
    hotline, bank = both()
    named = linkage_of(hotline, bank, SETTINGS, not_reported={})
    number = pl.col("complaint_no")
    beyond = hotline.with_columns(
        institution_code=pl.when(number == "hotline-60")
        .then(pl.lit("out_of_list"))
        .when(number != "hotline-63")
        .then("institution_code"),
        text=pl.lit("我向银行投诉过。") + pl.col("text"),
    )

    told = linkage_of(beyond, bank, SETTINGS, not_reported={})

    assert (told.callers.value, told.not_compared.value) == (named.callers.value - 2, 2)
    assert [one.institution_code for one in told.of_banks] == ["GY01", "GY02", "GY03"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("我 投诉过 该行", True), ("我没有投诉过", False), ("年费太高", False), ("", None), (None, None)],
)
def test_what_a_narrative_says_is_told_by_words(text: str | None, said: bool | None) -> None:
    given = pl.Series([text], dtype=pl.String)
    assert says_first(given, ("投诉过",), unless=("没有投诉过",)).to_list() == [said]


def test_a_share_is_corrected_for_missed_and_false_links() -> None:
    rates = LinkRates(recall=0.9, false_share=0.02, linked=1e9)

    told = absent_share(
        said=1000, not_linked=540, rates=rates
    )  # 500 absent: 490 not linked; 500 present: 50 missed

    assert told.share == pytest.approx(0.5)
    assert (told.low, told.high) == pytest.approx((0.465, 0.535), abs=0.002)


def test_where_links_tell_nothing_no_share_is_told() -> None:
    rates = LinkRates(recall=0.3, false_share=0.25, linked=10)
    told = absent_share(said=50, not_linked=40, rates=rates)
    assert (told.share, told.low, told.high) == (None, 0.0, 1.0)
