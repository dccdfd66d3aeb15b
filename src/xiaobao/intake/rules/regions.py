"""Rules of regions: stated by code or name, alone or by a division; kept is the region that figures count."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from xiaobao.catalog.regions import NO_DIVISIONS, Division, Divisions
from xiaobao.intake.coded import Coded
from xiaobao.intake.rules.cells import Cells
from xiaobao.lib.text import name_key, tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionNames:
    """All that a cell of a region may hold."""

    regions: Mapping[str, object]
    aliases: Mapping[str, str]
    """`name_key` of a name or alias → code of a region."""
    divisions: Divisions = NO_DIVISIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meaning:
    """What a cell means: a region for certain, or none; divisions where it names some."""

    region: str | None = None
    divisions: tuple[Division, ...] = ()
    contradicts: bool = field(default=False)


_UNKNOWN = _Meaning()
_LONGEST = 60  # characters of the levels of one region written together


def regions(cells: Cells, *, names: RegionNames, received_on: pl.Series, level_separator: str) -> pl.Series:
    """Codes of the regions; a division counts in the region it lies in, the unknown stays as stated."""
    coded = Coded.of(cells.text, form=lambda text: _stated(text, level_separator))
    cells.report_empty(coded.empty(), warn=True)
    meant = [_meaning(value.split(_BETWEEN), names) if value else _UNKNOWN for value in coded.values]
    against = [each.contradicts for each in meant]
    unknown = [
        bool(value) and each.region is None and not each.contradicts
        for value, each in zip(coded.values, meant, strict=True)
    ]
    cells.report("region_unknown", coded.where(unknown))
    cells.report("region_parent", coded.where(against))
    _report_out_of_force(cells, coded, meant, received_on)
    kept = [each.region or value or None for value, each in zip(coded.values, meant, strict=True)]
    return coded.spread(kept, pl.String())


_BETWEEN = " › "


def _stated(text: str, separator: str) -> str:
    levels = (tidy(level) for level in text.split(separator))
    return _BETWEEN.join(level for level in levels if level)


def _meaning(levels: Sequence[str], names: RegionNames) -> _Meaning:
    """The lowest level under those above it; one that means nothing makes the whole unknown."""
    steps = [step for level in levels for step in _steps(level, names)]
    if not all(steps):
        return _UNKNOWN
    found: tuple[str, ...] = steps[0]
    for lower in steps[1:]:
        found = _under(found, lower, names.divisions)
    if not found:
        return _Meaning(contradicts=True)
    belong = {list(names.divisions.lineage(code))[-1] for code in found}
    if len(belong) > 1:
        return _UNKNOWN  # one name in several regions: nobody can tell which
    known = names.divisions.by_code
    return _Meaning(region=belong.pop(), divisions=tuple(known[code] for code in found if code in known))


def _under(uppers: Iterable[str], lowers: Iterable[str], divisions: Divisions) -> tuple[str, ...]:
    above = set(uppers)
    return tuple(code for code in lowers if above & set(divisions.lineage(code)))


def _steps(text: str, names: RegionNames) -> Iterator[tuple[str, ...]]:
    """The codes that a text may mean, from the upper level to the lower: 湖北省武汉市 is two."""
    whole = _named(text, names)
    key = name_key(text)
    if whole or not names.divisions.by_code or len(key) > _LONGEST:
        yield whole
        return
    for length in range(len(key) - 1, 1, -1):
        upper = _named(key[:length], names)
        rest = list(_steps(key[length:], names)) if upper else []
        if rest and all(rest):
            yield upper
            yield from rest
            return
    yield ()


def _named(text: str, names: RegionNames) -> tuple[str, ...]:
    """The codes a code or a name may mean, a region before any division."""
    key = name_key(text)
    region = text if text in names.regions else names.aliases.get(key)
    if region is not None:
        return (region,)
    return (text,) if text in names.divisions.by_code else names.divisions.by_name.get(key, ())


def _report_out_of_force(
    cells: Cells, coded: Coded, meant: Sequence[_Meaning], received_on: pl.Series
) -> None:
    """`region_out_of_force`: no division of the name existed on the day of receipt."""
    cells.findings.ran("region_out_of_force")
    dated = [any(division.from_on or division.to_on for division in each.divisions) for each in meant]
    where = coded.where(dated)
    if where is None:
        return
    pairs = pl.DataFrame({"value": coded.index, "day": received_on})
    distinct = pairs.filter(where).unique()
    outside = [_is_outside(meant[value].divisions, day) for value, day in distinct.iter_rows()]
    answered = distinct.with_columns(pl.Series("outside", outside, dtype=pl.Boolean))
    joined = pairs.join(answered, on=["value", "day"], how="left", nulls_equal=True, maintain_order="left")
    spans = [", ".join(map(_span, each.divisions)) for each in meant]
    cells.report("region_out_of_force", joined["outside"], expected=coded.spread(spans, pl.String()))


def _is_outside(divisions: Sequence[Division], day: date | None) -> bool:
    return day is not None and not any(division.in_force_on(day) for division in divisions)


def _span(division: Division) -> str:
    return f"{division.code} [{division.from_on or '…'}, {division.to_on or '…'})"
