"""What a run of years is made of: settings of the catalog, sources that deliver, the course drawn."""

from dataclasses import dataclass
from datetime import date

import msgspec

from xiaobao.catalog.catalog import Catalog, CatalogError
from xiaobao.catalog.sources import Source, Subject
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import Period
from xiaobao.lib.words import Words
from xiaobao.simulate.ranges import Coded, read_file, read_ranges, read_scenarios, require_codes
from xiaobao.simulate.years.calendar import STREAMS, course_days
from xiaobao.simulate.years.cells import banks_of
from xiaobao.simulate.years.course import Course, course_of
from xiaobao.simulate.years.draws import Draws
from xiaobao.simulate.years.intentions import (
    INJECTIONS_FILE,
    MISCODING_FILE,
    Intentions,
    Miscoding,
    Miscodings,
)
from xiaobao.simulate.years.settings import YEARS_FILE, Years
from xiaobao.simulate.years.tellings import TELLINGS_FILE, Tellings
from xiaobao.simulate.years.topics import topics_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The simulator's own files of the catalog."""

    domain_id: str
    layout_id: str
    years: Years
    intentions: Intentions
    tellings: Tellings
    miscoding: tuple[Miscoding, ...] = ()
    """Who reports wrongly; nobody where the catalog has no such file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporters:
    """Who delivers: in the order of the course's banks and regions."""

    banks: tuple[Source, ...]
    branches: tuple[Source, ...]
    exchanges: tuple[Source, ...]
    """The branches' files of calls."""


def read_settings(catalog: Catalog, *, daily_from: date | None = None) -> Settings:
    """The settings; CatalogError where a file is missing, has a wrong key or a code no standard has.

    `daily_from` stands in for the day from which reporting is daily.
    """
    ranges = read_ranges(catalog)
    years = read_file(catalog.files, YEARS_FILE, Years)
    intentions = read_file(catalog.files, INJECTIONS_FILE, Intentions)
    coded: tuple[Coded, ...] = (*intentions.theme, *intentions.letter, *intentions.known)
    for each in coded:
        require_codes(catalog, INJECTIONS_FILE, each)
    wrong = MISCODING_FILE in catalog.files
    return Settings(
        domain_id=ranges.domain,
        layout_id=ranges.layout,
        years=years if daily_from is None else msgspec.structs.replace(years, daily_from=daily_from),
        intentions=intentions,
        tellings=read_file(catalog.files, TELLINGS_FILE, Tellings),
        miscoding=read_file(catalog.files, MISCODING_FILE, Miscodings).miscoding if wrong else (),
    )


def course_for(
    catalog: Catalog,
    settings: Settings,
    *,
    period: Period,
    draws: Draws,
    scale: float,
    branches: tuple[str, ...] = (),
) -> Course:
    """The course of a period; UserError for a period whose volumes nobody has set, and an unknown branch."""
    years = settings.years
    _require_volumes(years, period)
    _require_branches(years, branches)
    register = catalog.register(settings.domain_id, simulated=True)
    groups = {code: register.institutions[code].group_on(period.last_on) or "" for code in years.shares.banks}
    return course_of(
        days=course_days(years, catalog.calendar_of(settings.domain_id), period),
        banks=banks_of(years, groups),
        topics=topics_of(read_scenarios(catalog), settings.intentions, settings.tellings),
        years=years,
        intentions=settings.intentions,
        miscoding=settings.miscoding,
        draws=draws,
        scale=scale,
        branches=branches,
    )


def reporters_of(catalog: Catalog, settings: Settings, course: Course) -> Reporters:
    """The sources behind the course's banks and regions; CatalogError where one is missing."""
    sources = catalog.sources_of(settings.domain_id, simulated=True)
    complaints = [source for source in sources if source.subject is Subject.COMPLAINTS]
    by_bank = {source.institution_code: source for source in complaints}
    by_region = {source.region_code: source for source in complaints}
    calls = {source.region_code: source for source in sources if source.subject is Subject.CALLS}
    return Reporters(
        banks=tuple(_one(by_bank, bank.code) for bank in course.banks),
        branches=tuple(_one(by_region, region) for region in course.regions),
        exchanges=tuple(_one(calls, region) for region in course.regions),
    )


def _one(sources: dict[str | None, Source], key: str) -> Source:
    if key not in sources:
        raise CatalogError(Words(zh=f"{key} 没有模拟来源", en=f"nobody reports for {key} in simulated homes"))
    return sources[key]


def _require_branches(years: Years, branches: tuple[str, ...]) -> None:
    for branch in branches:
        if branch not in years.regions.hotline:
            known = ", ".join(years.regions.hotline)
            raise UserError(
                Words(
                    zh=f"{branch} 没有热线分支机构；已有：{known}",
                    en=f"the hotline has no branch in {branch}; it has them in {known}",
                )
            )


def _require_volumes(years: Years, period: Period) -> None:
    for stream in STREAMS:
        missing = {day.year for day in (period.from_on, period.last_on)} - set(years.volume[stream])
        if missing:
            first, last = min(years.volume[stream]), max(years.volume[stream])
            raise UserError(
                Words(
                    zh=f"模拟只有 {first} 至 {last} 年的业务量（{YEARS_FILE}）；请选择这些年份内的日期",
                    en=f"volumes are set for {first} to {last} only ({YEARS_FILE}); choose days within them",
                )
            )
