"""Evaluate one measure over a home, with everything that must stand beside the number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from xiaobao.analysis.compare import at_close, late, period_on_period, windows
from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.measures import Answer, Filter, Question, QuestionError, evaluate
from xiaobao.analysis.members import stated_members, unknown_member
from xiaobao.catalog.measures import Measure, MeasureKind
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.periods import Period
from xiaobao.lib.words import Words
from xiaobao.submissions import manifest
from xiaobao.submissions.closing import close_sequences
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, DayClose, ReportingEvent
from xiaobao.submissions.reporting import ReportingStatus, due_in, standing

SILENT = (ReportingStatus.MISSING, ReportingStatus.SUPERSEDED, ReportingStatus.PENDING)
"""A source that stands so has not reported: what the ledger has of it is no zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a person asks: a measure over days, in groups, as known at some point."""

    measure_id: str
    period: Period
    by: tuple[str, ...] = ()
    where: Filter = ()
    of: Filter = ()
    as_of: int | date | None = None
    """A posting sequence, or the closed day whose sequence it is; None for the head."""
    complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A source that had not reported for a day of a reading."""

    source_code: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An answer, where its members get their names, and who had not reported."""

    answer: Answer
    scope: Scope
    closes: Mapping[date, int]
    """Closed day → the sequence of its close."""
    missing: tuple[Missing, ...]
    """Sources that sums over institutions lack."""


def measure(home: Home, call: Call) -> Measured:
    """The answer; QuestionError and the catalog's errors say what cannot be asked and what can."""
    scope = Scope(domain=home.domain, simulated=home.simulated, catalog=home.catalog())
    statistic = home.catalog().measure(call.measure_id)
    readings = _readings(home, statistic, call)
    where = tuple(
        (name, _code(member, scope) if name == "institution" else member) for name, member in call.where
    )
    path = dict(where).get("path")
    missing = [_missing(home, reading, path=path) for reading in readings]
    # With the paths side by side nobody is silent on both: the missing sources are named, the rows stay.
    apart = path is not None or not home.domain.paths
    question = Question(
        measure=statistic,
        domain=home.domain,
        simulated=home.simulated,
        readings=readings,
        by=call.by,
        where=where,
        of=_whole(statistic, call, where),
        complete=call.complete,
        not_reporting=tuple(_institutions(ones, home) for ones in missing) if apart else (),
    )
    last = max((reading.posted_seq for reading in readings), default=0)
    answer = manifest.asking(home, lambda snapshot: _evaluate(question, snapshot, scope), as_of=last)
    counted = {MeasureKind.LATE: [], MeasureKind.AVERAGE: missing[1:]}.get(statistic.kind, missing)
    named = sorted({one for ones in counted for one in ones}, key=lambda one: (one.day, one.source_code))
    return Measured(answer=answer, scope=scope, closes=close_sequences(home), missing=tuple(named))


def _evaluate(question: Question, snapshot: Snapshot, scope: Scope) -> Answer:
    answer = evaluate(question, snapshot=snapshot, catalog=scope.catalog)
    for dimension, member in question.where:
        known = stated_members(dimension, scope=scope, snapshot=snapshot)
        if known is not None and member not in known:
            raise unknown_member(dimension, member, known)
    return answer


def _whole(statistic: Measure, call: Call, where: Filter) -> Filter:
    """What a share is a part of: as stated; else everything under the filter, or on its path."""
    if call.of or statistic.kind not in (MeasureKind.SHARE, MeasureKind.RANK):
        return call.of
    path = tuple(pair for pair in where if pair[0] == "path")
    if statistic.kind is MeasureKind.RANK:
        return () if call.by else path
    return where if call.by else path


def _code(member: str, scope: Scope) -> str:
    """The code of an institution given by code, name or alias; what nobody knows stays as it is."""
    register = scope.catalog.register(scope.domain.id, simulated=scope.simulated)
    resolved = None if register.listed(member) else register.resolve(member)
    return resolved.institution_code if resolved and register.listed(resolved.institution_code) else member


def _readings(home: Home, statistic: Measure, call: Call) -> tuple[Reading, ...]:
    kind, single = statistic.kind, len(call.period) == 1
    if kind in (MeasureKind.COUNT, MeasureKind.SHARE, MeasureKind.RANK):
        return (Reading(period=call.period, posted_seq=_sequence(home, call)),)
    if not single and kind is MeasureKind.CHANGE:
        back = statistic.compared_days or 0
        return period_on_period(call.period, compared_days=back, posted_seq=_sequence(home, call))
    if not single:
        raise QuestionError(
            Words(
                zh=f"指标 {statistic.id} 按日计算，请用 --day",
                en=f"measure {statistic.id} is of a single day: use --day",
            )
        )
    if call.as_of is not None:
        raise QuestionError(
            Words(
                zh=f"指标 {statistic.id} 的每一天都按其自身日结读取，不接受 --as-of",
                en=f"measure {statistic.id} reads each day at its own close: no --as-of",
            )
        )
    closes, day = close_sequences(home), call.period.from_on
    if kind is MeasureKind.LATE:
        return late(day, closes=closes, window_days=statistic.window_days)
    return windows(statistic, day, closes=closes, calendar=home.catalog().calendar_of(home.domain_id))


def _sequence(home: Home, call: Call) -> int:
    if isinstance(call.as_of, date):
        return at_close(call.as_of, closes=close_sequences(home)).posted_seq
    return manifest.read().head if call.as_of is None else call.as_of


def _missing(home: Home, reading: Reading, *, path: str | None) -> tuple[Missing, ...]:
    """Sources of the path that stood as not having reported for a day of the reading, as then known.

    A source that is due and of which nothing was said is among them: the day is still open, or was skipped.
    """
    sources = home.catalog().sources
    events = ReportingEvent.objects.filter(day__gte=reading.period.from_on, day__lt=reading.period.to_on)
    known_until = _journal_position(reading)
    if known_until is not None:
        events = events.filter(sequence__lte=known_until)
    by_source: dict[Missing, list[ReportingEvent]] = {
        Missing(source_code=source.code, day=day): []
        for source, day in due_in(home, reading.period)
        if path in (None, source.path)
    }
    for event in events.order_by("sequence_id"):
        source = sources.get(event.source_code)
        if source is not None and path in (None, source.path):
            by_source.setdefault(Missing(source_code=event.source_code, day=event.day), []).append(event)
    return tuple(one for one, told in by_source.items() if standing(told) in SILENT)


def _journal_position(reading: Reading) -> int | None:
    """How far of the journal was known with the reading: a day at its own close up to that close,
    otherwise until the next batch after the sequence arrived; None for everything so far."""
    closed = DayClose.objects.filter(
        day=reading.period.from_on, posted_seq=reading.posted_seq, skipped=False
    ).first()
    if closed is not None and len(reading.period) == 1:
        return closed.sequence_id
    following = Batch.objects.filter(posted_seq=reading.posted_seq + 1).first()
    return None if following is None else following.sequence_id - 1


def _institutions(missing: Iterable[Missing], home: Home) -> frozenset[str]:
    sources = home.catalog().sources
    codes = (sources[one.source_code].institution_code for one in missing)
    return frozenset(code for code in codes if code is not None)
