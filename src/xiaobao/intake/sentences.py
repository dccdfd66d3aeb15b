"""Sentences of findings: what is wrong, where, and what to do about it, in the words of the rule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.rules import Severity
from xiaobao.intake.call_relations import IN_ENGLISH
from xiaobao.intake.shown_values import shown
from xiaobao.lib.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One row of the findings frame with its sentence."""

    rule_id: str
    severity: Severity
    row_number: int | None
    line_number: int | None
    column: str | None
    sheet: str | None
    letters: str | None
    value: str | None
    sentence: Words


def sentence(row: Mapping[str, object], catalog: Catalog) -> Finding:
    """A row of the findings frame with the sentence of its rule, its places filled."""
    rule = catalog.rules[str(row["rule_id"])]
    number, line = _whole(row["row_number"]), _whole(row["line_number"])
    column, value, sheet, letters = (_text(row.get(name)) for name in ("column", "value", "sheet", "letters"))
    named = _named(column, letters)
    told = shown(value, of_row=number is not None)
    place = number if number is not None else line if line is not None else "—"
    expected = _text(row["expected"]) or "—"
    in_english = IN_ENGLISH.get(expected, expected)
    filled = Words(
        zh=rule.sentence.zh.format(column=named.zh, value=told.zh, row=place, expected=expected),
        en=rule.sentence.en.format(column=named.en, value=told.en, row=place, expected=in_english),
    )
    return Finding(
        rule_id=rule.id,
        severity=rule.severity,
        row_number=number,
        line_number=line,
        column=column,
        sheet=sheet,
        letters=letters,
        value=value,
        sentence=filled if sheet is None else _in_sheet(sheet, filled),
    )


def sentences(findings: pl.DataFrame, catalog: Catalog) -> Iterator[Finding]:
    """Every row of a findings frame with its sentence, in order."""
    return (sentence(row, catalog) for row in findings.iter_rows(named=True))


def _named(column: str | None, letters: str | None) -> Words:
    """A column as the reporter sees it: by its header, in a workbook by its letters as well."""
    shown = column or "—"
    if letters is None:
        return Words(zh=shown, en=shown)
    return Words(zh=f"{shown}（{letters} 列）", en=f"{shown} (column {letters})")


def _in_sheet(sheet: str, words: Words) -> Words:
    """A sentence about one place of a workbook, the sheet named before it."""
    joined = "" if words.zh.startswith("第") else "："
    return Words(zh=f"工作表“{sheet}”{joined}{words.zh}", en=f"Sheet “{sheet}”: {words.en}")


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
