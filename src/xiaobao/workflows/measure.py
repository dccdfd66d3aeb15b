"""Evaluate one measure over a home, with everything that must stand beside the number."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from xiaobao.analysis.compare import at_close, late, period_on_period, windows
from xiaobao.analysis.dimensions import AMOUNT, Scope
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.measures import Answer, AnswerRow, Filter, Question, QuestionError, evaluate
from xiaobao.analysis.members import refuse_unstated
from xiaobao.analysis.outcomes import NO_BASE_DATA, NO_DATA, NOT_REPORTED
from xiaobao.analysis.questions import RANKS
from xiaobao.analysis.reports import evaluate_reports
from xiaobao.catalog.measures import OF_CALLS, OF_REPORTS, Measure, MeasureKind
from xiaobao.catalog.sources import Subject
from xiaobao.ledger.snapshot import ENTRIES, Extent, Snapshot
from xiaobao.lib.periods import Period
from xiaobao.lib.words import Words
from xiaobao.submissions import manifest
from xiaobao.submissions.closing import close_sequences
from xiaobao.submissions.home import Home
from xiaobao.submissions.reporting import REPORTED, ReportingStatus, standing
from xiaobao.workflows.reporting_facts import Told, reporting_facts, told_of
from xiaobao.workflows.stated_columns import require_stated
from xiaobao.workflows.tags_in_force import require_tagged

_WHOLE_AMOUNT = re.compile(r"\d+(\.\d)?", re.ASCII)
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
    compared: Period | None = None
    """Another period to stand beside it; see `compare_periods`."""


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
    without_data: str | None = None
    """Why, when nobody has reported anything of a period: groups it does not have are no zeros either."""
    total: AnswerRow | None = None
    """The same without groups, where somebody asked for it; see `measure_total`."""


def measure(home: Home, call: Call) -> Measured:
    """The answer; QuestionError and the catalog's errors say what cannot be asked and what can."""
    scope = Scope(domain=home.domain, simulated=home.simulated, catalog=home.catalog())
    statistic = home.catalog().measure(call.measure_id)
    readings = _readings(home, statistic, call)
    where = tuple((name, _member(name, member, scope)) for name, member in call.where)
    path = dict(where).get("path")
    require_stated(statistic, scope, path=path)
    for reading in readings:
        require_tagged(home, statistic, reading)
    now = call.as_of is None and not _at_closes(statistic, call)
    subject = _subject(statistic)
    missing = [missing_of(home, one, path=path, subject=subject, now=now) for one in readings]
    # With the paths side by side nobody is silent on both: the missing sources are named, the rows stay.
    apart = (path is not None or not home.domain.paths) and statistic.part not in (*OF_CALLS, *OF_REPORTS)
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
    without_data = None
    if statistic.part in OF_REPORTS:
        answer = evaluate_reports(question, reporting_facts(home, readings, now=now))
    else:
        last = max((reading.posted_seq for reading in readings), default=0)
        answer = manifest.asking(home, lambda snapshot: _evaluate(question, snapshot, scope), as_of=last)
        of_calls = NO_DATA if not answer.rows else None
        without_data = of_calls if statistic.part in OF_CALLS else _without_data(home, answer, now=now)
        if without_data is not None:
            answer = replace(answer, rows=tuple(_no_data(row, without_data) for row in answer.rows))
    counted = {MeasureKind.LATE: [], MeasureKind.AVERAGE: missing[1:]}.get(statistic.kind, missing)
    lacking = {one for ones in counted for one in ones if _is_of(home, one, question)}
    named = sorted(lacking, key=lambda one: (one.day, one.source_code))
    return Measured(
        answer=answer,
        scope=scope,
        closes=close_sequences(home),
        missing=tuple(named),
        without_data=without_data,
    )


def _is_of(home: Home, missing: Missing, question: Question) -> bool:
    """False where the question is of one institution alone, and another one's report is missing."""
    institution = dict(question.where).get("institution")
    of_itself = question.measure.kind not in (MeasureKind.SHARE, *RANKS)
    reports_of = home.catalog().sources[missing.source_code].institution_code
    return not of_itself or institution is None or reports_of in (None, institution)


def _without_data(home: Home, answer: Answer, *, now: bool) -> str | None:
    """The reason when a period was asked of which nobody has reported anything: its zero is no zero."""
    question = answer.question
    if any(row.value for row in answer.rows) and question.measure.kind not in _COMPARING:
        return None
    asked = question.readings if question.measure.kind in _COMPARING else question.readings[:1]
    path = dict(question.where).get("path")
    lacks = [not _has_data(home, reading, path, now=now) for reading in asked]
    return (NO_DATA if lacks[0] else NO_BASE_DATA) if any(lacks) else None


def _has_data(home: Home, reading: Reading, path: str | None, *, now: bool) -> bool:
    sources = home.catalog().sources
    reported = any(
        standing(events) in REPORTED
        for (code, _), events in told_of(home, reading, now=now).items()
        if path in (None, sources[code].path) and sources[code].subject is Subject.COMPLAINTS
    )
    extent = Extent(first_on=reading.period.from_on, last_on=reading.period.last_on)
    return reported or manifest.asking(
        home,
        lambda snapshot: bool(snapshot.at(reading.posted_seq).run(_ROWS, extent=extent)["rows"][0]),
        as_of=reading.posted_seq,
    )


_ROWS = ENTRIES.aggregate(rows=ENTRIES.count())
_COMPARING = (MeasureKind.CHANGE, MeasureKind.RANK_CHANGE)


def _no_data(row: AnswerRow, why: str) -> AnswerRow:
    return row if row.why_none == NOT_REPORTED else AnswerRow(members=row.members, value=None, why_none=why)


OF_ONE_PERIOD = frozenset(MeasureKind) - {
    *_COMPARING,
    MeasureKind.AVERAGE,
    MeasureKind.LATE,
}
"""Measures of one period, whichever it is: they may be compared."""


def _subject(statistic: Measure) -> Subject | None:
    """Whose silence a figure lacks: sources of complaints, of calls, or, of reports, nobody's."""
    if statistic.part in OF_REPORTS:
        return None
    return Subject.CALLS if statistic.part in OF_CALLS else Subject.COMPLAINTS


def _evaluate(question: Question, snapshot: Snapshot, scope: Scope) -> Answer:
    answer = evaluate(question, snapshot=snapshot, catalog=scope.catalog)
    if question.measure.part in OF_CALLS:
        return answer
    for dimension, member in question.where:
        refuse_unstated(dimension, member, scope=scope, snapshot=snapshot)
    return answer


def _whole(statistic: Measure, call: Call, where: Filter) -> Filter:
    """What a share is a part of: as stated; else everything under the filter, or on its path."""
    if call.of or statistic.kind not in (MeasureKind.SHARE, *RANKS):
        return call.of
    path = tuple(pair for pair in where if pair[0] == "path")
    if statistic.kind in RANKS:
        return () if call.by else path
    return where if call.by else path


def _member(dimension: str, stated: str, scope: Scope) -> str:
    """A member as the ledger writes it: an institution by name or alias, 91 for an amount of 91.00."""
    if dimension == AMOUNT and _WHOLE_AMOUNT.fullmatch(stated):
        return f"{Decimal(stated):.2f}"
    register = scope.catalog.register(scope.domain.id, simulated=scope.simulated)
    if dimension != "institution" or register.listed(stated):
        return stated
    resolved = register.resolve(stated)
    return resolved.institution_code if resolved and register.listed(resolved.institution_code) else stated


def _at_closes(statistic: Measure, call: Call) -> bool:
    """Whether each day of it is read at its own close, not all at one sequence."""
    on_periods = statistic.kind in _COMPARING and statistic.period_days is None and len(call.period) > 1
    return not (statistic.kind in OF_ONE_PERIOD or on_periods)


def _readings(home: Home, statistic: Measure, call: Call) -> tuple[Reading, ...]:
    kind, single = statistic.kind, len(call.period) == 1
    if kind in OF_ONE_PERIOD:
        return (Reading(period=call.period, posted_seq=sequence_of(home, call)),)
    if not _at_closes(statistic, call):
        return period_on_period(
            call.period,
            compared_days=statistic.compared_days,
            compared_months=statistic.compared_months,
            posted_seq=sequence_of(home, call),
        )
    if not single and len(call.period) != statistic.period_days:
        raise QuestionError(_of_fixed_days(statistic))
    if call.as_of is not None:
        raise QuestionError(
            Words(
                zh=f"指标 {statistic.id} 的每一天都按其自身日结读取，不接受 --as-of",
                en=f"measure {statistic.id} reads each day at its own close: no --as-of",
            )
        )
    closes, day = close_sequences(home), call.period.last_on
    if kind is MeasureKind.LATE:
        return late(day, closes=closes, window_days=statistic.window_days)
    return windows(statistic, day, closes=closes, calendar=home.catalog().calendar_of(home.domain_id))


def _of_fixed_days(statistic: Measure) -> Words:
    days = statistic.period_days or 1
    if days == 1:
        return Words(
            zh=f"指标 {statistic.id} 按日计算，请用 --day",
            en=f"measure {statistic.id} is of a single day: use --day",
        )
    return Words(
        zh=f"指标 {statistic.id} 按 {days} 天计算：请以 --day 给出最后一天，或以 --from、--to 给全",
        en=f"measure {statistic.id} is of {days} days: name the last one by --day, or all by --from and --to",
    )


def sequence_of(home: Home, call: Call) -> int:
    """The posting sequence that a call reads at."""
    if isinstance(call.as_of, date):
        return at_close(call.as_of, closes=close_sequences(home)).posted_seq
    return manifest.read().head if call.as_of is None else call.as_of


def missing_of(
    home: Home, reading: Reading, *, path: str | None, subject: Subject | None, now: bool = False
) -> tuple[Missing, ...]:
    """Sources of the path and subject that had not reported for a day of the reading, as known then or now.

    A source that is due and of which nothing was said is among them: the day is still open, or was skipped.
    """
    if subject is None:
        return ()
    return missing_among(home, told_of(home, reading, now=now), path=path, subject=subject)


def missing_among(home: Home, told: Told, *, path: str | None, subject: Subject) -> tuple[Missing, ...]:
    """Of what was told of the reports of some days, those of the path and subject that had not come."""
    sources = home.catalog().sources
    wanted = {code for code, one in sources.items() if path in (None, one.path) and one.subject is subject}
    return tuple(
        Missing(source_code=code, day=day)
        for (code, day), events in told.items()
        if code in wanted and standing(events) in SILENT
    )


def _institutions(missing: Iterable[Missing], home: Home) -> frozenset[str]:
    sources = home.catalog().sources
    codes = (sources[one.source_code].institution_code for one in missing)
    return frozenset(code for code in codes if code is not None)
