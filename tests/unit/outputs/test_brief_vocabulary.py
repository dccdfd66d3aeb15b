"""The wording rules: how numbers print and which words may say where they went."""

from datetime import date
from decimal import Decimal

import pytest

from xiaobao.lib.words import Language
from xiaobao.outputs.brief.document import Form
from xiaobao.outputs.brief.vocabulary import (
    Way,
    direction_word,
    long_day,
    printed,
    rank_word,
    ranked_places,
    short_day,
    slips,
    way,
)


@pytest.mark.parametrize(
    ("value", "form", "language", "expected"),
    [
        ("832", "count", "zh", "832"),
        ("12832", "count", "zh", "12832"),
        ("12832", "count", "en", "12,832"),
        ("14.4", "percent", "zh", "14.4%"),
        ("-12.3", "magnitude", "en", "12.3%"),
        ("0.0", "magnitude", "zh", "0.0%"),
        ("1812.5", "average", "en", "1,812.5"),
        ("812", "average", "zh", "812.0"),
        ("-12", "size", "zh", "12"),
        ("0.07", "expected", "zh", "0.07"),
        ("0.4", "expected", "en", "0.40"),
        ("1.00", "expected", "zh", "1.0"),
        ("1812.5", "expected", "en", "1,812.5"),
    ],
)
def test_a_value_prints_as_its_form_says(value: str, form: Form, language: Language, expected: str) -> None:
    assert printed(Decimal(value), form, language) == expected


def test_a_value_finer_than_its_form_is_an_error_and_never_rounded_again() -> None:
    with pytest.raises(ValueError, match="finer"):
        printed(Decimal("43.25"), "percent", "zh")


def test_what_is_missing_prints_as_words_and_never_as_zero() -> None:
    assert printed(None, "count", "zh", why_none="not_reported") == "未报送"
    assert printed(None, "average", "en", why_none="not_enough_days") == "not enough days"
    assert printed(None, "count", "zh", why_none="something new") == "资料暂缺"


def test_growth_and_decrease_have_one_word_each_and_equal_counts_are_level() -> None:
    assert direction_word("change", way(Decimal(2), Decimal(1)), "zh") == "增长"
    assert direction_word("change", way(Decimal(1), Decimal(2)), "zh") == "减少"
    assert direction_word("change", way(Decimal(2), Decimal(2)), "zh") == "持平"
    assert direction_word("change", way(Decimal(2), Decimal(1)), "en") == "rose"
    assert direction_word("change", way(Decimal(1), Decimal(2)), "en") == "fell"


def test_counts_that_differ_by_less_than_is_printed_are_nearly_level() -> None:
    assert way(Decimal(10001), Decimal(10000), change=Decimal("0.0")) is Way.NEARLY_LEVEL
    assert way(Decimal(10000), Decimal(10000), change=Decimal("0.0")) is Way.LEVEL


@pytest.mark.parametrize(
    ("ranks", "places"),
    [
        ([1, 2, 3], 2),
        ([1, 1, 3], 2),
        ([1, 2, 2, 4], 3),
        ([1, 1, 1, 4], 3),
        ([1], 1),
        ([], 0),
        ([1] * 6, 6),
        ([1] * 8, 0),
        ([1] + [2] * 8, 1),
    ],
)
def test_rank_words_take_in_all_that_tie(ranks: list[int], places: int) -> None:
    assert ranked_places(ranks) == places


def test_rank_words_follow_the_house_style() -> None:
    assert [rank_word(places, "zh") for places in (1, 2, 3)] == ["居首位", "位列前两位", "位列前三位"]
    assert rank_word(2, "en") == "the two most numerous"


def test_days_carry_no_leading_zeros() -> None:
    assert long_day(date(2020, 3, 7), "zh") == "2020年3月7日"
    assert short_day(date(2020, 3, 7), "en") == "7 March"


@pytest.mark.parametrize(
    "text", ["统计口径：一般", "前一日结日", "数据说明", "not stated", "the day lies", "另有"]
)
def test_ordinary_words_are_no_slip(text: str) -> None:
    assert slips(text) == ()


@pytest.mark.parametrize("text", ["前三日", "两百件", "十余家", "②", "½", "Ⅳ位"])
def test_numbers_in_disguise_are_slips(text: str) -> None:
    assert slips(text)
