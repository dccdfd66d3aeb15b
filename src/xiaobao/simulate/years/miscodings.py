"""Banks that code otherwise than they should, or record complaints as enquiries, from a day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from xiaobao.simulate.years.calendar import CourseDays
from xiaobao.simulate.years.cells import Bank
from xiaobao.simulate.years.draws import Draws, Integers
from xiaobao.simulate.years.intentions import Miscoding
from xiaobao.simulate.years.together import NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongBank:
    """One bank that reports wrongly."""

    kind: str
    bank: int
    """Place in the banks."""
    bank_code: str
    from_on: date
    first: int
    """Place of that day."""
    share: float


def wrong_banks(
    ranges: Sequence[Miscoding], days: CourseDays, banks: Sequence[Bank], draws: Draws
) -> tuple[WrongBank, ...]:
    """Who reports wrongly, drawn; a beginning outside the course is moved to its nearest day."""
    return tuple(found for each in ranges for found in _drawn(each, days, banks, draws))


def _drawn(each: Miscoding, days: CourseDays, banks: Sequence[Bank], draws: Draws) -> tuple[WrongBank, ...]:
    generator = draws.generator(f"miscoding:{each.id}")
    chosen = np.sort(generator.choice(len(banks), size=min(each.banks, len(banks)), replace=False))
    first, last = (min(max(days.place(day), 0), len(days.days) - 1) for day in (each.from_on, each.to_on))
    starts = generator.integers(first, last + 1, len(chosen))
    shares = generator.uniform(*each.share, len(chosen))
    return tuple(
        WrongBank(
            kind=each.kind,
            bank=bank,
            bank_code=banks[bank].code,
            from_on=days.days[start],
            first=start,
            share=share,
        )
        for bank, start, share in zip(chosen.tolist(), starts.tolist(), shares.tolist(), strict=True)
    )


def wrongly_told(rows: pl.DataFrame, wrong: Sequence[WrongBank], draws: Draws) -> Integers:
    """For every row (`entry`, `day`, `bank`, `kind`, `injection`, `on_hotline`) the first place in `wrong`
    that it falls to; -1 for what is reported as it should be.

    What was put in on purpose is left alone, so that its size is exact.
    """
    entry, day, bank = (rows[name].to_numpy() for name in ("entry", "day", "bank"))
    able = ~rows["on_hotline"].to_numpy() & (rows["kind"].to_numpy() == 0)
    able &= rows["injection"].to_numpy() == NONE
    told = np.full(len(rows), NONE, dtype=np.int64)
    for place, each in enumerate(wrong):
        chosen = able & (bank == each.bank) & (day >= each.first) & (told == NONE)
        told[chosen & draws.happens(f"miscoded:{place}", entry, each.share)] = place
    return told
