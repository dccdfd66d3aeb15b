"""What a daily brief is made of: figures by the place they take in the outline; pure values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from xiaobao.analysis.figures import Figure
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.institutions import Register
from xiaobao.outputs.brief.record import CloseRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A count of the day beside the same count of the previous closed day, each at its own close."""

    count: Figure
    previous: Figure | None
    """None when no earlier day is closed."""
    change: Figure | None
    averages: tuple[Figure, ...]
    """One a window, shortest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of a dimension on the day."""

    member: str
    comparison: Comparison
    share: Figure
    rank: Figure
    """Without value for members that have no place: not stated, unmapped, out of list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of institutions on the day."""

    group: str
    comparison: Comparison
    share: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The count of one closed day, at its own close."""

    day: date
    count: Figure
    working: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """Days as printed at their own closes and as known at this close."""

    from_day: date
    to_day: date
    now: Figure
    then: Figure
    difference: Figure
    """LATE: now minus then."""
    previous_difference: Figure
    """The same for the previous closed day alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """Everything a daily brief prints."""

    domain: Domain
    catalog: Catalog
    simulated: bool
    mark: str
    path: str | None
    record: CloseRecord
    previous: CloseRecord | None
    closed: Mapping[date, int]
    """Closed days up to the day → posting sequence."""
    total: Comparison
    groups: tuple[Group, ...]
    institutions: tuple[Member, ...]
    """All members, the most numerous first, special groups last."""
    businesses: tuple[Member, ...]
    causes: tuple[Member, ...]
    cells: Mapping[tuple[str, str], Figure]
    """(institution, business category of level 1) → count; empty places hold nothing."""
    late: Late | None
    course: tuple[Point, ...]
    """The closed days up to the day, oldest first; empty where they are too few to draw."""
    stated_names: Mapping[str, str]
    """Names as stated of institutions an open register added."""

    @property
    def register(self) -> Register:
        """The institutions of this kind of home."""
        return self.catalog.register(self.domain.id, simulated=self.simulated)
