"""The brief as one value: what is printed, token by token, and the figures it stands on."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

import msgspec

from xiaobao.analysis.amounts import figure_value, plain
from xiaobao.analysis.figures import Figure
from xiaobao.lib.words import Language

DOCUMENT_VERSION = 1

Form = Literal["count", "size", "percent", "magnitude", "average", "expected"]
"""How a figure is printed: a whole number, a whole number without its sign, a share with one decimal and %,
a change likewise without its sign, an average with one decimal,
what is expected with one as well, below one complaint with two."""

Manner = Literal["change", "average", "late"]
"""Rose and fell; above and below an average; added to and taken from days already printed."""


class Text(msgspec.Struct, frozen=True, kw_only=True, tag="text", forbid_unknown_fields=True):
    """Plain words: no digit, no spelled number, no word that says which way a number went."""

    text: str


class Number(msgspec.Struct, frozen=True, kw_only=True, tag="number", forbid_unknown_fields=True):
    """A printed number: it belongs to a figure and is checked against it."""

    figure: str
    form: Form
    printed: str


class Direction(msgspec.Struct, frozen=True, kw_only=True, tag="direction", forbid_unknown_fields=True):
    """A word that says which way a number went: it belongs to figures and is checked against their values."""

    manner: Manner
    measured: str
    compared: str | None
    """The figure it is compared with; None where the measured figure is itself a difference."""
    change: str | None = None
    """The figure whose size follows the word, where one does."""
    word: str


class Rank(msgspec.Struct, frozen=True, kw_only=True, tag="rank", forbid_unknown_fields=True):
    """Rank words such as 位列前两位: they belong to the rank figures of all members named."""

    figures: tuple[str, ...]
    members: tuple[str, ...]
    word: str


class Label(msgspec.Struct, frozen=True, kw_only=True, tag="label", forbid_unknown_fields=True):
    """A name, day, sequence or digest: written again from the catalog and the close, and compared."""

    kind: str
    """See `outputs.brief.labels`."""
    code: str
    text: str


Token = Text | Number | Direction | Rank | Label
Tokens = tuple[Token, ...]


class Heading(msgspec.Struct, frozen=True, kw_only=True, tag="heading", forbid_unknown_fields=True):
    """A heading; its number is counted when it is printed, never stored."""

    tokens: Tokens


class Paragraph(msgspec.Struct, frozen=True, kw_only=True, tag="paragraph", forbid_unknown_fields=True):
    """A paragraph; `summary` is the one sentence for those who read no further."""

    tokens: Tokens
    role: Literal["body", "summary", "scope", "caution", "note"] = "body"


class Cell(msgspec.Struct, frozen=True, kw_only=True, tag="cell", forbid_unknown_fields=True):
    """A cell of a table; `absent` is printed grey: nothing was reported, which is not zero."""

    tokens: Tokens
    absent: bool = False
    numeric: bool = False


class Table(msgspec.Struct, frozen=True, kw_only=True, tag="table", forbid_unknown_fields=True):
    """A table with a caption that states the unit."""

    caption: Tokens
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total_rows: tuple[int, ...] = ()
    """Rows set apart as totals, from 0."""
    note: Tokens = ()


class Series(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of values of a chart, one a category; where there is nothing to draw the words for it stand."""

    name: Tokens
    values: tuple[Number, ...]


class Chart(msgspec.Struct, frozen=True, kw_only=True, tag="chart", forbid_unknown_fields=True):
    """A chart: columns by day, bars by member, or a band by day (observed, expected, low, high)."""

    form: Literal["columns", "bars", "band"]
    caption: Tokens
    categories: tuple[Tokens, ...]
    series: tuple[Series, ...]
    hollow: tuple[int, ...] = ()
    """Columns drawn hollow, from 0: days on which nobody works."""
    line: Series | None = None
    """One value drawn across all columns, such as an average."""
    note: Tokens = ()

    def runs(self) -> Iterator[tuple[str, Tokens, Tokens]]:
        """Every run of tokens in reading order, with its place and the tokens of its row and column."""
        yield "caption", self.caption, ()
        for place, tokens in enumerate(self.categories, start=1):
            yield f"category {place}", tokens, ()
        named = self.caption if self.form == "band" else ()  # it is of what its caption names
        for number, series in enumerate((*self.series, *([self.line] if self.line else ())), start=1):
            yield f"series {number}", series.name, ()
            for place, value in enumerate(series.values, start=1):
                category = self.categories[place - 1] if series is not self.line else ()
                yield f"series {number} value {place}", (value,), (*named, *series.name, *category)
        yield "note", self.note, ()


Block = Heading | Paragraph | Table | Chart


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which brief this is."""

    series: str
    domain_id: str
    language: Language
    mark: str
    """ordinary, replay or simulated: the mark of the home."""
    path: str | None
    """The counting path of every figure; None in a domain without paths."""
    day: date
    posted_seq: int
    close_head: str
    catalog_digest: str
    number: str | None = None
    """Year and serial such as 2014-1, given when it is issued."""
    issued_by: str | None = None
    issued_on: date | None = None
    replaces: str | None = None
    """Number of the brief of the same day that this one replaces."""
    reason: str | None = None
    """Why the one it replaces is withdrawn; None where it is only replaced."""


class Brief(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole brief: draft while it has no number, issued when it has one."""

    version: int = DOCUMENT_VERSION
    header: Header
    title: Tokens
    blocks: tuple[Block, ...]
    figures: tuple[Figure, ...]

    def figure(self, figure_id: str) -> Figure | None:
        """The figure of that id, or None."""
        return next((figure for figure in self.figures if figure.id == figure_id), None)


def block_id(place: int) -> str:
    """The name of the block at a place from 1: `b3`."""
    return f"b{place}"


def lines(brief: Brief) -> Iterator[tuple[str, Tokens]]:
    """Every run of tokens in reading order, with its place: `title`, `b3`, `b7 row 2 column 1`."""
    yield "title", brief.title
    for number, block in enumerate(brief.blocks, start=1):
        place = block_id(number)
        match block:
            case Heading() | Paragraph():
                yield place, block.tokens
            case Table():
                yield f"{place} caption", block.caption
                for row_number, row in enumerate((block.head, *block.rows)):
                    for column_number, cell in enumerate(row, start=1):
                        yield f"{place} row {row_number} column {column_number}", cell.tokens
                yield f"{place} note", block.note
            case Chart():
                for run, tokens, _ in block.runs():
                    yield f"{place} {run}", tokens


def figures_of(token: Token) -> tuple[str, ...]:
    """The ids of the figures a token stands on."""
    match token:
        case Number():
            return (token.figure,)
        case Direction():
            return tuple(one for one in (token.measured, token.compared, token.change) if one)
        case Rank():
            return token.figures
    return ()


def text_of(token: Token) -> str:
    """What a token prints."""
    match token:
        case Number():
            return token.printed
        case Direction() | Rank():
            return token.word
    return token.text


def encode(brief: Brief) -> bytes:
    """The brief as JSON, the same bytes for the same brief."""
    content = msgspec.json.encode(brief, enc_hook=plain, order="deterministic")
    return msgspec.json.format(content, indent=1)


def decode(content: bytes) -> Brief:
    """The inverse of `encode`; msgspec.ValidationError names what does not fit."""
    return msgspec.json.decode(content, type=Brief, dec_hook=figure_value)
