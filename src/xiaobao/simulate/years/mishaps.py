"""What goes wrong with banks' daily deliveries: which are late, in parts, with bad rows or a wrong total."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from xiaobao.simulate.years.draws import Draws
from xiaobao.simulate.years.settings import DeliveryIncidents
from xiaobao.simulate.years.statements import NEW

MISHAPS = ("none", "late", "next_day", "supplementary", "bad_rows", "wrong_total")
NOT_SPOILT = -1
_NEEDS_ROWS = ("supplementary", "bad_rows", "wrong_total")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoiler:
    """One way in which a row is written wrong, and the rule that must find it."""

    rule_id: str
    cells: dict[str, str]
    """Target → the text that stands there instead."""
    received_later: int = 0
    """Days by which the day of receipt is written too late."""
    closed_earlier: int = 0
    """Days before the receipt on which it is said to be closed; 0 for not so said."""


SPOILERS = (
    Spoiler(rule_id="type_date", cells={"received_on": "2020-02-30"}),
    Spoiler(rule_id="amount_negative", cells={"amount": "-100.00"}),
    Spoiler(rule_id="required", cells={"business_code": ""}),
    Spoiler(rule_id="received_after_day", cells={"accepted_on": "", "closed_on": ""}, received_later=1),
    Spoiler(rule_id="entry_kind_unknown", cells={"entry_kind": "牢骚"}),
    Spoiler(rule_id="unknown_amended", cells={"event": "更正"}),
    Spoiler(rule_id="type_amount", cells={"amount": "一百元"}),
    Spoiler(rule_id="date_order", cells={}, closed_earlier=3),
    Spoiler(rule_id="date_out_of_range", cells={"received_on": "3020-01-01"}),
    Spoiler(rule_id="event_unknown", cells={"event": "变更"}),
)


def mishaps_of(deliveries: pl.DataFrame, settings: DeliveryIncidents, draws: Draws) -> pl.Series:
    """What goes wrong with deliveries (`reporter`, `about`, `new_rows`, `daily`), a place in MISHAPS each."""
    number = (deliveries["about"].cast(pl.Int64) * 1000 + deliveries["reporter"].cast(pl.Int64)).to_numpy()
    shares = [getattr(settings, name) for name in MISHAPS[1:]]
    drawn = draws.chosen("mishap", number, [1 - sum(shares), *shares])
    needing = np.isin(drawn, [MISHAPS.index(name) for name in _NEEDS_ROWS])
    small = deliveries["new_rows"].to_numpy() < settings.smallest_file
    return pl.Series(np.where((needing & small) | ~deliveries["daily"].to_numpy(), 0, drawn), dtype=pl.Int8)


def in_parts(statements: pl.DataFrame, settings: DeliveryIncidents, draws: Draws) -> pl.DataFrame:
    """Statements with `mishap` and `new_rows`, told the `part` of the delivery they come in, and `spoilt`.

    Part 1 is what comes later: rows held back, bad rows mended, the whole file with its right total.
    """
    entry = statements["entry"].to_numpy()
    about = statements["about"].to_numpy().astype(np.int64)
    rank = pl.Series(draws.units("spoilt", entry))
    frame = statements.with_columns(
        part=pl.lit(0, dtype=pl.Int8),
        spoilt=pl.lit(NOT_SPOILT, dtype=pl.Int8),
        _held=pl.Series(draws.happens("held back", entry, settings.held_back)),
        _rank=rank,
    )
    is_new = pl.col("event") == NEW
    held = is_new & pl.col("_held") & (pl.col("mishap") == MISHAPS.index("supplementary"))
    frame = frame.with_columns(part=pl.when(held).then(pl.lit(1, dtype=pl.Int8)).otherwise("part"))
    allowed = (pl.col("new_rows") * settings.bad_share_most).floor().clip(1, settings.bad_rows_most)
    nth = pl.col("_rank").rank("ordinal").over("reporter", "about", "event")
    bad = is_new & (pl.col("mishap") == MISHAPS.index("bad_rows")) & (nth <= allowed)
    kind = (nth + pl.Series(about)) % len(SPOILERS)
    frame = frame.with_columns(spoilt=pl.when(bad).then(kind.cast(pl.Int8)).otherwise("spoilt"))
    again = frame.filter(
        (pl.col("spoilt") != NOT_SPOILT) | (pl.col("mishap") == MISHAPS.index("wrong_total"))
    ).with_columns(part=pl.lit(1, dtype=pl.Int8), spoilt=pl.lit(NOT_SPOILT, dtype=pl.Int8))
    return pl.concat([frame, again]).drop("_held", "_rank")
