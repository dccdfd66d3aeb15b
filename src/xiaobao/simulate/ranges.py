"""What the simulator draws from, read from `catalog/simulation/`; an unknown key is an error."""

from typing import Protocol, TypeVar

import msgspec

from xiaobao.catalog.catalog import Catalog, CatalogError, CatalogFiles
from xiaobao.catalog.codes import Facet
from xiaobao.lib.words import Words

RANGES_FILE = "simulation/bank-report.toml"
SCENARIOS_FILE = "simulation/scenarios.toml"

Weights = dict[str, float]
"""Member → relative weight."""


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a simulation file: a key it does not name is an error."""


class Volume(Strict, frozen=True, kw_only=True):
    """How many rows of new complaints and enquiries a bank has a day."""

    weekday: tuple[float, float, float, float, float, float, float]
    spread: float
    banks: Weights


class EventShares(Strict, frozen=True, kw_only=True):
    """What share of reported complaints meets an event on a later day."""

    amended: float
    withdrawn: float
    reinstated: float
    closed: float


class IncidentSizes(Strict, frozen=True, kw_only=True):
    """How much of a file an incident touches."""

    held_back: float
    bad_rows_most: int
    overtaken_withdrawals: int


class Habits(Strict, frozen=True, kw_only=True):
    """How banks write their files, by institution code."""

    gb18030: frozenset[str]
    utf8_plain: frozenset[str]
    without_trailer: frozenset[str]


class People(Strict, frozen=True, kw_only=True):
    """Prefixes of invented numbers."""

    identity_regions: tuple[str, ...]
    phone_prefixes: tuple[str, ...]
    card_prefixes: tuple[str, ...]


class Scenario(Strict, frozen=True, kw_only=True):
    """One kind of complaint with what goes with it."""

    id: str
    business: str
    weight: Weights
    causes: Weights
    channels: Weights
    texts: tuple[str, ...]
    line: str
    """Which demands and details of `tellings.toml` go with it."""
    hotline: float
    """Weight among the complaints of the hotline."""
    epidemic: bool = False
    """Told only while a phase of the epidemic lasts."""
    repayment: bool = False
    """Rises after the usual repayment days."""
    card_center: float = 0.0
    products: tuple[str, ...] = ()
    amounts: tuple[int, int] | None = None


class Ranges(Strict, frozen=True, kw_only=True):
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


class Scenarios(Strict, frozen=True, kw_only=True):
    """`scenarios.toml`."""

    openings: tuple[str, ...]
    closings: tuple[str, ...]
    cities: tuple[str, ...]
    scenario: tuple[Scenario, ...]


_Read = TypeVar("_Read", bound=Strict)


def read_ranges(catalog: Catalog) -> Ranges:
    """The ranges; CatalogError names a key that is wrong or an institution nobody knows."""
    ranges = read_file(catalog.files, RANGES_FILE, Ranges)
    register = catalog.register(ranges.domain, simulated=True)
    for code in ranges.volume.banks:
        if not register.listed(code):
            raise _error(RANGES_FILE, zh=f"未知的模拟机构 {code}", en=f"unknown simulated institution {code}")
    return ranges


def read_scenarios(catalog: Catalog) -> Scenarios:
    """The scenarios; CatalogError names a key that is wrong or a code no standard has."""
    scenarios = read_file(catalog.files, SCENARIOS_FILE, Scenarios)
    for scenario in scenarios.scenario:
        require_codes(catalog, SCENARIOS_FILE, scenario)
    return scenarios


class Coded(Protocol):
    """Something to complain of, with its codes."""

    @property
    def id(self) -> str:
        """What it is called."""

    @property
    def business(self) -> str:
        """Code of its business."""

    @property
    def causes(self) -> Weights:
        """Codes of its causes."""

    @property
    def channels(self) -> Weights:
        """Codes of its channels."""


def require_codes(catalog: Catalog, name: str, each: Coded) -> None:
    """CatalogError where something of the file `name` uses a code no standard of the domain has."""
    domain = catalog.domain(read_ranges(catalog).domain)
    tables = [catalog.standards[standard].tables for standard in domain.standard_ids]
    used = {Facet.BUSINESS: (each.business,), Facet.CAUSE: each.causes, Facet.CHANNEL: each.channels}
    for facet, codes in used.items():
        known = {code for table in tables if facet in table for code in table[facet].codes}
        for code in codes:
            if code not in known:
                raise _error(
                    name,
                    zh=f"场景 {each.id} 使用未知代码 {code}",
                    en=f"scenario {each.id} uses the unknown code {code}",
                )


def require_weights(scenarios: Scenarios, group: str) -> None:
    """CatalogError where a scenario says nothing of a group that a simulated bank is of."""
    for each in scenarios.scenario:
        if group not in each.weight:
            raise _error(
                SCENARIOS_FILE,
                zh=f"场景 {each.id} 没有写明分组 {group} 的 weight",
                en=f"scenario {each.id} states no weight for the group {group}",
            )


def read_file(files: CatalogFiles, name: str, shape: type[_Read]) -> _Read:
    """One file of `catalog/simulation/`; CatalogError where it is missing or has a wrong key."""
    if name not in files:
        raise _error(name, zh="缺少此文件", en="the file is missing")
    try:
        return msgspec.toml.decode(files[name], type=shape)
    except msgspec.DecodeError as error:
        raise _error(name, zh=str(error), en=str(error)) from error


def _error(name: str, *, zh: str, en: str) -> CatalogError:
    return CatalogError(Words(zh=f"目录文件 {name}：{zh}", en=f"catalog file {name}: {en}"))
