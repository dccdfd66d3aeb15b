"""The charts of a brief: the numbers of its tables, drawn."""

from xiaobao.outputs.brief.document import Chart, Series, Tokens
from xiaobao.outputs.brief.facts import Member
from xiaobao.outputs.brief.sentences import write
from xiaobao.outputs.brief.writer import Writer

BARS_LIMIT = 10
"""Institutions drawn; more make no picture."""


def course_chart(writer: Writer) -> tuple[Chart, ...]:
    """The closed days up to the day, beside the average of working days; none where they are too few."""
    words, facts = writer.sentences, writer.facts
    if not facts.course:
        return ()
    average = next((one for one in reversed(facts.total.averages) if one.value is not None), None)
    line = (
        Series(
            name=write(words.chart_course_average, window=writer.naming.label("window", average.measure_id)),
            values=(writer.book.number(average, "average"),),
        )
        if average
        else None
    )
    return (
        Chart(
            form="columns",
            caption=write(words.chart_course),
            categories=tuple((writer.day(point.day),) for point in facts.course),
            series=(
                Series(
                    name=write(words.chart_course_day),
                    values=tuple(writer.count(point.count) for point in facts.course),
                ),
            ),
            hollow=tuple(place for place, point in enumerate(facts.course) if not point.working),
            line=line,
            note=write(words.chart_course_note),
        ),
    )


def institutions_chart(writer: Writer) -> tuple[Chart, ...]:
    """The most complained about on the day, beside the previous closed day; none where nobody ranks."""
    words, facts = writer.sentences, writer.facts
    first = [one for one in facts.institutions if one.rank.value is not None and one.comparison.count.value]
    shown = first[:BARS_LIMIT]
    if not shown:
        return ()
    day = Series(name=_day(writer), values=tuple(writer.count(one.comparison.count) for one in shown))
    return (
        Chart(
            form="bars",
            caption=write(words.chart_institutions),
            categories=tuple((writer.naming.member("institution", one.member),) for one in shown),
            series=(day, *_previous(writer, shown)),
        ),
    )


def _day(writer: Writer) -> Tokens:
    return writer.period(writer.facts.span.present.period)


def _previous(writer: Writer, shown: list[Member]) -> tuple[Series, ...]:
    compared, counts = writer.facts.span.compared, [one.comparison.previous for one in shown]
    if compared is None:
        return ()
    values = tuple(writer.count(count) for count in counts if count is not None)
    return (Series(name=writer.period(compared.period), values=values),)
