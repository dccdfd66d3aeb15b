"""The surges of a day of a home, a counting path at a time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xiaobao.analysis.compare import at_close
from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.surges import told as runs
from xiaobao.analysis.surges.watching import Question, ToldEarlier, Watched, watch
from xiaobao.catalog.institutions import OUT_OF_LIST
from xiaobao.catalog.sources import Subject
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import ONE_DAY, Period
from xiaobao.lib.words import Words
from xiaobao.submissions import manifest
from xiaobao.submissions.closing import close_sequences
from xiaobao.submissions.home import Home
from xiaobao.submissions.reporting import REPORTED, standing
from xiaobao.workflows.measure import missing_among
from xiaobao.workflows.reporting_facts import Told, told_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a person asks."""

    on: date
    path: str | None = None
    """None takes every path of the domain, each for itself: paths are never added."""
    as_of: int | date | None = None
    """A posting sequence, or the closed day whose sequence it is; None for the day's own close, else the
    head."""
    most_issues: int | None = None
    earlier: tuple[runs.Told, ...] = ()
    """The runs of the days before, latest first: what they told within the quiet days is followed."""


def watch_home(home: Home, call: Call, *, scope: Scope | None = None) -> tuple[Watched, ...]:
    """One value a path; UserError for a path nobody knows, a sequence that does not exist, or a level shift
    of an institution that is not in the register.

    `scope` gives another catalog than the present one, such as that of a close.
    """
    scope = scope or Scope(domain=home.domain, simulated=home.simulated, catalog=home.catalog())
    _refuse_unknown_shifts(scope)
    paths = watched_paths(home, call.path)
    return tuple(_watch(home, scope, one) for one in questions_of(home, call, paths))


def _refuse_unknown_shifts(scope: Scope) -> None:
    register = scope.catalog.register(scope.domain.id, simulated=scope.simulated)
    for shift in scope.catalog.detectors.level_shifts:
        stated = shift.where.get("institution")
        if stated not in (None, OUT_OF_LIST) and not register.open and not register.listed(stated):
            raise UserError(
                Words(
                    zh=f"detectors.toml 的 level_shift（自 {shift.from_on}）：名册中没有机构 {stated}；"
                    "请改用名册中的代码",
                    en=f"level_shift from {shift.from_on} on in detectors.toml: no institution {stated} "
                    "in the register; state a code of the register",
                )
            )


def _watch(home: Home, scope: Scope, question: Question) -> Watched:
    return manifest.asking(home, lambda snapshot: watch(snapshot, scope, question), as_of=question.posted_seq)


def watched_paths(home: Home, path: str | None) -> tuple[str | None, ...]:
    """The path, or every path of the domain; UserError for one nobody knows."""
    known = tuple(home.domain.paths)
    if path is None:
        return known or (None,)
    if path not in known:
        listed = ", ".join(known)
        raise UserError(
            Words(
                zh=f"没有路径 {path}；可用：{listed or '无'}",
                en=f"no path {path}; there are: {listed or 'none'}",
            )
        )
    return (path,)


def questions_of(home: Home, call: Call, paths: Sequence[str | None]) -> tuple[Question, ...]:
    """What is watched on the day of the call, path by path, and who had reported by then."""
    sequence = _sequence(call, dict(close_sequences(home)))
    first = call.on - timedelta(days=home.catalog().detectors.watched_on(call.on).past_days - 1)
    reading = Reading(period=Period(from_on=first, to_on=call.on + ONE_DAY), posted_seq=sequence)
    told = told_of(home, reading)
    return tuple(_question(home, call, path, sequence, told) for path in paths)


def _question(home: Home, call: Call, path: str | None, sequence: int, told: Told) -> Question:
    silent: dict[date, set[str]] = defaultdict(set)
    nobody = _days_to_come(home, told, path=path, on=call.on)
    for missing in missing_among(home, told, path=path, subject=Subject.COMPLAINTS):
        code = home.catalog().sources[missing.source_code].institution_code
        if code is None:
            nobody.add(missing.day)
        else:
            silent[missing.day].add(code)
    return Question(
        on=call.on,
        path=path,
        posted_seq=sequence,
        closes={day: known for day, known in close_sequences(home).items() if known <= sequence},
        silent={day: frozenset(codes) for day, codes in silent.items()},
        nobody=frozenset(nobody),
        most_issues=call.most_issues,
        told_earlier=tuple(_told_earlier(call, path, sequence)),
    )


def _told_earlier(call: Call, path: str | None, sequence: int) -> Iterator[ToldEarlier]:
    """What earlier runs told as going on, of the path and of what was posted by then."""
    for run in call.earlier:
        of_path = run.on_path(path)
        if of_path is not None and run.posted_seq <= sequence:
            for one in of_path.surges:
                if one.last_on == run.day:
                    yield ToldEarlier(where=one.where, alarmed_on=one.alarmed_on, on=run.day)


def _days_to_come(home: Home, told: Told, *, path: str | None, on: date) -> set[date]:
    """The days after the last one that a source of the path has reported on, up to `on`.

    A source that is due on demand, or on another day than this one, is never found missing: what it has not
    come to yet is no zero either. None where nothing is told of any report.
    """
    sources = home.catalog().sources
    wanted = {
        code
        for code, one in sources.items()
        if path in (None, one.path) and one.subject is Subject.COMPLAINTS
    }
    last = max(
        (day for (code, day), events in told.items() if code in wanted and standing(events) in REPORTED),
        default=on,
    )
    return set(Period(from_on=last + ONE_DAY, to_on=on + ONE_DAY)) if last < on else set()


def _sequence(call: Call, closes: dict[date, int]) -> int:
    if isinstance(call.as_of, date):
        return at_close(call.as_of, closes=closes).posted_seq
    if call.as_of is not None:
        return call.as_of
    return closes.get(call.on, manifest.read().head)
