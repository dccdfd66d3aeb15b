"""What a run has told of a day, as it is kept and printed: numbers as they are read, rounded once."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec

from xiaobao.analysis.questions import Filter
from xiaobao.analysis.rounding import rounded
from xiaobao.analysis.surges.earlier_nights import same_issue
from xiaobao.analysis.surges.issues import State
from xiaobao.lib.periods import ONE_DAY, Period

if TYPE_CHECKING:  # what finds surges is compiled code: a third of a second that its readers need not wait
    from xiaobao.analysis.surges.course import CourseDay
    from xiaobao.analysis.surges.watching import Surge, Watched

VERSION = 1
_TENTH, _HUNDREDTH = Decimal("0.1"), Decimal("0.01")


class ToldPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One member and how many of the complaints are its."""

    dimension: str
    member: str
    count: int


class ToldDay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One day of the course: None where nobody has reported, or where nothing could be expected yet."""

    day: date
    observed: int | None
    expected: Decimal | None
    low: int | None
    high: int | None


class Raised(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The run that told a surge first, and the posting sequence it read."""

    on: date
    posted_seq: int


class ToldSurge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One surge of a day."""

    where: tuple[tuple[str, str], ...]
    state: State
    first_raised: Raised | None
    """None where no earlier run is kept that could say so."""
    alarmed_on: date
    last_on: date
    since: date
    """First day of the rise, which ends on `last_on`."""
    observed: int
    expected: Decimal
    low: int
    high: int
    ratio: Decimal | None
    observed_today: int
    expected_today: Decimal
    probability: Decimal
    parts: tuple[ToldPart, ...]
    course: tuple[ToldDay, ...]

    @property
    def key(self) -> str:
        """The series it is told of: `cause.1=C02,institution=GY01`."""
        return key_of(self.where)

    @property
    def period(self) -> Period:
        """The days of the rise."""
        return Period(from_on=self.since, to_on=self.last_on + ONE_DAY)

    @property
    def wholly_known(self) -> bool:
        """True where every day of the rise was reported, so that the count is that of all its days."""
        known = {one.day for one in self.course if one.observed is not None and one.expected is not None}
        return all(day in known for day in self.period)


class ToldPath(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The surges of one counting path."""

    path: str | None
    node_types: tuple[str, ...]
    nodes: int
    judged: int
    past_days: int
    surges: tuple[ToldSurge, ...]


class ToldBudget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the catalog allowed to be told."""

    most_issues: int
    false_discovery_rate: Decimal


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The surges of a day."""

    version: int = VERSION
    day: date
    posted_seq: int
    """The vintage: what was posted when it was looked for."""
    catalog_digest: str
    program_version: str = ""
    """Of xiaobao, which looked; empty in runs of before it was kept."""
    budget: ToldBudget | None
    """None where nothing could be judged."""
    refused: dict[str, str]
    """Why nothing could be judged, by language; empty where it was."""
    paths: tuple[ToldPath, ...]

    def on_path(self, path: str | None) -> ToldPath | None:
        """What was told of a path; None where it was not watched."""
        return next((one for one in self.paths if one.path == path), None)


def key_of(where: Filter) -> str:
    """A node's members in the order of their dimensions."""
    return ",".join(f"{name}={member}" for name, member in sorted(where))


def encode(told: Told) -> bytes:
    """The same bytes for the same run."""
    return msgspec.json.format(msgspec.json.encode(told, order="deterministic"), indent=1) + b"\n"


def decode(content: bytes) -> Told:
    """The inverse of `encode`; msgspec.ValidationError names what does not fit."""
    return msgspec.json.decode(content, type=Told)


Raiser = Callable[["Surge"], Raised | None]
"""Says which run told a surge first; None where nobody knows any more."""


def told_path(watched: "Watched", *, raiser: Raiser) -> ToldPath:
    """What was watched on a path, in print."""
    return ToldPath(
        path=watched.question.path,
        node_types=tuple(" × ".join(by) for by in watched.types),
        nodes=watched.nodes,
        judged=watched.judged,
        past_days=watched.past_days,
        surges=tuple(_surge(one, raiser(one), watched.question.on) for one in watched.surges),
    )


def told_before(surge: "Surge", earlier: Iterable[ToldPath], *, quiet_days: int) -> ToldSurge | None:
    """What the runs of earlier days, latest first, told of it last; None where none told it.

    What an earlier run told stays told, whatever late data have changed since.
    """
    since = surge.alarmed_on - timedelta(days=quiet_days)
    return next(
        (
            one
            for path in earlier
            for one in path.surges
            if same_issue(one.where, surge.where) and one.last_on >= since
        ),
        None,
    )


def _surge(surge: "Surge", raised: Raised | None, on: date) -> ToldSurge:
    of, state = surge.extent, surge.state
    if state is State.NEW and raised is not None and raised.on < on:
        state = State.RISING  # it was told before, and late data have made it younger
    return ToldSurge(
        where=tuple(surge.where),
        state=state,
        first_raised=raised,
        alarmed_on=surge.alarmed_on,
        last_on=surge.last_on,
        since=surge.last_on - timedelta(days=of.days - 1),
        observed=of.observed,
        expected=_printed(of.expected),
        low=of.low,
        high=of.high,
        ratio=_ratio(of.observed, _printed(of.expected)),
        observed_today=surge.today,
        expected_today=_printed(surge.expected_today),
        probability=Decimal(f"{surge.probability:.2e}"),
        parts=tuple(ToldPart(dimension=p.dimension, member=p.member, count=p.count) for p in surge.parts),
        course=tuple(map(_day, surge.course)),
    )


def _day(one: "CourseDay") -> ToldDay:
    return ToldDay(
        day=one.day,
        observed=one.observed,
        expected=None if one.expected is None else _printed(one.expected),
        low=one.low,
        high=one.high,
    )


def _ratio(observed: int, expected: Decimal) -> Decimal | None:
    """Of the numbers as they are printed, so that a reader who divides them finds it; None by nothing."""
    return rounded(Fraction(observed) / Fraction(expected), decimals=1) if expected else None


def decimal(value: float) -> Decimal:
    """A number of the catalog as it is written there."""
    return Decimal(repr(value))


def _printed(value: float) -> Decimal:
    """What is expected, in tenths, below one in hundredths: of 0.1 a ratio could be half or twice itself."""
    unit = _HUNDREDTH if value < 1 else _TENTH
    return Decimal(value).quantize(unit, rounding=ROUND_HALF_UP)
