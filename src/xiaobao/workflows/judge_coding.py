"""Judge the banks' coding of the days up to a closed one, as a home has them, and keep what was told as a
run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import polars as pl

from xiaobao.analysis.coding.quality import told
from xiaobao.analysis.coding.quality.readings import Plan
from xiaobao.analysis.coding.quality.report import judged
from xiaobao.analysis.coding.quality.rows import FACETS, ROWS, SEPARATOR
from xiaobao.analysis.coding.quality.settings import Settings
from xiaobao.analysis.coding.quality.told import ToldQuality
from xiaobao.analysis.compare import at_close
from xiaobao.analysis.text.families import Threshold
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import CodeTable, Facet
from xiaobao.ledger.snapshot import Extent, Snapshot
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import ONE_DAY, Period
from xiaobao.lib.words import Words
from xiaobao.submissions import catalogs, manifest, runs
from xiaobao.submissions.closing import close_of, close_sequences
from xiaobao.submissions.home import Home
from xiaobao.submissions.narratives import narratives_of

INSTITUTION = "institution"
_SEED = 0
_CODES = {Facet.BUSINESS: 1, Facet.CAUSE: 2}
"""Where a facet's code stands in the submitted codes."""


class NoCodingError(UserError):
    """The coding of closed days is judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a person asks."""

    day: date
    """The last one looked at; it is closed."""
    since: date | None = None
    """The first day of what drift calls after; None for that of the catalog."""
    as_of: int | date | None = None
    """A posting sequence, or the closed day whose sequence it is; None for the close of the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """The entries of the days, and by what they are judged."""

    rows: pl.DataFrame
    """`analysis.coding.quality.rows.ROWS`."""
    catalog: Catalog
    window: Period
    path: str | None
    posted_seq: int
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownQuality:
    """What is told, and where it is from."""

    told: ToldQuality
    catalog: Catalog
    stored: bool
    """True where the run of the day told it."""


def show_quality(home: Home, call: Call) -> ShownQuality:
    """What the run of the day told where that is what is asked, else worked out now, to be kept nowhere."""
    stored = kept(home, call.day)
    sequence = _sequence(home, call)
    if stored and stored.posted_seq == sequence and call.since in (None, stored.since):
        return ShownQuality(told=stored, catalog=catalogs.read(home, stored.catalog_digest), stored=True)
    found = look(home, call)
    return ShownQuality(told=found, catalog=catalogs.read(home, found.catalog_digest), stored=False)


def find_quality(home: Home, day: date) -> ToldQuality:
    """Judge the coding up to a closed day as known at its close, and keep it. NoCodingError.

    The same ledger, catalog and narratives give the same bytes.
    """
    found = look(home, Call(day=day))
    runs.write(home, runs.CODING, day, told.encode(found))
    return found


def kept(home: Home, day: date) -> ToldQuality | None:
    """What the run of a day has told; None where there is none."""
    content = runs.read(home, runs.CODING, day)
    return None if content is None else told.decode(content)


def look(home: Home, call: Call) -> ToldQuality:
    """The coding of the days up to a closed one. NoCodingError; UserError for a `since` outside of them."""
    coded = coded_rows(home, call)
    decision = coded.catalog.coding.quality_on(call.day)
    since = call.since or call.day - timedelta(days=decision.recent_days - 1)
    if not coded.window.from_on < since <= call.day:
        raise UserError(
            Words(
                zh=f"--since {since} 应在 {coded.window.from_on} 之后、不晚于 {call.day}",
                en=f"--since {since} is to be after {coded.window.from_on} and not after {call.day}",
            )
        )
    return ToldQuality(
        day=call.day,
        first_day=coded.window.from_on,
        since=since,
        posted_seq=coded.posted_seq,
        catalog_digest=coded.catalog.digest,
        decided_on=decision.from_on,
        least_distinct=decision.least_distinct,
        least_enquiries=decision.least_enquiries,
        false_accusation=decision.false_accusation,
        path=judged(coded.rows, coded.settings, path=coded.path, since=since),
    )


def coded_rows(home: Home, call: Call) -> Coded:
    """The banks' entries of the days up to a closed one, with their texts. NoCodingError."""
    close = close_of(home, call.day)
    if close is None or close.sealed.skipped:
        raise NoCodingError(
            Words(
                zh=f"{call.day} 没有日结，不评价编码质量",
                en=f"{call.day} has no close, so the coding up to it is not judged",
            )
        )
    catalog = catalogs.read(home, close.catalog_digest)
    decision = catalog.coding.quality_on(call.day)
    window = Period(from_on=call.day - timedelta(days=decision.window_days - 1), to_on=call.day + ONE_DAY)
    paths = catalog.domain(home.domain_id).paths
    path = INSTITUTION if INSTITUTION in paths else None
    sequence = _sequence(home, call)
    rows = manifest.asking(home, lambda snapshot: _standing(snapshot, path, window), as_of=sequence)
    texts = narratives_of(home, rows["posted_seq"].unique().to_list()).select("narrative_digest", "text")
    told_rows = _with_paths(
        rows.join(texts, on="narrative_digest", how="left", maintain_order="left"), catalog
    )
    like = catalog.near_duplicates.on(call.day)
    return Coded(
        rows=told_rows,
        catalog=catalog,
        window=window,
        path=path,
        posted_seq=sequence,
        settings=Settings(
            least_families=decision.least_distinct,
            least_enquiries=decision.least_enquiries,
            most_cells=decision.most_cells,
            reading=Plan(parts=decision.parts, most_of_bank=decision.most_of_bank, seed=_SEED),
            alike=Threshold(alike=like.alike, leader_alike=like.leader_alike),
        ),
    )


def _sequence(home: Home, call: Call) -> int:
    if isinstance(call.as_of, int):
        return call.as_of
    return at_close(call.as_of or call.day, closes=close_sequences(home)).posted_seq


def _standing(snapshot: Snapshot, path: str | None, window: Period) -> pl.DataFrame:
    """Entries of any kind received in the days, as last stated, where they still stand."""
    entries = snapshot.entries()
    wanted = entries.filter(
        entries.received_on >= window.from_on, entries.received_on < window.to_on, entries.sign != 0
    )
    if path is not None:
        wanted = wanted.filter(wanted.path == path)
    read = wanted.select(
        *("complaint_key", "source_code", "complaint_no", "institution_code", "received_on", "entry_kind"),
        *("standard_id", "business_code", "cause_code", "submitted_codes", "narrative_digest"),
        *("entry_id", "posted_seq", "sign"),
    )
    rows = snapshot.run(read, extent=Extent(first_on=window.from_on, last_on=window.last_on))
    key = ["source_code", "complaint_no"]
    standing = rows.group_by(key).agg(pl.col("sign").cast(pl.Int64).sum()).filter(pl.col("sign") > 0)
    stated = rows.filter(pl.col("sign") > 0).sort("entry_id").unique(key, keep="last", maintain_order=True)
    return stated.join(standing.select(key), on=key, how="semi", maintain_order="left").sort(
        "received_on", "complaint_key"
    )


def _with_paths(rows: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """The rows as `ROWS`: the codes that the bank submitted, as paths of its standard."""
    parts = rows["submitted_codes"].str.split("|")
    paths = {
        facet.value: _paths(rows, parts.list.get(place, null_on_oob=True), facet, catalog)
        for facet, place in _CODES.items()
    }
    assert tuple(paths) == FACETS
    return rows.select(
        "complaint_key",
        "source_code",
        "complaint_no",
        pl.col("institution_code").alias("institution"),
        pl.col("received_on").alias("day"),
        "entry_kind",
        "text",
        **paths,
    ).select(list(ROWS))


def _paths(rows: pl.DataFrame, submitted: pl.Series, facet: Facet, catalog: Catalog) -> pl.Series:
    """What was submitted, where that is a code; a name of one was made the code of the column at intake."""

    @cache
    def paths_of(standard_id: str) -> Mapping[str, tuple[str, ...]]:
        return code_paths(catalog.standards[standard_id].tables[facet])

    @cache
    def path(standard_id: str | None, stated: str | None, standing: str | None) -> str | None:
        standard = catalog.standards.get(standard_id or "")
        if standard is None:
            return None
        known = paths_of(standard.id)
        found = known.get(stated or "") or known.get(standing or "")
        return SEPARATOR.join(found) if found else None

    cells = zip(rows["standard_id"], submitted, rows[facet.column], strict=True)
    return pl.Series([path(*cell) for cell in cells], dtype=pl.String)


def code_paths(table: CodeTable) -> Mapping[str, tuple[str, ...]]:
    """Code → the codes from the top to itself."""
    depth = max((code.level for code in table.codes.values()), default=0)
    return {
        code: tuple(
            dict.fromkeys(found for level in range(1, depth + 1) if (found := table.ancestor(code, level)))
        )
        for code in table.codes
    }
