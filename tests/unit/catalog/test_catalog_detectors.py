"""What a back-test draws is decided in the catalog: dated, in order, and short enough to be judged."""

from datetime import date

import pytest
from bank_report_files import catalog

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog, CatalogError
from xiaobao.lib.errors import UserError

_PATH = "detectors.toml"


def _with(old: str, new: str) -> Catalog:
    text = catalog().files[_PATH].decode()
    assert old in text
    return reading.parse(dict(catalog().files) | {_PATH: text.replace(old, new, 1).encode()})


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("longest_days = 7", "longest_days = 8", "backtest.longest_days"),
        ("shortest_days = 1", "shortest_days = 0", "backtest.longest_days"),
        ("complaints = [5, 10, 20, 40]", "complaints = [10, 5]", "backtest.complaints"),
        ("budgets = [1, 2, 3, 5, 10, 20]", "budgets = []", "backtest.budgets"),
        ("[0.1, 0.3, 0.5]", "[0.1, 1.0]", "backtest.false_discovery_rates"),
        ("injections = 200", "injections = 0", "backtest.injections"),
        ("injections = 200", "injection = 200", "injection"),
    ],
)
def test_a_back_test_that_cannot_be_is_refused_by_name(old: str, new: str, named: str) -> None:
    with pytest.raises(CatalogError) as refused:
        _with(old, new)
    assert named in refused.value.words.en


def test_before_the_first_decision_nothing_is_drawn() -> None:
    detectors = catalog().detectors

    assert detectors.backtest_on(date(2020, 1, 1)).complaints == (5, 10, 20, 40)
    with pytest.raises(UserError):
        detectors.backtest_on(date(2009, 12, 31))


@pytest.mark.parametrize(
    ("stated", "named"),
    [
        ("where = {}", "level_shift.where"),
        ("where = {instituton = 'GF12'}", "nothing watches: instituton"),
        ("where = {'cause.1' = 'C77'}", "level_shift.where.cause.1: no C77"),
        ("where = {region = '990000'}", "level_shift.where.region: no 990000"),
        ("acknowledged_on = 2020-02-01", "level_shift.acknowledged_on"),
        ("reason = ' '", "level_shift.reason"),
    ],
)
def test_a_shift_of_level_that_cannot_be_is_refused_by_name(stated: str, named: str) -> None:
    lines = {
        "where": "where = {institution = 'GF12'}",
        "from_on": "from_on = 2020-03-02",
        "acknowledged_on": "acknowledged_on = 2020-03-20",
        "reason": "reason = 'a merger'",
    }
    lines[stated.split(" ")[0]] = stated
    with pytest.raises(CatalogError) as refused:
        _with("[[backtest]]", "[[level_shift]]\n" + "\n".join(lines.values()) + "\n[[backtest]]")
    assert named in refused.value.words.en
