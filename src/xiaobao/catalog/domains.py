"""Domains: what a home is about. `catalog/domains/<id>.toml`; no default of these lives in code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from xiaobao.lib.words import Language, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One field of complaints with its paths, standards, region standard, clock and calendar."""

    id: str
    name: Words
    bureau: Words
    """Who issues the briefs."""
    paths: Mapping[str, Words]
    """Counting paths by id; empty where the domain knows none. Paths are never added."""
    standard_ids: tuple[str, ...]
    """Coding standards of the domain, by date in force."""
    region_standard: str
    time_zone: ZoneInfo
    clock_name: Words
    """What the local time is called in print."""
    cutoff: time
    """Local time at which a business day ends."""
    calendar_id: str
    currency: str
    earliest_on: date
    """A date before it is implausible: the bureau kept no older complaints."""
    retention_years: int
    """How long raw files and narratives are kept at least before a month may expire."""
    primary_date: str
    """The entry column whose day a complaint is: always `received_on` so far."""
    languages: tuple[Language, ...]
    brief_language: Language
    open_register: bool
    """True where an institution outside the register is added with a warning instead of out of list."""

    def cutoff_at(self, day: date) -> datetime:
        """The aware moment at which business day `day` ends; itself still part of the day."""
        return datetime.combine(day, self.cutoff, tzinfo=self.time_zone)

    def business_day(self, at: datetime) -> date:
        """The business day of an aware moment: (cut-off of the day before, cut-off of the day]."""
        local = at.astimezone(self.time_zone)
        return local.date() if local <= self.cutoff_at(local.date()) else local.date() + timedelta(days=1)
