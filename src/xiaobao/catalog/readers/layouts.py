"""Reads the `layouts/<id>.toml` of a source: what its files look like."""

from datetime import UTC, datetime

import msgspec

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.readers.decoding import Record, stems, toml, wrong
from xiaobao.catalog.sources import CallRecords, ColumnType, FileFormat, Layout, LayoutColumn

HEADER_WITHIN_LIMIT = 100
_MINUTES_PER_DAY = 1440
_PROBE = datetime(2003, 11, 28, 17, 45, 9, tzinfo=UTC)


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


def read_layouts(files: CatalogFiles, folder: str) -> tuple[Layout, ...]:
    """All layouts of a folder, in order of their ids; none where it holds none."""
    names = stems(files, folder, ".toml")
    return tuple(_layout(files, f"{folder}/{name}.toml", name) for name in names)


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
