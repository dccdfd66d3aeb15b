"""Findings: what the rules find wrong in a delivery, and where."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from xiaobao.catalog.rules import Rule, Severity
from xiaobao.intake.delivery import NotJudged
from xiaobao.intake.rule_ids import RuleIds
from xiaobao.intake.shown_values import masked_values
from xiaobao.lib.words import Words

FINDING_SCHEMA: dict[str, pl.DataType] = {
    "rule_id": pl.String(),
    "severity": pl.String(),
    "row_number": pl.Int64(),  # row of data, or of the sheet, from 1; empty when the whole file is meant
    "line_number": pl.Int64(),  # physical line of the file, or row of the sheet, from 1
    "column": pl.String(),  # header as printed in the file
    "sheet": pl.String(),  # of a workbook
    "letters": pl.String(),  # of the column in its sheet, such as G
    "value": pl.String(),  # masked: the first two characters at most; a date in a column of dates whole
    "expected": pl.String(),
}
"""Findings of a file as one frame: nothing is cut off, however many there are."""

SUMMARY_SCHEMA: dict[str, pl.DataType] = {
    "rule_id": pl.String(),
    "severity": pl.String(),
    "findings": pl.Int64(),
    "rows": pl.Int64(),  # rows concerned; 0 when only the whole file is
    "first_row": pl.Int64(),
    "first_line": pl.Int64(),
}
"""One row a rule, the hardest first."""

_HARDEST_FIRST = {Severity.RETURN.value: 0, Severity.REJECT.value: 1, Severity.WARN.value: 2}


class Findings:
    """What the rules in force on the business day have found so far in one file, and which have run.

    Blocks of a file are mapped beside each other: whatever is noted is noted in one step, and the order of
    what is found does not depend on which of them comes first.
    """

    def __init__(self, rules: Mapping[str, Rule], *, day: date) -> None:
        self._rules = rules
        self._ids = RuleIds(rules, day=day)
        self._frames: list[pl.DataFrame] = [pl.DataFrame(schema=FINDING_SCHEMA)]
        self._ran: set[str] = set()
        self._not_judged: list[NotJudged] = []
        self._left_out: frozenset[str] = frozenset()
        self._sheet: str | None = None
        self._letters: Mapping[str, str] = {}

    def placed(self, *, sheet: str | None, letters: Mapping[str, str]) -> None:
        """Note in which sheet the rows lie and under which letters its columns, for what is yet found."""
        self._sheet, self._letters = sheet, letters

    def ran(self, *rule_ids: str) -> None:
        """Note that rules were applied, whether or not they found anything."""
        applied = map(self._ids.applied, rule_ids)
        self._ran.update(rule.id for rule in applied if rule is not None)

    def applies(self, rule_id: str) -> bool:
        """True for a rule of the catalog that is in force on the business day."""
        return self._ids.applied(rule_id) is not None

    def not_judged(self, rule_id: str, reason: Words) -> None:
        """Note that a rule has what it needs and still cannot judge this delivery."""
        rule = self._ids.applied(rule_id)
        if rule is not None:
            self._not_judged.append(NotJudged(rule_id=rule.id, title=rule.title, reason=reason))

    def leave_out(self, *rule_ids: str) -> None:
        """Note rules that are never asked of such a source: none of them was left unchecked."""
        self._left_out = frozenset(rule_ids)

    def file(
        self,
        rule_id: str,
        *,
        line_number: int | None = None,
        column: str | None = None,
        value: str | None = None,
        expected: str | None = None,
    ) -> None:
        """A finding on the whole file; its value is no content of a row and is shown as it is."""
        self.ran(rule_id)
        rule = self._ids.applied(rule_id)
        if rule is None:
            return
        row = {
            "rule_id": rule.id,
            "severity": rule.severity.value,
            "row_number": None,
            "line_number": line_number,
            "column": column,
            "sheet": self._sheet if line_number is not None else None,
            "letters": self._letters.get(column or ""),
            "value": value,
            "expected": expected,
        }
        self._frames.append(pl.DataFrame([row], schema=FINDING_SCHEMA))

    def rows(
        self,
        rule_id: str,
        rows: pl.DataFrame,
        *,
        column: str | None,
        value: pl.Expr | None = None,
        expected: pl.Expr | None = None,
        of_dates: bool = False,
    ) -> None:
        """One finding a row of `rows`, which holds row_number, line_number and what the expressions name.

        `of_dates`: the column is one of days or moments, which are no personal data and shown whole.
        """
        self.ran(rule_id)
        rule = self._ids.applied(rule_id)
        if rows.is_empty() or rule is None:
            return
        frame = rows.select(
            pl.lit(rule.id).alias("rule_id"),
            pl.lit(rule.severity.value).alias("severity"),
            "row_number",
            "line_number",
            pl.lit(column, dtype=pl.String).alias("column"),
            pl.lit(self._sheet, dtype=pl.String).alias("sheet"),
            pl.lit(self._letters.get(column or ""), dtype=pl.String).alias("letters"),
            (pl.lit(None) if value is None else value).cast(pl.String).alias("value"),
            (pl.lit(None) if expected is None else expected).cast(pl.String).alias("expected"),
        )
        self._frames.append(frame.with_columns(masked_values(frame["value"], of_dates=of_dates)))

    def found(self, rule_id: str) -> bool:
        """True where a rule has found something."""
        return any(not frame.is_empty() and frame["rule_id"][0] == rule_id for frame in self._frames)

    def rows_found(self, rule_id: str, *, column: str) -> pl.Series:
        """The `row_number` of the rows in which a rule has found something in a column."""
        told = [
            frame.filter(pl.col("column") == column)["row_number"]
            for frame in self._frames
            if not frame.is_empty() and frame["rule_id"][0] == rule_id
        ]
        return pl.concat(told) if told else pl.Series(dtype=pl.Int64)

    def frame(self) -> pl.DataFrame:
        """All findings: those on the whole file first, then by row."""
        return pl.concat(self._frames).sort("row_number", nulls_last=False, maintain_order=True)

    def rejected_rows(self) -> pl.Series:
        """Numbers of the rows that are not accepted, each once."""
        hard = [
            frame["row_number"] for frame in self._frames if _severity(frame) not in (None, Severity.WARN)
        ]
        return pl.concat(hard).drop_nulls().unique() if hard else pl.Series("row_number", dtype=pl.Int64)

    def returning(self) -> pl.DataFrame:
        """The findings for which the whole file goes back."""
        if all(_severity(frame) is not Severity.RETURN for frame in self._frames):
            return pl.DataFrame(schema=FINDING_SCHEMA)
        return self.frame().filter(pl.col("severity") == Severity.RETURN.value)

    @property
    def checks_run(self) -> tuple[str, ...]:
        """The rules that were applied."""
        return tuple(rule_id for rule_id in self._rules if rule_id in self._ran)

    @property
    def checks_not_run(self) -> tuple[str, ...]:
        """The rules that need the ledger and were not applied."""
        judged = self._ran | self._left_out | {each.rule_id for each in self._not_judged}
        return tuple(rule.id for rule in self._rules.values() if rule.needs_history and rule.id not in judged)

    @property
    def rules_not_judged(self) -> tuple[NotJudged, ...]:
        """The rules that could not judge the delivery, with their reasons."""
        return tuple(self._not_judged)


def _severity(found: pl.DataFrame) -> Severity | None:
    """Of what one rule found at once; None where that is nothing."""
    return None if found.is_empty() else Severity(found["severity"][0])


def summary(findings: pl.DataFrame) -> pl.DataFrame:
    """`SUMMARY_SCHEMA`: how often each rule found something, and where first."""
    if findings.is_empty():
        return pl.DataFrame(schema=SUMMARY_SCHEMA)
    counted = findings.group_by("rule_id", "severity").agg(
        pl.len().cast(pl.Int64).alias("findings"),
        pl.col("row_number").drop_nulls().n_unique().cast(pl.Int64).alias("rows"),
        pl.col("row_number").min().alias("first_row"),
        pl.col("line_number").min().alias("first_line"),
    )
    order = pl.col("severity").replace_strict(_HARDEST_FIRST, return_dtype=pl.Int8)
    return counted.sort(order, -pl.col("findings"), "rule_id").select(list(SUMMARY_SCHEMA))
