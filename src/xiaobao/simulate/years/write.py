"""A course of years as a folder: files of both paths and of calls, the manifest, and the truth about them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.sources import ColumnType, Layout, Source
from xiaobao.lib.periods import Period
from xiaobao.simulate.manifest import PlannedDelivery, write_manifest
from xiaobao.simulate.years.call_files import write_calls
from xiaobao.simulate.years.coding import numbered
from xiaobao.simulate.years.course import Course
from xiaobao.simulate.years.delivered import Way, write_months
from xiaobao.simulate.years.dispatch import dispatch
from xiaobao.simulate.years.draws import Draws
from xiaobao.simulate.years.handling import Handled, handled
from xiaobao.simulate.years.mishaps import MISHAPS
from xiaobao.simulate.years.plan import Settings, course_for, read_settings, reporters_of
from xiaobao.simulate.years.sheets import Sheets
from xiaobao.simulate.years.statements import rounds_of, statements_of
from xiaobao.simulate.years.telling import Teller
from xiaobao.simulate.years.truth import TruthWriter

_TICK = timedelta(milliseconds=1)
_EXCESS = 3
"""Rows too many that a wrong total states."""

_README = """# Simulated years 模拟报送

Reports of 18 invented banks and of an invented hotline: no bank, no person and no complaint in them exists.
本文件夹全部内容均为虚构，不涉及任何真实机构、个人和投诉。

* seed {seed}, from {from_on} to {last_on}, {scale:g} times the volumes of the catalog
* `files/`: as the reporters would write them, by month; `deliveries.jsonl`: what is delivered when
* `truth/`: what was put in on purpose, what belongs together, what a right ledger holds (docs/simulator.md)

Play it into a *simulated* home: `xiaobao simulate --from {from_on} --to {last_on} --seed {seed} --home HOME`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One run while it is written."""

    catalog: Catalog
    settings: Settings
    course: Course
    fates: Handled
    sheets: Sheets
    draws: Draws
    folder: Path


def write_years(
    catalog: Catalog,
    *,
    period: Period,
    seed: int,
    scale: float,
    folder: Path,
    branches: tuple[str, ...] = (),
    daily_from: date | None = None,
) -> Path:
    """Write the folder, the same for the same arguments and catalog; the path of its manifest.

    UserError for a period whose volumes nobody has set, and for a branch that does not exist. `scale`
    multiplies the volumes of the catalog; all calls come to the `branches` of these regions (none: to all);
    before `daily_from` (the catalog's where None) a source delivers once a month.
    """
    settings, draws = read_settings(catalog, daily_from=daily_from), Draws(seed=seed)
    course = course_for(catalog, settings, period=period, draws=draws, scale=scale, branches=branches)
    run = _run(catalog, settings, course, draws, folder)
    reporters = reporters_of(catalog, settings, course)
    readme = _README.format(seed=seed, from_on=period.from_on, last_on=period.last_on, scale=scale)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(readme, encoding="utf-8")
    truth = TruthWriter(
        folder=folder,
        course=course,
        numbers=run.sheets.numbers,
        bank_sources=reporters.banks,
        branch_sources=reporters.branches,
        draws=draws,
    )
    truth.intentions()
    planned = [
        *_write_path(run, reporters.banks, truth, on_hotline=False),
        *_write_path(run, reporters.branches, truth, on_hotline=True),
        *write_calls(course, reporters.exchanges, years=settings.years, draws=draws, folder=folder),
    ]
    zone = catalog.domain(settings.domain_id).time_zone
    return write_manifest(_one_at_a_time(planned, zone), folder)  # last: it says that the folder is whole


def _run(catalog: Catalog, settings: Settings, course: Course, draws: Draws, folder: Path) -> _Run:
    fates = handled(course, settings.years.handling, draws)
    return _Run(
        catalog=catalog,
        settings=settings,
        course=course,
        fates=fates,
        sheets=sheets_of(catalog, settings, course, fates, draws),
        draws=draws,
        folder=folder,
    )


def sheets_of(catalog: Catalog, settings: Settings, course: Course, fates: Handled, draws: Draws) -> Sheets:
    """What writes the statements of a course."""
    register = catalog.register(settings.domain_id, simulated=True)
    names = tuple(register.label(bank.code).zh for bank in course.banks)
    centers = tuple(register.units[f"{bank.code}-CC"].zh for bank in course.banks)
    teller = Teller(
        course=course,
        tellings=settings.tellings,
        intentions=settings.intentions,
        people=settings.years.people,
        draws=draws,
        bank_names=names,
    )
    return Sheets(
        course=course,
        fates=fates,
        years=settings.years,
        draws=draws,
        teller=teller,
        numbers=numbered(course),
        bank_names=names,
        center_names=centers,
    )


def _write_path(
    run: _Run, sources: tuple[Source, ...], truth: TruthWriter, *, on_hotline: bool
) -> list[PlannedDelivery]:
    """Write one path's files and truth; what is delivered when, in local moments without a zone."""
    rounds = rounds_of(run.course, daily_from=run.settings.years.daily_from, on_hotline=on_hotline)
    statements = statements_of(run.course, run.fates, rounds, on_hotline=on_hotline)
    sent = dispatch(
        run.course,
        statements,
        rounds,
        sources=sources,
        delivering=run.course.answering if on_hotline else tuple(range(len(sources))),
        years=run.settings.years,
        draws=run.draws,
    )
    ways = tuple(_way(run, source) for source in sources)
    files = []
    for month in write_months(sent, run.sheets, ways, run.folder):
        files.append(month.files)
        truth.stated(month.last, sources)
        truth.rejected(month.spoilt, sources)
    deliveries = sent.deliveries.join(pl.concat(files), on=["reporter", "about", "part"], how="left")
    truth.returned(deliveries.filter(_is_wrong()), sources)
    return list(_planned(deliveries, sources, run.course, daily_from=run.settings.years.daily_from))


def _way(run: _Run, source: Source) -> Way:
    """How a reporter writes: banks by their habits, branches all alike."""
    habits, bank = run.settings.years.habits, source.institution_code
    encodings = dict.fromkeys(habits.gb18030, "gb18030") | dict.fromkeys(habits.utf8_plain, "utf-8")
    if bank is None:
        (layout,) = source.layouts
    else:
        layout = next(each for each in source.layouts if each.id == run.settings.layout_id)
    choice = sum((bank or "").encode())
    return Way(
        source=source,
        layout=layout,
        short=bank or f"12363-{source.region_code}",
        encoding=encodings.get(bank or "", "utf-8-sig"),
        with_trailer=bank not in habits.without_trailer,
        date_format=_format(layout, ColumnType.DATE, choice),
        moment_format=_format(layout, ColumnType.MOMENT, choice),
    )


def _format(layout: Layout, kind: ColumnType, choice: int) -> str:
    formats = next((column.formats for column in layout.columns if column.type is kind), ("",))
    return formats[choice % len(formats)]


def _is_wrong() -> pl.Expr:
    """Whether a delivery states a wrong total."""
    return (pl.col("mishap") == MISHAPS.index("wrong_total")) & (pl.col("part") == 0)


def _planned(
    deliveries: pl.DataFrame, sources: tuple[Source, ...], course: Course, *, daily_from: date
) -> Iterator[PlannedDelivery]:
    first_told = _first_told(deliveries, course, daily_from)
    for row in deliveries.with_columns(wrong=_is_wrong()).iter_rows(named=True):
        yield PlannedDelivery(
            at=row["at"],
            mark="simulated",
            source_code=sources[row["reporter"]].code,
            day=course.days.days[row["about"]],
            kind=row["kind"],
            revision=row["revision"],
            stated_total=row["rows"] + (_EXCESS if row["wrong"] else 0),
            file=row["file"],
            covers_from=None if row["kind"] == "supplementary" else first_told.get(row["about"]),
        )


def _first_told(deliveries: pl.DataFrame, course: Course, daily_from: date) -> dict[int, date]:
    """Place of the day of a delivery → first day it states, for those that state days by the month."""
    places = sorted(deliveries["about"].unique().to_list())
    firsts = {place: course.days.days[before + 1] for before, place in pairwise((-1, *places))}
    return {
        place: first
        for place, first in firsts.items()
        if first < daily_from and first != course.days.days[place]
    }


def _one_at_a_time(planned: Iterable[PlannedDelivery], zone: ZoneInfo) -> Iterator[PlannedDelivery]:
    """In order of arrival, no two at the same moment, in the bureau's time."""
    earliest = None
    for each in sorted(planned, key=lambda each: (each.at, each.source_code)):
        at = each.at.replace(tzinfo=zone)
        at = at if earliest is None else max(at, earliest)
        earliest = at + _TICK
        yield msgspec.structs.replace(each, at=at)
