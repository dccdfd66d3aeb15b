"""Reads `domains/<id>.toml`."""

from collections.abc import Mapping
from datetime import date, time
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.codes import Standard
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.readers.decoding import Record, Text, stems, toml, wrong
from xiaobao.lib.words import Language, Words

SHORTEST_RETENTION_YEARS = 3
"""No site may state less: complaint records are kept three years or more from the closing of the case
(the central bank's rules on the protection of financial consumers, 2020, chapter 4)."""


class _Domain(Record, frozen=True, kw_only=True):
    name: Text
    bureau: Text
    standards: list[str]
    region_standard: str
    time_zone: str
    clock_name: Text | None = None
    cutoff: time
    calendar: str
    currency: str
    earliest_on: date
    retention_years: int
    primary_date: str
    languages: list[Language]
    brief_language: Language
    open_register: bool
    paths: dict[str, Text] = msgspec.field(default_factory=dict)


def read_domains(files: CatalogFiles, standards: Mapping[str, Standard]) -> dict[str, Domain]:
    """All domains by id."""
    return {name: _domain(files, name, standards) for name in stems(files, "domains", ".toml")}


def _domain(files: CatalogFiles, domain_id: str, standards: Mapping[str, Standard]) -> Domain:
    path = f"domains/{domain_id}.toml"
    stated = toml(files, path, _Domain)
    return Domain(
        id=domain_id,
        name=stated.name.words(),
        bureau=stated.bureau.words(),
        paths={key: name.words() for key, name in stated.paths.items()},
        standard_ids=_by_date(path, stated.standards, standards),
        region_standard=stated.region_standard,
        time_zone=_time_zone(path, stated.time_zone),
        clock_name=_clock_name(stated),
        cutoff=stated.cutoff,
        calendar_id=stated.calendar,
        currency=stated.currency,
        earliest_on=stated.earliest_on,
        retention_years=_retention(path, stated.retention_years),
        primary_date=stated.primary_date,
        languages=tuple(stated.languages),
        brief_language=stated.brief_language,
        open_register=stated.open_register,
    )


def _clock_name(stated: _Domain) -> Words:
    """As people call the local time; the key of the zone where the catalog does not say."""
    if stated.clock_name is not None:
        return stated.clock_name.words()
    return Words(zh=stated.time_zone, en=stated.time_zone)


def _retention(path: str, years: int) -> int:
    if years < SHORTEST_RETENTION_YEARS:
        raise wrong(
            path,
            "retention_years",
            zh=f"原件至少保存 {SHORTEST_RETENTION_YEARS} 年",
            en=f"raw files are kept {SHORTEST_RETENTION_YEARS} years or more",
        )
    return years


def _time_zone(path: str, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise wrong(
            path, "time_zone", zh=f"没有名为 {name} 的时区", en=f"there is no time zone {name}"
        ) from error


def _by_date(path: str, names: list[str], standards: Mapping[str, Standard]) -> tuple[str, ...]:
    unknown = [name for name in names if name not in standards]
    if unknown:
        raise wrong(
            path,
            "standards",
            zh=f"目录中没有标准 {unknown[0]}",
            en=f"no standard {unknown[0]} in the catalog",
        )
    ordered = sorted(names, key=lambda name: standards[name].from_on)
    for earlier, later in pairwise(ordered):
        if (standards[earlier].to_on or date.max) > standards[later].from_on:
            raise wrong(
                path,
                "standards",
                zh=f"{earlier} 与 {later} 的有效期重叠",
                en=f"{earlier} and {later} are in force on the same days",
            )
    return tuple(ordered)
