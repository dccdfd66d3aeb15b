"""A home's own past run again with injected surges, a counting path at a time; the ledger is only read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.surges.backtest.days import PastDay, past_day
from xiaobao.analysis.surges.backtest.figures import (
    Choice,
    Outcome,
    Power,
    by_type_and_size,
    delays,
    outcome,
)
from xiaobao.analysis.surges.backtest.injections import Injection, Plan, plans
from xiaobao.analysis.surges.nodes import known_types
from xiaobao.analysis.surges.watching import Question
from xiaobao.catalog.detectors import Backtest, Watch
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.periods import Period
from xiaobao.submissions import manifest
from xiaobao.submissions.closing import close_sequences
from xiaobao.submissions.home import Home
from xiaobao.workflows import watch_surges


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a person asks."""

    period: Period
    seed: int
    path: str | None = None
    """None takes every path of the domain, each for itself."""
    most_issues: int | None = None
    """None takes the number of the catalog."""
    injections: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtested:
    """What a path's past had told."""

    call: Call
    path: str | None
    types: tuple[tuple[str, ...], ...]
    days: tuple[PastDay, ...]
    at_close: int
    """Days read as they were known at their own close; the others as the ledger stands."""
    planned: int
    injections: tuple[Injection, ...]
    chosen: Outcome
    powers: Mapping[tuple[tuple[str, ...], int], Power]
    """(node type, complaints added) → power of the choice."""
    budgets: tuple[Outcome, ...]
    """Other numbers of issues a day at the rate in force."""
    rates: tuple[Outcome, ...]
    """Other false discovery rates at the chosen number."""

    @property
    def judged(self) -> int:
        """Days that could be judged."""
        return sum(one.judged for one in self.days)


def backtest_home(home: Home, call: Call) -> tuple[Backtested, ...]:
    """One value a path; UserError for a path nobody knows, or where the catalog has no decision."""
    scope = Scope(domain=home.domain, simulated=home.simulated, catalog=home.catalog())
    return tuple(_path(home, scope, call, path) for path in watch_surges.watched_paths(home, call.path))


def _path(home: Home, scope: Scope, call: Call, path: str | None) -> Backtested:
    decided = scope.catalog.detectors.backtest_on(call.period.last_on)
    watched = scope.catalog.detectors.watched_on(call.period.last_on)
    types = known_types(watched.nodes, scope)
    drawn = plans(
        types, call.period, decided, injections=call.injections or decided.injections, seed=call.seed
    )
    rates = (watched.false_discovery_rate, *decided.false_discovery_rates)
    days: list[PastDay] = []
    injections: dict[int, Injection] = {}
    for day, live in _days(home, scope, call, path, drawn, rates):
        days.append(day)
        injections |= {one.plan.number: one for one in live}
    every = tuple(injections[number] for number in sorted(injections))
    return _told(home, call, path, types, tuple(days), every, len(drawn), decided, watched)


def _days(
    home: Home,
    scope: Scope,
    call: Call,
    path: str | None,
    drawn: tuple[Plan, ...],
    rates: tuple[float, ...],
) -> Iterator[tuple[PastDay, tuple[Injection, ...]]]:
    """Day by day, with the injections that are live on it; the quiet days before the period come first."""
    live: tuple[Injection, ...] = ()
    closed = close_sequences(home)
    lead = scope.catalog.detectors.watched_on(call.period.last_on).quiet_days
    period = Period(from_on=call.period.from_on - timedelta(days=lead), to_on=call.period.to_on)
    for on in period:
        question = _question(home, on, path, closed=on in closed)
        live = tuple(one for one in live if one.plan.ends_on >= on)
        starting = [one for one in drawn if one.begins_on == on]

        def of_day(
            snapshot: Snapshot,
            question: Question = question,
            live: tuple[Injection, ...] = live,
            starting: list[Plan] = starting,
        ) -> tuple[PastDay, tuple[Injection, ...]]:
            return past_day(
                snapshot, scope, question, live=live, starting=starting, rates=rates, seed=call.seed
            )

        day, live = manifest.asking(home, of_day, as_of=question.posted_seq)
        yield day, live


def _question(home: Home, on: date, path: str | None, *, closed: bool) -> Question:
    """As known at the day's close; where it has none as the ledger stands, when all that comes has come."""
    (asked,) = watch_surges.questions_of(home, watch_surges.Call(on=on, path=path), (path,))
    if closed:
        return asked
    return Question(
        on=asked.on,
        path=asked.path,
        posted_seq=asked.posted_seq,
        closes={},
        silent=asked.silent,
        nobody=asked.nobody,
    )


def _told(
    home: Home,
    call: Call,
    path: str | None,
    types: tuple[tuple[str, ...], ...],
    days: tuple[PastDay, ...],
    injections: tuple[Injection, ...],
    planned: int,
    decided: Backtest,
    watched: Watch,
) -> Backtested:
    rate, most = watched.false_discovery_rate, call.most_issues or watched.most_issues
    closed = close_sequences(home)

    def at(most_issues: int, false_discovery_rate: float) -> Outcome:
        choice = Choice(most_issues=most_issues, false_discovery_rate=false_discovery_rate)
        return outcome(days, injections, choice, from_on=call.period.from_on, quiet_days=watched.quiet_days)

    chosen = at(most, rate)
    asked = tuple(one for one in days if one.on in call.period)
    return Backtested(
        call=call,
        path=path,
        types=types,
        days=asked,
        at_close=sum(one.on in closed for one in asked),
        planned=planned,
        injections=injections,
        chosen=chosen,
        powers=by_type_and_size(delays(days, injections, chosen.choice)),
        budgets=tuple(at(one, rate) for one in sorted({most, *decided.budgets})),
        rates=tuple(at(most, one) for one in sorted({*decided.false_discovery_rates} - {rate})),
    )
