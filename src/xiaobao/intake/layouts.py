"""Whether a header fits a layout; one that fits none is refused with the nearest layouts named."""

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from xiaobao.catalog.sources import Layout, LayoutColumn, Source
from xiaobao.intake.findings import Findings
from xiaobao.intake.shown_values import masked
from xiaobao.lib.text import tidy

_NEAREST = 3
_NAMES_SHOWN = 40
_MOST_ABOUT = 8  # characters about the name of a column, such as （必填，文本）
_KEYS_KEPT = 4096  # of names of columns, which are the catalog's; cells of files are never kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A layout bound to the columns of one file."""

    layout: Layout
    places: dict[str, tuple[int, ...]]
    """Target → places of its headers in the file; a target whose column the file leaves out is absent."""
    printed: dict[str, str]
    """Target → header as printed in the file, for findings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    layout: Layout
    missing: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def differences(self) -> int:
        return len(self.missing) + len(self.unknown)


def bind(layout: Layout, header: tuple[str, ...]) -> Bound | None:
    """The layout bound to the columns of a header that fits it; None where it does not."""
    required = _keys(_required(layout))
    if len(header) < len(required):  # most rows that are tried are cut at another sign and have few cells
        return None
    if not required <= set(map(_key, header)):  # most others are rows of data
        return None
    if _repeated(header, _known(layout)) or _fit(layout, header, header).differences:
        return None
    return _bound(layout, header)


def differences(source: Source, header: tuple[str, ...]) -> int:
    """How many headers are missing, unknown or repeated before the nearest layout would fit."""
    nearest = min((_fit(layout, header, header).differences for layout in source.layouts), default=0)
    return nearest + len(_repeated(header, _names(source)))


def likeness(source: Source, header: tuple[str, ...]) -> int:
    """How many cells hold the name of a column with something about it, such as *金额 or 金额（元）."""
    return _alike(header, _names(source))


def report_misfit(source: Source, header: tuple[str, ...], line_number: int, findings: Findings) -> None:
    """Findings on a header that fits no layout of the source, the nearest ones first."""
    names = _names(source)
    repeated = _repeated(header, names)
    for name in repeated:
        printed = next(cell for cell in header if _key(cell) == name)
        findings.file("header_duplicate", column=printed, line_number=line_number)
    if repeated:
        return
    shown = _shown(header, names)
    fits = sorted((_fit(layout, header, shown) for layout in source.layouts), key=lambda fit: fit.differences)
    for fit in fits[:_NEAREST]:
        findings.file(
            "header_unknown",
            line_number=line_number,
            column=_some(fit.missing + fit.unknown) or None,
            value=_differences(fit),
            expected=f"{fit.layout.id}: {','.join(_headers(fit.layout))}",
        )


def _names(source: Source) -> set[str]:
    return {name for layout in source.layouts for name in _known(layout)}


def _repeated(header: tuple[str, ...], names: Set[str]) -> list[str]:
    return [name for name, times in Counter(map(_key, header)).items() if times > 1 and name in names]


def _key(cell: str) -> str:
    return tidy(cell).casefold()


def _shown(header: tuple[str, ...], names: Set[str]) -> tuple[str, ...]:
    """The cells as a finding may show them; where most are no names of columns, the line is data."""
    is_header = 2 * _alike(header, names) >= len(header)
    return header if is_header else tuple(map(masked, header))


def _alike(header: tuple[str, ...], names: Set[str]) -> int:
    """How many cells are little more than the name of a column."""
    keys = [_key(cell) for cell in header]
    return sum(any(name in key and len(key) <= len(name) + _MOST_ABOUT for name in names) for key in keys)


def _fit(layout: Layout, header: tuple[str, ...], shown: tuple[str, ...]) -> _Fit:
    stated = {_key(cell) for cell in header}
    # Of a column made of several headers the file states all or, where it may be left out, none.
    required = [
        name
        for column in layout.columns
        if not column.optional_column or any(_name_key(header) in stated for header in column.headers)
        for name in column.headers
    ]
    known = _known(layout)
    return _Fit(
        layout=layout,
        missing=tuple(name for name in required if _name_key(name) not in stated),
        unknown=tuple(
            printed for cell, printed in zip(header, shown, strict=True) if _key(cell) not in known
        ),
    )


def _headers(layout: Layout) -> list[str]:
    return [name for column in layout.columns for name in column.headers]


def _known(layout: Layout) -> frozenset[str]:
    return _keys((*_headers(layout), *layout.ignored))


def _required(layout: Layout) -> tuple[str, ...]:
    return tuple(name for column in layout.columns if not column.optional_column for name in column.headers)


@lru_cache(maxsize=_KEYS_KEPT)
def _name_key(name: str) -> str:
    return _key(name)


@lru_cache(maxsize=_KEYS_KEPT)
def _keys(names: tuple[str, ...]) -> frozenset[str]:
    """The keys of names of columns; every file is held against the same ones, in each of its first rows."""
    return frozenset(map(_name_key, names))


def _differences(fit: _Fit) -> str:
    """Signs instead of words, as findings are shown in two languages: − is missing, + is not known."""
    signs = (*(f"−{name}" for name in fit.missing), *(f"+{cell or '?'}" for cell in fit.unknown))
    return _some(signs, separator=" ")


def _some(names: tuple[str, ...], *, separator: str = ", ") -> str:
    """The names, the first ones alone where there are very many, and then how many more."""
    left = len(names) - _NAMES_SHOWN
    return separator.join(names[:_NAMES_SHOWN]) + (f"{separator}… (+{left})" if left > 0 else "")


def _bound(layout: Layout, header: tuple[str, ...]) -> Bound:
    place_of = {_key(cell): place for place, cell in enumerate(header)}
    places: dict[str, tuple[int, ...]] = {}
    printed: dict[str, str] = {}
    for column in layout.columns:
        if all(_name_key(name) in place_of for name in column.headers):
            places[column.target] = tuple(place_of[_name_key(name)] for name in column.headers)
            printed[column.target] = _printed(column, header, places[column.target])
    return Bound(layout=layout, places=places, printed=printed)


def _printed(column: LayoutColumn, header: tuple[str, ...], places: tuple[int, ...]) -> str:
    return column.separator.join(header[place] for place in places)
