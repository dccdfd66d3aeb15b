"""How one question of two periods is shown: side by side, with the difference in its own unit."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import msgspec

from xiaobao.analysis.amounts import Amount, FigureValue, basis_type
from xiaobao.analysis.derive import basis_of
from xiaobao.analysis.measures import AnswerRow
from xiaobao.analysis.names import WHY_NONE_WORDS
from xiaobao.analysis.outcomes import NOT_REPORTED
from xiaobao.analysis.rounding import rounded
from xiaobao.catalog.measures import MeasureKind
from xiaobao.cli.compared_periods import Length, days_of, length_of, notes
from xiaobao.cli.measured import (
    Columns,
    ShownMeasure,
    as_json,
    columns_table,
    heading,
    member_columns,
    nothing,
    place_of,
    shown_value,
)
from xiaobao.cli.measured_under import denominators, not_reported
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.home_file import Mark
from xiaobao.workflows.compare_periods import Compared
from xiaobao.workflows.measure import Measured

_PER_CENT = "%"


class ShownDifference(msgspec.Struct, frozen=True, kw_only=True):
    """One group of both periods; no difference where either has no value."""

    members: dict[str, str]
    present: Decimal | None
    compared: Decimal | None
    difference: Decimal | None
    change_per_cent: Decimal | None


class ShownComparison(msgspec.Struct, frozen=True, kw_only=True):
    """Both answers, and what lies between them; `difference_unit` is percentage points for per cent."""

    present: ShownMeasure
    compared: ShownMeasure
    present_length: Length
    compared_length: Length
    notes: tuple[dict[str, str], ...]
    """What to know before comparing: unlike lengths, days that both periods have."""
    difference_unit: dict[str, str]
    rows: tuple[ShownDifference, ...]


Pair = tuple[tuple[str, ...], AnswerRow | None, AnswerRow | None]
"""The members of a group, and its row in each period."""


def compared_json(both: Compared, *, mark: Mark, largest_first: bool = False) -> ShownComparison:
    """Everything that stands beside the numbers, and the numbers."""
    by, unit = both.present.answer.question.by, _unit(both)
    return ShownComparison(
        present=as_json(both.present, mark=mark),
        compared=as_json(both.compared, mark=mark),
        present_length=length_of(both.present),
        compared_length=length_of(both.compared),
        notes=tuple({"zh": one.zh, "en": one.en} for one in notes(both)),
        difference_unit={"zh": unit.zh, "en": unit.en},
        rows=tuple(
            ShownDifference(
                members=dict(zip(by, members, strict=True)),
                present=present.value if present else None,
                compared=compared.value if compared else None,
                difference=_difference(both, present, compared),
                change_per_cent=_change(both, present, compared),
            )
            for members, present, compared in _pairs(both, largest_first)
        ),
    )


def compared_words(both: Compared, *, mark: Mark, largest_first: bool = False) -> Words:
    """The same for people: headings of both periods, and one table."""
    pairs, unit = _pairs(both, largest_first), _unit(both)
    parts = [heading(both.present, mark=mark), _beside(both), *notes(both)]
    if not pairs:
        return joined([*parts, nothing(both.present)])
    columns: Columns = member_columns(both.present, [members for members, _, _ in pairs])
    columns.append(
        (_days(both.present), [_cell(both.present, group, present) for group, present, _ in pairs])
    )
    columns.append(
        (_days(both.compared), [_cell(both.compared, group, compared) for group, _, compared in pairs])
    )
    title = Words(zh=f"差（{unit.zh}）", en=f"difference ({unit.en})")
    columns.append((title, [_text(_difference(both, one, other)) for _, one, other in pairs]))
    if _has_change(both):
        title = Words(zh="变化（%）", en="change (%)")
        columns.append((title, [_text(_change(both, one, other)) for _, one, other in pairs]))
    sides = (both.present, both.compared)
    under = [_of(side, told) for side in sides for told in denominators(side)]
    silent = [not_reported(one) for one in sides if one.missing]
    total = _total(both) if len(pairs) > 1 else []
    return joined([*parts, columns_table(columns, total=total), *under, *silent])


def _total(both: Compared) -> list[AnswerRow | str | None]:
    one, other = both.present.total, both.compared.total
    if one is None or other is None:
        return []
    changes = [_text(_change(both, one, other))] if _has_change(both) else []
    return [one, other, _text(_difference(both, one, other)), *changes]


def _pairs(both: Compared, largest_first: bool) -> list[Pair]:
    present, compared = (
        {row.members: row for row in one.answer.rows} for one in (both.present, both.compared)
    )
    groups = sorted({*present, *compared})
    pairs = [(one, _row(both.present, one, present), _row(both.compared, one, compared)) for one in groups]
    kind = both.present.answer.question.measure.kind
    return sorted(pairs, key=lambda pair: place_of(pair[1], kind)) if largest_first else pairs


def _row(
    side: Measured, group: tuple[str, ...], rows: Mapping[tuple[str, ...], AnswerRow]
) -> AnswerRow | None:
    """The row of a group; a category that nobody complained of has none and counts zero where others have."""
    question = side.answer.question
    told = {**dict(question.where), **dict(zip(question.by, group, strict=True))}
    is_known = side.without_data is None and not (_OF_REPORTERS & told.keys() or "path" in question.by)
    if group in rows or not is_known or question.measure.kind is not MeasureKind.COUNT:
        return rows.get(group)
    return None if _is_silent(side, told) else AnswerRow(members=group, value=FigureValue(Decimal(0)))


_OF_REPORTERS = frozenset({"source", "unit", "group", "day", "month"})
"""Groups of these may be absent because nobody reported of them."""


def _is_silent(side: Measured, told: Mapping[str, str]) -> bool:
    sources = side.scope.catalog.sources
    silent = {sources[one.source_code].institution_code for one in side.missing} - {None}
    return told.get("institution") in silent


def _difference(both: Compared, present: AnswerRow | None, compared: AnswerRow | None) -> Decimal | None:
    """Of the printed numbers, so that a reader who subtracts finds the same; BasisError between paths."""
    if present is None or compared is None or present.value is None or compared.value is None:
        return None
    one, other = (
        Amount(value, basis_type(_basis(side, row)))
        for side, row, value in (
            (both.present, present, present.value),
            (both.compared, compared, compared.value),
        )
    )
    return (one - other).value


def _basis(measured: Measured, row: AnswerRow) -> str:
    question = measured.answer.question
    groups = zip(question.by, row.members, strict=False)  # a total has no members
    return basis_of(question, where=(*question.where, *groups))


def _change(both: Compared, present: AnswerRow | None, compared: AnswerRow | None) -> Decimal | None:
    difference = _difference(both, present, compared) if _has_change(both) else None
    if difference is None or compared is None or not compared.value:
        return None
    return rounded(100 * Fraction(difference) / Fraction(compared.value), decimals=1)


def _has_change(both: Compared) -> bool:
    """A change in per cent: of places of a ranking it says nothing, of per cent the difference says it."""
    return not _in_per_cent(both) and both.present.answer.question.measure.kind is not MeasureKind.RANK


def _in_per_cent(both: Compared) -> bool:
    return both.present.answer.question.measure.unit.en == _PER_CENT


def _unit(both: Compared) -> Words:
    if _in_per_cent(both):
        return Words(zh="百分点", en="percentage points")
    return both.present.answer.question.measure.unit


def _beside(both: Compared) -> Words:
    days = _days(both.compared)
    return Words(
        zh=f"比较期：{days.zh}，同一数据截至", en=f"compared with: {days.en}, as of the same sequence"
    )


def _of(side: Measured, told: Words) -> Words:
    days = _days(side)
    return Words(zh=f"{days.zh}：{told.zh}", en=f"{days.en}: {told.en}")


def _days(side: Measured) -> Words:
    return Words(zh=days_of(side), en=days_of(side))


def _cell(side: Measured, group: tuple[str, ...], row: AnswerRow | None) -> Words | str:
    if row is not None:
        return shown_value(row)
    silent = _is_silent(side, dict(zip(side.answer.question.by, group, strict=True)))
    return WHY_NONE_WORDS[NOT_REPORTED] if silent else nothing(side)


def _text(value: Decimal | None) -> str:
    """With its sign; a change that rounds to nothing has none, since it may have gone either way."""
    if value is None:
        return ""
    return f"{value:+}" if value else f"{abs(value)}"
