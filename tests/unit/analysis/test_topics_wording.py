"""Phrases that were found without a dictionary begin and end as words do."""

import numpy as np
import polars as pl
import pytest

from xiaobao.analysis.topics.tokens import tokenised
from xiaobao.analysis.topics.wording import in_whole_words


def read(phrase: str, *texts: str) -> str | None:
    """What is told of a phrase that stands in these texts."""
    tokens = tokenised(pl.Series([phrase, *texts]))
    size = int(np.flatnonzero(tokens.ids == 0)[0])
    runs = np.lib.stride_tricks.sliding_window_view(tokens.ids, size)
    places = np.flatnonzero((runs == tokens.ids[:size]).all(axis=1))[1:]
    found = in_whole_words(tokens.words, tokens.ids, places, size)
    return None if found is None else tokens.said(found)


@pytest.mark.parametrize(
    ("phrase", "texts", "told"),
    [
        ("路口就", ["每天早上路口就堵车", "到了路口就走不动"], "路口"),
        ("的油烟", ["楼下饭店的油烟太大", "他们的油烟没人管"], "油烟"),
        ("的国", ["七层以上的国家标准是多少", "不符合有关的国家规定"], None),
        ("在这样的", ["我们生活在这样的环境里", "在这样的小区住"], None),
        ("魅力之城小区", ["我是魅力之城小区的业主", "劳动东路魅力之城小区一楼"], "魅力之城小区"),
        ("不给开证明", ["银行不给开证明", "去了三次不给开证明"], "不给开证明"),
        ("late fee", ["they charged a late fee again", "the late fee is wrong"], "late fee"),
    ],
)
def test_a_phrase_begins_and_ends_as_words_do(phrase: str, texts: list[str], told: str | None) -> None:
    assert read(phrase, *texts) == told
