"""Use case: is a catalog, with a site's files over it, fit for use?"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog, CatalogError
from xiaobao.catalog.sources import ColumnType, Layout, LayoutColumn, Source, Subject
from xiaobao.intake.call_counts import CALL_RECORD
from xiaobao.intake.rules.calls import SEAT_PLACES
from xiaobao.intake.rules.timing import DATES
from xiaobao.ledger.calls import CALL_SCHEMA, CALL_VALUES
from xiaobao.ledger.entries import CODES, CONTENT, SCHEMA, EntryKind, Event
from xiaobao.lib.words import Words
from xiaobao.simulate.ranges import read_scenarios
from xiaobao.simulate.years.plan import read_settings

BESIDE_THE_LEDGER = {
    "event": ColumnType.EVENT,
    "narrative": ColumnType.NARRATIVE,
    "identity": ColumnType.IDENTITY,
    "contact": ColumnType.CONTACT,
}
"""Targets of a layout that are no content of the ledger by their own name, and how they are read."""

DERIVED = frozenset(
    {"path", "standard_id", "institution_stated", "narrative_digest", "submitted_codes"}
    | {"identity_key", "identity_key_id", "contact_key", "contact_key_id"}
)
"""Content that intake makes itself: no layout may state it."""

TYPE_OF = {
    **BESIDE_THE_LEDGER,
    "entry_kind": ColumnType.ENTRY_KIND,
    "institution_code": ColumnType.INSTITUTION,
    "region_code": ColumnType.REGION,
    "branch_code": ColumnType.REGION,
    "seat_place": ColumnType.SEAT_PLACE,
    **dict.fromkeys(CODES, ColumnType.CODE),
}
LOOKED_UP: dict[ColumnType, frozenset[str]] = {
    ColumnType.EVENT: frozenset(Event),
    ColumnType.ENTRY_KIND: frozenset(EntryKind),
    ColumnType.SEAT_PLACE: frozenset(SEAT_PLACES),
}
TYPE_OF_DTYPE = {
    "Int": ColumnType.INTEGER,
    "Date": ColumnType.DATE,
    "Datetime": ColumnType.MOMENT,
    "Decimal": ColumnType.AMOUNT,
}


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
        problems=(*_misfits(catalog), *_unfit_simulation(catalog)),
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
    for limits in catalog.deadlines.values():
        for limit in limits.limits:
            for column in {*limit.ends, *([limit.begins] if limit.begins else [])} - set(DATES):
                yield _misfit(f"deadlines.toml: {limits.id}.{limit.id}", column)
    for measure in catalog.measures.values():
        for kind in set(measure.entry_kinds) - set(EntryKind):
            yield _misfit(f"measures/{measure.id}.toml: entry_kinds", kind)
    for tag in catalog.tags.values():
        for column in set(tag.columns) - set(CONTENT):
            yield _misfit(f"tags.toml: {tag.id}.columns", column)


def _unfit_simulation(catalog: Catalog) -> Iterator[Words]:
    """What is wrong with the ranges and scenarios of the simulator."""
    try:
        read_scenarios(catalog)
        read_settings(catalog)
    except CatalogError as error:
        yield error.words


def _misfits_of(source: Source, layout: Layout) -> Iterator[Words]:
    place = f"{source.code}, layout {layout.id}"
    targets = [column.target for column in layout.columns] + list(layout.constants)
    known, needed_ones = _targets(source, layout)
    for target in targets:
        if target not in known:
            yield _misfit(f"{place}: target", target)
    for needed in sorted(needed_ones - set(targets)):
        yield Words(zh=f"{place}：缺少 {needed}", en=f"{place}: lacks {needed}")
    for column in layout.columns:
        yield from _misfits_of_column(f"{place}: {column.target}", column)


def _targets(source: Source, layout: Layout) -> tuple[frozenset[str], frozenset[str]]:
    """(targets a layout of the source may have, those it must have)."""
    if source.subject is Subject.COMPLAINTS:
        content = (frozenset(CONTENT) - DERIVED) | {"complaint_no", *BESIDE_THE_LEDGER}
        return content, frozenset({"complaint_no", "received_on", "event", "entry_kind"})
    if layout.call_records is None:
        cells = frozenset({"branch_code", "starts_at", "minutes"})
        return cells | {"seat_place", *CALL_VALUES}, cells | {"offered", "answered", "abandoned"}
    return frozenset(CALL_RECORD), frozenset(CALL_RECORD) - {"queued_at", "seat_place"}


def _misfits_of_column(place: str, column: LayoutColumn) -> Iterator[Words]:
    dtype = str((SCHEMA | CALL_SCHEMA | CALL_RECORD).get(column.target, "String")).split("(")[0]
    dtype = dtype.rstrip("0123456789")
    wanted = TYPE_OF.get(column.target) or TYPE_OF_DTYPE.get(dtype, ColumnType.TEXT)
    # Where a day comes as a moment, the cut-off decides whose day it is.
    is_moment_of_day = (column.type, wanted) == (ColumnType.MOMENT, ColumnType.DATE)
    if column.type is not wanted and not is_moment_of_day:
        yield Words(
            zh=f"{place}.type：应为 {wanted.value}，不是 {column.type.value}",
            en=f"{place}.type: is {wanted.value}, not {column.type.value}",
        )
    known = LOOKED_UP.get(column.type)
    for value in (column.lookup or {}).values():
        if known is not None and value not in known:
            yield _misfit(f"{place}.lookup", value)


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
