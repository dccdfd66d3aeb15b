"""Reads the registers: `domains/<id>/register/*.csv` and `domains/<id>/register-simulated/*.csv`."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from xiaobao.catalog.catalog import CatalogError, CatalogFiles
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.institutions import (
    OUT_OF_LIST,
    Denominator,
    Institution,
    Membership,
    Register,
    Resolved,
)
from xiaobao.catalog.measures import DENOMINATORS
from xiaobao.catalog.readers.decoding import Record, Shape, rows, wrong
from xiaobao.lib.text import name_key
from xiaobao.lib.words import Words


class _Institution(Record, frozen=True, kw_only=True):
    code: str
    name_zh: str
    name_en: str
    short_zh: str
    short_en: str
    from_on: date
    to_on: date | None = None
    source: str
    confidence: str


class _Group(Record, frozen=True, kw_only=True):
    group: str
    name_zh: str
    name_en: str


class _Membership(Record, frozen=True, kw_only=True):
    institution: str
    group: str
    from_on: date
    to_on: date | None = None
    source: str
    confidence: str


class _Unit(Record, frozen=True, kw_only=True):
    unit: str
    institution: str
    name_zh: str
    name_en: str
    source: str
    confidence: str


class _Alias(Record, frozen=True, kw_only=True):
    alias: str
    institution: str
    unit: str | None = None
    source: str
    confidence: str


class _Denominator(Record, frozen=True, kw_only=True):
    institution: str
    from_on: date
    to_on: date | None = None
    value: int
    source: str
    confidence: str


_STATED = frozenset({"quoted", "register"})
"""What a denominator may rest on to count as stated; any other confidence is marked as derived."""


def read_registers(files: CatalogFiles, domains: Iterable[Domain]) -> dict[tuple[str, bool], Register]:
    """The registers by (domain id, simulated); a domain may have only one of them."""
    found: dict[tuple[str, bool], Register] = {}
    for domain in domains:
        for simulated, folder in ((False, "register"), (True, "register-simulated")):
            path = f"domains/{domain.id}/{folder}"
            if f"{path}/institutions.csv" in files:
                found[(domain.id, simulated)] = _register(
                    files, path, simulated=simulated, is_open=domain.open_register
                )
    return found


def _register(files: CatalogFiles, folder: str, *, simulated: bool, is_open: bool) -> Register:
    groups = {row.group: _words(row) for row in _optional(files, f"{folder}/groups.csv", _Group)}
    memberships = _memberships(files, f"{folder}/memberships.csv", groups)
    institutions = _institutions(files, f"{folder}/institutions.csv", memberships, simulated=simulated)
    units = _units(files, f"{folder}/units.csv", institutions)
    stranger = next((code for code in memberships if code not in institutions), None)
    if stranger is not None:
        raise _unknown(f"{folder}/memberships.csv", stranger)
    return Register(
        institutions=institutions,
        groups=groups,
        units={row.unit: _words(row) for row in units},
        aliases=_aliases(files, folder, institutions, units),
        open=is_open,
        denominators={
            quantity: _denominators(files, f"{folder}/{quantity.value}.csv", institutions)
            for quantity in sorted(DENOMINATORS)
        },
    )


def _institutions(
    files: CatalogFiles, path: str, memberships: dict[str, tuple[Membership, ...]], *, simulated: bool
) -> dict[str, Institution]:
    found: dict[str, Institution] = {}
    for row in rows(files, path, _Institution):
        if row.code in found or row.code == OUT_OF_LIST:
            raise wrong(path, row.code, zh="代码重复或被保留", en="the code is there twice or reserved")
        found[row.code] = Institution(
            code=row.code,
            name=Words(zh=row.name_zh, en=row.name_en),
            short_name=Words(zh=row.short_zh, en=row.short_en),
            memberships=memberships.get(row.code, ()),
            from_on=row.from_on,
            to_on=row.to_on,
            simulated=simulated,
        )
    return found


def _memberships(
    files: CatalogFiles, path: str, groups: dict[str, Words]
) -> dict[str, tuple[Membership, ...]]:
    found: dict[str, list[Membership]] = {}
    for row in _optional(files, path, _Membership):
        if row.group not in groups:
            raise wrong(
                path, row.institution, zh=f"没有分组 {row.group}", en=f"there is no group {row.group}"
            )
        found.setdefault(row.institution, []).append(
            Membership(group=row.group, from_on=row.from_on, to_on=row.to_on)
        )
    for code, spans in found.items():
        spans.sort(key=lambda span: span.from_on)
        for earlier, later in pairwise(spans):
            if (earlier.to_on or date.max) > later.from_on:
                raise wrong(path, code, zh="分组的有效期重叠", en="is in two groups on the same days")
    return {code: tuple(spans) for code, spans in found.items()}


def _denominators(
    files: CatalogFiles, path: str, institutions: dict[str, Institution]
) -> dict[str, tuple[Denominator, ...]]:
    found: dict[str, list[Denominator]] = {}
    for row in _optional(files, path, _Denominator):
        if row.institution not in institutions:
            raise _unknown(path, row.institution)
        if row.value < 1 or (row.to_on is not None and row.to_on <= row.from_on):
            raise wrong(
                path,
                row.institution,
                zh="value 应大于 0，to_on 应晚于 from_on",
                en="value is greater than 0 and to_on later than from_on",
            )
        found.setdefault(row.institution, []).append(
            Denominator(
                value=row.value,
                from_on=row.from_on,
                to_on=row.to_on,
                derived=row.confidence not in _STATED,
            )
        )
    for code, spans in found.items():
        spans.sort(key=lambda span: span.from_on)
        for earlier, later in pairwise(spans):
            if (earlier.to_on or date.max) > later.from_on:
                raise wrong(path, code, zh="有效期重叠", en="has two numbers for the same days")
    return {code: tuple(spans) for code, spans in found.items()}


def _units(files: CatalogFiles, path: str, institutions: dict[str, Institution]) -> list[_Unit]:
    units = _optional(files, path, _Unit)
    for row in units:
        if row.institution not in institutions:
            raise _unknown(path, row.institution)
    return units


def _aliases(
    files: CatalogFiles, folder: str, institutions: dict[str, Institution], units: list[_Unit]
) -> dict[str, Resolved]:
    unit_codes = {row.unit: row.institution for row in units}
    found: dict[str, Resolved] = {}
    for path, name, meant in _stated_names(files, folder, institutions, units):
        if meant.institution_code not in institutions:
            raise _unknown(path, meant.institution_code)
        if meant.unit_code is not None and unit_codes.get(meant.unit_code) != meant.institution_code:
            raise wrong(
                path, name, zh=f"没有单元 {meant.unit_code}", en=f"there is no unit {meant.unit_code}"
            )
        other = found.setdefault(name_key(name), meant)
        if other != meant:
            raise wrong(
                path,
                name,
                zh=f"已指 {other.unit_code or other.institution_code}",
                en=f"already means {other.unit_code or other.institution_code}",
            )
    return found


def _stated_names(
    files: CatalogFiles, folder: str, institutions: dict[str, Institution], units: list[_Unit]
) -> Iterator[tuple[str, str, Resolved]]:
    """(file, name or code or alias, what it means), codes first."""
    for code, institution in institutions.items():
        meant = Resolved(institution_code=code, unit_code=None)
        names = (institution.name, institution.short_name)
        for name in (code, *(text for words in names for text in (words.zh, words.en))):
            yield f"{folder}/institutions.csv", name, meant
    for unit in units:
        meant = Resolved(institution_code=unit.institution, unit_code=unit.unit)
        for name in (unit.unit, unit.name_zh, unit.name_en):
            yield f"{folder}/units.csv", name, meant
    for row in _optional(files, f"{folder}/aliases.csv", _Alias):
        yield (
            f"{folder}/aliases.csv",
            row.alias,
            Resolved(institution_code=row.institution, unit_code=row.unit),
        )


def _optional(files: CatalogFiles, path: str, shape: type[Shape]) -> list[Shape]:
    return rows(files, path, shape) if path in files else []


def _words(row: _Group | _Unit) -> Words:
    return Words(zh=row.name_zh, en=row.name_en)


def _unknown(path: str, code: str) -> CatalogError:
    return wrong(path, code, zh="名册中没有该机构", en="is not an institution of the register")
