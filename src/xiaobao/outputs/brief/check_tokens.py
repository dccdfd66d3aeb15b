"""Checks every token of a brief: numbers, direction words, rank words, labels, and the words between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xiaobao.analysis.dimensions import SPECIAL_MEMBERS
from xiaobao.analysis.figures import Figure
from xiaobao.catalog.measures import MeasureKind
from xiaobao.outputs.brief.check import Checked, Refusal, described, refuse
from xiaobao.outputs.brief.document import (
    Brief,
    Direction,
    Form,
    Heading,
    Label,
    Number,
    Paragraph,
    Rank,
    Table,
    Text,
    Token,
    Tokens,
    block_id,
    figures_of,
)
from xiaobao.outputs.brief.labels import UnknownLabelError
from xiaobao.outputs.brief.truth import ranked_dimension_of
from xiaobao.outputs.brief.vocabulary import LONGEST_RANKING, direction_word, printed, rank_word, slips, way

_FORMS: dict[MeasureKind, frozenset[Form]] = {
    MeasureKind.COUNT: frozenset({"count"}),
    MeasureKind.SHARE: frozenset({"percent"}),
    MeasureKind.CHANGE: frozenset({"magnitude"}),
    MeasureKind.AVERAGE: frozenset({"average"}),
    MeasureKind.LATE: frozenset({"size"}),
    MeasureKind.RANK: frozenset(),
}
_NAMED = frozenset({"institution", "group", "business.1", "cause.1", "source"})
_DAYS = frozenset({"day", "short_day"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A run of tokens; in a table with the labels of its row and column."""

    place: str
    tokens: Tokens
    beside: tuple[Label, ...] = ()
    in_table: bool = False


def token_refusals(checked: Checked) -> Iterator[Refusal]:
    """Everything that is wrong with what the brief prints."""
    known = {figure.id: figure for figure in checked.brief.figures}
    for line in _lines(checked.brief):
        for number, token in enumerate(line.tokens):
            missing = [one for one in figures_of(token) if one not in known]
            if missing:
                yield refuse(line.place, zh=f"没有数字 {missing[0]}", en=f"there is no figure {missing[0]}")
                continue
            yield from _token(checked, known, line, number, token)


def _lines(brief: Brief) -> Iterator[Line]:
    yield Line(place="title", tokens=brief.title)
    for number, block in enumerate(brief.blocks, start=1):
        place = block_id(number)
        match block:
            case Heading() | Paragraph():
                yield Line(place=place, tokens=block.tokens)
            case Table():
                yield from _table_lines(block, place)


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
                beside=_labels((*name, *head)),
                in_table=column > 1,
            )


def _labels(tokens: Sequence[Token]) -> tuple[Label, ...]:
    return tuple(token for token in tokens if isinstance(token, Label))


def _token(
    checked: Checked, known: dict[str, Figure], line: Line, number: int, token: Token
) -> Iterator[Refusal]:
    match token:
        case Text():
            yield from _text(line, token)
        case Number():
            yield from _number(checked, known[token.figure], line, token)
            yield from _named(checked, known[token.figure], line, number)
        case Direction():
            yield from _direction(checked, known, line, token)
            yield from _named(checked, known[token.measured], line, number)
        case Rank():
            yield from _rank(checked, known, line, token)
        case Label():
            yield from _label(checked, line, token)


def _text(line: Line, token: Text) -> Iterator[Refusal]:
    for slip in slips(token.text):
        yield refuse(
            line.place,
            zh=f"文字“{token.text}”含{slip.kind.zh}“{slip.found}”；数字、升降与位次须取自可追溯的数字",
            en=f"the words “{token.text}” hold {slip.kind.en}, “{slip.found}”; "
            "numbers, directions and ranks must come from a traced figure",
        )


def _number(checked: Checked, figure: Figure, line: Line, token: Number) -> Iterator[Refusal]:
    name = described(figure, checked.naming)
    if token.form not in _FORMS[checked.kind(figure)]:
        yield refuse(
            line.place, zh=f"{name} 不能印作 {token.form}", en=f"{name} cannot print as {token.form}"
        )
        return
    meant = _printed(checked, figure, token)
    if token.printed != meant:
        yield refuse(
            line.place,
            zh=f"{name} 印作 {token.printed}，应为 {meant}",
            en=f"{name} prints as {token.printed}, its value as {meant}",
        )
    if token.form in ("magnitude", "size") and figure.value and not _has_way(line, token):
        yield refuse(
            line.place,
            zh=f"{name} 只印大小，未说明增减",
            en=f"{name} prints a size without saying which way it went",
        )


def _printed(checked: Checked, figure: Figure, token: Number) -> str:
    try:
        return printed(figure.value, token.form, checked.brief.header.language, why_none=figure.why_none)
    except ValueError as error:
        return str(error)


def _has_way(line: Line, token: Number) -> bool:
    ways = [other for other in line.tokens if isinstance(other, Direction)]
    return any(token.figure in (way.change, way.measured if way.manner == "late" else None) for way in ways)


def _direction(checked: Checked, known: dict[str, Figure], line: Line, token: Direction) -> Iterator[Refusal]:
    measured = known[token.measured]
    compared = known[token.compared] if token.compared else None
    change = known[token.change] if token.change else None
    if not _comparable(checked, token, measured, compared, change):
        yield refuse(
            line.place,
            zh=f"“{token.word}”所比各数不是同一筛选、同一期间之比",
            en=f"“{token.word}” compares figures that are not of one filter and one pair of periods",
        )
        return
    base = compared.value if compared else 0
    if measured.value is None or base is None:
        yield refuse(line.place, zh=f"“{token.word}”无数可依", en=f"“{token.word}” has no number behind it")
        return
    which = way(measured.value, measured.value * 0 + base, change=change.value if change else None)
    meant = direction_word(token.manner, which, checked.brief.header.language)
    if token.word != meant:
        name = described(change or measured, checked.naming)
        against = f" / {base}" if compared else ""
        yield refuse(
            line.place,
            zh=f"“{token.word}”与数不符：{name}（{measured.value}{against}）应作“{meant}”",
            en=f"“{token.word}” contradicts its number: {name} ({measured.value}{against}) is “{meant}”",
        )


def _comparable(
    checked: Checked, token: Direction, measured: Figure, compared: Figure | None, change: Figure | None
) -> bool:
    kinds = (
        checked.kind(measured),
        checked.kind(compared) if compared else None,
        checked.kind(change) if change else None,
    )
    same_filter = all(one is None or one.where == measured.where for one in (compared, change))
    match token.manner:
        case "change":
            readings = (*measured.readings, *(compared.readings if compared else ()))
            return (
                kinds == (MeasureKind.COUNT, MeasureKind.COUNT, MeasureKind.CHANGE)
                and same_filter
                and change is not None
                and change.readings == readings
            )
        case "average":
            return (
                kinds == (MeasureKind.COUNT, MeasureKind.AVERAGE, None)
                and same_filter
                and compared is not None
                and compared.readings[:1] == measured.readings
            )
        case "late":
            return kinds == (MeasureKind.LATE, None, None)


def _rank(checked: Checked, known: dict[str, Figure], line: Line, token: Rank) -> Iterator[Refusal]:
    figures = [known[one] for one in token.figures]
    dimension = ranked_dimension_of(figures[0]) if figures else ""
    stated = tuple(dict(figure.where).get(dimension, "") for figure in figures)
    first = checked.truth.first.get((dimension, len(figures)), frozenset())
    names = {(label.kind, label.code) for label in _labels(line.tokens)}
    if (
        stated != token.members
        or not 1 <= len(figures) <= LONGEST_RANKING
        or any((dimension, member) not in names for member in stated)
        or frozenset(stated) != first
        or token.word != rank_word(len(figures), checked.brief.header.language)
    ):
        yield refuse(
            line.place,
            zh=f"“{token.word}”与排位不符：所列 {', '.join(stated)}，"
            f"台账居前者为 {', '.join(sorted(first)) or '（并列）'}",
            en=f"“{token.word}” contradicts the ranking: named are {', '.join(stated)}, the ledger has "
            f"{', '.join(sorted(first)) or '(ties)'} in these places",
        )


def _label(checked: Checked, line: Line, token: Label) -> Iterator[Refusal]:
    try:
        meant = checked.naming.label(token.kind, token.code).text
    except (UnknownLabelError, ValueError) as error:
        yield refuse(line.place, zh=f"“{token.text}”无所依据：{error}", en=f"“{token.text}”: {error}")
        return
    if token.text != meant:
        yield refuse(
            line.place,
            zh=f"“{token.text}”应为“{meant}”（{token.kind} {token.code}）",
            en=f"“{token.text}” should read “{meant}” ({token.kind} {token.code})",
        )


def _named(checked: Checked, figure: Figure, line: Line, number: int) -> Iterator[Refusal]:
    """A number stands beside the name it is of: the nearest one before it, or those of its row and column."""
    before = _labels(line.tokens[:number])
    members = {dimension: member for dimension, member in figure.where if dimension in _NAMED}
    fits = all(_is_beside(dimension, member, before, line) for dimension, member in members.items())
    if line.in_table:
        named = [label for label in line.beside if label.kind in _NAMED]
        fits = fits and all(members.get(label.kind) == label.code for label in named)
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
    if len(days) > 1 or days == {checked.truth.record.day} or not days:
        return True
    labels = (*_labels(line.tokens), *line.beside)
    return days.pop().isoformat() in {label.code for label in labels if label.kind in _DAYS}
