"""What a template offers: columns of a layout with the codes in force on a day, and a version naming both."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.catalog.sources import ColumnType, Layout, LayoutColumn, Source
from xiaobao.ledger.entries import EntryKind
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words

_DIGEST_DIGITS = 8
_ENTRY_KINDS = tuple(kind.value for kind in EntryKind)


class NoTemplateError(UserError):
    """A layout that no template can be made of, or none of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateColumn:
    """One column of the sheet to fill in."""

    header: str
    type: ColumnType
    required: bool
    choices: tuple[str, ...]
    """What the drop-down offers; each is accepted as it stands. Empty where anything may be typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatePlan:
    """All that a template says."""

    source: Source
    layout_id: str
    columns: tuple[TemplateColumn, ...]
    day: date
    """The codes offered are those in force on this day."""
    earliest_on: date
    standard: str | None
    """The coding standard, None where none was in force."""
    reconstructed: bool
    version: str
    """Layout and a digest of columns and choices: two templates of one version offer the same."""


def plan(catalog: Catalog, source: Source, *, day: date, layout_id: str | None = None) -> TemplatePlan:
    """The template of a layout of the source, its only one when none is named; NoTemplateError otherwise."""
    layout = _layout(source, layout_id)
    columns = tuple(_column(column, catalog, source, day) for column in layout.columns)
    standard = catalog.standard_on(source.domain_id, day)
    return TemplatePlan(
        source=source,
        layout_id=layout.id,
        columns=columns,
        day=day,
        earliest_on=catalog.domain(source.domain_id).earliest_on,
        standard=None if standard is None else standard.id,
        reconstructed=standard is not None and standard.reconstructed,
        version=f"{layout.id}-{_digest(columns)}",
    )


def _layout(source: Source, layout_id: str | None) -> Layout:
    fitting = [each for each in source.layouts if layout_id in (None, each.id)]
    names = ", ".join(each.id for each in source.layouts)
    if len(fitting) != 1:
        raise NoTemplateError(
            Words(
                zh=f"请用 --layout 指明来源 {source.code} 的一种版式：{names}",
                en=f"name one layout of {source.code} by --layout: {names}",
            )
        )
    layout = fitting[0]
    if any(len(column.headers) > 1 for column in layout.columns):
        raise NoTemplateError(
            Words(
                zh=f"版式 {layout.id} 有由多列合成的栏目，没有模板",
                en=f"the layout {layout.id} makes one column of several; there is no template of it",
            )
        )
    return layout


def _column(column: LayoutColumn, catalog: Catalog, source: Source, day: date) -> TemplateColumn:
    return TemplateColumn(
        header=column.headers[0],
        type=column.type,
        required=column.required,
        choices=tuple(_choices(column, catalog, source, day)),
    )


def _choices(column: LayoutColumn, catalog: Catalog, source: Source, day: date) -> Sequence[str]:
    match column.type:
        case ColumnType.CODE:
            return _codes(Facet(column.target.removesuffix("_code")), catalog, source, day)
        case ColumnType.INSTITUTION:
            return _institutions(catalog, source, day)
        case ColumnType.REGION:
            standard = catalog.domain(source.domain_id).region_standard
            return [name.zh for name in catalog.regions.get(standard, {}).values()]
        case ColumnType.ENTRY_KIND if column.lookup is None:
            return _ENTRY_KINDS
        case _:
            return [stated for stated in column.lookup or {} if stated]


def _codes(facet: Facet, catalog: Catalog, source: Source, day: date) -> list[str]:
    standard = catalog.standard_on(source.domain_id, day)
    table = None if standard is None else standard.tables.get(facet)
    if table is None:
        return []
    in_force = (code for code in table.codes.values() if code.in_force_on(day))
    return [f"{code.code} {code.name.zh}" for code in sorted(in_force, key=lambda code: code.code)]


def _institutions(catalog: Catalog, source: Source, day: date) -> list[str]:
    register = catalog.register(source.domain_id, simulated=source.simulated)
    reporter = source.institution_code
    listed = [
        each.short_name.zh
        for each in register.institutions.values()
        if reporter in (None, each.code) and _is_in_force(each.from_on, each.to_on, day)
    ]
    units = [
        name.zh
        for name in register.units.values()
        if (found := register.resolve(name.zh)) is not None and reporter in (None, found.institution_code)
    ]
    return [*listed, *units]


def _is_in_force(from_on: date, to_on: date | None, day: date) -> bool:
    return from_on <= day and (to_on is None or day < to_on)


def _digest(columns: tuple[TemplateColumn, ...]) -> str:
    return hashlib.sha256(msgspec.json.encode(columns)).hexdigest()[:_DIGEST_DIGITS]
