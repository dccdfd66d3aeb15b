"""Texts fall into tokens; what others have masked is none."""

import polars as pl
import pytest

from xiaobao.analysis.topics.tokens import BREAK, tokenised


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("On XX/XX/2015 XXXX told me", ["on", "", "", "", "2015", "", "told", "me"]),
        ("the Exxon card", ["the", "exxon", "card"]),
        ("电话[PHONE]打不通", ["电", "话", "", "打", "不", "通"]),
    ],
)
def test_what_is_masked_is_a_break(text: str, said: list[str]) -> None:
    tokens = tokenised(pl.Series([text]))

    told = [tokens.words[one] for one in tokens.ids.tolist()]
    assert [word for word in told if word] == [word for word in said if word]
    assert tokens.ids[-1] == BREAK
