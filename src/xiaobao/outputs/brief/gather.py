"""Asks the ledger for what a daily brief prints: first who is in it, then every figure by itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from xiaobao.analysis.compare import at_close, late, windows
from xiaobao.analysis.derive import Derived, basis_of, derive_all
from xiaobao.analysis.dimensions import SPECIAL_MEMBERS
from xiaobao.analysis.figures import Figure, Reading
from xiaobao.analysis.measures import evaluate_all
from xiaobao.analysis.questions import Filter, Question
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.institutions import Register
from xiaobao.catalog.measures import Measure, MeasureKind
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.periods import days_before
from xiaobao.outputs.brief.facts import Comparison, Group, Late, Member, Point

MEMBERS_LIMIT = 10
"""Members named where anybody may appear; a closed register is shown whole."""
CATEGORIES_LIMIT = 6
"""Business categories that are columns beside the total: what a portrait page carries."""

COURSE_FROM_DAYS = 3
"""Fewer days make no course to draw."""

Closes = Mapping[date, int]
Silent = Mapping[date, frozenset[str]]
"""Closed day → institutions of which nothing had arrived at its close."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where figures are asked: catalog, domain, mark, path, and the closes they may read."""

    catalog: Catalog
    domain: Domain
    simulated: bool
    path: str | None
    closes: Closes
    silent: Silent
    snapshot: Snapshot

    @property
    def register(self) -> Register:
        """The institutions of this kind of home."""
        return self.catalog.register(self.domain.id, simulated=self.simulated)

    @property
    def where(self) -> Filter:
        """The counting path, where the domain has paths."""
        return (("path", self.path),) if self.path else ()

    def measure(self, kind: MeasureKind, *, days: int | None = None) -> Measure:
        """The catalog's measure of a kind; `days` compared or in the window. XiaobaoError without it."""
        for measure in self.catalog.measures.values():
            if measure.kind is kind and days in (None, measure.compared_days, measure.window_days):
                return measure
        raise XiaobaoError(f"the catalog has no measure of kind {kind} for the daily brief")

    def averages(self) -> tuple[Measure, ...]:
        """The averages of the catalog, shortest window first."""
        found = (m for m in self.catalog.measures.values() if m.kind is MeasureKind.AVERAGE)
        return tuple(sorted(found, key=lambda measure: measure.window_days or 0))


def silent_sets(figure: Figure, silent: Silent) -> tuple[frozenset[str], ...]:
    """One set a reading of the institutions that had not reported; empty where the figure names none."""
    if "institution" not in dict(figure.where):
        return ()
    return tuple(silent.get(reading.period.from_on, frozenset()) for reading in figure.readings)


def fill(figures: Iterable[Figure], scope: Scope) -> tuple[Figure, ...]:
    """The figures with the values the ledger gives them, all in few queries."""
    placed = [replace(figure, id=f"g{place}") for place, figure in enumerate(figures)]
    return tuple(
        replace(one.figure, id="", value=one.value, why_none=one.why_none)
        for one in derived_in(scope, placed)
    )


def derived_in(scope: Scope, figures: Sequence[Figure]) -> tuple[Derived, ...]:
    """The figures derived again within a scope. QuestionError when one may not be asked."""
    return derive_all(
        figures,
        snapshot=scope.snapshot,
        catalog=scope.catalog,
        domain=scope.domain,
        simulated=scope.simulated,
        not_reporting={figure.id: silent_sets(figure, scope.silent) for figure in figures},
    )


@dataclass(slots=True, kw_only=True)
class Asked:
    """Figures asked for before their values are known; `value_of` reads them after `answer`."""

    scope: Scope
    day: date
    previous: date | None
    figures: dict[Figure, Figure] = field(default_factory=dict)

    def want(
        self, measure: Measure, readings: tuple[Reading, ...], where: Filter = (), of: Filter = ()
    ) -> Figure:
        """A figure still without value; ask for it again after `answer` to get the filled one."""
        full = tuple(sorted((*self.scope.where, *where)))
        question = Question(
            measure=measure, domain=self.scope.domain, simulated=self.scope.simulated, readings=readings
        )
        blank = Figure(
            id="",
            measure_id=measure.id,
            where=full,
            of=tuple(sorted((*self.scope.where, *of))) if measure.kind in _OF_A_WHOLE else (),
            readings=readings,
            catalog_digest=self.scope.catalog.digest,
            basis=basis_of(question, where=full),
            value=None,
        )
        return self.figures.setdefault(blank, blank)

    def answer(self) -> None:
        """Ask the ledger for everything wanted so far."""
        blanks = list(self.figures)
        self.figures = dict(zip(blanks, fill(blanks, self.scope), strict=True))

    def count(self, where: Filter = ()) -> Figure:
        """The count of the day."""
        return self.want(self.scope.measure(MeasureKind.COUNT), (self._close(self.day),), where)

    def share(self, where: Filter) -> Figure:
        """The share in the day's total."""
        return self.want(self.scope.measure(MeasureKind.SHARE), (self._close(self.day),), where)

    def comparison(self, where: Filter = (), *, averages: bool = False) -> Comparison:
        """The count beside the previous closed day's, and beside the averages where wanted."""
        scope, previous = self.scope, self.previous
        readings = (self._close(self.day), self._close(previous)) if previous else ()
        calendar = scope.catalog.calendar_of(scope.domain.id)
        return Comparison(
            count=self.count(where),
            previous=self.want(scope.measure(MeasureKind.COUNT), readings[1:], where) if previous else None,
            change=self.want(scope.measure(MeasureKind.CHANGE, days=1), readings, where)
            if previous
            else None,
            averages=tuple(
                self.want(measure, windows(measure, self.day, closes=scope.closes, calendar=calendar), where)
                for measure in (scope.averages() if averages else ())
            ),
        )

    def member(self, dimension: str, member: str) -> Member:
        """A member of a dimension with its count, share, rank and comparison."""
        where = ((dimension, member),)
        rank = self.want(self.scope.measure(MeasureKind.RANK), (self._close(self.day),), where)
        return Member(member=member, comparison=self.comparison(where), share=self.share(where), rank=rank)

    def group(self, group: str) -> Group:
        """A group of institutions."""
        where = (("group", group),)
        return Group(group=group, comparison=self.comparison(where, averages=True), share=self.share(where))

    def late(self) -> Late | None:
        """The days before as they were printed and as they are known now; None before the second close."""
        scope, measure = self.scope, self.scope.measure(MeasureKind.LATE)
        both = late(self.day, closes=scope.closes, window_days=measure.window_days)
        if not both or self.previous is None:
            return None
        half = len(both) // 2
        one = (
            Reading(period=both[half - 1].period, posted_seq=both[0].posted_seq),
            self._close(self.previous),
        )
        count = scope.measure(MeasureKind.COUNT)
        return Late(
            from_day=both[0].period.from_on,
            to_day=both[half - 1].period.from_on,
            now=self.want(count, both[:half]),
            then=self.want(count, both[half:]),
            difference=self.want(measure, both),
            previous_difference=self.want(measure, one),
        )

    def course(self) -> tuple[Point, ...]:
        """The closed days of the longest window of an average, and the day; none when they are too few."""
        window = max((measure.window_days or 0 for measure in self.scope.averages()), default=0)
        days = [one for one in sorted(days_before(self.day, window)) if one in self.scope.closes]
        if len(days) < COURSE_FROM_DAYS - 1:
            return ()
        calendar = self.scope.catalog.calendar_of(self.scope.domain.id)
        count = self.scope.measure(MeasureKind.COUNT)
        return tuple(
            Point(day=day, count=self.want(count, (self._close(day),)), working=calendar.is_working_day(day))
            for day in (*days, self.day)
        )

    def _close(self, day: date) -> Reading:
        return at_close(day, closes=self.scope.closes)


_OF_A_WHOLE = frozenset({MeasureKind.SHARE, MeasureKind.RANK})


def members_of(scope: Scope, day: date, dimensions: Mapping[str, int | None]) -> dict[str, tuple[str, ...]]:
    """Dimension → its members of the day, the most numerous first, special groups last.

    `dimensions` says how many of each are wanted; None means all, those without a complaint included.
    """
    questions = [
        Question(
            measure=scope.measure(MeasureKind.COUNT),
            domain=scope.domain,
            simulated=scope.simulated,
            readings=(at_close(day, closes=scope.closes),),
            by=(dimension,),
            where=scope.where,
            complete=limit is None,
        )
        for dimension, limit in dimensions.items()
    ]
    answers = evaluate_all(questions, snapshot=scope.snapshot, catalog=scope.catalog)
    found: dict[str, tuple[str, ...]] = {}
    for (dimension, limit), answer in zip(dimensions.items(), answers, strict=True):
        rows = sorted(answer.rows, key=lambda row: (-(row.value or 0), row.members))
        plain = [row.members[0] for row in rows if row.members[0] not in SPECIAL_MEMBERS]
        special = [row.members[0] for row in rows if row.members[0] in SPECIAL_MEMBERS and row.value]
        found[dimension] = (*plain[:limit], *special)
    return found
