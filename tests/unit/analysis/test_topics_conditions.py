"""A demand is told from a wish, by the bureau's own words, in Chinese and English."""

from datetime import date

import pytest

from xiaobao.analysis.topics.conditions import demands_of, quotes
from xiaobao.catalog import reading
from xiaobao.workflows.detect_topics import settings_on

SETTINGS = settings_on(reading.load(), date(2020, 3, 1))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("网点要我到社区开收入证明才给办", {"proof", "income"}),
        ("办按揭必须买一份意外险", {"tied_product"}),
        ("非让本人到网点去,当面签", {"in_person"}),
        ("They refuse to close it unless I provide a notarized letter. Nothing else.", {"proof"}),
        ("要求退还手续费", set()),
        ("本人要求银行书面答复并出示录音", set()),
        ("我的收入不高。客服态度差，要下班了", set()),
        ("必须马上处理，" + "这件事情已经拖了很久很久没有任何人管" * 3 + "，我有收入证明", set()),
        ("", set()),
        ("\x00<b>", set()),
    ],
)
def test_a_demand_is_a_word_of_a_kind_near_one_that_demands(text: str, kinds: set[str]) -> None:
    assert {one.kind for one in demands_of(text, SETTINGS)} == kinds
    assert set(quotes(text, SETTINGS)) == kinds


def test_words_that_overlap_both_count() -> None:
    words = {one.word for one in demands_of("让我补一份居住证明", SETTINGS)}

    assert words == {"居住证", "证明"}


def test_a_hundred_thousand_letters_are_read() -> None:
    assert list(demands_of("要" * 100_000, SETTINGS)) == []
