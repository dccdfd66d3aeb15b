"""What must hold between catalog files, once each is readable by itself."""

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.catalog.deadlines import LimitSet
from xiaobao.catalog.detectors import LevelShift
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.measures import Measure
from xiaobao.catalog.readers.decoding import wrong
from xiaobao.catalog.sources import ColumnType, Layout, Source
from xiaobao.catalog.tags import Tag
from xiaobao.lib.text import tidy


def check(catalog: Catalog) -> None:
    """CatalogError for the first thing that does not fit together."""
    for domain in catalog.domains.values():
        _check_domain(catalog, domain)
    for source in catalog.sources.values():
        _check_source(catalog, source)
    for tag in catalog.tags.values():
        _check_tag(catalog, tag)
    for limits in catalog.deadlines.values():
        _check_limits(catalog, limits)
    for measure in catalog.measures.values():
        _check_measure(catalog, measure)
    for domain_id in catalog.plausibility:
        if domain_id not in catalog.domains:
            raise wrong("plausibility.toml", domain_id, zh="没有这个领域", en="is no domain")
    for calendar_id in catalog.detectors.spring_festivals:
        if calendar_id not in catalog.calendars:
            raise wrong(
                "detectors.toml", f"spring_festival.{calendar_id}", zh="没有这个日历", en="is no calendar"
            )
    for shift in catalog.detectors.level_shifts:
        _check_shift(catalog, shift)


def _check_domain(catalog: Catalog, domain: Domain) -> None:
    path = f"domains/{domain.id}.toml"
    if domain.calendar_id not in catalog.calendars:
        raise wrong(
            path, "calendar", zh=f"没有日历 {domain.calendar_id}", en=f"no calendar {domain.calendar_id}"
        )
    if domain.region_standard not in catalog.regions:
        raise wrong(
            path,
            "region_standard",
            zh=f"没有地区标准 {domain.region_standard}",
            en=f"no region standard {domain.region_standard}",
        )
    first_on = min((catalog.standards[each].from_on for each in domain.standard_ids), default=None)
    if first_on is not None and domain.earliest_on > first_on:
        raise wrong(
            path,
            "earliest_on",
            zh=f"晚于首个分类标准的生效日 {first_on}",
            en=f"is later than {first_on}, from which the first coding standard is in force",
        )
    if (domain.id, False) not in catalog.registers:
        raise wrong(
            f"domains/{domain.id}/register/institutions.csv", "", zh="没有机构名册", en="there is no register"
        )


def _check_source(catalog: Catalog, source: Source) -> None:
    path = f"source {source.code}"
    domain = catalog.domains.get(source.domain_id)
    if domain is None:
        raise wrong(path, "domain", zh=f"没有领域 {source.domain_id}", en=f"no domain {source.domain_id}")
    if (source.path is None) != (not domain.paths) or (source.path and source.path not in domain.paths):
        raise wrong(
            path, "path", zh="与领域的统计路径不符", en=f"does not fit the paths of domain {domain.id}"
        )
    register = catalog.registers.get((domain.id, source.simulated))
    if source.institution_code and (register is None or not register.listed(source.institution_code)):
        raise wrong(path, "institution", zh="不在机构名册中", en="is not in the register")
    for facet in _facets(source):
        _check_tables(catalog, domain, facet)
    for place, layout in enumerate(source.layouts):
        for other in source.layouts[place + 1 :]:
            if _both_fit(layout, other):
                raise wrong(
                    path,
                    f"layouts {layout.id}, {other.id}",
                    zh="同一表头可被两个版式读取",
                    en="one header fits both",
                )


def _facets(source: Source) -> set[Facet]:
    """The facets that some layout of the source states codes of."""
    columns = (column for layout in source.layouts for column in layout.columns)
    return {Facet(one.target.removesuffix("_code")) for one in columns if one.type is ColumnType.CODE}


def _check_tables(catalog: Catalog, domain: Domain, facet: Facet) -> None:
    for standard_id in domain.standard_ids:
        if facet not in catalog.standards[standard_id].tables:
            raise wrong(
                f"standards/{standard_id}/{facet.value}.csv",
                "",
                zh="没有这个文件，而来源的版式要用",
                en="there is no such file, and a source's layout states its codes",
            )


def headers_of(layout: Layout) -> tuple[frozenset[str], frozenset[str]]:
    """(headers a file of the layout must have, all it may have), as compared; ignored ones may be absent."""
    needed = {h for column in layout.columns if not column.optional_column for h in column.headers}
    known = {header for column in layout.columns for header in column.headers} | set(layout.ignored)
    return frozenset(map(header_key, needed)), frozenset(map(header_key, known))


def header_key(header: str) -> str:
    """The form under which headers are compared: tidy, upper and lower case alike."""
    return tidy(header).casefold()


def _both_fit(one: Layout, other: Layout) -> bool:
    """True when some header would fit both layouts."""
    (needed, known), (also_needed, also_known) = headers_of(one), headers_of(other)
    return (needed | also_needed) <= (known & also_known)


def _check_tag(catalog: Catalog, tag: Tag) -> None:
    tables = [table for standard in catalog.standards.values() for table in standard.tables.values()]
    for column, values in tag.columns.items():
        known = {code for table in tables if table.facet.column == column for code in table.codes}
        for value in values:
            if known and value not in known:
                raise wrong(
                    "tags.toml",
                    f"{tag.id}.columns.{column}",
                    zh=f"没有代码 {value}",
                    en=f"no standard has the code {value}",
                )


def _check_measure(catalog: Catalog, measure: Measure) -> None:
    path = f"measures/{measure.id}.toml"
    limits = {limit.id for limits in catalog.deadlines.values() for limit in limits.limits}
    for key, stated, known in (("limit", measure.limit, limits), ("tag", measure.tag, set(catalog.tags))):
        if stated is not None and stated not in known:
            listed = ", ".join(sorted(known)) or "-"
            raise wrong(
                path, key, zh=f"没有 {stated}；已有：{listed}", en=f"there is no {stated}; known: {listed}"
            )


def _check_shift(catalog: Catalog, shift: LevelShift) -> None:
    """A code or region that no table has would leave every series as it was, without a word.

    Institutions are those of a home: its surges refuse one that is not in its register.
    """
    tables = [table for standard in catalog.standards.values() for table in standard.tables.values()]
    for dimension, member in shift.where.items():
        facet = dimension.partition(".")[0]
        known = {code for table in tables if table.facet.value == facet for code in table.codes}
        if dimension == "region":
            known = {code for regions in catalog.regions.values() for code in regions}
        if known and member not in known:
            raise wrong(
                "detectors.toml", f"level_shift.where.{dimension}", zh=f"没有 {member}", en=f"no {member}"
            )


def _check_limits(catalog: Catalog, limits: LimitSet) -> None:
    domain = catalog.domains.get(limits.domain_id)
    if domain is None:
        raise wrong("deadlines.toml", limits.id, zh="没有这个领域", en="is of no domain")
    for limit in limits.limits:
        if limit.path is not None and limit.path not in domain.paths:
            raise wrong(
                "deadlines.toml",
                f"{limits.id}.{limit.id}.path",
                zh="不是领域的统计路径",
                en="is no path of the domain",
            )
