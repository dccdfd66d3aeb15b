"""Coding standards and their code tables; a code means what it meant on that day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import polars as pl

from xiaobao.lib.words import Words


class Facet(StrEnum):
    """The three facets of a complaint's classification."""

    CHANNEL = "channel"
    BUSINESS = "business"
    CAUSE = "cause"

    @property
    def column(self) -> str:
        """The ledger column that holds the facet's code."""
        return f"{self.value}_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One row of a code table, in force `[from_on, to_on)`."""

    code: str
    parent: str | None
    level: int
    """1 for a major class, 2 for a middle, 3 for a minor one."""
    name: Words
    from_on: date
    to_on: date | None
    source: str
    confidence: str
    aliases: tuple[str, ...] = ()

    def in_force_on(self, day: date) -> bool:
        """True on the days the code is valid."""
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTable:
    """All codes of one facet of one standard."""

    standard_id: str
    facet: Facet
    codes: Mapping[str, Code]

    def ancestor(self, code: str, level: int) -> str | None:
        """The ancestor at `level`, the code itself when it is at or above it, None when unmapped."""
        row = self.codes.get(code)
        if row is None:
            return None
        while row.level > level and row.parent is not None:
            row = self.codes[row.parent]
        return row.code

    def frame(self) -> pl.DataFrame:
        """Columns code, parent, level, from_on, to_on: one row a code."""
        return pl.DataFrame(
            [(row.code, row.parent, row.level, row.from_on, row.to_on) for row in self.codes.values()],
            schema={
                "code": pl.String,
                "parent": pl.String,
                "level": pl.Int32,
                "from_on": pl.Date,
                "to_on": pl.Date,
            },
            orient="row",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A coding standard, in force `[from_on, to_on)`."""

    id: str
    name: Words
    source: str
    reconstructed: bool
    """True while the table is not the official text: unknown codes warn and stay as stated."""
    from_on: date
    to_on: date | None
    tables: Mapping[Facet, CodeTable]

    def in_force_on(self, day: date) -> bool:
        """True on the days the standard is valid."""
        return self.from_on <= day and (self.to_on is None or day < self.to_on)
