"""Generated histories of complaints as rows of the ledger: what posting them would have written, by month.

Eighteen invented banks and the hotline deliver once a day; complaints are stated, amended, recoded by the
bureau, withdrawn and reinstated. Alike for one seed. `ledger.laws` hold, which a test shows on a small one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.ledger.batches import complaint_keys
from xiaobao.ledger.entries import AMOUNT, CODES, MOMENT, SCHEMA, EntryKind, Event

FIRST_DAY = date(2019, 1, 1)
DAYS = 731
"""Two years, 24 months."""
STANDARD = "jrt0169-2018"
ROWS_PER_COMPLAINT = 1.21
"""Ledger rows a complaint has in the end; the horizon cuts off what would come later."""

_EPOCH = date(1970, 1, 1).toordinal()
_WEEKDAYS = np.array([1.18, 1.06, 1.00, 0.98, 0.95, 0.42, 0.36])
_HOTLINE_SHARE = 0.08
_KINDS = {
    EntryKind.COMPLAINT: 0.86,
    EntryKind.ENQUIRY: 0.09,
    EntryKind.SUGGESTION: 0.03,
    EntryKind.TIP_OFF: 0.02,
}
_LATE_DAYS = (0.93, 0.05, 0.015, 0.005)
_AMENDED, _MARKED, _WITHDRAWN, _REINSTATED, _RECODED = 0.10, 0.003, 0.01, 0.1, 0.005
_EVENTS_PER_COMPLAINT = 8  # numbers of events kept free for each

_Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Who reports and what can be stated."""

    banks: tuple[str, ...]
    channels: tuple[str, ...]
    businesses: tuple[str, ...]
    causes: tuple[str, ...]
    regions: tuple[str, ...]

    @property
    def batches_a_day(self) -> int:
        """One of every bank, one of the hotline, one of the bureau's decisions."""
        return len(self.banks) + 2


def world_of(catalog: Catalog) -> World:
    """The invented banks, the leaves of the coding standard and the provinces."""
    register = catalog.register("pbc", simulated=True)
    regions = catalog.regions[catalog.domain("pbc").region_standard]
    return World(
        banks=tuple(register.institutions),
        channels=_leaves(catalog, Facet.CHANNEL),
        businesses=_leaves(catalog, Facet.BUSINESS),
        causes=_leaves(catalog, Facet.CAUSE),
        regions=tuple(regions),
    )


def posted_months(world: World, *, rows: int, seed: int) -> Iterator[pl.DataFrame]:
    """About `rows` rows of the ledger (`SCHEMA`, in order of entry id), a frame for each month of posting."""
    draw = np.random.default_rng(seed)
    weights = _WEEKDAYS[(np.arange(DAYS) + FIRST_DAY.weekday()) % 7]
    complaints = int(rows / ROWS_PER_COMPLAINT)
    counts = draw.multinomial(complaints, weights / weights.sum())
    pending = pl.DataFrame()
    first = 0
    for start, end in _months():
        days = np.repeat(np.arange(start, end), counts[start:end])
        stated = _stated(world, days, draw, first=first, persons=complaints)
        first += days.size
        events = pl.concat([pending, *_history(world, stated, draw)])
        pending = events.filter(pl.col("day") >= end)
        yield _posted(world, events.filter(pl.col("day") < end))


def _leaves(catalog: Catalog, facet: Facet) -> tuple[str, ...]:
    codes = catalog.standards[STANDARD].tables[facet].codes
    parents = {code.parent for code in codes.values()}
    return tuple(code for code in codes if code not in parents)


def _months() -> Iterator[tuple[int, int]]:
    first = FIRST_DAY.toordinal()
    starts = [day for day in range(DAYS) if date.fromordinal(first + day).day == 1]
    yield from zip(starts, [*starts[1:], DAYS], strict=True)


def _stated(
    world: World, days: _Numbers, draw: np.random.Generator, *, first: int, persons: int
) -> pl.DataFrame:
    """Complaints as first stated, one a row, with `day` and `place` of their batch and a `number`."""
    rows = days.size
    sizes = 1 / np.arange(2, len(world.banks) + 2)
    bank = draw.choice(len(world.banks), rows, p=sizes / sizes.sum())
    hotline = draw.random(rows) < _HOTLINE_SHARE
    received = np.maximum(days - draw.choice(len(_LATE_DAYS), rows, p=_LATE_DAYS), 0)
    numbers = np.arange(first, first + rows)
    codes = {
        name: _pick(values, draw, rows, skew=1.0)
        for name, values in zip(CODES, (world.channels, world.businesses, world.causes), strict=True)
    }
    person = draw.integers(0, max(int(persons * 0.8), 1), rows)
    banks = pl.Series(world.banks)
    institution = banks[bank]
    source = pl.select(
        pl.when(pl.lit(pl.Series(hotline)))
        .then(pl.lit("hotline-12363"))
        .otherwise("bank-" + institution.str.to_lowercase())
    ).to_series()
    frame = pl.DataFrame(
        {
            "number": numbers,
            "day": days,
            "place": np.where(hotline, len(world.banks), bank),
            "path": pl.Series(hotline).replace_strict({True: "hotline", False: "institution"}),
            "source_code": source,
            "institution_code": institution,
            "complaint_no": institution + "-" + pl.Series(numbers).cast(pl.String).str.zfill(10),
            "entry_kind": _pick([kind.value for kind in _KINDS], draw, rows, weights=list(_KINDS.values())),
            "received_on": _days(received),
            "accepted_on": _days(received + draw.integers(0, 3, rows)),
            **codes,
            "standard_id": pl.repeat(STANDARD, rows, eager=True),
            "region_code": _some(_pick(world.regions, draw, rows, skew=0.7), draw, 0.97),
            "product": _pick([f"产品{number:03}" for number in range(200)], draw, rows, skew=0.8),
            "amount": _some(pl.Series(draw.integers(0, 10_000_000, rows)), draw, 0.6),
            "identity_key": _some(_digests(person, words=2, salt=1), draw, 0.7),
            "contact_key": _some(_digests(person, words=2, salt=2), draw, 0.9),
            "narrative_digest": _some(_digests(numbers, words=4, salt=3), draw, 0.95),
        }
    )
    return frame.with_columns(
        (pl.col("amount").cast(pl.Decimal(18, 0)) / 100).cast(AMOUNT),
        pl.when(pl.col("identity_key").is_not_null()).then(pl.lit("k1")).alias("identity_key_id"),
        pl.when(pl.col("contact_key").is_not_null()).then(pl.lit("k1")).alias("contact_key_id"),
        pl.when(pl.col("business_code").str.starts_with("B04"))
        .then(pl.col("institution_code") + "-CC")
        .alias("unit_code"),
        _submitted(),
        complaint_keys(frame),
    ).with_columns(pl.lit(None, dtype).alias(name) for name, dtype in SCHEMA.items() if name in _LATER)


_LATER = (
    *("institution_stated", "registered_at", "declined_on", "forwarded_on", "responded_on", "closed_on"),
    *("status", "received_via", "postal_code", "repeats"),
)


def _history(world: World, stated: pl.DataFrame, draw: np.random.Generator) -> Iterator[pl.DataFrame]:
    """The signed rows of everything that happens to the complaints, with day and place of their batches."""
    rows = stated.height
    lags = np.cumsum(draw.integers(1, 20, (4, rows)), axis=0)
    amended, marked, withdrawn, recoded = (
        pl.Series(draw.random(rows) < share) for share in (_AMENDED, _MARKED, _WITHDRAWN, _RECODED)
    )
    reinstated = withdrawn & pl.Series(draw.random(rows) < _REINSTATED)
    recoded &= ~withdrawn
    known = _amended(world, stated, amended, lags[0], draw)
    yield _event(stated, Event.NEW, 0, 1)
    old, new = stated.filter(amended), known.filter(amended)
    later = pl.Series(lags[0]).filter(amended)
    yield _event(old, Event.AMEND, 1, -1, later=later)
    yield _event(new, Event.AMEND, 1, 1, later=later)
    yield _event(known.filter(marked), Event.AMEND, 2, 0, later=pl.Series(lags[1]).filter(marked))
    yield _event(known.filter(withdrawn), Event.WITHDRAW, 3, -1, later=pl.Series(lags[2]).filter(withdrawn))
    yield _event(known.filter(reinstated), Event.REINSTATE, 4, 1, later=pl.Series(lags[3]).filter(reinstated))
    bureau = pl.lit(len(world.banks) + 1).cast(pl.Int64).alias("place")
    decided = known.filter(recoded).with_columns(bureau)
    recode = decided.with_columns(_pick(world.businesses, draw, decided.height).alias("business_code"))
    later = pl.Series(lags[3]).filter(recoded)
    yield _event(decided, Event.RECODE, 5, -1, later=later)
    yield _event(recode, Event.RECODE, 5, 1, later=later)


def _amended(
    world: World, stated: pl.DataFrame, amended: pl.Series, lag: _Numbers, draw: np.random.Generator
) -> pl.DataFrame:
    """The complaints as known after their amendment: closed, a fifth of them under another business."""
    rows = stated.height
    moved = amended & pl.Series(draw.random(rows) < 0.2)
    closed_on = _days(stated["day"].to_numpy() + lag)
    known = stated.with_columns(
        pl.when(amended).then(pl.lit("closed")).alias("status"),
        pl.when(amended).then(closed_on).alias("closed_on"),
        pl.when(amended).then(closed_on).alias("responded_on"),
        pl.when(moved)
        .then(_pick(world.businesses, draw, rows))
        .otherwise("business_code")
        .alias("business_code"),
    )
    return known.with_columns(_submitted())


def _event(
    content: pl.DataFrame,
    event: Event,
    ordinal: int,
    sign: int,
    *,
    later: pl.Series | None = None,
) -> pl.DataFrame:
    return content.with_columns(
        pl.col("day") + (0 if later is None else later),
        (pl.col("number") * _EVENTS_PER_COMPLAINT + ordinal).alias("number"),
        pl.lit(event.value).alias("event"),
        pl.lit(sign, pl.Int8()).alias("sign"),
    )


def _posted(world: World, events: pl.DataFrame) -> pl.DataFrame:
    """The rows under the numbers and moments their batches get."""
    posted_seq = pl.col("day") * world.batches_a_day + pl.col("place") + 1
    moment = datetime.combine(FIRST_DAY, time(9, 30), tzinfo=UTC)
    received = pl.col("received_on").dt
    ordered = events.with_columns(posted_seq.alias("posted_seq")).sort("posted_seq", "number", "sign")
    row_number = pl.col("number").rle_id() - pl.col("number").rle_id().min().over("posted_seq") + 1
    numbered = ordered.with_columns(
        row_number.cast(pl.Int32).alias("row_number"),
        (received.year() * 100 + received.month()).cast(pl.Int32).alias("month"),
        pl.when(pl.col("event") != Event.RECODE.value).then(pl.col("day") + 1).alias("revision"),
        (pl.lit(moment, MOMENT) + pl.duration(days="day", seconds="place")).alias("recorded_at"),
    ).with_columns(
        (
            pl.col("posted_seq") * (1 << 24) + pl.col("row_number").cast(pl.Int64) * 2 + (pl.col("sign") > 0)
        ).alias("entry_id")
    )
    return numbered.select(*SCHEMA)


def _submitted() -> pl.Expr:
    return pl.concat_str(*CODES, separator="|").alias("submitted_codes")


def _pick(
    values: "tuple[str, ...] | list[str]",
    draw: np.random.Generator,
    rows: int,
    *,
    skew: float = 0.0,
    weights: list[float] | None = None,
) -> pl.Series:
    shares = np.array(weights) if weights else 1 / np.arange(1, len(values) + 1) ** skew
    return pl.Series(values)[draw.choice(len(values), rows, p=shares / shares.sum())]


def _some(values: pl.Series, draw: np.random.Generator, share: float) -> pl.Series:
    stated = pl.Series(draw.random(len(values)) < share)
    return values.to_frame("values").select(pl.when(stated).then("values")).to_series()


def _days(offsets: _Numbers) -> pl.Series:
    return pl.Series((offsets + FIRST_DAY.toordinal() - _EPOCH).astype(np.int32)).cast(pl.Date)


def _digests(numbers: _Numbers, *, words: int, salt: int) -> pl.Series:
    """As many hexadecimal digits as a keyed digest has, the same for the same number."""
    mixed = [
        _mixed(numbers.astype(np.uint64) * np.uint64(words) + np.uint64(word), salt) for word in range(words)
    ]
    packed = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(8 * words), numbers.size, [None, pa.py_buffer(np.stack(mixed, axis=1).tobytes())]
    )
    return pl.Series(pl.from_arrow(packed.cast(pa.binary()))).bin.encode("hex")


def _mixed(values: "npt.NDArray[np.uint64]", salt: int) -> "npt.NDArray[np.uint64]":
    """The finalizer of SplitMix64 (Steele, Lea, Flood 2014)."""
    values = values + np.uint64((salt * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
