"""Thresholds of the rules that look at recent days: dated, whole, and possible."""

from datetime import date, timedelta

import pytest
from bank_report_files import catalog

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog, CatalogError

_PATH = "recent_days.toml"


def _with(old: str, new: str) -> Catalog:
    text = catalog().files[_PATH].decode()
    assert old in text
    return reading.parse(dict(catalog().files) | {_PATH: text.replace(old, new, 1).encode()})


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("volume_tail = 1e-4", "volume_tail = 0.0", "in_force 1: volume_tail"),
        ("mix_rise = 0.10", "mix_rise = 1.0", "in_force 1: mix_rise"),
        ("volume_factor = 1.5", "volume_factor = 1.0", "in_force 1: volume_factor"),
        ("window_days = 84", "window_days = 0", "in_force 1: window_days"),
        ("window_days = 84", "window_day = 84", "window_day"),
    ],
)
def test_a_threshold_that_cannot_be_is_refused_by_name(old: str, new: str, named: str) -> None:
    with pytest.raises(CatalogError) as refused:
        _with(old, new)
    assert named in refused.value.words.en


def test_blocks_hold_from_their_day_to_the_next() -> None:
    text = catalog().files[_PATH].decode()
    block = text[text.index("[[in_force]]") :]
    later = block.replace("1990-01-01", "2021-01-01").replace("window_days = 84", "window_days = 28")
    changed = _with(block, block + later)
    first = date(2021, 1, 1)

    assert [
        limits.window_days if (limits := changed.recent_days_on(day)) else None
        for day in (date(1989, 12, 31), first - timedelta(days=1), first)
    ] == [None, 84, 28]
    with pytest.raises(CatalogError):
        _with(block, later + block)


def test_a_day_is_ordinary_unless_a_holiday_moved_it() -> None:
    calendar = catalog().calendar_of("pbc")
    days = {
        date(2020, 4, 3): True,  # Friday before the holiday
        date(2020, 4, 4): False,  # Saturday joined to it
        date(2020, 4, 6): False,  # Monday off
        date(2020, 4, 7): False,  # first day back
        date(2020, 4, 8): True,
        date(2020, 4, 11): True,  # a Saturday as any
        date(2020, 4, 13): True,  # and the Monday after it
        date(2020, 4, 26): False,  # a Sunday worked
    }

    assert {day: calendar.is_ordinary(day) for day in days} == days
