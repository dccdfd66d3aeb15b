"""After a day's close: look for its surges as of that close, and keep what was told as a run."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import msgspec

from xiaobao import __version__
from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.surges import told
from xiaobao.analysis.surges.told import Raised, Told, ToldBudget, ToldPath
from xiaobao.analysis.surges.watching import Surge, Watched
from xiaobao.catalog.detectors import Watch
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words
from xiaobao.submissions import catalogs, runs
from xiaobao.submissions.closing import CloseFacts, close_of, close_sequences
from xiaobao.submissions.home import Home
from xiaobao.workflows.watch_surges import Call, watch_home

_LOOK_BACK = timedelta(days=15)
"""How far back the runs of earlier days are read; a surge goes on no longer without being told."""
LATEST_DAYS = 7
"""What a weekly brief reads."""


class NoRunError(UserError):
    """Surges are looked for on closed days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The surges of a day, and where they are from."""

    told: Told
    stored: bool
    """True where the run of the day's close told them."""


def show_surges(home: Home, call: Call) -> Shown:
    """What the run of the day told where that is what is asked, else worked out now, to be kept nowhere.

    Errors are those of `watch_home`.
    """
    stored = kept(home, call.on)
    if stored is not None and _answers(stored, call):
        paths = tuple(one for one in stored.paths if call.path in (None, one.path))
        return Shown(told=msgspec.structs.replace(stored, paths=paths), stored=True)
    watched = watch_home(home, replace(call, earlier=_earlier_runs(home, call.on)))
    decided = home.catalog().detectors.watched_on(call.on)
    return Shown(
        told=Told(
            day=call.on,
            posted_seq=watched[0].question.posted_seq,
            catalog_digest=home.catalog().digest,
            budget=_budget(decided),
            refused={},
            paths=tuple(told.told_path(one, raiser=lambda _: None) for one in watched),
        ),
        stored=False,
    )


def _answers(stored: Told, call: Call) -> bool:
    asked = call.path is None or stored.on_path(call.path) is not None
    budget = call.most_issues is None or (
        stored.budget is not None and call.most_issues == stored.budget.most_issues
    )
    return asked and budget and call.as_of in (None, call.on, stored.posted_seq)


def days_to_find(home: Home, first_on: date, last_on: date) -> tuple[date, ...]:
    """The closed days from one to another, in order. NoRunError where there are none."""
    if last_on < first_on:
        raise NoRunError(
            Words(
                zh=f"--to {last_on} 早于 --from {first_on}；最后一天含在内",
                en=f"--to {last_on} is before --from {first_on}; the last day is included",
            )
        )
    days = tuple(day for day in sorted(close_sequences(home)) if first_on <= day <= last_on)
    if not days:
        raise NoRunError(
            Words(
                zh=f"{first_on} 至 {last_on} 没有日结，无可重做",
                en=f"no day from {first_on} to {last_on} is closed, so there is nothing to do again",
            )
        )
    return days


def told_count(found: Told) -> int:
    """How many surges a run told, over all paths."""
    return sum(len(one.surges) for one in found.paths)


def find_surges(home: Home, day: date) -> Told:
    """Look for the surges of a closed day as known at its close, and keep them. NoRunError.

    The same ledger, catalog and earlier runs give the same bytes.
    """
    found = look(home, day)
    runs.write(home, runs.SURGES, day, told.encode(found))
    return found


def find_latest(home: Home) -> tuple[Told, ...]:
    """Look for the surges of the last week of closed days where no run has; after many closes at once."""
    return find_missing(home, sorted(close_sequences(home))[-LATEST_DAYS:])


def find_missing(home: Home, days: Iterable[date]) -> tuple[Told, ...]:
    """Look for the surges of closed days where no run has; a day after those before it, as it names them."""
    return tuple(find_surges(home, day) for day in sorted(days) if kept(home, day) is None)


def kept(home: Home, day: date) -> Told | None:
    """What the run of a day has told; None where there is none."""
    content = runs.read(home, runs.SURGES, day)
    return None if content is None else told.decode(content)


def is_as_kept(home: Home, day: date, *, path: str | None) -> bool:
    """Whether the ledger gives again what the run of a day tells of a path. NoRunError."""
    run = kept(home, day)
    if run is None or run.refused:
        return run is not None and look(home, day) == run
    of_path = tuple(one for one in run.paths if one.path == path)
    return look(home, day, path=path) == msgspec.structs.replace(run, paths=of_path)


def look(home: Home, day: date, *, path: str | None = None) -> Told:
    """The surges of a closed day as known at its close, on every path or on one. NoRunError."""
    close = close_of(home, day)
    if close is None or close.sealed.skipped:
        raise NoRunError(
            Words(zh=f"{day} 没有日结，不监测", en=f"{day} has no close, so its surges are not looked for")
        )
    catalog = catalogs.read(home, close.catalog_digest)
    scope = Scope(domain=catalog.domain(home.domain_id), simulated=home.simulated, catalog=catalog)
    try:
        earlier = _earlier_runs(home, day)
        call = Call(on=day, as_of=close.posted_seq, path=path, earlier=earlier)
        watched = watch_home(home, call, scope=scope)
    except UserError as error:
        return _told(close, budget=None, refused=error.words, paths=())
    decided = catalog.detectors.watched_on(day)
    raiser = _raiser(home, close, earlier, quiet_days=decided.quiet_days)
    paths = tuple(told.told_path(one, raiser=raiser(one)) for one in watched)
    return _told(close, budget=_budget(decided), refused=Words(zh="", en=""), paths=paths)


def _told(
    close: CloseFacts, *, budget: ToldBudget | None, refused: Words, paths: tuple[ToldPath, ...]
) -> Told:
    return Told(
        day=close.day,
        posted_seq=close.posted_seq,
        catalog_digest=close.catalog_digest,
        program_version=__version__,
        budget=budget,
        refused={"zh": refused.zh, "en": refused.en} if refused.zh else {},
        paths=paths,
    )


def _budget(decided: Watch) -> ToldBudget:
    return ToldBudget(
        most_issues=decided.most_issues, false_discovery_rate=told.decimal(decided.false_discovery_rate)
    )


def _days_before(home: Home, day: date) -> list[date]:
    """The closed days before one, latest first."""
    return sorted((one for one in close_sequences(home) if one < day), reverse=True)


def _earlier_runs(home: Home, day: date) -> tuple[Told, ...]:
    """The kept runs of the days before one, latest first."""
    runs_of = (kept(home, one) for one in _days_before(home, day) if one >= day - _LOOK_BACK)
    return tuple(run for run in runs_of if run is not None)


def _raiser(
    home: Home, close: CloseFacts, earlier: tuple[Told, ...], *, quiet_days: int
) -> Callable[[Watched], told.Raiser]:
    """For each path: who told a surge first. Unknown where the run of the closed day before is not kept."""
    before = _days_before(home, close.day)
    continuous = (
        not before or bool(earlier and earlier[0].day == before[0]) or before[0] < close.day - _LOOK_BACK
    )
    this = Raised(on=close.day, posted_seq=close.posted_seq)

    def of_path(watched: Watched) -> told.Raiser:
        paths = [path for one in earlier for path in [one.on_path(watched.question.path)] if path]

        def raised(surge: Surge) -> Raised | None:
            before = told.told_before(surge, paths, quiet_days=quiet_days)
            if before is not None:
                return before.first_raised
            return this if continuous or surge.alarmed_on == close.day else None

        return raised

    return of_path
