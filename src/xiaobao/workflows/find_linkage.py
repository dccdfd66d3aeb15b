"""After a day's close: link both paths as of that close, and keep what was told as a run."""

from dataclasses import dataclass
from datetime import date

from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.linkage import told
from xiaobao.analysis.linkage.told import ToldLinkage
from xiaobao.catalog.decided import latest
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import ONE_DAY, days_before
from xiaobao.lib.words import Words
from xiaobao.submissions import catalogs, runs
from xiaobao.submissions.closing import close_of, close_sequences
from xiaobao.submissions.home import Home
from xiaobao.workflows.link_paths import Call, has_both_paths, link_paths, told_of


class NoLinkageError(UserError):
    """The night links nothing of such a day."""

    def __init__(self, day: date) -> None:
        super().__init__(
            Words(
                zh=f"{day} 没有日结，或当时的目录未定夜间关联的天数（linkage.toml 的 night_days）",
                en=f"{day} has no close, or its catalog does not say how many days a night links "
                "(night_days of linkage.toml)",
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLinkage:
    """A linkage, where its members have their names, and where it is from."""

    told: ToldLinkage
    scope: Scope
    stored: bool
    """True where the run of a close told it."""


def show_linkage(home: Home, call: Call) -> ShownLinkage:
    """What the run of the last day told where that is what is asked, else worked out now, kept nowhere.

    Errors are those of `link_paths`.
    """
    run = kept(home, call.period.last_on)
    scope = Scope(domain=home.domain, simulated=home.simulated, catalog=home.catalog())
    if run is not None and _answers(run, call):
        return ShownLinkage(told=run, scope=_scope(home, run.catalog_digest), stored=True)
    return ShownLinkage(told=told_of(link_paths(home, call), mark=home.mark), scope=scope, stored=False)


def show_night(home: Home, day: date) -> ShownLinkage:
    """The linkage of the night of a closed day, from its run where there is one. NoLinkageError."""
    run = kept(home, day)
    found = look(home, day) if run is None else run
    return ShownLinkage(told=found, scope=_scope(home, found.catalog_digest), stored=run is not None)


def find_linkage(home: Home, day: date) -> ToldLinkage:
    """Link as known at the close of a day, and keep it. NoLinkageError.

    The same ledger, catalog and narratives give the same bytes.
    """
    found = look(home, day)
    runs.write(home, runs.LINKAGE, day, told.encode(found))
    return found


def find_where_linked(home: Home, day: date) -> ToldLinkage | None:
    """`find_linkage` where the domain has both paths, the catalog says how and no run has; else None."""
    if _days(home, day) is None or kept(home, day) is not None:
        return None
    return find_linkage(home, day)


def find_last_linkage(home: Home) -> ToldLinkage | None:
    """Of the last closed day, after many closes at once."""
    closes = sorted(close_sequences(home))
    return find_where_linked(home, closes[-1]) if closes else None


def kept(home: Home, day: date) -> ToldLinkage | None:
    """What the run of a day has told; None where there is none."""
    content = runs.read(home, runs.LINKAGE, day)
    return None if content is None else told.decode(content)


def look(home: Home, day: date) -> ToldLinkage:
    """The hotline's complaints of the days up to a closed one, linked as known then. NoLinkageError."""
    days, close = _days(home, day), close_of(home, day)
    if days is None or close is None:
        raise NoLinkageError(day)
    call = Call(period=days_before(close.day + ONE_DAY, days), as_of=close.posted_seq)
    return told_of(link_paths(home, call, scope=_scope(home, close.catalog_digest)), mark=home.mark)


def _days(home: Home, day: date) -> int | None:
    """How many days the night of a closed day links; None where it links nothing."""
    close = close_of(home, day)
    if close is None or close.sealed.skipped or not has_both_paths(home):
        return None
    decision = latest(catalogs.read(home, close.catalog_digest).linkage.decisions, day)
    return decision.night_days if decision else None


def _answers(run: ToldLinkage, call: Call) -> bool:
    same = (run.from_on, run.to_on) == (call.period.from_on, call.period.last_on)
    return same and call.as_of in (run.to_on, run.posted_seq)


def _scope(home: Home, digest: str) -> Scope:
    catalog = catalogs.read(home, digest)
    return Scope(domain=catalog.domain(home.domain_id), simulated=home.simulated, catalog=catalog)
