"""Checks every token of a brief: numbers, direction words, rank words, labels, and the words between them."""

from collections.abc import Iterator
from decimal import Decimal

from xiaobao.analysis.figures import Figure
from xiaobao.catalog.measures import MeasureKind
from xiaobao.outputs.brief.check import Checked, Refusal, described, refuse
from xiaobao.outputs.brief.check_names import Line, labels_in, lines_of, name_refusals
from xiaobao.outputs.brief.document import (
    Direction,
    Form,
    Label,
    Number,
    Rank,
    Text,
    Token,
    figures_of,
)
from xiaobao.outputs.brief.labels import UnknownLabelError
from xiaobao.outputs.brief.truth import ranked_dimension_of
from xiaobao.outputs.brief.vocabulary import LONGEST_RANKING, direction_word, printed, rank_word, slips, way

_FORMS: dict[MeasureKind, frozenset[Form]] = {
    MeasureKind.COUNT: frozenset({"count"}),
    MeasureKind.SHARE: frozenset({"percent"}),
    MeasureKind.CHANGE: frozenset({"magnitude"}),
    MeasureKind.AVERAGE: frozenset({"average", "expected"}),
    MeasureKind.MEDIAN: frozenset({"average"}),
    MeasureKind.LATE: frozenset({"size"}),
    MeasureKind.RANK: frozenset({"count"}),
}


def token_refusals(checked: Checked) -> Iterator[Refusal]:
    """Everything that is wrong with what the brief prints."""
    known = {figure.id: figure for figure in checked.brief.figures}
    for line in lines_of(checked.brief):
        for number, token in enumerate(line.tokens):
            missing = [one for one in figures_of(token) if one not in known]
            if missing:
                yield refuse(line.place, zh=f"没有数字 {missing[0]}", en=f"there is no figure {missing[0]}")
                continue
            yield from _token(checked, known, line, number, token)


def _token(
    checked: Checked, known: dict[str, Figure], line: Line, number: int, token: Token
) -> Iterator[Refusal]:
    match token:
        case Text():
            yield from _text(line, token)
        case Number():
            yield from _number(checked, known[token.figure], line, token)
            yield from name_refusals(checked, known[token.figure], line, number)
        case Direction():
            yield from _direction(checked, known, line, token)
            yield from name_refusals(checked, known[token.measured], line, number)
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
    if token.form not in _FORMS.get(checked.kind(figure), frozenset()):
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
    base = compared.value if compared else Decimal(0)
    if measured.value is None or base is None:
        yield refuse(line.place, zh=f"“{token.word}”无数可依", en=f"“{token.word}” has no number behind it")
        return
    which = way(measured.value, base, change=change.value if change else None)
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
    names = {(label.kind, label.code) for label in labels_in(line.tokens)}
    if (
        stated != token.members
        or not 1 <= len(figures) <= LONGEST_RANKING
        or any((dimension, member) not in names for member in stated)
        or frozenset(stated) != first
        or any(figure.readings != (checked.span.present,) for figure in figures)
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
