"""Reads `sources/<folder>/source.toml`: one source, or one for each institution or region."""

from collections.abc import Iterator, Mapping
from datetime import time

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.institutions import Institution, Register
from xiaobao.catalog.readers.decoding import Record, Text, folders, toml, wrong
from xiaobao.catalog.readers.layouts import read_layouts
from xiaobao.catalog.sources import Events, Layout, RevisionType, Source, Subject
from xiaobao.lib.words import Words

DUE = ("daily", "working_day", "on_demand")
ONE_PER = ("institution", "region")


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
    layouts = read_layouts(files, f"sources/{folder}/layouts")
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
