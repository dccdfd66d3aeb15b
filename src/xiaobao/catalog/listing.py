"""The catalog as tables to show: one function a section."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from xiaobao.catalog.catalog import Catalog, UnknownKeyError
from xiaobao.catalog.codes import Facet
from xiaobao.catalog.rules import SEVERITIES
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A value that programs read as it is and people in words."""

    value: str
    words: Words


Cell = str | int | bool | date | Words | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A table: names of the columns and rows as wide as they are many."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell | Coded, ...], ...]

    @property
    def titles(self) -> tuple[Words, ...]:
        """What the columns are called for a person."""
        return tuple(TITLES[column] for column in self.columns)

    def records(self) -> list[dict[str, Cell]]:
        """The rows by column name, for programs."""
        return [
            {
                name: cell.value if isinstance(cell, Coded) else cell
                for name, cell in zip(self.columns, row, strict=True)
            }
            for row in self.rows
        ]

    @property
    def shown(self) -> list[list[Cell]]:
        """The rows, for people."""
        return [[cell.words if isinstance(cell, Coded) else cell for cell in row] for row in self.rows]


TITLES: dict[str, Words] = {
    "aliases": Words(zh="别名", en="aliases"),
    "basis": Words(zh="口径或依据", en="basis"),
    "calendar": Words(zh="日历", en="calendar"),
    "code": Words(zh="代码", en="code"),
    "codes": Words(zh="代码数", en="codes"),
    "confidence": Words(zh="可信度", en="confidence"),
    "count": Words(zh="时限", en="limit"),
    "cutoff": Words(zh="截点", en="cut-off"),
    "domain": Words(zh="领域", en="domain"),
    "due": Words(zh="应报日", en="due"),
    "earliest_on": Words(zh="最早日期", en="earliest date"),
    "first_year": Words(zh="首年", en="first year"),
    "formula": Words(zh="公式", en="formula"),
    "from_on": Words(zh="自", en="from"),
    "group": Words(zh="分组", en="group"),
    "kind": Words(zh="种类", en="kind"),
    "last_year": Words(zh="末年", en="last year"),
    "layouts": Words(zh="版式", en="layouts"),
    "level": Words(zh="级", en="level"),
    "limit_set": Words(zh="规则集", en="rule set"),
    "longest": Words(zh="最长", en="longest"),
    "measure": Words(zh="指标", en="measure"),
    "name": Words(zh="名称", en="name"),
    "needs_history": Words(zh="需台账", en="needs ledger"),
    "next_review_on": Words(zh="下次复核", en="next review"),
    "overrides": Words(zh="调整日", en="overrides"),
    "owner": Words(zh="负责", en="owner"),
    "path": Words(zh="路径", en="path"),
    "reconstructed": Words(zh="重建", en="reconstructed"),
    "region_standard": Words(zh="地区标准", en="region standard"),
    "revision": Words(zh="版次", en="revision"),
    "rule": Words(zh="规则", en="rule"),
    "rule_version": Words(zh="规则版本", en="rule version"),
    "sentence": Words(zh="提示", en="sentence"),
    "severity": Words(zh="轻重", en="severity"),
    "short_name": Words(zh="简称", en="short name"),
    "source": Words(zh="来源", en="source"),
    "standard": Words(zh="标准", en="standard"),
    "standards": Words(zh="标准", en="standards"),
    "tag": Words(zh="标签", en="tag"),
    "time_zone": Words(zh="时区", en="time zone"),
    "title": Words(zh="标题", en="title"),
    "to_on": Words(zh="至（不含）", en="until (not in)"),
    "unit": Words(zh="单位", en="unit"),
}


def section(catalog: Catalog, name: str, arguments: Sequence[str], *, simulated: bool) -> Listing:
    """A section of the catalog; UserError when it or one of its arguments is unknown or missing."""
    if name not in SECTIONS:
        raise UnknownKeyError(what=Words(zh="部分", en="section"), key=name, known=tuple(SECTIONS))
    return SECTIONS[name](catalog, arguments, simulated)


def _listing(columns: str, rows: Iterable[tuple[Cell | Coded, ...]]) -> Listing:
    return Listing(columns=tuple(columns.split()), rows=tuple(rows))


def _domains(catalog: Catalog, _: Sequence[str], __: bool) -> Listing:
    rows = (
        (
            d.id,
            d.name,
            ", ".join(d.standard_ids),
            str(d.time_zone),
            d.cutoff.isoformat("minutes"),
            d.calendar_id,
            d.earliest_on.isoformat(),
        )
        for d in catalog.domains.values()
    )
    return _listing("domain name standards time_zone cutoff calendar earliest_on", rows)


def _standards(catalog: Catalog, _: Sequence[str], __: bool) -> Listing:
    rows = (
        (s.id, s.name, s.from_on, s.to_on, s.reconstructed, sum(len(t.codes) for t in s.tables.values()))
        for s in catalog.standards.values()
    )
    return _listing("standard name from_on to_on reconstructed codes", rows)


def _codes(catalog: Catalog, arguments: Sequence[str], _: bool) -> Listing:
    standard_id, facet = _two(arguments)
    if standard_id not in catalog.standards:
        raise UnknownKeyError(
            what=Words(zh="标准", en="standard"), key=standard_id, known=tuple(catalog.standards)
        )
    tables = {table.value: codes for table, codes in catalog.standards[standard_id].tables.items()}
    if facet not in tables:
        raise UnknownKeyError(what=Words(zh="分类面", en="facet"), key=facet, known=tuple(tables))
    rows = (
        (c.code, c.level, c.name, "|".join(c.aliases), c.from_on, c.to_on, c.confidence)
        for c in tables[facet].codes.values()
    )
    return _listing("code level name aliases from_on to_on confidence", rows)


def _two(arguments: Sequence[str]) -> tuple[str, str]:
    if len(arguments) != 2:
        facets = ", ".join(facet.value for facet in Facet)
        raise UserError(
            Words(
                zh=f"请写明标准与分类面（{facets}），如：catalog show codes jrt0169-2018 business",
                en=f"name a standard and a facet ({facets}), as: catalog show codes jrt0169-2018 business",
            )
        )
    return arguments[0], arguments[1]


def _institutions(catalog: Catalog, arguments: Sequence[str], simulated: bool) -> Listing:
    rows: list[tuple[Cell, ...]] = []
    for domain_id in arguments or [d for d, mark in catalog.registers if mark == simulated]:
        catalog.domain(domain_id)
        register = catalog.register(domain_id, simulated=simulated)
        for institution in register.institutions.values():
            spans = institution.memberships
            group = register.groups[spans[-1].group] if spans else None
            rows.append((domain_id, institution.code, institution.short_name, institution.name, group))
    return _listing("domain code short_name name group", rows)


def _sources(catalog: Catalog, arguments: Sequence[str], simulated: bool) -> Listing:
    rows = (
        (s.code, s.domain_id, s.name, s.path, s.revision.value, s.due, ", ".join(x.id for x in s.layouts))
        for s in catalog.sources.values()
        if s.simulated == simulated and (not arguments or s.domain_id in arguments)
    )
    return _listing("source domain name path revision due layouts", rows)


def _measures(catalog: Catalog, _: Sequence[str], __: bool) -> Listing:
    rows = (
        (m.id, m.kind.value, m.name, m.unit, m.formula, m.basis, m.owner, m.next_review_on)
        for m in catalog.measures.values()
    )
    return _listing("measure kind name unit formula basis owner next_review_on", rows)


def _rules(catalog: Catalog, _: Sequence[str], __: bool) -> Listing:
    rows = (
        (
            r.id,
            Coded(value=r.severity.value, words=SEVERITIES[r.severity]),
            r.needs_history,
            r.title,
            r.sentence,
            r.basis,
        )
        for r in catalog.rules.values()
    )
    return _listing("rule severity needs_history title sentence basis", rows)


def _deadlines(catalog: Catalog, _: Sequence[str], __: bool) -> Listing:
    rows = (
        (s.id, limit.name, limit.count, limit.longest, limit.unit.value, s.from_on, s.to_on, limit.confidence)
        for s in catalog.deadlines.values()
        for limit in s.limits
    )
    return _listing("limit_set name count longest unit from_on to_on confidence", rows)


def _regions(catalog: Catalog, arguments: Sequence[str], _: bool) -> Listing:
    rows = (
        (standard, code, name)
        for standard, names in catalog.regions.items()
        if not arguments or standard in arguments
        for code, name in names.items()
    )
    return _listing("region_standard code name", rows)


def _calendars(catalog: Catalog, _: Sequence[str], __: bool) -> Listing:
    rows = (
        (c.id, min(c.known_years, default=None), max(c.known_years, default=None), len(c.overrides))
        for c in catalog.calendars.values()
    )
    return _listing("calendar first_year last_year overrides", rows)


def _tags(catalog: Catalog, _: Sequence[str], __: bool) -> Listing:
    rows = ((t.id, t.rule_version, t.name, t.from_on, t.to_on) for t in catalog.tags.values())
    return _listing("tag rule_version name from_on to_on", rows)


SECTIONS: dict[str, Callable[[Catalog, Sequence[str], bool], Listing]] = {
    "domains": _domains,
    "standards": _standards,
    "codes": _codes,
    "institutions": _institutions,
    "sources": _sources,
    "measures": _measures,
    "rules": _rules,
    "deadlines": _deadlines,
    "regions": _regions,
    "calendars": _calendars,
    "tags": _tags,
}
