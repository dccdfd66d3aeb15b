"""How an answer is shown: the number never without its basis, its as-of and the mark of its home."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import msgspec

from xiaobao.analysis.derive import basis_of
from xiaobao.analysis.dimensions import SPECIAL_MEMBERS
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.measures import AnswerRow
from xiaobao.analysis.names import WHY_NONE_WORDS, dimension_words, member_words
from xiaobao.catalog.institutions import Denominator
from xiaobao.catalog.measures import MeasureKind
from xiaobao.cli.measured_under import denominators, not_reported
from xiaobao.cli.tables import table
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.home_file import Mark
from xiaobao.workflows.measure import Measured

_MARKS = {
    Mark.REPLAY: Words(zh="公开数据重放：不是当日真实报送", en="replay of public records: not a live report"),
    Mark.SIMULATED: Words(
        zh="模拟数据：机构与数字均为虚构", en="simulated data: institutions and numbers are invented"
    ),
}


class ShownReading(msgspec.Struct, frozen=True, kw_only=True):
    """A period `[from_on, to_on)` and the posting sequence it was read at."""

    from_on: str
    to_on: str
    posted_seq: int


class ShownRow(msgspec.Struct, frozen=True, kw_only=True):
    """One group: dimension → member, and its value."""

    members: dict[str, str]
    names: dict[str, dict[str, str]]
    value: Decimal | None
    why_none: str | None
    denominator: "ShownDenominator | None" = None


class ShownDenominator(msgspec.Struct, frozen=True, kw_only=True):
    """What a count was divided by: from when the number is, and whether somebody worked it out."""

    value: int
    from_on: str
    derived: bool


class ShownTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What the groups come to together; not always the sum of what is printed of them."""

    value: Decimal | None
    why_none: str | None


class ShownMeasure(msgspec.Struct, frozen=True, kw_only=True):
    """The answer as JSON."""

    measure: str
    unit: dict[str, str]
    formula: str
    domain: str
    mark: str
    basis: str
    where: dict[str, str]
    of: dict[str, str]
    readings: tuple[ShownReading, ...]
    catalog_digest: str
    rows: tuple[ShownRow, ...]
    total: ShownTotal | None
    """The same without groups, where the measure has one."""
    not_reported: tuple[dict[str, str], ...]


def as_json(measured: Measured, *, mark: Mark) -> ShownMeasure:
    """Everything that stands beside the numbers, and the numbers."""
    question = measured.answer.question
    return ShownMeasure(
        measure=question.measure.id,
        unit=_both(question.measure.unit),
        formula=question.measure.formula,
        domain=question.domain.id,
        mark=mark.value,
        basis=basis_of(question, where=question.where),
        where=dict(question.where),
        of=dict(question.of),
        readings=tuple(
            ShownReading(
                from_on=one.period.from_on.isoformat(),
                to_on=one.period.to_on.isoformat(),
                posted_seq=one.posted_seq,
            )
            for one in question.readings
        ),
        catalog_digest=measured.scope.catalog.digest,
        rows=tuple(
            ShownRow(
                members=dict(zip(question.by, row.members, strict=True)),
                names={
                    name: _both(_name(measured, name, member))
                    for name, member in zip(question.by, row.members, strict=True)
                },
                value=row.value,
                why_none=row.why_none,
                denominator=_shown_denominator(row.denominator),
            )
            for row in measured.answer.rows
        ),
        total=_shown_total(measured.total),
        not_reported=tuple(
            {"source": one.source_code, "day": one.day.isoformat()} for one in measured.missing
        ),
    )


def _shown_total(total: AnswerRow | None) -> ShownTotal | None:
    return None if total is None else ShownTotal(value=total.value, why_none=total.why_none)


def _shown_denominator(under: Denominator | None) -> ShownDenominator | None:
    if under is None:
        return None
    return ShownDenominator(value=under.value, from_on=under.from_on.isoformat(), derived=under.derived)


def as_words(measured: Measured, *, mark: Mark) -> Words:
    """The same for people: heading, basis, as-of, table, who had not reported."""
    parts = [heading(measured, mark=mark), _table(measured), *denominators(measured)]
    if measured.missing:
        parts.append(not_reported(measured))
    return joined(parts)


def heading(measured: Measured, *, mark: Mark) -> Words:
    question = measured.answer.question
    statistic, sequences = question.measure, _sequences(measured)
    filters = [(dimension_words(name), _name(measured, name, member)) for name, member in question.where]
    zh = "；".join(f"{name.zh}：{member.zh}" for name, member in filters)
    en = "; ".join(f"{name.en}: {member.en}" for name, member in filters)
    name, unit = statistic.name, statistic.unit
    lines = [
        Words(
            zh=name.zh + (f"（{unit.zh}）" if unit.zh != name.zh else "") + (f"，{zh}" if zh else ""),
            en=name.en + (f" ({unit.en})" if unit.en != name.en else "") + (f", {en}" if en else ""),
        ),
        Words(zh=f"口径：{statistic.basis.zh}", en=f"basis: {statistic.basis.en}"),
        Words(zh=f"数据截至：{sequences.zh}", en=f"as of: {sequences.en}"),
    ]
    lines += [_MARKS[mark]] if mark in _MARKS else []
    return joined(lines)


def _sequences(measured: Measured) -> Words:
    """The periods with their posting sequences; a long window as its ends."""
    readings = measured.answer.question.readings
    told = [
        _told(one, measured) for one in (readings if len(readings) <= 4 else (*readings[:2], readings[-1]))
    ]
    more = len(readings) - len(told)
    if not told:
        return Words(zh="没有已日结的日期", en="no closed day")
    return Words(
        zh="；".join(one.zh for one in told) + (f"；另 {more} 日" if more else ""),
        en="; ".join(one.en for one in told) + (f"; and {more} more" if more else ""),
    )


def _told(reading: Reading, measured: Measured) -> Words:
    """A period and its sequence; a single day says when that is not the sequence of its own close."""
    period, sequence = reading.period, reading.posted_seq
    days = f"{period.from_on}" + (f"–{period.last_on}" if len(period) > 1 else "")
    own = measured.closes.get(period.from_on) if len(period) == 1 else None
    if own is None or own == sequence:
        return Words(zh=f"{days} 记账序号 {sequence}", en=f"{days} posting sequence {sequence}")
    return Words(
        zh=f"{days} 记账序号 {sequence}（当日日结为 {own}）",
        en=f"{days} posting sequence {sequence} (its own close was {own})",
    )


def _table(measured: Measured) -> Words:
    question, rows = measured.answer.question, measured.answer.rows
    if not question.by:
        return _alone(measured)
    if not rows:
        return nothing(measured)
    columns = member_columns(measured, [row.members for row in rows])
    columns.append((question.measure.name, [shown_value(row) for row in rows]))
    return columns_table(columns, total=[measured.total])


def nothing(measured: Measured) -> Words:
    """Why there is no group: nobody reported of the period, or what was reported has none."""
    if measured.without_data is not None:
        return WHY_NONE_WORDS[measured.without_data]
    return Words(zh="没有记录", en="nothing recorded")


Columns = list[tuple[Words, list[Words | str]]]
"""Titles with their cells."""


def columns_table(columns: Columns, *, total: Sequence[AnswerRow | str | None] = ()) -> Words:
    """The columns side by side, and a last line of the total, where all of it is known."""
    lines = [list(cells) for cells in zip(*(cells for _, cells in columns), strict=True)]
    known = [one if isinstance(one, str) else shown_value(one) for one in total if one is not None]
    if known and len(known) == len(total):
        lines.append([_TOTAL, *[""] * (len(columns) - len(known) - 1), *known])
    return table([title for title, _ in columns], lines)


_TOTAL = Words(zh="合计", en="total")


def member_columns(measured: Measured, groups: Sequence[tuple[str, ...]]) -> Columns:
    """A column of names for each dimension of the question, and one of codes where they are no names."""
    columns: Columns = []
    for place, dimension in enumerate(measured.answer.question.by):
        members = [group[place] for group in groups]
        names = [_name(measured, dimension, member) for member in members]
        columns.append((dimension_words(dimension), list(names)))
        pairs = zip(members, names, strict=True)
        if any(member not in (*SPECIAL_MEMBERS, name.zh, name.en) for member, name in pairs):
            columns.append((Words(zh="代码", en="code"), list(members)))
    return columns


def shown_value(row: AnswerRow) -> Words | str:
    return WHY_NONE_WORDS[row.why_none] if row.why_none else f"{row.value}"


def _alone(measured: Measured) -> Words:
    value = shown_value(measured.answer.only())
    return value if isinstance(value, Words) else Words(zh=value, en=value)


def _name(measured: Measured, dimension: str, member: str) -> Words:
    readings = measured.answer.question.readings
    on = readings[0].period.from_on if readings else date.max
    return member_words(dimension, member, scope=measured.scope, on=on)


def _both(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def largest_first(measured: Measured) -> Measured:
    """The groups by their values, of ranks the first place first; those without a value last."""
    answer = measured.answer
    kind = answer.question.measure.kind
    rows = tuple(sorted(answer.rows, key=lambda row: place_of(row, kind)))
    return replace(measured, answer=replace(answer, rows=rows))


def place_of(row: AnswerRow | None, kind: MeasureKind) -> tuple[bool, Decimal]:
    """By what rows are sorted; equal ones keep their order."""
    if row is None or row.value is None:
        return True, Decimal(0)
    value = Decimal(row.value)
    return False, value if kind is MeasureKind.RANK else -value
