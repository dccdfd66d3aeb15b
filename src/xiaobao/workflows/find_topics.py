"""After a day's close: look for its hot issues as of that close, and keep what was told as a run.

Names, addresses and employers are masked in memory, and before anything is told of a text (decision 0133).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import msgspec
import polars as pl

from xiaobao import __version__
from xiaobao.analysis.compare import at_close
from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.surges.told import Raised
from xiaobao.analysis.text.families import Threshold
from xiaobao.analysis.topics import told
from xiaobao.analysis.topics.complaints import Complaints, complaints_of
from xiaobao.analysis.topics.conditions import Demanded
from xiaobao.analysis.topics.decided import Decided, Known
from xiaobao.analysis.topics.following import told_issues
from xiaobao.analysis.topics.hot import hot_issues
from xiaobao.analysis.topics.seen import Night, seen
from xiaobao.analysis.topics.told import ToldDemand, ToldIssues, ToldTopics
from xiaobao.analysis.topics.watching import Watch, watched
from xiaobao.casework.issues import queries
from xiaobao.casework.issues.decisions import decided_by
from xiaobao.catalog.topics import HotDecision
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import ONE_DAY, Period
from xiaobao.lib.words import Words
from xiaobao.submissions import catalogs, manifest, runs
from xiaobao.submissions.closing import CloseFacts, close_of, close_sequences
from xiaobao.submissions.home import Home
from xiaobao.submissions.narratives import narratives_of
from xiaobao.workflows.detect_topics import settings_on, unusual_on
from xiaobao.workflows.mask_quotes import NamesPart, names_part
from xiaobao.workflows.watch_surges import watched_paths

NO_NAMES = Words(
    zh='未安装服务器部分（pip install "xiaobao[server]"），叙述不能遮盖姓名，不查找热点问题',
    en='names in narratives cannot be masked without the server part (pip install "xiaobao[server]"), so '
    "that no hot issues are looked for",
)


class NoTopicsError(UserError):
    """Hot issues are looked for on closed days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTopics:
    """The hot issues of a day, and where they are from."""

    told: ToldTopics
    stored: bool
    """True where the run of the day's close told them."""


def scope_of(home: Home, found: ToldTopics) -> Scope:
    """The catalog by which a run was made, where its members have their names."""
    catalog = catalogs.read(home, found.catalog_digest)
    return Scope(domain=catalog.domain(home.domain_id), simulated=home.simulated, catalog=catalog)


def show_topics(home: Home, day: date, *, path: str | None, as_of: int | date | None) -> ShownTopics:
    """What the run of the day told where that is what is asked, else worked out now, to be kept nowhere.

    NoTopicsError for a day that is not closed; UserError for a path nobody knows.
    """
    wanted = watched_paths(home, path)
    if isinstance(as_of, date):
        as_of = at_close(as_of, closes=dict(close_sequences(home))).posted_seq
    stored = kept(home, day)
    is_stored = stored is not None and as_of in (None, stored.posted_seq)
    shown = stored if stored is not None and is_stored else look(home, day, as_of=as_of)
    paths = tuple(one for one in shown.paths if one.path in wanted)
    return ShownTopics(told=msgspec.structs.replace(shown, paths=paths), stored=is_stored)


def find_topics(home: Home, day: date) -> ToldTopics:
    """Look for the hot issues of a closed day as known at its close, and keep them. NoTopicsError.

    The same ledger, catalog, narratives and earlier runs give the same bytes.
    """
    found = look(home, day)
    runs.write(home, runs.TOPICS, day, told.encode(found))
    return found


def find_where_decided(home: Home, day: date) -> ToldTopics | None:
    """`find_topics` where the catalog of the close says how and no run has; else None."""
    close = close_of(home, day)
    if close is None or close.sealed.skipped or kept(home, day) is not None:
        return None
    decided = catalogs.read(home, close.catalog_digest).topics
    if not any(one.from_on <= day for one in decided.hot):
        return None
    return find_topics(home, day)


def find_last(home: Home) -> ToldTopics | None:
    """Of the last closed day; after many closes at once, whose daily brief is the one that is read."""
    closes = sorted(close_sequences(home))
    return find_where_decided(home, closes[-1]) if closes else None


def kept(home: Home, day: date) -> ToldTopics | None:
    """What the run of a day has told; None where there is none."""
    content = runs.read(home, runs.TOPICS, day)
    return None if content is None else told.decode(content)


def is_as_kept(home: Home, day: date, *, path: str | None) -> bool:
    """Whether the ledger gives again what the run of a day tells of a path. NoTopicsError."""
    run = kept(home, day)
    if run is None:
        return False
    of_path = tuple(one for one in run.paths if one.path == path)
    found = look(home, day, decided_until=run.decided, path=path)
    return found == msgspec.structs.replace(run, paths=of_path)


def look(
    home: Home,
    day: date,
    *,
    as_of: int | None = None,
    decided_until: int | None = None,
    path: str | None = None,
) -> ToldTopics:
    """The hot issues of a closed day as known at its close, or at another sequence. NoTopicsError.

    With officers' decisions up to a serial, all of them without one; on every path or on one.
    """
    close = close_of(home, day)
    if close is None or close.sealed.skipped:
        raise NoTopicsError(
            Words(
                zh=f"{day} 没有日结，不查找热点问题",
                en=f"{day} has no close, so its hot issues are not looked for",
            )
        )
    catalog = catalogs.read(home, close.catalog_digest)
    decided = catalog.topics.hot_on(day)
    window = Period(from_on=day - timedelta(days=decided.window_days - 1), to_on=day + ONE_DAY)
    sequence = close.posted_seq if as_of is None else as_of
    masks = names_part(catalog)
    if masks is None:
        return _told(close, sequence, window, version="", refused=NO_NAMES, paths=())
    scope = Scope(domain=catalog.domain(home.domain_id), simulated=home.simulated, catalog=catalog)
    decisions = queries.decisions(until=decided_until)
    look_at = _Look(
        home=home,
        scope=scope,
        masks=masks,
        window=window,
        decided=decided,
        officers=decided_by(decisions, home.domain.time_zone),
    )
    paths = tuple(_path(look_at, close, sequence, one) for one in watched_paths(home, path))
    found = _told(close, sequence, window, version=masks.version, refused=Words(zh="", en=""), paths=paths)
    return msgspec.structs.replace(found, decided=decisions[-1].serial if decisions else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """By what a day is looked at."""

    home: Home
    scope: Scope
    masks: NamesPart
    window: Period
    decided: HotDecision
    officers: Decided


def _told(
    close: CloseFacts,
    sequence: int,
    window: Period,
    *,
    version: str,
    refused: Words,
    paths: tuple[ToldIssues, ...],
) -> ToldTopics:
    return ToldTopics(
        day=close.day,
        first_day=window.from_on,
        posted_seq=sequence,
        catalog_digest=close.catalog_digest,
        program_version=__version__,
        masking_version=version,
        refused={"zh": refused.zh, "en": refused.en} if refused.zh else {},
        paths=paths,
    )


def _path(look_at: _Look, close: CloseFacts, sequence: int, path: str | None) -> ToldIssues:
    home, window, decided = look_at.home, look_at.window, look_at.decided
    whole = Period(from_on=window.from_on - timedelta(days=decided.baseline_days), to_on=window.to_on)
    reading = Reading(period=whole, posted_seq=sequence)
    known = manifest.asking(
        home,
        lambda snapshot: complaints_of(snapshot, look_at.scope, path=path, reading=reading),
        as_of=sequence,
    )
    rows = known.rows
    in_window = rows.filter(pl.col("day") >= window.from_on)
    past_days = rows.filter(pl.col("day") < window.from_on)["day"].n_unique()
    judged = past_days >= decided.least_past_days
    texts = _with_texts(look_at, known) if judged else rows.clear().with_columns(text=pl.lit(""))
    catalog, day = look_at.scope.catalog, close.day
    like = catalog.near_duplicates.on(day)
    settings = settings_on(catalog, day)
    found = hot_issues(
        texts,
        window,
        replace(settings, least_score=decided.least_score),
        alike=Threshold(alike=like.alike, leader_alike=like.leader_alike),
        masks=look_at.masks.mask,
        unusual=unusual_on(catalog, day),
    )
    with_text = texts.filter(pl.col("day") >= window.from_on).height
    former, continuous = _earlier(home, close, path)
    night = Night(
        clusters=told_issues(found.issues, texts, former.followed),
        former=former,
        raised=Raised(on=day, posted_seq=sequence) if continuous else None,
        most_told=decided.most_told,
        resting_nights=decided.resting_nights,
    )
    night_seen = seen(
        night,
        look_at.officers,
        lambda: Known(
            rows=texts.with_columns(leader=found.leaders, recent=pl.col("day") >= window.from_on),
            masks=look_at.masks.mask,
            excerpt_characters=catalog.topics.on(day).excerpt_characters,
        ),
    )
    issues = night_seen.issues
    if issues:
        watch = Watch(scope=look_at.scope, days=whole, window=window, settings=settings)
        issues = tuple(
            msgspec.structs.replace(one, days=days)
            for one, days in zip(issues, watched(issues, texts, watch), strict=True)
        )
    return ToldIssues(
        path=path,
        complaints=in_window.height,
        without_text=in_window.height - with_text if judged else in_window["narrative_digest"].null_count(),
        before=rows.height - in_window.height,
        past_days=past_days,
        judged=judged,
        not_judged=found.not_judged,
        issues=issues,
        closed=night_seen.closed,
        demands=tuple(map(_demand, found.conditions)),
        clusters=night_seen.clusters,
    )


def _with_texts(look_at: _Look, known: Complaints) -> pl.DataFrame:
    """The complaints that have a text, with it as it is kept: numbers masked."""
    texts = narratives_of(look_at.home, known.posted).select("narrative_digest", "text")
    return known.rows.join(texts, on="narrative_digest", how="inner", maintain_order="left")


def _earlier(home: Home, close: CloseFacts, path: str | None) -> tuple[ToldIssues, bool]:
    """What the run of the closed day before told of the path, and whether one is kept that could."""
    before = [day for day in close_sequences(home) if day < close.day]
    run = kept(home, max(before)) if before else None
    of_path = run.on_path(path) if run is not None else None
    if of_path is None or not of_path.judged:
        return told.nothing_told(), False
    return of_path, True


def _demand(one: Demanded) -> ToldDemand:
    return ToldDemand(
        kind=one.kind,
        institution=one.group,
        all=one.texts,
        distinct=one.distinct,
        quotes=tuple(quote.text for quote in one.quotes),
    )
