"""Findings: what is wrong in a delivery, where, and what to do about it."""

from dataclasses import dataclass

import polars as pl

from xiaobao.catalog.rules import Severity
from xiaobao.lib.words import Words

FINDING_SCHEMA: dict[str, pl.DataType] = {
    "rule_id": pl.String(),
    "severity": pl.String(),
    "row_number": pl.Int64(),  # row of data from 1; empty when the whole file is meant
    "line_number": pl.Int64(),  # physical line of the file from 1
    "column": pl.String(),  # header as printed in the file
    "value": pl.String(),  # masked: the first two characters at most
    "expected": pl.String(),
}
"""Findings of a file as one frame: nothing is cut off, however many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One row of the findings frame with its sentence."""

    rule_id: str
    severity: Severity
    row_number: int | None
    line_number: int | None
    column: str | None
    value: str | None
    sentence: Words


def masked(value: str) -> str:
    """A value as a finding may show it: two characters, then dots."""
    return value if len(value) <= 2 else f"{value[:2]}…"
