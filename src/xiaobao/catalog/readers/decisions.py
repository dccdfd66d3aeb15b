"""Reads the rules and tags: `rules.toml`, `tags.toml`."""

from datetime import date
from string import Formatter

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.readers.decoding import Record, Text, toml_table, wrong
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
