"""A column as its distinct values and, for each row, which of them it holds.

Whatever needs Python's judgement, such as reading a date or finding a name in a register, is asked once for a
distinct value and spread over the rows by position.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import polars as pl

from xiaobao.lib.text import tidy

# NFKC changes nothing in these, and there is no white space among them.
_UNTIDY = "[^\\x21-\\x7e\u4e00-\u9fff]"


def _tidy(text: str) -> str:
    # Most values are codes and days, and most of the time would go into finding that they are tidy.
    return text if text.isascii() and text.isprintable() and " " not in text else tidy(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """Distinct values in tidy form, and the place of each row's value among them."""

    values: tuple[str, ...]
    index: pl.Series
    given: pl.Series
    """The column as it was given."""
    as_given: tuple[str, ...]
    """Its distinct values before they were brought into form."""

    @classmethod
    def of(cls, text: pl.Series, *, form: Callable[[str], str] = _tidy) -> Self:
        """The distinct values of a text column without nulls, each brought into form."""
        distinct = text.unique()
        as_given = tuple(distinct.to_list())
        return cls(
            values=tuple(form(value) for value in as_given),
            index=text.cast(pl.Enum(distinct)).to_physical(),
            given=text,
            as_given=as_given,
        )

    def spread(self, outputs: Sequence[object], dtype: pl.DataType) -> pl.Series:
        """One output a distinct value → one a row."""
        if all(output is None for output in outputs):
            return pl.repeat(None, self.index.len(), dtype=dtype, eager=True)
        if tuple(outputs) == self.as_given:
            return self.given
        return pl.Series(list(outputs), dtype=dtype, strict=True).gather(self.index)

    def text(self) -> pl.Series:
        """The tidy text of each row."""
        return self.spread(self.values, pl.String())

    def stated(self) -> pl.Series:
        """The tidy text of each row, null where it is empty."""
        return self.spread([value or None for value in self.values], pl.String())

    def empty(self) -> pl.Series | None:
        """Which rows are empty; None, without looking at the rows, when none is."""
        return self.where([not value for value in self.values])

    def where(self, flags: Sequence[bool]) -> pl.Series | None:
        """Which rows hold a flagged value; None, without looking at the rows, when no value is flagged."""
        return self.spread(flags, pl.Boolean()) if any(flags) else None


def tidied(text: pl.Series) -> pl.Series:
    """`lib.text.tidy` of a column with many distinct values; only what is not tidy yet is touched."""
    untidy = text.str.contains(_UNTIDY)
    if not untidy.any():
        return text
    changed = Coded.of(text.filter(untidy)).text()
    return text.clone().scatter(untidy.arg_true(), changed)  # scatter writes in place
