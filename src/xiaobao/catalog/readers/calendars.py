"""Reads `calendars/<id>.toml`: which package, which years as published, and the bureau's overrides."""

import hashlib
from datetime import date, timedelta
from functools import cache

import chinese_calendar.constants
import holidays

from xiaobao.catalog.calendars import Calendar
from xiaobao.catalog.catalog import CatalogError, CatalogFiles
from xiaobao.catalog.readers.decoding import Record, stems, toml, wrong

_SATURDAY = 5
_YEARS = range(1900, 2200)


class _Override(Record, frozen=True, kw_only=True):
    day: date
    working: bool
    why: str


class _Calendar(Record, frozen=True, kw_only=True):
    package: str
    """`chinesecalendar`, or `holidays:` and a country's code."""
    source: str
    years: dict[int, str]
    """Year → fingerprint of its working days by the package, before overrides."""
    override: tuple[_Override, ...] = ()


def read_calendars(files: CatalogFiles) -> dict[str, Calendar]:
    """All calendars by id."""
    return {name: _calendar(files, name) for name in stems(files, "calendars", ".toml")}


def fingerprint(days: frozenset[date]) -> str:
    """How many days, and the start of a SHA-256 over them: names a year's working days."""
    listed = ",".join(day.isoformat() for day in sorted(days))
    return f"{len(days)}-{hashlib.sha256(listed.encode()).hexdigest()[:12]}"


@cache
def packaged_working_days(package: str, year: int) -> frozenset[date]:
    """The year's working days by the package; empty when the package does not know package or year."""
    if package == "chinesecalendar":
        return _chinese(year)
    name, _, country = package.partition(":")
    if name != "holidays" or country not in holidays.list_supported_countries():
        return frozenset()
    return _weekdays(year) - frozenset(holidays.country_holidays(country, years=year))


def _chinese(year: int) -> frozenset[date]:
    """The package's own rule: weekdays that are no holiday, and the make-up days (调休)."""
    off = frozenset(day for day in chinese_calendar.constants.holidays if day.year == year)
    made_up = frozenset(day for day in chinese_calendar.constants.workdays if day.year == year)
    return (_weekdays(year) - off) | made_up if off else frozenset()


def _weekdays(year: int) -> frozenset[date]:
    first = date(year, 1, 1)
    days = (first + timedelta(days=count) for count in range((date(year + 1, 1, 1) - first).days))
    return frozenset(day for day in days if day.weekday() < _SATURDAY)


def _calendar(files: CatalogFiles, calendar_id: str) -> Calendar:
    path = f"calendars/{calendar_id}.toml"
    stated = toml(files, path, _Calendar)
    working: set[date] = set()
    for year, expected in stated.years.items():
        if year not in _YEARS:
            raise wrong(path, f"years.{year}", zh="不是合理的年份", en="is no plausible year")
        days = packaged_working_days(stated.package, year)
        if fingerprint(days) != expected:
            raise _changed(path, stated.package, year, expected, fingerprint(days))
        working |= days
    overrides = {row.day: row.working for row in stated.override}
    working |= {day for day, is_working in overrides.items() if is_working}
    working -= {day for day, is_working in overrides.items() if not is_working}
    return Calendar(
        id=calendar_id,
        overrides=overrides,
        known_years=frozenset(stated.years),
        working_days=frozenset(working),
    )


def _changed(path: str, package: str, year: int, expected: str, found: str) -> CatalogError:
    return wrong(
        path,
        f"years.{year}",
        zh=f"日历包 {package} 给出 {found}，目录登记 {expected}；请安装登记时的版本，或核对后更新目录",
        en=f"package {package} gives {found}, the catalog says {expected}; "
        "install the version it was written for, or check the year and update the catalog",
    )
