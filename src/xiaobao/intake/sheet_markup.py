"""Rows of a sheet as its markup, made a column at a time: cell by cell it takes ten times as long.

ECMA-376 part 1, 18.3.1: texts stand in their cells (`inlineStr`), never as numbers, and never as formulas
unless a column says so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from xiaobao.intake.reading.grid import column_letters

_LINE = "line"
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# What markup cannot hold, or a reader takes for an escape (ST_Xstring, 22.9.2.19).
_ODD = r"[\x00-\x08\x0b-\x1f\x{FFFE}\x{FFFF}]|_x[0-9A-Fa-f]{4}_"
_UNHELD = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ERROR = '" t="e"><v>#N/A</v></c>'
_SPACED = r"^\s|\s$"
_SPACE_STAYS = ' xml:space="preserve"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The cells of some rows in one column; one without a text is left out unless it is marked."""

    texts: pl.Series
    """None of them null."""
    style: str | None = None
    """Id of a style of cells (18.8.45); None for the one of the sheet."""
    marks: pl.Series | None = None
    """Of a column with a style: ids of those of cells that differ; null where they do not."""
    errors: pl.Series | None = None
    """Of a column with a style: true where a cell holds an error in place of a text."""
    formulas: pl.Series | None = None
    """Of cells with a text, which is then the value; without the sign of equality."""


def rows_markup(columns: Sequence[Column], *, first: int) -> bytes:
    """The rows in UTF-8; the first of them has the number `first`, from 1."""
    height = len(columns[0].texts)
    numbers = pl.int_range(first, first + height, dtype=pl.Int64, eager=True).cast(pl.String).alias(_LINE)
    series, cells = [numbers], []
    for place, column in enumerate(columns):
        series += _series(place, column)
        cells.append(_cell(place, column))
    begins = (pl.lit('<row r="'), pl.col(_LINE), pl.lit('">'))
    rows = pl.DataFrame(series).select(pl.concat_str(*begins, *cells, pl.lit("</row>")).str.join(""))
    return str(rows.item()).encode()


def _series(place: int, column: Column) -> list[pl.Series]:
    spaces = column.texts.str.contains(_SPACED)
    series = [
        in_markup(column.texts).alias(f"{place} text"),
        pl.Series(f"{place} space", ["", _SPACE_STAYS]).gather(spaces.cast(pl.UInt32)),
    ]
    if column.marks is not None:
        series.append(column.marks.alias(f"{place} mark"))
    if column.errors is not None:
        series.append(column.errors.alias(f"{place} error"))
    if column.formulas is not None:
        series.append(in_markup(column.formulas.fill_null("")).alias(f"{place} formula"))
    return series


def _cell(place: int, column: Column) -> pl.Expr:
    text = pl.col(f"{place} text")
    begins = [pl.lit(f'<c r="{column_letters(place)}'), pl.col(_LINE)]
    if column.style is not None:
        style: pl.Expr = pl.lit(column.style)
        if column.marks is not None:
            style = pl.col(f"{place} mark").fill_null(style)
        begins += [pl.lit('" s="'), style]
    if column.formulas is None:
        value = (
            pl.lit('" t="inlineStr"><is><t'),
            pl.col(f"{place} space"),
            pl.lit(">"),
            text,
            pl.lit("</t></is></c>"),
        )
    else:
        formula = pl.col(f"{place} formula")
        value = (pl.lit('" t="str"><f>'), formula, pl.lit("</f><v>"), text, pl.lit("</v></c>"))
    empty: pl.Expr = pl.lit("")
    if column.marks is not None:
        marked = pl.col(f"{place} mark").is_not_null()
        empty = pl.when(marked).then(pl.concat_str(*begins, pl.lit('"/>'))).otherwise(empty)
    cell = pl.when(text != "").then(pl.concat_str(*begins, *value)).otherwise(empty)
    if column.errors is None:
        return cell
    return pl.when(pl.col(f"{place} error")).then(pl.concat_str(*begins, pl.lit(_ERROR))).otherwise(cell)


def in_markup(texts: pl.Series) -> pl.Series:
    """Texts as the markup of a workbook holds them."""
    odd = texts.str.contains(_ODD)
    if odd.any():
        held = [_UNHELD.sub(_escape, text) for text in texts.filter(odd)]
        texts = texts.scatter(odd.arg_true(), held)
    return texts.str.replace_many([*_MARKUP], [*_MARKUP.values()])


def _escape(match: re.Match[str]) -> str:
    return f"_x{ord(match[0]):04X}_"
