"""Banks' reports of simulated days as the ledger has them, some banks coding wrongly from a day on."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.periods import Period
from xiaobao.privacy.masking import Masker
from xiaobao.simulate.years.draws import Draws
from xiaobao.simulate.years.handling import handled
from xiaobao.simulate.years.intentions import Miscoding
from xiaobao.simulate.years.miscodings import WrongBank
from xiaobao.simulate.years.plan import course_for, read_settings
from xiaobao.simulate.years.statements import WITHDRAW, rounds_of, statements_of
from xiaobao.simulate.years.write import sheets_of

FIRST, DAYS = date(2020, 3, 2), 60


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Entries of the banks, and who is wrong."""

    rows: pl.DataFrame
    """`complaint_no`, `institution`, `day`, `entry_kind`, `business_code`, `cause_code`, `text`."""
    wrong: tuple[WrongBank, ...]


def world(catalog: Catalog, *, seed: int, scale: float, miscoding: tuple[Miscoding, ...]) -> World:
    """Sixty days of the banks' reports as they stand at the end."""
    settings, draws = read_settings(catalog, daily_from=FIRST), Draws(seed=seed)
    settings = replace(settings, miscoding=miscoding)
    period = Period(from_on=FIRST, to_on=FIRST + timedelta(days=DAYS))
    course = course_for(catalog, settings, period=period, draws=draws, scale=scale)
    fates = handled(course, settings.years.handling, draws)
    sheets = sheets_of(catalog, settings, course, fates, draws)
    rounds = rounds_of(course, daily_from=FIRST, on_hotline=False)
    last = statements_of(course, fates, rounds, on_hotline=False).unique(
        "entry", keep="last", maintain_order=True
    )
    values = sheets.values(last.filter(pl.col("event") != WITHDRAW).sort("entry"))
    text = Masker(catalog.masking).mask_all(values["narrative"]).alias("text")
    rows = values.select(
        "complaint_no",
        pl.col("complaint_no").str.head(4).alias("institution"),
        pl.col("received_on").alias("day"),
        "entry_kind",
        "business_code",
        "cause_code",
        text,
    )
    return World(rows=rows, wrong=course.wrong_banks)
