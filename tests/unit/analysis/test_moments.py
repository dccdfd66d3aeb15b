"""Moments are read as officers and spreadsheets write them."""

import polars as pl
import pytest

from xiaobao.analysis.text.moments import moments_of


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2020-04-03T10:00", "2020-04-03T10:00:00"),
        ("2020-04-03 10:00:05", "2020-04-03T10:00:05"),
        ("2020/4/3 9:05", "2020-04-03T09:05:00"),
        ("2020年4月3日 下午3:05", "2020-04-03T15:05:00"),
        ("2020年4月3日9时5分", "2020-04-03T09:05:00"),
        ("2020/4/3 3:05 PM", "2020-04-03T15:05:00"),
        ("2020-04-03", "2020-04-03T00:00:00"),
        ("2020-04-03T10:00:00+08:00", "2020-04-03T02:00:00"),
        ("2020-04-03T10:00:00.250Z", "2020-04-03T10:00:00"),
        ("2020-04-03T10:00:00-0500", "2020-04-03T15:00:00"),
        ("2020-04-03T25:00", None),
        ("上周", None),
        (None, None),
    ],
)
def test_a_moment(told: str | None, moment: str | None) -> None:
    (found,) = moments_of(pl.Series([told], dtype=pl.String)).to_list()
    assert (found and found.isoformat()) == moment
