"""What the simulator draws from, read from `catalog/simulation/`; an unknown key is an error."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from xiaobao.catalog.catalog import Catalog, CatalogError, CatalogFiles
from xiaobao.catalog.codes import Facet
from xiaobao.lib.words import Words

RANGES_FILE = "simulation/bank-report.toml"
SCENARIOS_FILE = "simulation/scenarios.toml"

Weights = dict[str, float]
"""Member → relative weight."""


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Volume(_Strict, frozen=True, kw_only=True):
    """How many rows of new complaints and enquiries a bank has a day."""

    weekday: tuple[float, float, float, float, float, float, float]
    spread: float
    banks: Weights


class EventShares(_Strict, frozen=True, kw_only=True):
    """What share of reported complaints meets an event on a later day."""

    amended: float
    withdrawn: float
    reinstated: float
    closed: float


class IncidentSizes(_Strict, frozen=True, kw_only=True):
    """How much of a file an incident touches."""

    held_back: float
    bad_rows_most: int
    overtaken_withdrawals: int


class Habits(_Strict, frozen=True, kw_only=True):
    """How banks write their files, by institution code."""

    gb18030: frozenset[str]
    utf8_plain: frozenset[str]
    without_trailer: frozenset[str]


class People(_Strict, frozen=True, kw_only=True):
    """Prefixes of invented numbers."""

    identity_regions: tuple[str, ...]
    phone_prefixes: tuple[str, ...]
    card_prefixes: tuple[str, ...]


class Scenario(_Strict, frozen=True, kw_only=True):
    """One kind of complaint with what goes with it."""

    id: str
    business: str
    weight: Weights
    causes: Weights
    channels: Weights
    texts: tuple[str, ...]
    card_center: float = 0.0
    products: tuple[str, ...] = ()
    amounts: tuple[int, int] | None = None


class Ranges(_Strict, frozen=True, kw_only=True):
    """`bank-report.toml`."""

    domain: str
    layout: str
    volume: Volume
    entry_kinds: Weights
    events: EventShares
    incidents: Weights
    incident_sizes: IncidentSizes
    habits: Habits
    people: People
    provinces: Weights


class Scenarios(_Strict, frozen=True, kw_only=True):
    """`scenarios.toml`."""

    openings: tuple[str, ...]
    closings: tuple[str, ...]
    cities: tuple[str, ...]
    scenario: tuple[Scenario, ...]


_Read = TypeVar("_Read", Ranges, Scenarios)


def read_ranges(catalog: Catalog) -> Ranges:
    """The ranges; CatalogError names a key that is wrong or an institution nobody knows."""
    ranges = _read(catalog.files, RANGES_FILE, Ranges)
    register = catalog.register(ranges.domain, simulated=True)
    for code in ranges.volume.banks:
        if not register.listed(code):
            raise _error(RANGES_FILE, zh=f"未知的模拟机构 {code}", en=f"unknown simulated institution {code}")
    return ranges


def read_scenarios(catalog: Catalog) -> Scenarios:
    """The scenarios; CatalogError names a key that is wrong or a code no standard has."""
    scenarios = _read(catalog.files, SCENARIOS_FILE, Scenarios)
    domain = catalog.domain(read_ranges(catalog).domain)
    tables = [catalog.standards[each].tables for each in domain.standard_ids]
    known = {
        facet: {code for each in tables if facet in each for code in each[facet].codes} for facet in Facet
    }
    for scenario in scenarios.scenario:
        for facet, codes in _codes_of(scenario).items():
            for code in codes:
                if code not in known[facet]:
                    raise _error(
                        SCENARIOS_FILE,
                        zh=f"场景 {scenario.id} 使用未知代码 {code}",
                        en=f"scenario {scenario.id} uses the unknown code {code}",
                    )
    return scenarios


def _codes_of(scenario: Scenario) -> Mapping[Facet, tuple[str, ...]]:
    return {
        Facet.BUSINESS: (scenario.business,),
        Facet.CAUSE: tuple(scenario.causes),
        Facet.CHANNEL: tuple(scenario.channels),
    }


def _read(files: CatalogFiles, name: str, shape: type[_Read]) -> _Read:
    if name not in files:
        raise _error(name, zh="缺少此文件", en="the file is missing")
    try:
        return msgspec.toml.decode(files[name], type=shape)
    except msgspec.DecodeError as error:
        raise _error(name, zh=str(error), en=str(error)) from error


def _error(name: str, *, zh: str, en: str) -> CatalogError:
    return CatalogError(Words(zh=f"目录文件 {name}：{zh}", en=f"catalog file {name}: {en}"))
