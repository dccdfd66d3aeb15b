"""Divisions below the regions that figures count, such as cities and counties. `catalog/divisions/`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """One division, in force `[from_on, to_on)`; without a day, as long as anyone knows."""

    code: str
    name: str
    parent: str
    """The code of the division above it, or of the region."""
    from_on: date | None
    to_on: date | None

    def in_force_on(self, day: date) -> bool:
        """True on the days the division exists."""
        return (self.from_on is None or self.from_on <= day) and (self.to_on is None or day < self.to_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Divisions:
    """All divisions below the regions of one standard."""

    by_code: Mapping[str, Division]
    by_name: Mapping[str, tuple[str, ...]]
    """`name_key` of a name → the codes that bear it."""

    def lineage(self, code: str) -> Iterator[str]:
        """The code, and those above it up to the region."""
        yield code
        while (division := self.by_code.get(code)) is not None:
            code = division.parent
            yield code


NO_DIVISIONS = Divisions(by_code={}, by_name={})
