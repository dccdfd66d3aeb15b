"""What a brief is made of: figures by the place they take in the outline; pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from xiaobao.analysis.figures import Figure
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.institutions import Register
from xiaobao.outputs.brief.hot import HotDay
from xiaobao.outputs.brief.record import CloseRecord
from xiaobao.outputs.brief.series import Span
from xiaobao.outputs.brief.watched import Nights


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
    previous_rank: Figure | None = None
    """The rank of the compared week, in a weekly brief that has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of institutions on the day."""

    group: str
    comparison: Comparison
    share: Figure
    median: Figure | None = None
    """The middle count of its institutions; None under a catalog without such a measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The count of one closed day, at its own close."""

    day: date
    count: Figure
    working: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """Days as known once (a daily brief: at their own closes) and as known at this close."""

    from_day: date
    to_day: date
    now: Figure
    then: Figure
    difference: Figure
    """LATE: now minus then."""
    previous_difference: Figure | None = None
    """The same for the previous closed day alone; a daily brief has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekDay:
    """One closed day of a week: as its daily brief printed it, and as known at the close of the week."""

    day: date
    printed: Figure
    known: Figure
    late: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What a weekly brief alone prints."""

    days: tuple[WeekDay, ...]
    """The closed days of the week."""
    late: Late
    """The closed days of the week: as their daily briefs printed them, and as known now."""
    earlier: Late | None
    """The closed days before the week: as known at the close of the week before, and now; None without it."""
    unclosed: tuple[date, ...]
    """Days of the week that were not closed."""
    statuses: Mapping[str, Mapping[date, str]]
    """Source → day of the week → reporting status as known at the close."""
    lacking_before: tuple[str, ...]
    """Institutions of which a report for a day of the week before had not come by its close."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefFacts:
    """Everything a brief prints."""

    series: str
    span: Span
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
    week: Week | None
    """What a weekly brief alone prints; None in a daily one."""
    stated_names: Mapping[str, str]
    """Names as stated of institutions an open register added."""

    nights: Nights = field(default_factory=dict)
    """What the runs of the brief's days told; without a run there is no such section."""

    hot: HotDay | None = None
    """What the run of the day told of hot issues; without a run there is no such section."""

    @property
    def register(self) -> Register:
        """The institutions of this kind of home."""
        return self.catalog.register(self.domain.id, simulated=self.simulated)
