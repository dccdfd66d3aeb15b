"""Reads the measures: `measures/<id>.toml`, one file a statistic."""

from collections.abc import Iterator
from datetime import date

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.measures import (
    DENOMINATORS,
    OF_CALLS,
    OF_LIMITS,
    OF_REPORTS,
    Measure,
    MeasureKind,
    Quantity,
)
from xiaobao.catalog.readers.decoding import Record, Text, stems, toml, wrong


class _Measure(Record, frozen=True, kw_only=True):
    kind: MeasureKind
    name: Text
    unit: Text
    formula: str
    basis: Text
    why: str
    owner: str
    next_review_on: date
    entry_kinds: list[str]
    compared_days: int | None = None
    compared_months: int | None = None
    period_days: int | None = None
    window_days: int | None = None
    minimum_days: int | None = None
    decimals: int = 0
    part: Quantity | None = None
    whole: Quantity | None = None
    times: int | None = None
    limit: str | None = None
    tag: str | None = None


_KEYS = (
    *("compared_days", "compared_months", "period_days", "window_days", "minimum_days"),
    *("part", "whole", "times", "limit", "tag"),
)
_WANTED: dict[MeasureKind, frozenset[str]] = {
    MeasureKind.AVERAGE: frozenset({"window_days", "minimum_days"}),
    MeasureKind.LATE: frozenset({"window_days"}),
    MeasureKind.PERIOD_AVERAGE: frozenset({"minimum_days"}),
    MeasureKind.RATIO: frozenset({"part", "whole", "times"}),
}
"""The keys a kind of measure must have; the others must be absent."""
_COMPARED = (MeasureKind.CHANGE, MeasureKind.RANK_CHANGE)
_TABLES = (OF_CALLS, OF_REPORTS)
"""Quantities that are divided only by quantities of their own kind."""


def read_measures(files: CatalogFiles) -> dict[str, Measure]:
    """All measures by id."""
    return {name: _measure(files, name) for name in stems(files, "measures", ".toml")}


def _measure(files: CatalogFiles, measure_id: str) -> Measure:
    path = f"measures/{measure_id}.toml"
    row = toml(files, path, _Measure)
    _check_keys(path, row)
    if not 0 <= row.decimals <= 6:
        raise wrong(path, "decimals", zh="应在 0 与 6 之间", en="lies between 0 and 6")
    if row.part is not None and row.whole is not None:
        _check_ratio(path, row.part, row.whole)
    return Measure(
        id=measure_id,
        kind=row.kind,
        name=row.name.words(),
        unit=row.unit.words(),
        formula=row.formula,
        basis=row.basis.words(),
        why=row.why,
        owner=row.owner,
        next_review_on=row.next_review_on,
        entry_kinds=tuple(row.entry_kinds),
        compared_days=row.compared_days,
        compared_months=row.compared_months,
        period_days=row.period_days,
        window_days=row.window_days,
        minimum_days=row.minimum_days,
        decimals=row.decimals,
        part=row.part,
        whole=row.whole,
        times=row.times or 1,
        limit=row.limit,
        tag=row.tag,
    )


def _check_keys(path: str, row: _Measure) -> None:
    stated = {key for key in _KEYS if getattr(row, key) is not None}
    for key in sorted(stated ^ _wanted(path, row, stated)):
        zh, en = ("不适用", "does not apply") if key in stated else ("须填写", "is needed")
        raise wrong(path, key, zh=f"{row.kind.value} {zh}", en=f"{en} for a {row.kind.value}")
    for key in stated:
        value = getattr(row, key)
        if isinstance(value, int) and value < 1:
            raise wrong(path, key, zh="应大于 0", en="is greater than 0")


def _wanted(path: str, row: _Measure, stated: set[str]) -> set[str]:
    """The keys this measure must have."""
    wanted = set(_WANTED.get(row.kind, frozenset()))
    if row.kind in _COMPARED:
        either = stated & {"compared_days", "compared_months"}
        if len(either) != 1:
            raise wrong(
                path,
                "compared_days",
                zh="compared_days 与 compared_months 须填且只填一项",
                en="exactly one of compared_days and compared_months is needed",
            )
        wanted |= either
    if row.kind is MeasureKind.CHANGE and "compared_days" in stated:
        wanted |= stated & {"period_days"}
    quantities = set(_quantities(row))
    wanted |= {"limit"} if quantities & OF_LIMITS else set()
    wanted |= {"tag"} if Quantity.TAGGED in quantities else set()
    return wanted


def _quantities(row: _Measure) -> Iterator[Quantity]:
    yield from (one for one in (row.part, row.whole) if one is not None)


def _check_ratio(path: str, part: Quantity, whole: Quantity) -> None:
    if part in DENOMINATORS:
        raise wrong(path, "part", zh="分母数据不能作分子", en="a denominator cannot be the part")
    for table in _TABLES:
        if (part in table) != (whole in table):
            raise wrong(
                path,
                "whole",
                zh=f"{part.value} 与 {whole.value} 出自不同的表，不能相除",
                en=f"{part.value} and {whole.value} are of different tables and cannot be divided",
            )
