"""The signs that give a block of CSV its shape: quotes and line ends, and whether quoting is regular."""

from dataclasses import dataclass
from typing import Self

import polars as pl

_QUOTE, _COMMA, _NEWLINE, _RETURN = b'",\n\r'


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """How many bytes of a block are no content of cells, commas aside."""

    quotes: int
    """Quotes that stand around cells, or double another one inside."""
    newlines: int
    """Newlines, those inside cells included."""
    returns: int
    """Carriage returns right before a newline, those inside cells included."""

    @classmethod
    def of(cls, raw: bytes) -> Self | None:
        """The marks of whole records, the last one ending in a newline; None where quoting is not regular."""
        signs = pl.Series([raw], dtype=pl.Binary).cast(pl.List(pl.UInt8)).explode()  # copies once
        quotes = _quotes(signs) if b'"' in raw else 0
        if quotes is None:
            return None
        return cls(
            quotes=quotes,
            newlines=int((signs == _NEWLINE).sum()),
            returns=raw.count(b"\r\n") if b"\r" in raw else 0,
        )


def _quotes(signs: pl.Series) -> int | None:
    """Quotes around cells and doubled ones; None when what they enclose is not the whole of a cell."""
    places = (signs == _QUOTE).arg_true()
    if places.len() % 2:
        return None
    opening, closing = places.gather_every(2), places.gather_every(2, 1)
    before = signs.gather(opening.filter(opening > 0) - 1)  # nothing is before the first byte of the block
    after = signs.gather(closing + 1)
    returned = closing.filter(after == _RETURN)
    # A quote beside a quote is doubled inside a cell.
    regular = (
        ((before == _COMMA) | (before == _NEWLINE) | (before == _QUOTE)).all()
        and ((after == _COMMA) | (after == _NEWLINE) | (after == _QUOTE) | (after == _RETURN)).all()
        and (signs.gather(returned + 2) == _NEWLINE).all()
    )
    return places.len() - int((before == _QUOTE).sum()) if regular else None
