"""What must hold of all rows of the ledger, whatever was reported and in whichever order it arrived.

Every law is a Polars expression that is true of a row which breaks it, so that ten million rows are checked
in bounded time; rows are read in parts of whole complaints, so that they are checked in bounded memory.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from xiaobao.ledger.batches import complaint_keys
from xiaobao.ledger.entries import CODES, COLUMNS, CONTENT, ROWS_PER_BATCH_LIMIT, Event
from xiaobao.ledger.ruling import Voided, is_void

EXAMPLES_LIMIT = 5

_ROWS_AT_A_TIME = 2_000_000
_REQUIRED = tuple(column.name for column in COLUMNS if column.required)
_LEAN = ("posted_seq", "entry_id", "complaint_key", "sign", "revision", "row_number", "event")

_sign, _event, _row = pl.col("sign"), pl.col("event"), pl.col("row_number")
_states, _reverses, _marks = _sign == 1, _sign == -1, _sign == 0
_replaces = _event.is_in([Event.AMEND.value, Event.RECODE.value])
_recodes = _event == Event.RECODE.value
_withdraws = _event == Event.WITHDRAW.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A law that does not hold, and where."""

    law: str
    rows: int
    """How many rows break it."""
    examples: tuple[int, ...]
    """Entry ids that break it, `EXAMPLES_LIMIT` at most."""


def check_laws(rows: pl.DataFrame | pl.LazyFrame, *, voided: Voided | None = None) -> tuple[Breach, ...]:
    """The laws that ledger rows (`ledger.entries.SCHEMA`) break; nothing when all hold.

    `rows` are all rows of the ledger in any order; a lazy frame (such as a scan of the segments) is read in
    parts. `voided` are the revisions declared void, by source: the order of revisions leaves them out.
    A number of a batch that posted nothing leaves no row, so a gap in `posted_seq` is not seen here.
    """
    lazy = rows.lazy()
    breaches = [*_global_breaches(lazy)]
    for part in _parts(lazy):
        breaches += _broken(part, _ROW_LAWS)
        breaches += _broken(_lean(part, voided or {}), _COMPLAINT_LAWS)
        breaches += _broken(part, {"complaint_key": _key_is_wrong(part)})
    return _joined(breaches)


_ROW_LAWS: dict[str, pl.Expr] = {
    "required": pl.any_horizontal(pl.col(name).is_null() for name in _REQUIRED),
    "sign": ~_sign.is_in([-1, 0, 1]),
    "event": ~_event.is_in([event.value for event in Event if event is not Event.SNAPSHOT]),
    "entry_id_form": (pl.col("posted_seq") < 1)
    | ~_row.is_between(1, ROWS_PER_BATCH_LIMIT - 1)
    | (
        pl.col("entry_id")
        != pl.col("posted_seq") * (1 << 24) + _row.cast(pl.Int64()) * 2 + _states.cast(pl.Int64())
    ),
    "month": pl.col("month") != pl.col("received_on").dt.year() * 100 + pl.col("received_on").dt.month(),
    "revision_stated": pl.col("revision").is_null() != _recodes,
}

# Of rows sorted by complaint and entry id, with the columns `_lean` adds.
_COMPLAINT_LAWS: dict[str, pl.Expr] = {
    # A complaint counts once or not at all, after every row.
    "running_sum": ~pl.col("running").is_between(0, 1),
    # What is reversed or marked is exactly what was known.
    "reversal_repeats": _reverses & pl.col("content").ne_missing(pl.col("content_before")),
    "marker_repeats": _marks & ~pl.col("is_first") & (pl.col("content") != pl.col("content_before")),
    # Nothing is netted: a replacement is both of its rows.
    "replacement_pairs": _replaces
    & ((_states & ~pl.col("pairs_before")) | (_reverses & ~pl.col("pairs_after"))),
    "sign_of_event": (_reverses & ~(_replaces | _withdraws))
    | (_states & _withdraws)
    | (_marks & (_event == Event.REINSTATE.value)),
    # A number begins as new, or as the withdrawal of an unknown one; it is new only once.
    "begins": pl.col("is_first") & ~((_states & (_event == Event.NEW.value)) | (_marks & _withdraws)),
    "new_once": ~pl.col("is_first") & _states & (_event == Event.NEW.value),
    # A withdrawn number returns by reinstatement alone, and nothing else is reinstated.
    "withdrawn_returns": pl.col("withdrawn_before") & ~(_withdraws | (_event == Event.REINSTATE.value)),
    "reinstates_withdrawn": (_event == Event.REINSTATE.value) & ~pl.col("withdrawn_before"),
    # Nothing older than what is known was applied.
    "revision_order": pl.col("rank") < pl.col("rank_highest"),
    # What the bureau decided stands, whatever the reporter states later.
    "bureau_codes": _states
    & pl.col("codes_decided").is_not_null()
    & (pl.col("codes") != pl.col("codes_decided")),
}


def _parts(rows: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    count = int(rows.select(pl.len()).collect(engine="streaming").item())
    parts = 1
    while parts * _ROWS_AT_A_TIME < count:
        parts *= 2
    for part in range(parts):
        yield rows.filter(pl.col("complaint_key") & (parts - 1) == part).collect(engine="streaming")


def _lean(rows: pl.DataFrame, voided: Voided) -> pl.DataFrame:
    """Fingerprints instead of contents, and for every row what came before and after it in its complaint."""
    ordered = rows.select(
        *_LEAN,
        pl.struct("source_code", "complaint_no").hash().alias("identity"),
        pl.struct(CONTENT).hash().alias("content"),
        pl.struct(CODES).hash().alias("codes"),
        pl.when(~is_void(voided)).then("revision").alias("rank"),
    ).sort("complaint_key", "identity", "entry_id")
    complaint = pl.struct("complaint_key", "identity").rle_id()
    numbered = ordered.with_columns(complaint.alias("complaint"))
    return numbered.with_columns(_is_first.alias("is_first")).with_columns(
        _sign.cast(pl.Int64()).cum_sum().over("complaint").alias("running"),
        _before(pl.col("content")).alias("content_before"),
        _before(_withdraws).fill_null(False).alias("withdrawn_before"),
        (_before(_pair) == _pair).fill_null(False).alias("pairs_before"),
        ((_pair.shift(-1) == _pair) & ~_is_first.shift(-1)).fill_null(False).alias("pairs_after"),
        pl.col("rank").cum_max().over("complaint").alias("rank_highest"),
        pl.when(_recodes & ~_reverses).then("codes").forward_fill().over("complaint").alias("codes_decided"),
    )


_pair = pl.col("entry_id") // 2  # the batch and the row that caused an entry
_is_first = (pl.col("complaint") != pl.col("complaint").shift(1)).fill_null(True)


def _before(expression: pl.Expr) -> pl.Expr:
    return pl.when(~_is_first).then(expression.shift(1))


def _broken(rows: pl.DataFrame, laws: Mapping[str, pl.Expr]) -> list[Breach]:
    broken = rows.select("entry_id", **{law: expression.fill_null(False) for law, expression in laws.items()})
    breaches = []
    for law in laws:
        if broken[law].any():
            ids = broken.filter(pl.col(law))["entry_id"].sort()
            breaches.append(_breach(law, ids))
    return breaches


def _breach(law: str, ids: pl.Series) -> Breach:
    return Breach(law=law, rows=len(ids), examples=tuple(ids.head(EXAMPLES_LIMIT).to_list()))


def _key_is_wrong(rows: pl.DataFrame) -> pl.Expr:
    return pl.lit(complaint_keys(rows)) != pl.col("complaint_key")


def _global_breaches(rows: pl.LazyFrame) -> Iterator[Breach]:
    ids = rows.select("entry_id").collect(engine="streaming")["entry_id"]
    if len(twice := ids.filter(ids.is_duplicated())):
        yield _breach("entry_id_unique", twice.sort())
    if len(back := _clock_goes_back(rows)):
        yield _breach("recorded_at", back)
    yield from _totals_disagree(rows)


def _clock_goes_back(rows: pl.LazyFrame) -> pl.Series:
    recorded = pl.col("recorded_at")
    batches = rows.group_by("posted_seq").agg(
        recorded.min().alias("first"), recorded.max().alias("last"), pl.col("entry_id").min()
    )
    wrong = (pl.col("first") != pl.col("last")) | (pl.col("first") < pl.col("last").shift(1))
    return batches.sort("posted_seq").filter(wrong).collect(engine="streaming")["entry_id"]


def _totals_disagree(rows: pl.LazyFrame) -> Iterator[Breach]:
    """Complaints that stand, counted one by one, are the sum of signs over any dimension."""
    count = _sign.cast(pl.Int64()).sum().alias("count")
    standing = rows.group_by("complaint_key", "source_code", "complaint_no").agg(count)
    total = standing.filter(pl.col("count") != 0).select(pl.len()).collect(engine="streaming").item()
    for dimension in ("institution_code", "business_code"):
        groups = rows.group_by(dimension).agg(count).collect(engine="streaming")
        if groups["count"].sum() != total or (groups["count"] < 0).any():
            yield Breach(law=f"total_over_{dimension}", rows=groups.height, examples=())


def _joined(breaches: list[Breach]) -> tuple[Breach, ...]:
    """One breach a law, over all parts."""
    by_law: dict[str, Breach] = {}
    for breach in breaches:
        known = by_law.get(breach.law, Breach(law=breach.law, rows=0, examples=()))
        by_law[breach.law] = Breach(
            law=breach.law,
            rows=known.rows + breach.rows,
            examples=(*known.examples, *breach.examples)[:EXAMPLES_LIMIT],
        )
    return tuple(by_law.values())
