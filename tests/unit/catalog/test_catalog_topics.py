"""What is decided about topics: whole, possible, and as it was before unusual demands were decided."""

import re

import pytest
from bank_report_files import catalog

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog, CatalogError

_PATH = "topics.toml"


def _with(old: str, new: str) -> Catalog:
    text = catalog().files[_PATH].decode()
    assert re.search(old, text)
    return reading.parse(dict(catalog().files) | {_PATH: re.sub(old, new, text, count=1).encode()})


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (r"unusual_shares = \[.*?\]", "unusual_shares = [0.0, 0.1]", "hot.unusual_shares"),
        (r"unusual_shares = \[.*?\]", "unusual_shares = [1.0]", "hot.unusual_shares"),
        (r"unusual_shares = \[.*?\]", "", "hot.unusual_shares"),
        (r"least_demand_score = 2.0", "", "hot.unusual_shares"),
        ("least_unusual = 2", "least_unusual = 0", "hot.least_unusual"),
        ("resting_nights = 3", "resting_nights = -1", "hot.resting_nights"),
        (r"least_demand_score = 2.0", "least_demand_score = 0.0", "hot.unusual_shares"),
        (r"'门槛'", "'门槛('", "decision.demands:"),
        (r"'务必'", "'务必('", "decision.demands_first"),
        (r"'被拒'", "'被拒('", "decision.demands_last"),
        (r"'legally required'", "'legally required('", "decision.no_demands"),
    ],
)
def test_what_cannot_be_is_refused_by_name(old: str, new: str, named: str) -> None:
    with pytest.raises(CatalogError) as refused:
        _with(old, new)
    assert named in refused.value.words.en


def test_a_catalog_of_before_tells_no_unusual_demands() -> None:
    older = _with(r"unusual_shares = .*\nleast_demand_score = .*\n", "")

    assert [one.unusual_shares for one in older.topics.hot] == [()]


def test_a_catalog_of_before_knows_no_order_of_demands_and_passes_nothing_over() -> None:
    older = _with(
        r"(?s)\ndemands_first = \[\n.*?\n\]\ndemands_last = \[\n.*?\n\]\nno_demands = \[\n.*?\n\]\n", "\n"
    )

    [decision] = older.topics.decisions
    assert (decision.demands_first, decision.demands_last, decision.no_demands) == ((), (), ())
    assert decision.demands
