"""Link the hotline's complaints of a period to the banks' entries, as a home has both; nothing is added."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl

from xiaobao.analysis.compare import at_close
from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.linkage.records import COLUMNS
from xiaobao.analysis.linkage.report import Linkage, linkage_of
from xiaobao.analysis.linkage.settings import Settings
from xiaobao.analysis.linkage.told import ToldLinkage, told_linkage
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.sources import Subject
from xiaobao.ledger.entries import EntryKind
from xiaobao.ledger.snapshot import Extent, Snapshot
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import ONE_DAY, Period
from xiaobao.lib.words import Words
from xiaobao.privacy.bridge import PEOPLE, under_newest
from xiaobao.submissions import manifest
from xiaobao.submissions.closing import close_sequences
from xiaobao.submissions.home import Home
from xiaobao.submissions.home_file import Mark
from xiaobao.submissions.narratives import narratives_of
from xiaobao.submissions.pseudonym_rotation import pseudonym_keys_of
from xiaobao.workflows.measure import missing_of

HOTLINE, INSTITUTION = "hotline", "institution"
_READ: Final = (
    *(name for name in COLUMNS if name not in ("text", "contact_key", "identity_key")),
    *PEOPLE,
    "narrative_digest",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a person asks."""

    period: Period
    """Of the hotline's complaints, by the day they were received."""
    as_of: int | date | None = None
    """A posting sequence, or the closed day whose sequence it is; None for the head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedPaths:
    """The linkage of a home's period, and what stands beside it."""

    period: Period
    window: Period
    """Of the banks' entries."""
    posted_seq: int
    known_to: date
    """The last day of the window that was over, as known at the sequence; what follows is still to come."""
    decided_on: date
    """Since when the decision of the catalog is in force by which it was linked."""
    scope: Scope
    linkage: Linkage


def link_paths(home: Home, call: Call, *, scope: Scope | None = None) -> LinkedPaths:
    """Read, link, tell; UserError in a domain without the two paths or for a sequence nobody knows.

    `scope` is of an archived catalog where one is given, else of the home's.
    """
    if not has_both_paths(home):
        raise _no_paths(home)
    scope = scope or Scope(domain=home.domain, simulated=home.simulated, catalog=home.catalog())
    decision = scope.catalog.linkage.on(call.period.last_on)
    window = Period(
        from_on=call.period.from_on - timedelta(days=decision.days_before),
        to_on=call.period.to_on + timedelta(days=decision.days_after),
    )
    sequence = _sequence(home, call.as_of)
    hotline = _complaints(home, HOTLINE, call.period, sequence)
    bank = _complaints(home, INSTITUTION, window, sequence)
    over = _over(home, window, sequence)
    return LinkedPaths(
        period=call.period,
        window=window,
        posted_seq=sequence,
        known_to=over.last_on,
        decided_on=decision.from_on,
        scope=scope,
        linkage=linkage_of(
            hotline,
            bank,
            settings_on(scope.catalog, call.period.last_on),
            not_reported=_not_reported(home, Reading(period=over, posted_seq=sequence)),
        ),
    )


def settings_on(catalog: Catalog, day: date) -> Settings:
    """What the catalog has decided about linkage on that day; UserError before the first decision."""
    decision = catalog.linkage.on(day)
    return Settings(
        days_before=decision.days_before,
        days_after=decision.days_after,
        least_probability=decision.least_probability,
        alike=decision.alike,
        said_first=decision.said_first,
        unless_said=decision.unless_said,
    )


def has_both_paths(home: Home) -> bool:
    """Whether the domain has a hotline and institution reports."""
    return {HOTLINE, INSTITUTION} <= set(home.domain.paths)


def told_of(found: LinkedPaths, *, mark: Mark) -> ToldLinkage:
    """The same as it is kept and shown."""
    return told_linkage(
        found.linkage,
        mark=mark.value,
        period=found.period,
        window=found.window,
        known_to=found.known_to,
        posted_seq=found.posted_seq,
        catalog_digest=found.scope.catalog.digest,
        decided_on=found.decided_on,
    )


def _no_paths(home: Home) -> UserError:
    return UserError(
        Words(
            zh=f"领域 {home.domain_id} 没有热线与机构报送两条路径，无从关联",
            en=f"the domain {home.domain_id} has no hotline and institution reports to link",
        )
    )


def _sequence(home: Home, as_of: int | date | None) -> int:
    if isinstance(as_of, date):
        return at_close(as_of, closes=close_sequences(home)).posted_seq
    return manifest.read().head if as_of is None else as_of


def _over(home: Home, window: Period, sequence: int) -> Period:
    """The days of the window up to the last close that the sequence knows; all where none is among them.

    Nobody can have reported of a day to come.
    """
    closed = [day for day, known in close_sequences(home).items() if known <= sequence]
    last_on = max((day for day in closed if day >= window.from_on), default=window.last_on)
    return Period(from_on=window.from_on, to_on=min(window.to_on, last_on + ONE_DAY))


def _complaints(home: Home, path: str, period: Period, sequence: int) -> pl.DataFrame:
    """Complaints of the path as they stand (`COLUMNS`): people under the newest key, narratives."""
    rows = manifest.asking(home, lambda snapshot: _standing(snapshot, path, period), as_of=sequence)
    people = under_newest(rows, pseudonym_keys_of(home))
    texts = narratives_of(home, rows["posted_seq"].unique().to_list()).select("narrative_digest", "text")
    return people.join(texts, on="narrative_digest", how="left", maintain_order="left").select(COLUMNS)


def _standing(snapshot: Snapshot, path: str, period: Period) -> pl.DataFrame:
    entries = snapshot.entries()
    wanted = entries.filter(
        entries.path == path,
        entries.entry_kind == EntryKind.COMPLAINT.value,
        entries.received_on >= period.from_on,
        entries.received_on < period.to_on,
        entries.sign != 0,
    )
    extent = Extent(first_on=period.from_on, last_on=period.last_on)
    rows = snapshot.run(wanted.select(*_READ, "entry_id", "posted_seq", "sign"), extent=extent)
    key = ["source_code", "complaint_no"]
    standing = rows.group_by(key).agg(pl.col("sign").cast(pl.Int64).sum()).filter(pl.col("sign") > 0)
    stated = rows.filter(pl.col("sign") > 0).sort("entry_id").unique(key, keep="last", maintain_order=True)
    return stated.join(standing.select(key), on=key, how="semi", maintain_order="left")


def _not_reported(home: Home, reading: Reading) -> Mapping[str, int]:
    """Institution → days of the window of which its report is not there, as known then."""
    sources = home.catalog().sources
    missing = missing_of(home, reading, path=INSTITUTION, subject=Subject.COMPLAINTS)
    return Counter(code for one in missing if (code := sources[one.source_code].institution_code))
