"""Judge the banks' coding of the days up to a closed one, as a home has them, and keep what was told as a
run."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from xiaobao.analysis.coding.quality import told
from xiaobao.analysis.coding.quality.readings import Plan
from xiaobao.analysis.coding.quality.report import judged
from xiaobao.analysis.coding.quality.rows import FACETS, ROWS
from xiaobao.analysis.coding.quality.settings import Settings
from xiaobao.analysis.coding.quality.told import ToldQuality
from xiaobao.analysis.compare import at_close
from xiaobao.analysis.text.families import Threshold
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import ONE_DAY, Period
from xiaobao.lib.words import Words
from xiaobao.submissions import catalogs, manifest, runs
from xiaobao.submissions.closing import close_of, close_sequences
from xiaobao.submissions.home import Home
from xiaobao.submissions.narratives import narratives_of
from xiaobao.workflows.stated_codes import standing_entries, submitted_paths

INSTITUTION = "institution"
_SEED = 0


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
    rows = manifest.asking(home, lambda snapshot: standing_entries(snapshot, path, window), as_of=sequence)
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


def _with_paths(rows: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """The rows as `ROWS`: the codes that the bank submitted, as paths of its standard."""
    paths = {facet: submitted_paths(rows, Facet(facet), catalog) for facet in FACETS}
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
