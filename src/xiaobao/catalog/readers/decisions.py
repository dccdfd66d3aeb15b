"""Reads the rules, measures and tags: `rules.toml`, `measures/<id>.toml`, `tags.toml`."""

from datetime import date
from string import Formatter

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.measures import Measure, MeasureKind
from xiaobao.catalog.readers.decoding import Record, Text, stems, toml, toml_table, wrong
from xiaobao.catalog.rules import Rule, Severity
from xiaobao.catalog.tags import Tag

PLACES = frozenset({"column", "value", "expected", "row"})
"""What a rule's sentence may name."""


class _Rule(Record, frozen=True, kw_only=True):
    severity: Severity
    needs_history: bool = False
    basis: str
    title: Text
    sentence: Text
    from_on: date | None = None
    to_on: date | None = None


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
    window_days: int | None = None
    minimum_days: int | None = None
    decimals: int = 0


class _Tag(Record, frozen=True, kw_only=True):
    rule_version: str
    name: Text
    columns: dict[str, list[str]]
    from_on: date | None = None
    to_on: date | None = None
    note: str


def read_rules(files: CatalogFiles) -> dict[str, Rule]:
    """All rules by id."""
    return {key: _rule(key, row) for key, row in toml_table(files, "rules.toml", _Rule).items()}


def _rule(rule_id: str, row: _Rule) -> Rule:
    for text in (row.sentence.zh, row.sentence.en):
        _check_places(f"{rule_id}.sentence", text)
    if row.severity is not Severity.WARN and (row.from_on or row.to_on):
        # Without a rule that rejects, a row would be taken that nobody could read.
        raise wrong(
            "rules.toml", rule_id, zh="只有提示类规则可有起止日期", en="has dates but does more than warn"
        )
    return Rule(
        id=rule_id,
        severity=row.severity,
        needs_history=row.needs_history,
        basis=row.basis,
        title=row.title.words(),
        sentence=row.sentence.words(),
        from_on=row.from_on,
        to_on=row.to_on,
    )


def _check_places(key: str, text: str) -> None:
    try:
        places = [place for _, place, _, _ in Formatter().parse(text) if place is not None]
    except ValueError as error:
        raise wrong("rules.toml", key, zh=f"花括号不成对：{error}", en=f"braces: {error}") from error
    for place in places:
        if place not in PLACES:
            raise wrong(
                "rules.toml",
                key,
                zh=f"不认识 {{{place}}}；可用 {'、'.join(sorted(PLACES))}",
                en=f"does not know {{{place}}}; there are {', '.join(sorted(PLACES))}",
            )


_WANTED: dict[MeasureKind, frozenset[str]] = {
    MeasureKind.CHANGE: frozenset({"compared_days"}),
    MeasureKind.AVERAGE: frozenset({"window_days", "minimum_days"}),
    MeasureKind.LATE: frozenset({"window_days"}),
}
"""The keys a kind of measure must have; the others must be absent."""


def read_measures(files: CatalogFiles) -> dict[str, Measure]:
    """All measures by id."""
    return {name: _measure(files, name) for name in stems(files, "measures", ".toml")}


def _measure(files: CatalogFiles, measure_id: str) -> Measure:
    path = f"measures/{measure_id}.toml"
    row = toml(files, path, _Measure)
    for key in ("compared_days", "window_days", "minimum_days"):
        wanted = key in _WANTED.get(row.kind, frozenset())
        if wanted != (getattr(row, key) is not None):
            zh, en = ("须填写", "is needed") if wanted else ("不适用", "does not apply")
            raise wrong(path, key, zh=f"{row.kind.value} {zh}", en=f"{en} for a {row.kind.value}")
        if getattr(row, key) is not None and getattr(row, key) < 1:
            raise wrong(path, key, zh="应大于 0", en="is greater than 0")
    if not 0 <= row.decimals <= 6:
        raise wrong(path, "decimals", zh="应在 0 与 6 之间", en="lies between 0 and 6")
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
        window_days=row.window_days,
        minimum_days=row.minimum_days,
        decimals=row.decimals,
    )


def read_tags(files: CatalogFiles) -> dict[str, Tag]:
    """All tags by id."""
    return {
        key: Tag(
            id=key,
            rule_version=row.rule_version,
            name=row.name.words(),
            columns={column: tuple(values) for column, values in row.columns.items()},
            from_on=row.from_on,
            to_on=row.to_on,
        )
        for key, row in toml_table(files, "tags.toml", _Tag).items()
    }
