"""Both paths of simulated days as the ledger has them, and which entries are one matter."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from xiaobao.analysis.linkage.records import COLUMNS
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.lib.periods import Period
from xiaobao.privacy.masking import Masker
from xiaobao.simulate.years.course import Course
from xiaobao.simulate.years.draws import Draws
from xiaobao.simulate.years.handling import Handled, handled
from xiaobao.simulate.years.injections import Injection
from xiaobao.simulate.years.plan import course_for, read_settings
from xiaobao.simulate.years.sheets import Sheets
from xiaobao.simulate.years.statements import WITHDRAW, rounds_of, statements_of
from xiaobao.simulate.years.together import NONE
from xiaobao.simulate.years.write import sheets_of

LEAD = timedelta(days=20)
_OTHER_PHONE = "another phone {}"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Entries of either path, and the truth."""

    hotline: pl.DataFrame
    bank: pl.DataFrame
    pairs: pl.DataFrame
    """`hotline_no`, `bank_no`: one matter, both in the frames."""


def world(catalog: Catalog, *, period: Period, seed: int, scale: float) -> World:
    """The period's hotline, the banks' entries from twenty days before it."""
    whole = Period(from_on=period.from_on - LEAD, to_on=period.to_on)
    settings, draws = read_settings(catalog, daily_from=whole.from_on), Draws(seed=seed)
    course = course_for(catalog, settings, period=whole, draws=draws, scale=scale)
    fates = handled(course, settings.years.handling, draws)
    sheets = sheets_of(catalog, settings, course, fates, draws)
    masker = Masker(catalog.masking)
    first = settings.years.daily_from
    hotline = _stated(course, fates, sheets, masker, daily_from=first, on_hotline=True)
    hotline = hotline.filter(pl.col("received_on") >= period.from_on)
    bank = _stated(course, fates, sheets, masker, daily_from=first, on_hotline=False)
    names = {label: code for code, label in _labels(catalog).items()}
    hotline, bank = (
        side.with_columns(pl.col("institution_code").replace_strict(names, default=None))
        for side in (hotline, bank)
    )
    twins = course.entries.filter(pl.col("on_hotline") & (pl.col("twin") != NONE))
    pairs = pl.DataFrame(
        {
            "hotline_no": sheets.numbers.gather(twins["entry"]),
            "bank_no": sheets.numbers.gather(twins["twin"]),
        }
    )
    pairs = pairs.join(hotline, left_on="hotline_no", right_on="complaint_no", how="semi")
    pairs = pairs.join(bank, left_on="bank_no", right_on="complaint_no", how="semi")
    return World(hotline=hotline.select(COLUMNS), bank=bank.select(COLUMNS), pairs=pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotline:
    """What the hotline received, and what was put in on purpose."""

    complaints: pl.DataFrame
    """`complaint_no`, `day`, `text` (numbers masked), `institution`, `business.1`, `injection`."""
    injections: tuple[Injection, ...]


def hotline_of(catalog: Catalog, *, period: Period, seed: int, scale: float) -> Hotline:
    """The complaints of the hotline's days about institutions of the list, as they stand at the end."""
    settings, draws = read_settings(catalog, daily_from=period.from_on), Draws(seed=seed)
    course = course_for(catalog, settings, period=period, draws=draws, scale=scale)
    fates = handled(course, settings.years.handling, draws)
    sheets = sheets_of(catalog, settings, course, fates, draws)
    first = settings.years.daily_from
    stated = _stated(course, fates, sheets, Masker(catalog.masking), daily_from=first, on_hotline=True)
    names = {label: code for code, label in _labels(catalog).items()}
    table = catalog.standards[catalog.domain("pbc").standard_ids[-1]].tables[Facet.BUSINESS]
    tops = {code: table.ancestor(code, 1) for code in stated["business_code"].drop_nulls().unique()}
    injection = pl.DataFrame(
        {"complaint_no": sheets.numbers, "injection": course.entries["injection"].cast(pl.Int64)}
    )
    complaints = (
        stated.with_columns(
            pl.col("institution_code").replace_strict(names, default=None).alias("institution"),
            pl.col("business_code").replace_strict(tops, default=None).alias("business.1"),
        )
        .drop_nulls(["institution", "text"])
        .with_columns(pl.col("business.1").fill_null("unmapped"))
        .join(injection, on="complaint_no", how="left")
        .select("complaint_no", "text", "institution", "business.1", "injection", day="received_on")
    )
    return Hotline(complaints=complaints, injections=course.injections)


def _labels(catalog: Catalog) -> dict[str, str]:
    register = catalog.register("pbc", simulated=True)
    return {code: register.label(code).zh for code in register.institutions}


def _stated(
    course: Course, fates: Handled, sheets: Sheets, masker: Masker, *, daily_from: date, on_hotline: bool
) -> pl.DataFrame:
    """Complaints of one path as they stand at the end."""
    rounds = rounds_of(course, daily_from=daily_from, on_hotline=on_hotline)
    statements = statements_of(course, fates, rounds, on_hotline=on_hotline)
    last = statements.unique("entry", keep="last", maintain_order=True).sort("entry")
    values = sheets.values(last.filter(pl.col("event") != WITHDRAW))
    complaints = values.filter(pl.col("entry_kind") == "complaint")
    # The bank as a whole: its card center is part of it.
    institution = pl.col("institution_code").str.replace("信用卡中心$", "")
    return complaints.select(
        pl.lit("hotline" if on_hotline else "bank").alias("source_code"),
        *(pl.col(name) for name in COLUMNS if name in complaints.columns and name != "institution_code"),
        institution.alias("institution_code"),
        pl.col("contact").alias("contact_key"),
        pl.when(pl.col("identity") != "").then("identity").alias("identity_key"),
        masker_text(complaints, masker),
    ).with_columns(
        pl.col("amount").replace("", None).cast(pl.Decimal(18, 2)),
        *(pl.col(name).replace("", None) for name in ("business_code", "cause_code", "product", "repeats")),
    )


def masker_text(complaints: pl.DataFrame, masker: Masker) -> pl.Series:
    """The narratives with their numbers masked, as a home keeps them."""
    return masker.mask_all(complaints["narrative"]).alias("text")


def blurred(
    one: World,
    *,
    seed: int,
    without_contact: float = 0.0,
    other_phone: float = 0.0,
    without_text: float = 0.0,
) -> World:
    """The same with contacts that the hotline lacks or has otherwise, and texts that are gone."""
    generator = np.random.default_rng(seed)
    units = generator.random((len(one.hotline), 2))
    phone = (
        pl.when(pl.Series(units[:, 0] < without_contact))
        .then(None)
        .when(pl.Series(units[:, 0] > 1 - other_phone))
        .then(pl.format(_OTHER_PHONE, pl.int_range(pl.len())))
    )
    text = pl.when(pl.Series(units[:, 1] < without_text)).then(None).otherwise("text")
    hotline = one.hotline.with_columns(contact_key=phone.otherwise("contact_key"), text=text.alias("text"))
    return World(hotline=hotline, bank=one.bank, pairs=one.pairs)
