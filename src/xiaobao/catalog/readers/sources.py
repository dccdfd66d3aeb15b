"""Reads `sources/<folder>/source.toml` and its `layouts/<id>.toml`."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time

import msgspec

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.institutions import Institution, Register
from xiaobao.catalog.readers.decoding import Record, Text, folders, stems, toml, wrong
from xiaobao.catalog.sources import (
    CallRecords,
    ColumnType,
    Events,
    FileFormat,
    Layout,
    LayoutColumn,
    RevisionType,
    Source,
    Subject,
)
from xiaobao.lib.words import Words

DUE = ("daily", "working_day", "on_demand")
ONE_PER = ("institution", "region")
_MINUTES_PER_DAY = 1440
HEADER_WITHIN_LIMIT = 100
_PROBE = datetime(2003, 11, 28, 17, 45, 9, tzinfo=UTC)


class _Simulated(Record, frozen=True, kw_only=True):
    """What is different in simulated homes, where the reporters of a region have other codes."""

    code: str
    due: str


class _Source(Record, frozen=True, kw_only=True):
    domain: str
    name: Text
    """`{institution}` or `{region}` stands for its name where the folder describes one source for each."""
    code: str | None = None
    """The pattern of the codes, such as `bank-{institution}`; without it the folder's name."""
    one_per: str | None = None
    except_regions: tuple[str, ...] = ()
    """Regions of the domain's standard without a branch office."""
    simulated: _Simulated | None = None
    subject: Subject = Subject.COMPLAINTS
    path: str | None = None
    institution: str | None = None
    events: Events
    revision: RevisionType
    revision_ahead_limit: int
    reject_share_limit: float
    superseded_share_limit: float
    deadline: time
    due: str


class _Column(Record, frozen=True, kw_only=True):
    target: str
    headers: list[str]
    type: ColumnType
    required: bool = False
    optional_column: bool = False
    lookup: dict[str, str] | None = None
    formats: tuple[str, ...] = ()
    separator: str = " › "


class _CallRecords(Record, frozen=True, kw_only=True):
    minutes: int
    target_seconds: int


class _Layout(Record, frozen=True, kw_only=True):
    column: list[_Column]
    ignored: dict[str, str] = msgspec.field(default_factory=dict)
    constants: dict[str, str] = msgspec.field(default_factory=dict)
    trailer: str | None = None
    group_total: str | None = None
    formats: tuple[FileFormat, ...] = tuple(FileFormat)
    header_within: int = 1
    sheet: str | None = None
    other_sheets: dict[str, str] = msgspec.field(default_factory=dict)
    call_records: _CallRecords | None = None


Registers = Mapping[tuple[str, bool], Register]


Regions = Mapping[str, Mapping[str, Words]]


def read_sources(
    files: CatalogFiles, *, registers: Registers, domains: Mapping[str, Domain], regions: Regions
) -> dict[str, Source]:
    """All sources by code."""
    found: dict[str, Source] = {}
    for folder in folders(files, "sources"):
        for source in _sources(files, folder, registers=registers, domains=domains, regions=regions):
            if source.code in found:
                raise wrong(
                    f"sources/{folder}/source.toml",
                    "code",
                    zh=f"{source.code} 重复",
                    en=f"{source.code} is there twice",
                )
            found[source.code] = source
    return found


def _sources(
    files: CatalogFiles,
    folder: str,
    *,
    registers: Registers,
    domains: Mapping[str, Domain],
    regions: Regions,
) -> Iterator[Source]:
    path = f"sources/{folder}/source.toml"
    stated = toml(files, path, _Source)
    _check(path, stated)
    names = stems(files, f"sources/{folder}/layouts", ".toml")
    layouts = tuple(_layout(files, f"sources/{folder}/layouts/{name}.toml", name) for name in names)
    if not layouts:
        raise wrong(path, "", zh="没有版式文件", en="there is no layout beside it")
    if stated.one_per is None:
        name = stated.name.words()
        yield _source(stated, layouts, code=folder, name=name, institution=stated.institution)
        return
    if stated.one_per == "region":
        domain = domains.get(stated.domain)
        # What names no domain or no standard of regions is told with its own file, once all are read.
        if domain is not None and domain.region_standard in regions:
            yield from _sources_of_regions(path, stated, layouts, regions[domain.region_standard])
        return
    for simulated in (False, True):
        register = registers.get((stated.domain, simulated))
        for institution in register.institutions.values() if register else ():
            yield _source_of(stated, layouts, institution)


def _sources_of_regions(
    path: str, stated: _Source, layouts: tuple[Layout, ...], regions: Mapping[str, Words]
) -> Iterator[Source]:
    for region in stated.except_regions:
        if region not in regions:
            raise wrong(path, "except_regions", zh=f"没有地区 {region}", en=f"there is no region {region}")
    assert stated.code is not None, "checked before"
    for region, of in regions.items():
        if region in stated.except_regions:
            continue
        name = Words(
            zh=stated.name.zh.replace("{region}", of.zh), en=stated.name.en.replace("{region}", of.en)
        )
        code = stated.code.replace("{region}", region)
        yield _source(stated, layouts, code=code, name=name, region=region)
        if stated.simulated is not None:
            invented = Words(zh=f"{name.zh}（模拟）", en=f"{name.en} (simulated)")
            code = stated.simulated.code.replace("{region}", region)
            due = stated.simulated.due
            yield _source(stated, layouts, code=code, name=invented, region=region, simulated=True, due=due)


def _source_of(stated: _Source, layouts: tuple[Layout, ...], institution: Institution) -> Source:
    assert stated.code is not None, "checked before"
    short = institution.short_name
    return _source(
        stated,
        layouts,
        code=stated.code.replace("{institution}", institution.code.lower()),
        name=Words(
            zh=stated.name.zh.replace("{institution}", short.zh),
            en=stated.name.en.replace("{institution}", short.en),
        ),
        institution=institution.code,
        simulated=institution.simulated,
    )


def _source(
    stated: _Source,
    layouts: tuple[Layout, ...],
    *,
    code: str,
    name: Words,
    institution: str | None = None,
    region: str | None = None,
    simulated: bool = False,
    due: str | None = None,
) -> Source:
    return Source(
        code=code,
        domain_id=stated.domain,
        simulated=simulated,
        name=name,
        path=stated.path,
        institution_code=institution,
        region_code=region,
        subject=stated.subject,
        events=stated.events,
        revision=stated.revision,
        revision_ahead_limit=stated.revision_ahead_limit,
        reject_share_limit=stated.reject_share_limit,
        superseded_share_limit=stated.superseded_share_limit,
        deadline=stated.deadline,
        due=due or stated.due,
        layouts=layouts,
    )


def _check(path: str, stated: _Source) -> None:
    if not {stated.due, stated.simulated.due if stated.simulated else stated.due} <= set(DUE):
        raise wrong(path, "due", zh=f"应为 {'、'.join(DUE)} 之一", en=f"is one of {', '.join(DUE)}")
    for key in ("reject_share_limit", "superseded_share_limit"):
        if not 0 <= getattr(stated, key) <= 1:
            raise wrong(path, key, zh="应在 0 与 1 之间", en="lies between 0 and 1")
    if stated.revision_ahead_limit < 0:
        raise wrong(path, "revision_ahead_limit", zh="不得为负", en="is not negative")
    if stated.one_per not in (None, *ONE_PER):
        raise wrong(
            path, "one_per", zh=f"应为 {'、'.join(ONE_PER)} 之一", en=f"is one of {', '.join(ONE_PER)}"
        )
    if stated.one_per != "region" and (stated.except_regions or stated.simulated):
        raise wrong(
            path,
            "one_per",
            zh="except_regions 与 simulated 只用于按地区的来源",
            en="except_regions and simulated are of sources by region",
        )
    _check_subject(path, stated)
    if (stated.one_per is None) != (stated.code is None):
        raise wrong(
            path, "code", zh="当且仅当有 one_per 时填写", en="is stated exactly where one_per is stated"
        )


def _check_subject(path: str, stated: _Source) -> None:
    if stated.subject is not Subject.CALLS:
        return
    if stated.one_per != "region":
        raise wrong(path, "one_per", zh="接听来源按地区设", en="sources of calls are one per region")
    if stated.reject_share_limit or stated.events is not Events.SNAPSHOT:
        raise wrong(
            path,
            "reject_share_limit",
            zh="接听文件整日替换，须整份接收：reject_share_limit 为 0，events 为 snapshot",
            en="a file of calls states a whole day: reject_share_limit is 0, events snapshot",
        )


def _layout(files: CatalogFiles, path: str, layout_id: str) -> Layout:
    stated = toml(files, path, _Layout)
    headers = [header for column in stated.column for header in column.headers] + list(stated.ignored)
    targets = [column.target for column in stated.column] + list(stated.constants)
    for key, names in (("headers", headers), ("target", targets)):
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise wrong(path, key, zh=f"{twice} 重复", en=f"{twice} is there twice")
    for form in (form for column in stated.column for form in column.formats):
        _check_format(path, form)
    _check_files(path, stated)
    return Layout(
        id=layout_id,
        columns=tuple(_column(column) for column in stated.column),
        ignored=stated.ignored,
        constants=stated.constants,
        trailer=stated.trailer,
        group_total=stated.group_total,
        formats=stated.formats,
        header_within=stated.header_within,
        sheet=stated.sheet,
        other_sheets=stated.other_sheets,
        call_records=_call_records(path, stated.call_records),
    )


def _call_records(path: str, stated: _CallRecords | None) -> CallRecords | None:
    if stated is None:
        return None
    if stated.minutes < 1 or _MINUTES_PER_DAY % stated.minutes or stated.target_seconds < 1:
        raise wrong(
            path,
            "call_records",
            zh="minutes 应能整除一日的 1440 分钟，target_seconds 应为正",
            en="minutes divide the 1440 of a day, target_seconds are positive",
        )
    return CallRecords(minutes=stated.minutes, target_seconds=stated.target_seconds)


def _check_files(path: str, stated: _Layout) -> None:
    if not 1 <= stated.header_within <= HEADER_WITHIN_LIMIT:
        raise wrong(
            path,
            "header_within",
            zh=f"应在 1 与 {HEADER_WITHIN_LIMIT} 之间",
            en=f"lies between 1 and {HEADER_WITHIN_LIMIT}",
        )
    if not stated.formats:
        raise wrong(path, "formats", zh="至少应有一种", en="names one at least")
    if stated.group_total is not None and stated.group_total in ("", stated.trailer):
        raise wrong(path, "group_total", zh="应与 trailer 不同且不为空", en="is not the trailer's text")
    if stated.sheet in stated.other_sheets:
        raise wrong(path, "other_sheets", zh=f"{stated.sheet} 重复", en=f"{stated.sheet} is there twice")


def _check_format(path: str, form: str) -> None:
    """A form of dates that does not give the date back, such as %M for the month, is refused."""
    try:
        fits = datetime.strptime(_PROBE.strftime(form), form).replace(tzinfo=UTC).date() == _PROBE.date()
    except ValueError:
        fits = False
    if not fits:
        raise wrong(path, "formats", zh=f"{form} 读不回同一日期", en=f"{form} gives another date back")


def _column(stated: _Column) -> LayoutColumn:
    return LayoutColumn(
        target=stated.target,
        headers=tuple(stated.headers),
        type=stated.type,
        required=stated.required,
        optional_column=stated.optional_column,
        lookup=stated.lookup,
        formats=stated.formats,
        separator=stated.separator,
    )
