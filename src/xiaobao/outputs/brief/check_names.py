"""Checks that every number stands beside the name and the day it is of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xiaobao.analysis.dimensions import SPECIAL_MEMBERS
from xiaobao.analysis.figures import Figure
from xiaobao.outputs.brief.check import Checked, Refusal, described, refuse
from xiaobao.outputs.brief.document import (
    Brief,
    Chart,
    Heading,
    Label,
    Paragraph,
    Table,
    Token,
    Tokens,
    block_id,
)
from xiaobao.outputs.brief.watched import BASIS

_NAMED = frozenset({"institution", "group", "business.1", "cause.1", "source", "region", "channel.1"})
_DAYS = frozenset({"day", "short_day"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A run of tokens; in a table with the labels of its row and column."""

    place: str
    tokens: Tokens
    beside: tuple[Label, ...] = ()
    in_table: bool = False


def lines_of(brief: Brief) -> Iterator[Line]:
    """Every run of tokens with what stands beside it."""
    yield Line(place="title", tokens=brief.title)
    for number, block in enumerate(brief.blocks, start=1):
        place = block_id(number)
        match block:
            case Heading() | Paragraph():
                yield Line(place=place, tokens=block.tokens)
            case Table():
                yield from _table_lines(block, place)
            case Chart():
                for run, tokens, beside in block.runs():
                    labels = labels_in(beside)
                    yield Line(place=f"{place} {run}", tokens=tokens, beside=labels, in_table=bool(beside))


def _table_lines(table: Table, place: str) -> Iterator[Line]:
    yield Line(place=f"{place} caption", tokens=table.caption)
    yield Line(place=f"{place} note", tokens=table.note)
    for column, cell in enumerate(table.head, start=1):
        yield Line(place=f"{place} head, column {column}", tokens=cell.tokens)
    for number, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row, start=1):
            head: Tokens = table.head[column - 1].tokens if column <= len(table.head) else ()
            name: Tokens = row[0].tokens if column > 1 else ()
            yield Line(
                place=f"{place} row {number}, column {column}",
                tokens=cell.tokens,
                beside=labels_in((*name, *head)),
                in_table=column > 1,
            )


def labels_in(tokens: Sequence[Token]) -> tuple[Label, ...]:
    """The labels among tokens."""
    return tuple(token for token in tokens if isinstance(token, Label))


def name_refusals(checked: Checked, figure: Figure, line: Line, number: int) -> Iterator[Refusal]:
    """A number stands beside the name it is of: the nearest one before it, or those of its row and column."""
    before = labels_in(line.tokens[:number])
    of = figure.of if figure.basis == BASIS else ()
    pairs = {pair for pair in (*figure.where, *of) if pair[0] in _NAMED}
    dimensions = {dimension for dimension, _ in pairs}
    fits = all(
        any(_is_beside(dimension, member, before, line) for name, member in pairs if name == dimension)
        for dimension in dimensions
    )
    if line.in_table:
        named = [label for label in line.beside if label.kind in _NAMED]
        fits = fits and all((label.kind, label.code) in pairs for label in named)
    if not fits:
        yield refuse(
            line.place,
            zh=f"{described(figure, checked.naming)} 印在别的名称之下",
            en=f"{described(figure, checked.naming)} is printed beside another name",
        )
    elif not _day_is_named(checked, figure, line):
        yield refuse(
            line.place,
            zh=f"{described(figure, checked.naming)} 是另一日的数，而文中未写该日",
            en=f"{described(figure, checked.naming)} is of another day, which is not named beside it",
        )


def _is_beside(dimension: str, member: str, before: Sequence[Label], line: Line) -> bool:
    wanted = ("special", member) if member in SPECIAL_MEMBERS else (dimension, member)
    near = [label for label in before if label.kind in (dimension, "special")]
    if near:
        return (near[-1].kind, near[-1].code) == wanted
    return any((label.kind, label.code) == wanted for label in line.beside)


def _day_is_named(checked: Checked, figure: Figure, line: Line) -> bool:
    days = {reading.period.from_on for reading in figure.readings}
    if len(days) != 1 or set(figure.readings) == {checked.span.present}:
        return True
    labels = (*labels_in(line.tokens), *line.beside)
    kinds = _DAYS | ({"before"} if checked.span.is_week else set())  # there is one week before
    return days.pop().isoformat() in {label.code for label in labels if label.kind in kinds}
