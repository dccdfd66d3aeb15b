"""The whole catalog as one value: every decision of the bureau that the system reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from xiaobao.catalog.calendars import Calendar
from xiaobao.catalog.codes import Standard
from xiaobao.catalog.coding import CodingLevels
from xiaobao.catalog.deadlines import LimitSet
from xiaobao.catalog.decided import latest
from xiaobao.catalog.detectors import Detectors
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.institutions import Register
from xiaobao.catalog.linkage import LinkageDecisions
from xiaobao.catalog.masking import MaskingWords
from xiaobao.catalog.measures import Measure
from xiaobao.catalog.names import NameWords
from xiaobao.catalog.near_duplicates import NearDuplicates
from xiaobao.catalog.plausibility import Plausibility
from xiaobao.catalog.published import Notices
from xiaobao.catalog.recent_days import RecentDaysLimits
from xiaobao.catalog.regions import Divisions
from xiaobao.catalog.rules import Rule
from xiaobao.catalog.sources import Source
from xiaobao.catalog.tags import Tag
from xiaobao.catalog.topics import TopicsDecisions
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words

CatalogFiles = Mapping[str, bytes]
"""Relative path with forward slashes → bytes: what a catalog is made of."""


class CatalogError(UserError):
    """A catalog file that cannot be used; names the file and the key."""


class UnknownKeyError(CatalogError):
    """A code, source, measure or domain the catalog does not know."""

    def __init__(self, *, what: Words, key: str, known: tuple[str, ...]) -> None:
        near = get_close_matches(key, known, n=8, cutoff=0.4)
        listed = ", ".join(known if len(known) <= 20 else [*(near or known[:20]), "…"])
        super().__init__(
            Words(
                zh=f"没有名为 {key} 的{what.zh}；已有：{listed or '无'}",
                en=f"no {what.en} named {key}; known: {listed or 'none'}",
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Everything the bureau has decided; `xiaobao.catalog.reading` makes one from files."""

    digest: str
    """SHA-256 of the packed files: names this catalog for ever."""
    files: CatalogFiles
    domains: Mapping[str, Domain]
    standards: Mapping[str, Standard]
    regions: Mapping[str, Mapping[str, Words]]
    """Region standard → code → name."""
    region_aliases: Mapping[str, Mapping[str, str]]
    """Region standard → `name_key` of a name or alias → code."""
    divisions: Mapping[str, Divisions]
    """Region standard → what lies below its regions, where the catalog knows it."""
    calendars: Mapping[str, Calendar]
    registers: Mapping[tuple[str, bool], Register]
    """(domain id, simulated) → register."""
    sources: Mapping[str, Source]
    rules: Mapping[str, Rule]
    measures: Mapping[str, Measure]
    tags: Mapping[str, Tag]
    masking: MaskingWords
    deadlines: Mapping[str, LimitSet]
    plausibility: Mapping[str, Plausibility]
    """By domain; a domain without one has no such doubts."""
    published: Mapping[str, Notices]
    """Published notices whose numbers can be computed again, by id."""
    detectors: Detectors
    recent_days: tuple[RecentDaysLimits, ...]
    """In the order of their days."""
    near_duplicates: NearDuplicates
    names: NameWords | None
    """None where a catalog of an older home has no such words."""
    topics: TopicsDecisions
    coding: CodingLevels
    linkage: LinkageDecisions

    def domain(self, domain_id: str) -> Domain:
        """The domain, or UnknownKeyError."""
        if domain_id not in self.domains:
            raise UnknownKeyError(
                what=Words(zh="领域", en="domain"), key=domain_id, known=tuple(self.domains)
            )
        return self.domains[domain_id]

    def source(self, code: str) -> Source:
        """The source, or UnknownKeyError."""
        if code not in self.sources:
            raise UnknownKeyError(what=Words(zh="来源", en="source"), key=code, known=tuple(self.sources))
        return self.sources[code]

    def measure(self, measure_id: str) -> Measure:
        """The measure, or UnknownKeyError."""
        if measure_id not in self.measures:
            raise UnknownKeyError(
                what=Words(zh="指标", en="measure"), key=measure_id, known=tuple(self.measures)
            )
        return self.measures[measure_id]

    def register(self, domain_id: str, *, simulated: bool) -> Register:
        """The institutions a home of that domain and mark knows, or UnknownKeyError."""
        if (domain_id, simulated) not in self.registers:
            mark = Words(zh="模拟机构名册", en="register of invented institutions")
            real = Words(zh="机构名册", en="register of institutions")
            raise UnknownKeyError(
                what=mark if simulated else real,
                key=domain_id,
                known=tuple(domain for domain, invented in self.registers if invented == simulated),
            )
        return self.registers[(domain_id, simulated)]

    def sources_of(self, domain_id: str, *, simulated: bool) -> tuple[Source, ...]:
        """The sources a home of that domain and mark takes deliveries from, by code."""
        found = (s for s in self.sources.values() if s.domain_id == domain_id and s.simulated == simulated)
        return tuple(sorted(found, key=lambda source: source.code))

    def standard_on(self, domain_id: str, day: date) -> Standard | None:
        """The domain's coding standard in force on that day, None before the first."""
        for standard_id in self.domain(domain_id).standard_ids:
            if self.standards[standard_id].in_force_on(day):
                return self.standards[standard_id]
        return None

    def recent_days_on(self, day: date) -> RecentDaysLimits | None:
        """The thresholds for a delivery of that day, None before the first."""
        return latest(self.recent_days, day)

    def calendar_of(self, domain_id: str) -> Calendar:
        """The working-day calendar of a domain."""
        return self.calendars[self.domain(domain_id).calendar_id]
