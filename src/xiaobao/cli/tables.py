"""Tables for a terminal, in which Chinese characters take two columns."""

from collections.abc import Sequence
from datetime import date

from xiaobao.lib.text import columns_of
from xiaobao.lib.words import Language, Words

Shown = str | int | bool | date | Words | None


def table(titles: Sequence[Words], rows: Sequence[Sequence[Shown]]) -> Words:
    """The rows under their titles, aligned, in both languages."""
    return Words(zh=_table(titles, rows, "zh"), en=_table(titles, rows, "en"))


def _table(titles: Sequence[Words], rows: Sequence[Sequence[Shown]], language: Language) -> str:
    lines = [[_text(cell, language) for cell in line] for line in (titles, *rows)]
    widths = [max(map(columns_of, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_line(line, widths) for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - columns_of(cell)) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _text(cell: Shown, language: Language) -> str:
    if isinstance(cell, Words):
        return cell.to(language)
    if isinstance(cell, bool):
        return Words(zh="是" if cell else "否", en="yes" if cell else "no").to(language)
    return "" if cell is None else str(cell)
