"""Days are read in the forms that files have, and never guessed."""

from datetime import date

import polars as pl
import pytest

from xiaobao.analysis.text.days import days_of

DAY = date(2023, 6, 25)


@pytest.mark.parametrize(
    "told",
    [
        "2023-06-25",
        "2023-06-25 08:15:00",
        "2023-06-25T08:15:00+08:00",
        "2023/6/25",
        "2023.6.25",
        "2023年6月25日",
        "２０２３年６月２５日 上午8:15",
        "20230625",
        "20230625 081500",
        "20230625081500",
        "06/25/2023",
        "25/06/2023",
        "25.06.2023",
        "Jun 25, 2023",
        "June 25th 2023",
        "25 June 2023",
        "25-JUN-2023",
    ],
)
def test_a_day_is_read_however_it_is_written(told: str) -> None:
    assert days_of(pl.Series([told, None, ""])).to_list() == [DAY, None, None]


@pytest.mark.parametrize(
    "told",
    [
        "",
        "昨天",
        "45102",
        "1687651200",
        "2023-13-01",
        "2023-06-31",
        "06/31/2023",
        "99991399",
        "2023",
        "0000-01-01",
    ],
)
def test_what_is_no_day_is_not_read(told: str) -> None:
    assert days_of(pl.Series([told])).to_list() == [None]


def test_the_column_says_which_is_the_month() -> None:
    assert days_of(pl.Series(["06/05/2023", "06/25/2023"])).to_list() == [date(2023, 6, 5), DAY]
    assert days_of(pl.Series(["06/05/2023", "25/06/2023"])).to_list() == [date(2023, 5, 6), DAY]


def test_where_the_column_does_not_say_nothing_is_read() -> None:
    assert days_of(pl.Series(["06/05/2023", "01/02/2023"])).to_list() == [None, None]
    assert days_of(pl.Series(["25/06/2023", "06/25/2023"])).to_list() == [None, None]


def test_a_column_without_a_value_has_no_day() -> None:
    assert days_of(pl.Series([None, None], dtype=pl.String)).to_list() == [None, None]
    assert days_of(pl.Series([], dtype=pl.String)).to_list() == []
