"""Time limits: which set is in force, and on which day a limit ends."""

from datetime import date

import pytest

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import CatalogError
from xiaobao.catalog.deadlines import DueDays, TimeUnit

CATALOG = reading.load()
DUE = DueDays(CATALOG.calendar_of("pbc"))
WORKING, CALENDAR = TimeUnit.WORKING_DAY, TimeUnit.CALENDAR_DAY


@pytest.mark.parametrize(
    ("begun", "count", "unit", "last"),
    [
        ("2020-03-02", 15, CALENDAR, "2020-03-17"),
        ("2020-03-06", 15, CALENDAR, "2020-03-23"),  # ends on a Saturday
        ("2020-04-17", 15, CALENDAR, "2020-05-06"),  # ends in the Labour Day holiday
        ("2020-03-02", 5, WORKING, "2020-03-09"),
        ("2020-03-07", 1, WORKING, "2020-03-09"),  # begun on a Saturday
        ("2020-04-24", 3, WORKING, "2020-04-28"),  # Sunday the 26th was worked
        ("2020-01-22", 3, WORKING, "2020-02-04"),  # over the prolonged Spring Festival of 2020
    ],
)
def test_a_limit_ends_on_a_working_day_counted_from_the_day_after(
    begun: str, count: int, unit: TimeUnit, last: str
) -> None:
    assert DUE.last_day(date.fromisoformat(begun), count, unit) == date.fromisoformat(last)


@pytest.mark.parametrize("unit", [WORKING, CALENDAR])
def test_nothing_is_said_beyond_the_years_of_the_calendar(unit: TimeUnit) -> None:
    known = max(CATALOG.calendar_of("pbc").known_years)

    assert DUE.last_day(date(known, 12, 28), 15, unit) is None
    assert DUE.last_day(date(known, 11, 2), 15, unit) is not None
    assert DUE.last_day(date(min(CATALOG.calendar_of("pbc").known_years) - 1, 3, 1), 15, unit) is None


def _with(text: str) -> None:
    reading.parse(dict(CATALOG.files) | {"deadlines.toml": CATALOG.files["deadlines.toml"] + text.encode()})


LIMIT = """
[other]
domain = "pbc"
from_on = {from_on}
source = "x"
name = {{ zh = "x", en = "x" }}
[[other.limit]]
id = "answer"
name = {{ zh = "x", en = "x" }}
path = "{path}"
begins = "forwarded_on"
ends = ["closed_on"]
count = {count}
unit = "working_day"
confidence = "x"
"""


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"from_on": "2021-01-01", "path": "hotline", "count": 1}, "pboc-2020-5, other"),
        ({"from_on": "2021-01-01", "path": "nowhere", "count": 1}, "other.answer.path"),
        ({"from_on": "2021-01-01", "path": "hotline", "count": 0}, "other.answer"),
    ],
)
def test_a_limit_that_cannot_be_is_named(stated: dict[str, object], told: str) -> None:
    with pytest.raises(CatalogError) as raised:
        _with(LIMIT.format(**stated))

    assert told in raised.value.words.en


def test_only_a_rule_that_warns_has_days_in_force() -> None:
    rules = CATALOG.files["rules.toml"].decode()
    dated = rules.replace("[required]\n", "[required]\nfrom_on = 2020-01-01\n")

    with pytest.raises(CatalogError) as raised:
        reading.parse(dict(CATALOG.files) | {"rules.toml": dated.encode()})

    assert "required" in raised.value.words.en
