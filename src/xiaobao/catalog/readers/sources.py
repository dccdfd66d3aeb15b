"""Reads `sources/<folder>/source.toml` and its `layouts/<id>.toml`."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time

import msgspec

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.institutions import Institution, Register
from xiaobao.catalog.readers.decoding import Record, Text, folders, stems, toml, wrong
from xiaobao.catalog.sources import (
    ColumnType,
    Events,
    FileFormat,
    Layout,
    LayoutColumn,
    RevisionType,
    Source,
)
from xiaobao.lib.words import Words

DUE = ("daily", "working_day", "on_demand")
ONE_PER_INSTITUTION = "institution"
HEADER_WITHIN_LIMIT = 100
_PROBE = datetime(2003, 11, 28, 17, 45, 9, tzinfo=UTC)


class _Source(Record, frozen=True, kw_only=True):
    domain: str
    name: Text
    """`{institution}` stands for its short name where the folder describes one source an institution."""
    code: str | None = None
    """The pattern of the codes, such as `bank-{institution}`; without it the folder's name."""
    one_per: str | None = None
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


Registers = Mapping[tuple[str, bool], Register]


def read_sources(files: CatalogFiles, registers: Registers) -> dict[str, Source]:
    """All sources by code."""
    found: dict[str, Source] = {}
    for folder in folders(files, "sources"):
        for source in _sources(files, folder, registers):
            if source.code in found:
                raise wrong(
                    f"sources/{folder}/source.toml",
                    "code",
                    zh=f"{source.code} 重复",
                    en=f"{source.code} is there twice",
                )
            found[source.code] = source
    return found


def _sources(files: CatalogFiles, folder: str, registers: Registers) -> Iterator[Source]:
    path = f"sources/{folder}/source.toml"
    stated = toml(files, path, _Source)
    _check(path, stated)
    names = stems(files, f"sources/{folder}/layouts", ".toml")
    layouts = tuple(_layout(files, f"sources/{folder}/layouts/{name}.toml", name) for name in names)
    if not layouts:
        raise wrong(path, "", zh="没有版式文件", en="there is no layout beside it")
    if stated.one_per is None:
        name = stated.name.words()
        yield _source(stated, layouts, code=folder, name=name, reporter=stated.institution, simulated=False)
        return
    for simulated in (False, True):
        register = registers.get((stated.domain, simulated))
        for institution in register.institutions.values() if register else ():
            yield _source_of(stated, layouts, institution)


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
        reporter=institution.code,
        simulated=institution.simulated,
    )


def _source(
    stated: _Source,
    layouts: tuple[Layout, ...],
    *,
    code: str,
    name: Words,
    reporter: str | None,
    simulated: bool,
) -> Source:
    return Source(
        code=code,
        domain_id=stated.domain,
        simulated=simulated,
        name=name,
        path=stated.path,
        institution_code=reporter,
        events=stated.events,
        revision=stated.revision,
        revision_ahead_limit=stated.revision_ahead_limit,
        reject_share_limit=stated.reject_share_limit,
        superseded_share_limit=stated.superseded_share_limit,
        deadline=stated.deadline,
        due=stated.due,
        layouts=layouts,
    )


def _check(path: str, stated: _Source) -> None:
    if stated.due not in DUE:
        raise wrong(path, "due", zh=f"应为 {'、'.join(DUE)} 之一", en=f"is one of {', '.join(DUE)}")
    for key in ("reject_share_limit", "superseded_share_limit"):
        if not 0 <= getattr(stated, key) <= 1:
            raise wrong(path, key, zh="应在 0 与 1 之间", en="lies between 0 and 1")
    if stated.revision_ahead_limit < 0:
        raise wrong(path, "revision_ahead_limit", zh="不得为负", en="is not negative")
    if stated.one_per not in (None, ONE_PER_INSTITUTION):
        raise wrong(path, "one_per", zh="只能是 institution", en="can only be institution")
    if (stated.one_per is None) != (stated.code is None):
        raise wrong(
            path, "code", zh="当且仅当有 one_per 时填写", en="is stated exactly where one_per is stated"
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
    )


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
