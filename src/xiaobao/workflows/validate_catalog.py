"""Use case: is a catalog, with a site's files over it, fit for use?"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.sources import ColumnType, Layout, Source
from xiaobao.ledger.entries import SCHEMA, EntryKind, Event
from xiaobao.lib.words import Words

BESIDE_THE_LEDGER = frozenset({"event", "narrative", "identity", "contact"})
"""Targets of a layout that are no column of the ledger by their own name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """The outcome: what is wrong, and what a reader should know though it is not wrong."""

    digest: str | None
    files: int
    problems: tuple[Words, ...]
    remarks: tuple[Words, ...]


def validate_catalog(*, overlay: Path | None = None) -> Validation:
    """Read the installed catalog with the overlay and report everything that is wrong with it."""
    files = reading.read_files(reading.installed_root(), overlay=overlay)
    faults = reading.faults(files)
    if faults:
        problems = tuple(fault.words for fault in faults)
        return Validation(digest=None, files=len(files), problems=problems, remarks=())
    catalog = reading.parse(files)
    return Validation(
        digest=catalog.digest,
        files=len(files),
        problems=tuple(_misfits(catalog)),
        remarks=tuple(_remarks(catalog)),
    )


def _misfits(catalog: Catalog) -> Iterator[Words]:
    """What fits the catalog but not the ledger."""
    seen: set[str] = set()
    for source in catalog.sources.values():
        for layout in source.layouts:
            place = f"{layout.id} ({source.domain_id})"
            if place not in seen:
                seen.add(place)
                yield from _misfits_of(source, layout)
    for measure in catalog.measures.values():
        for kind in set(measure.entry_kinds) - set(EntryKind):
            yield _misfit(f"measures/{measure.id}.toml: entry_kinds", kind)
    for tag in catalog.tags.values():
        for column in set(tag.columns) - set(SCHEMA):
            yield _misfit(f"tags.toml: {tag.id}.columns", column)


def _misfits_of(source: Source, layout: Layout) -> Iterator[Words]:
    place = f"{source.code}, layout {layout.id}"
    targets = [column.target for column in layout.columns] + list(layout.constants)
    for target in targets:
        if target not in SCHEMA and target not in BESIDE_THE_LEDGER:
            yield _misfit(f"{place}: target", target)
    for needed in {"complaint_no", "received_on", "event", "entry_kind"} - set(targets):
        yield Words(zh=f"{place}：缺少 {needed}", en=f"{place}: lacks {needed}")
    allowed: dict[ColumnType, set[str]] = {
        ColumnType.EVENT: {event.value for event in Event},
        ColumnType.ENTRY_KIND: {kind.value for kind in EntryKind},
    }
    for column in layout.columns:
        stated = set((column.lookup or {}).values())
        for value in stated - allowed.get(column.type, stated):
            yield _misfit(f"{place}: {column.target}.lookup", value)


def _misfit(place: str, value: str) -> Words:
    return Words(zh=f"{place}：台账不认识 {value}", en=f"{place}: the ledger does not know {value}")


def _remarks(catalog: Catalog) -> Iterator[Words]:
    for standard in catalog.standards.values():
        if standard.reconstructed:
            yield Words(
                zh=f"标准 {standard.id} 为重建表，不是官方文本：未知代码只提示，计入未映射",
                en=f"standard {standard.id} is reconstructed: unknown codes warn and count as unmapped",
            )
    for calendar in catalog.calendars.values():
        last = max(calendar.known_years, default=None)
        yield Words(
            zh=f"日历 {calendar.id} 截至 {last} 年", en=f"calendar {calendar.id} ends with the year {last}"
        )
