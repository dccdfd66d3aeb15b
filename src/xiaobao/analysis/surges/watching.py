"""The surges of a day of a ledger: nodes judged, issues picked, each with what stands beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.questions import Filter
from xiaobao.analysis.surges.auto import held_back
from xiaobao.analysis.surges.course import CourseDay, course_of
from xiaobao.analysis.surges.detection import Threshold, enough_cases
from xiaobao.analysis.surges.earlier_nights import Earlier, with_earlier
from xiaobao.analysis.surges.echoes import without_echoes
from xiaobao.analysis.surges.explain import Extent, extent
from xiaobao.analysis.surges.features import of_days
from xiaobao.analysis.surges.issues import Judged, Picked, State, budget_of, issues
from xiaobao.analysis.surges.lateness import share_in
from xiaobao.analysis.surges.model import surprises
from xiaobao.analysis.surges.nodes import NodeTable, Reported, begins_of, filters_of, known_types, node_table
from xiaobao.analysis.surges.parts import Part, parts
from xiaobao.analysis.surges.series import MISSING
from xiaobao.analysis.surges.settings import DAILY
from xiaobao.analysis.surges.subsets import SCANNED_DAYS, cells_of, with_subsets
from xiaobao.analysis.surges.types import Whole
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.periods import ONE_DAY, Period, day_period

_ISSUE_DAYS = 15
"""How many days back issues are picked, to tell since when one goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEarlier:
    """A surge that the run of an earlier day told as going on."""

    where: Filter
    alarmed_on: date
    on: date
    """The day of that run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is watched."""

    on: date
    path: str | None
    posted_seq: int
    closes: Mapping[date, int]
    silent: Mapping[date, frozenset[str]]
    """Day → institutions whose source has not reported."""
    nobody: frozenset[date]
    """Days on which a source that reports on all institutions has not reported."""
    most_issues: int | None = None
    """None takes the number of the catalog."""
    told_earlier: tuple[ToldEarlier, ...] = ()
    """Latest day first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """One issue of the day."""

    where: Filter
    state: State
    alarmed_on: date
    """The first day on which it was an issue."""
    last_on: date
    """The last one: where it is closed, before the day asked."""
    extent: Extent
    today: int
    expected_today: float
    probability: float
    """Of something so unusual anywhere at the same institution, category or region, by chance."""
    parts: tuple[Part, ...]
    course: tuple[CourseDay, ...]
    """The latest days, up to the day asked."""
    posted_seq: int
    """The vintage: what was posted when it was looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The surges of a day and what they rest on."""

    question: Question
    types: tuple[tuple[str, ...], ...]
    nodes: int
    judged: int
    """Nodes with enough of a past to judge the day."""
    past_days: int
    """Days looked at, the one asked included, of which something is known."""
    surges: tuple[Surge, ...]


def watch(snapshot: Snapshot, scope: Scope, question: Question) -> Watched:
    """The surges of `question.on`; UserError where no thresholds are in force or the calendar ends."""
    catalog = scope.catalog
    decided = catalog.detectors.watched_on(question.on)
    types = known_types(decided.nodes, scope)
    found = nodes_of(snapshot, scope, question)
    judged, dispersion = judge(found, scope, question.on)
    if decided.subset_scan and judged.nodes:
        days = judged.score.shape[1] + SCANNED_DAYS
        cells, of_cells = judge(cells_of(found), scope, question.on, days=days)
        threshold = _threshold(scope, question.on)
        judged, dispersion = with_subsets(judged, dispersion, cells, of_cells, threshold)
    budget = budget_of(decided)
    picked = issues(judged, budget) if judged.nodes else ()
    path: Filter = (("path", question.path),) if question.path else ()
    told = without_echoes(snapshot, scope, judged, picked, path=path, last=_day(question))
    told = with_earlier(judged, budget, told, _earlier(question, days=judged.score.shape[1]))
    picked = told[: question.most_issues or decided.most_issues]
    return Watched(
        question=question,
        types=types,
        nodes=len(judged.nodes),
        judged=int(np.isfinite(judged.score[:, -1]).sum()) if judged.nodes else 0,
        past_days=int((found.table.counts != MISSING).any(axis=0).sum()),
        surges=_surges(snapshot, scope, question, judged, dispersion, picked),
    )


def _day(question: Question) -> Reading:
    return Reading(period=day_period(question.on), posted_seq=question.posted_seq)


def _earlier(question: Question, *, days: int) -> tuple[Earlier, ...]:
    """The issues of earlier nights, by place among the days that are judged."""
    first_on = question.on - timedelta(days=days - 1)
    return tuple(
        Earlier(
            where=one.where,
            alarmed_from=(one.alarmed_on - first_on).days,
            alarmed_until=(one.on - first_on).days,
        )
        for one in question.told_earlier
        if one.on >= first_on
    )


def nodes_of(snapshot: Snapshot, scope: Scope, question: Question) -> NodeTable:
    """The series that are watched, as they are known at the sequence of the question."""
    decided = scope.catalog.detectors.watched_on(question.on)
    reading = Reading(
        period=Period(
            from_on=question.on - timedelta(days=decided.past_days - 1), to_on=question.on + ONE_DAY
        ),
        posted_seq=question.posted_seq,
    )
    return _begun(
        node_table(
            snapshot,
            scope,
            known_types(decided.nodes, scope),
            path=question.path,
            reading=reading,
            reported=_reported(snapshot, scope, question),
        )
    )


def _reported(snapshot: Snapshot, scope: Scope, question: Question) -> Reported:
    usual = share_in(
        snapshot,
        scope,
        on=question.on,
        path=question.path,
        closes=question.closes,
        posted_seq=question.posted_seq,
    )
    return Reported(silent=question.silent, nobody=question.nobody, share_in=usual)


def _begun(found: NodeTable) -> NodeTable:
    """Without the days before the ledger begins, of which nothing is known."""
    known = (found.table.counts != MISSING).any(axis=0)
    first = int(known.argmax()) if known.any() else max(0, len(found.table.times) - 1)
    return NodeTable(
        nodes=found.nodes,
        table=found.table.since(first),
        there=np.ascontiguousarray(found.there[:, first:]),
        group=found.group,
    )


def judge(
    found: NodeTable, scope: Scope, on: date, *, days: int = _ISSUE_DAYS, copy_of: Whole | None = None
) -> tuple[Judged, np.ndarray]:
    """Nodes x the latest days up to `on`, and the dispersion of each node; `copy_of` as in `surprises`."""
    table = found.table
    steps = len(table.times)
    first = max(0, steps - days)
    assert table.days is not None
    calendar_id = scope.domain.calendar_id
    features = of_days(
        table.days,
        calendar=scope.catalog.calendars[calendar_id],
        festivals=scope.catalog.detectors.spring_festivals.get(calendar_id, ()),
    )
    number = {name: place for place, name in enumerate(dict.fromkeys(found.group))}
    group = np.array([number[name] for name in found.group], dtype=np.int64)
    said = surprises(
        table,
        features,
        group,
        DAILY,
        first_step=first,
        begins=begins_of(found, scope.catalog.detectors.level_shifts, on),
        there=found.there,
        copy_of=copy_of,
    )
    score = held_back(table, said.score, said.swing > DAILY.epidemic_swing, first)
    threshold = _threshold(scope, on)
    enough = enough_cases(table, np.arange(first, steps, dtype=np.int64), threshold)
    alarm = enough & (np.nan_to_num(score) >= -np.log10(threshold.alarm_probability))
    judged = Judged(
        nodes=found.nodes,
        count=table.counts[:, first:].astype(float),
        expected=said.expected,
        dispersion=said.dispersion,
        score=score,
        alarm=alarm,
    )
    return judged, said.dispersion


def _threshold(scope: Scope, on: date) -> Threshold:
    decided = scope.catalog.detectors.on(on, frequency="daily")
    return Threshold(
        alarm_probability=decided.alarm_probability,
        fewest_cases=decided.fewest_cases,
        recent_steps=decided.recent_steps,
    )


def _surges(
    snapshot: Snapshot,
    scope: Scope,
    question: Question,
    judged: Judged,
    dispersion: np.ndarray,
    picked: Sequence[Picked],
) -> tuple[Surge, ...]:
    extents = [_extent(judged, dispersion, one) for one in picked]
    path: Filter = (("path", question.path),) if question.path else ()
    # Several banks of a scan are named by its where; what else its complaints share is not asked.
    single = [len(filters_of(judged.nodes[one.node].where)) == 1 for one in picked]
    wheres = [tuple(sorted((*path, *filters_of(judged.nodes[one.node].where)[0]))) for one in picked]
    last = judged.score.shape[1] - 1
    ends = [question.on - timedelta(days=last - one.alarmed_until) for one in picked]
    readings = [
        Reading(
            period=Period(from_on=end - timedelta(days=of.days - 1), to_on=end + ONE_DAY),
            posted_seq=question.posted_seq,
        )
        for end, of in zip(ends, extents, strict=True)
    ]
    shares = parts(snapshot, scope, wheres, readings) if picked else ()
    return tuple(
        Surge(
            where=judged.nodes[one.node].where,
            state=one.state,
            alarmed_on=question.on - timedelta(days=last - one.alarmed_from),
            last_on=question.on - timedelta(days=last - one.alarmed_until),
            extent=of,
            today=max(0, int(judged.count[one.node, -1])),
            expected_today=float(np.nan_to_num(judged.expected[one.node, -1])),
            probability=one.probability,
            parts=share if alone else (),
            course=course_of(question.on, judged, dispersion, one.node),
            posted_seq=question.posted_seq,
        )
        for one, of, share, alone in zip(picked, extents, shares, single, strict=True)
    )


def _extent(judged: Judged, dispersion: np.ndarray, one: Picked) -> Extent:
    known = dispersion[one.node][np.isfinite(dispersion[one.node])]
    upto = slice(0, one.alarmed_until + 1)
    phi = float(known[-1]) if known.size else 1.0
    return extent(judged.count[one.node, upto], judged.expected[one.node, upto], phi)
