"""Ruling many rows at once: each is brought into its situation, and what is decided there holds for all."""

from itertools import chain

import polars as pl

from xiaobao.ledger.entries import CODES, CONTENT, Event
from xiaobao.ledger.events import Standing
from xiaobao.ledger.ruling import (
    CAUSE,
    FATE_SCHEMA,
    IDENTITY,
    SIGNED_SCHEMA,
    Ruled,
    Voided,
    entry_ids,
    is_void,
    joined,
)
from xiaobao.ledger.situations import ROWS_PER_OUTCOME, Age, Origin, SharedRow, Situation, outcome_of
from xiaobao.lib.frames import compact, in_order

_ROWS_AT_A_TIME = 200_000  # bounds the memory of contents held beside one another
_REST = tuple(name for name in CONTENT if name not in CODES)
_KNOWN = " known"  # suffix of a content as it was before the row
_DECIDED = " decided"  # suffix of the codes of the bureau's last decision
_SMALL = pl.Int8()
_OUTCOME_SCHEMA: dict[str, pl.DataType] = {
    "posted_event": pl.String(),
    "disposition": pl.String(),
    "reason": pl.String(),
    **{f"{part} {number}": _SMALL for number in range(ROWS_PER_OUTCOME) for part in SharedRow._fields},
}

_event, _revision = pl.col("event"), pl.col("revision")
_is_recode = _event == Event.RECODE.value


def rule(asked: pl.DataFrame, prior: pl.DataFrame, voided: Voided) -> Ruled:
    """Rule rows of a commit (as `batches.prepared` gives them), of which no two are of one complaint.

    `prior` (`SIGNED_SCHEMA`) holds every earlier row of their complaints, in any order.
    """
    ordered = in_order(prior, of="entry_id")
    states = _states(ordered, voided)
    return joined([_rule(some, ordered, states, voided) for some in asked.iter_slices(_ROWS_AT_A_TIME)])


def _states(ordered: pl.DataFrame, voided: Voided) -> pl.DataFrame:
    """The state of each complaint as `events.state_of` gives it, its contents by their place in the rows."""
    place = pl.int_range(pl.len(), dtype=pl.UInt32)
    withdraws = _event == Event.WITHDRAW.value
    return (
        ordered.select(
            *IDENTITY,
            place.alias("known_at"),
            pl.when(~is_void(voided)).then(_revision).alias("known_revision"),
            # The last event decides, never the sum of signs; a marker of a withdrawal withdraws as well.
            pl.when(withdraws | (pl.col("sign") > 0)).then(place).alias("stands_at"),
            pl.when(_is_recode & (pl.col("sign") >= 0)).then(place).alias("decided_at"),
        )
        .group_by(IDENTITY)
        .agg(pl.col("known_at", "known_revision", "stands_at", "decided_at").max())
        .with_columns(_standing(ordered).alias("standing"))
    )


def _standing(ordered: pl.DataFrame) -> pl.Expr:
    event = pl.lit(ordered["event"]).gather(pl.col("stands_at"))
    return (
        pl.when(event == Event.WITHDRAW.value)
        .then(pl.lit(Standing.WITHDRAWN.value))
        .when(event.is_not_null())
        .then(pl.lit(Standing.STATED.value))
        .otherwise(pl.lit(Standing.UNKNOWN.value))
    )


def _rule(some: pl.DataFrame, ordered: pl.DataFrame, states: pl.DataFrame, voided: Voided) -> Ruled:
    rows = some.join(states, on=IDENTITY, how="left", maintain_order="left")
    known = ordered.select(pl.col(CONTENT).gather(rows["known_at"]).name.suffix(_KNOWN))
    decided = ordered.select(pl.col(CODES).gather(rows["decided_at"]).name.suffix(_DECIDED))
    rows = pl.concat([rows, known, decided], how="horizontal")
    rows = rows.with_columns(pl.col("standing").fill_null(Standing.UNKNOWN.value)).with_columns(
        _age(voided).alias("age"), **_origins(), is_ranked=pl.col("known_revision").is_not_null()
    )
    outcomes = _outcomes(rows.select(Situation._fields).unique())
    rows = rows.join(outcomes, on=Situation._fields, how="left", nulls_equal=True, maintain_order="left")
    signed = pl.concat([_signed_rows(rows, number) for number in range(ROWS_PER_OUTCOME)])
    return Ruled(
        rows=compact(signed.sort("entry_id")),
        fates=rows.select(*FATE_SCHEMA),
    )


def _age(voided: Voided) -> pl.Expr:
    counts = pl.when(~is_void(voided)).then(_revision)
    known = pl.col("known_revision")
    return (
        pl.when(counts.is_null())
        .then(None)
        .when(known.is_null() | (counts > known))
        .then(pl.lit(Age.NEWER, _SMALL))
        .when(counts == known)
        .then(pl.lit(Age.EQUAL, _SMALL))
        .otherwise(pl.lit(Age.OLDER, _SMALL))
    )


def _origins() -> dict[str, pl.Expr]:
    is_known = pl.col("standing") != Standing.UNKNOWN.value
    known, reported, bureau = (pl.lit(origin, _SMALL) for origin in Origin)
    return {
        "rest": pl.when(is_known & _equal(_REST, "", _KNOWN)).then(known).otherwise(reported),
        "codes": pl.when(is_known & _equal(CODES, "", _KNOWN)).then(known).otherwise(reported),
        "bureau_codes": pl.when(pl.col("decided_at").is_null())
        .then(None)
        .when(is_known & _equal(CODES, _DECIDED, _KNOWN))
        .then(known)
        .when(_equal(CODES, "", _DECIDED))
        .then(reported)
        .otherwise(bureau),
    }


def _equal(names: tuple[str, ...], one: str, other: str) -> pl.Expr:
    return pl.all_horizontal(pl.col(name + one).eq_missing(pl.col(name + other)) for name in names)


def _outcomes(situations: pl.DataFrame) -> pl.DataFrame:
    """The situations with what is decided in each."""
    values = []
    for situation in situations.iter_rows():
        outcome = outcome_of(Situation(*situation))
        nothing = [(None, None, None)] * (ROWS_PER_OUTCOME - len(outcome.rows))
        rows = chain.from_iterable((*outcome.rows, *nothing))
        values.append((*situation, outcome.event, outcome.disposition, outcome.reason, *rows))
    return pl.DataFrame(values, schema={**situations.schema, **_OUTCOME_SCHEMA}, orient="row")


def _signed_rows(rows: pl.DataFrame, number: int) -> pl.DataFrame:
    rows = rows.filter(pl.col(f"sign {number}").is_not_null())
    sign = pl.col(f"sign {number}")
    return rows.select(
        *(name for name in CAUSE if name != "event"),
        pl.col("posted_event").alias("event"),
        entry_ids(sign).alias("entry_id"),
        sign.alias("sign"),
        *(_content(name, number) for name in CONTENT),
    ).select(*SIGNED_SCHEMA)


def _content(name: str, number: int) -> pl.Expr:
    if name not in CODES:
        is_known = pl.col(f"rest {number}") == Origin.KNOWN
        return pl.when(is_known).then(pl.col(name + _KNOWN)).otherwise(pl.col(name)).alias(name)
    origin = pl.col(f"codes {number}")
    return (
        pl.when(origin == Origin.KNOWN)
        .then(pl.col(name + _KNOWN))
        .when(origin == Origin.BUREAU)
        .then(pl.col(name + _DECIDED))
        .otherwise(pl.col(name))
        .alias(name)
    )
