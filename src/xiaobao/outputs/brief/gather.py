"""Asks the ledger for what a brief prints: first who is in it, then every figure by itself."""

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
from xiaobao.lib.periods import Period, days_before
from xiaobao.outputs.brief.facts import Comparison, Group, Late, Member, Point
from xiaobao.outputs.brief.series import WEEK_CHANGE, WEEK_DAYS, Span

MEMBERS_LIMIT = 10
"""Members named where anybody may appear; a closed register is shown whole."""
CATEGORIES_LIMIT = 6
"""Business categories that are columns beside the total: what a portrait page carries."""

COURSE_FROM_DAYS = 3
"""Fewer days make no course to draw."""

MEASURES: Mapping[MeasureKind, str] = {
    MeasureKind.COUNT: "complaints",
    MeasureKind.SHARE: "complaint_share",
    MeasureKind.RANK: "complaint_rank",
    MeasureKind.CHANGE: "complaints_dod",
    MeasureKind.LATE: "complaints_late",
    MeasureKind.MEDIAN: "complaints_median",
}
"""Which measure of a kind a brief prints: another one in the catalog must not take its place."""

Closes = Mapping[date, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """The institutions of which reports for a period had not arrived at the close of its last day."""

    whole: frozenset[str] = frozenset()
    """For none of its days."""
    some: frozenset[str] = frozenset()
    """For a day of it or more, those of `whole` included."""


Silent = Mapping[Period, Silence]
"""Period → who was silent; of a single day both are the same."""


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

    def measure(self, kind: MeasureKind) -> Measure:
        """The measure of a kind that briefs print. XiaobaoError where the catalog has none of its name."""
        measure = self.catalog.measures.get(MEASURES[kind])
        if measure is None or measure.kind is not kind:
            raise XiaobaoError(f"the catalog has no measure {MEASURES[kind]} of kind {kind} for the brief")
        return measure

    def averages(self) -> tuple[Measure, ...]:
        """The averages of the catalog, shortest window first."""
        found = (m for m in self.catalog.measures.values() if m.kind is MeasureKind.AVERAGE)
        return tuple(sorted(found, key=lambda measure: measure.window_days or 0))


def silent_sets(figure: Figure, scope: Scope) -> tuple[frozenset[str], ...]:
    """One set a reading of the institutions that had not reported; empty where the figure speaks of none.

    A week that lacks days of an institution has a count of it, of the others; a median or a change that
    takes them for zero would mislead (docs/decisions/0171).
    """
    kind, told = scope.catalog.measure(figure.measure_id).kind, dict(figure.where).keys()
    if not {"institution", "group"} & told and kind is not MeasureKind.MEDIAN:
        return ()
    strict = kind is MeasureKind.MEDIAN or (kind is MeasureKind.CHANGE and "institution" in told)
    silences = (scope.silent.get(reading.period, Silence()) for reading in figure.readings)
    return tuple(one.some if strict else one.whole for one in silences)


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
        not_reporting={figure.id: silent_sets(figure, scope) for figure in figures},
    )


@dataclass(slots=True, kw_only=True)
class Asked:
    """Figures asked for before their values are known; `value_of` reads them after `answer`."""

    scope: Scope
    day: date
    span: Span
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
        """The count of the span."""
        return self.want(self.scope.measure(MeasureKind.COUNT), (self.span.present,), where)

    def share(self, where: Filter) -> Figure:
        """The share in the total of the span."""
        return self.want(self.scope.measure(MeasureKind.SHARE), (self.span.present,), where)

    def comparison(self, where: Filter = (), *, averages: bool = False) -> Comparison:
        """The count beside that of the compared span, and beside the averages where wanted and daily."""
        scope, compared = self.scope, self.span.compared
        calendar = scope.catalog.calendar_of(scope.domain.id)
        wanted = scope.averages() if averages and not self.span.is_week else ()
        return Comparison(
            count=self.count(where),
            previous=self.want(scope.measure(MeasureKind.COUNT), (compared,), where) if compared else None,
            change=self.want(self._change(), (self.span.present, compared), where) if compared else None,
            averages=tuple(
                self.want(measure, windows(measure, self.day, closes=scope.closes, calendar=calendar), where)
                for measure in wanted
            ),
        )

    def member(self, dimension: str, member: str) -> Member:
        """A member of a dimension with its count, share, rank and comparison."""
        where = ((dimension, member),)
        measure = self.scope.measure(MeasureKind.RANK)
        compared = self.span.compared if self.span.is_week else None
        return Member(
            member=member,
            comparison=self.comparison(where),
            share=self.share(where),
            rank=self.want(measure, (self.span.present,), where),
            previous_rank=self.want(measure, (compared,), where) if compared else None,
        )

    def group(self, group: str) -> Group:
        """A group of institutions."""
        where = (("group", group),)
        measure = self.scope.catalog.measures.get(MEASURES[MeasureKind.MEDIAN])  # older catalogs have none
        return Group(
            group=group,
            comparison=self.comparison(where, averages=True),
            share=self.share(where),
            median=self.want(measure, (self.span.present,), where) if measure else None,
        )

    def late(self) -> Late | None:
        """The days before as they were printed and as they are known now; None before the second close."""
        measure = self.scope.measure(MeasureKind.LATE)
        both = late(self.day, closes=self.scope.closes, window_days=measure.window_days)
        half = len(both) // 2
        if not both:
            return None
        previous = self.want(measure, (both[half - 1], both[-1]))
        return replace(self.learnt(both[:half], both[half:]), previous_difference=previous)

    def learnt(self, now: tuple[Reading, ...], then: tuple[Reading, ...]) -> Late:
        """The same days as known now and as known then."""
        count = self.scope.measure(MeasureKind.COUNT)
        return Late(
            from_day=now[0].period.from_on,
            to_day=now[-1].period.from_on,
            now=self.want(count, now),
            then=self.want(count, then),
            difference=self.want(self.scope.measure(MeasureKind.LATE), (*now, *then)),
        )

    def course(self) -> tuple[Point, ...]:
        """The closed days of the longest window of an average, and the day; none when they are too few."""
        window = max((measure.window_days or 0 for measure in self.scope.averages()), default=0)
        if self.span.is_week:
            window = 2 * WEEK_DAYS - 1
        days = [one for one in sorted(days_before(self.day, window)) if one in self.scope.closes]
        if len(days) < COURSE_FROM_DAYS - 1:
            return ()
        calendar = self.scope.catalog.calendar_of(self.scope.domain.id)
        count = self.scope.measure(MeasureKind.COUNT)
        return tuple(
            Point(day=day, count=self.want(count, (self.close(day),)), working=calendar.is_working_day(day))
            for day in (*days, self.day)
        )

    def _change(self) -> Measure:
        if self.span.is_week:
            return self.scope.catalog.measure(WEEK_CHANGE)
        return self.scope.measure(MeasureKind.CHANGE)

    def close(self, day: date) -> Reading:
        """A day as known at its own close."""
        return at_close(day, closes=self.scope.closes)


_OF_A_WHOLE = frozenset({MeasureKind.SHARE, MeasureKind.RANK})


def members_of(
    scope: Scope, present: Reading, dimensions: Mapping[str, int | None]
) -> dict[str, tuple[str, ...]]:
    """Dimension → its members of a reading, the most numerous first, special groups last.

    `dimensions` says how many of each are wanted; None means all, those without a complaint included.
    """
    questions = [
        Question(
            measure=scope.measure(MeasureKind.COUNT),
            domain=scope.domain,
            simulated=scope.simulated,
            readings=(present,),
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
