"""What is compared between two entries, and how a pair's agreements become one number: its pattern.

A level is how far a field agrees; the last level of a field is *missing*, where either entry states nothing.
"""

from dataclasses import dataclass

import numpy as np

from xiaobao.analysis.text.types import Rows

DAY_BOUNDS = (-1, 1, 3, 7, 15, 30)
"""Days from the bank's entry to the hotline's: a level ends with each, the last is open. Negative: the bank
has it later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of comparison."""

    name: str
    start: tuple[float, ...]
    """Share of the levels, missing apart, among pairs of one matter: where estimation begins."""
    missing: bool = True

    @property
    def levels(self) -> int:
        """How many levels there are, missing among them."""
        return len(self.start) + self.missing


CONTACT, IDENTITY, DAYS, REGION, BUSINESS, CAUSE, PRODUCT, AMOUNT, TEXT = range(9)
FIELDS: tuple[Field, ...] = (
    Field(name="contact", start=(0.1, 0.9)),
    Field(name="identity", start=(0.05, 0.95)),
    Field(name="days", start=(0.1, 0.2, 0.2, 0.2, 0.15, 0.1, 0.05), missing=False),
    Field(name="region", start=(0.1, 0.9)),
    Field(name="business", start=(0.1, 0.1, 0.8)),  # other, same category, same code
    Field(name="cause", start=(0.2, 0.1, 0.7)),
    Field(name="product", start=(0.15, 0.85)),
    Field(name="amount", start=(0.15, 0.85)),
    Field(name="text", start=(0.55, 0.2, 0.15, 0.1)),
)
GROUPS: tuple[tuple[int, ...], ...] = (
    (CONTACT, IDENTITY),
    (DAYS,),
    (REGION,),
    (BUSINESS, CAUSE, PRODUCT, AMOUNT, TEXT),
)
"""Fields that depend on one another among entries of different matters: two complaints about one thing have
business, cause, product and words in common. Between groups they are taken to be independent."""


def strides() -> Rows:
    """What one level of each field is worth in the number of a pattern."""
    sizes = [field.levels for field in FIELDS]
    return np.array([int(np.prod(sizes[place + 1 :])) for place in range(len(sizes))], np.int64)


PATTERNS = int(np.prod([field.levels for field in FIELDS]))


def levels_of(patterns: Rows) -> Rows:
    """The level of every field (columns) of patterns (rows)."""
    sizes = np.array([field.levels for field in FIELDS], np.int64)
    return (patterns[:, None] // strides()[None, :]) % sizes[None, :]
