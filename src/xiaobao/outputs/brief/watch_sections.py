"""What the watch of the night told: a sentence a surge with a chart; the week's surges and their progress."""

from datetime import date

from xiaobao.analysis.surges.sentences import LEVEL, largest_parts
from xiaobao.analysis.surges.told import ToldPart, ToldSurge
from xiaobao.outputs.brief.document import Block, Cell, Chart, Heading, Paragraph, Series, Table, Text, Tokens
from xiaobao.outputs.brief.labels import DIMENSION_WORDS
from xiaobao.outputs.brief.sections import sentences
from xiaobao.outputs.brief.sentences import write
from xiaobao.outputs.brief.watched import Night, day_figure, night_figure, part_figure, surge_figure
from xiaobao.outputs.brief.writer import Writer

CHARTS_LIMIT = 2
"""Surges drawn; the others are told."""
_SERIES = ("watch.observed", "watch.expected", "watch.low", "watch.high")


def daily(writer: Writer) -> tuple[Block, ...]:
    """The surges of the day; nothing where the day has no run."""
    facts, words = writer.facts, writer.sentences
    night = facts.nights.get(facts.record.day)
    if night is None:
        return ()
    surges = night.path.surges
    return (
        Heading(tokens=write(words.watch)),
        Paragraph(tokens=sentences(writer, _judged(writer, night), _missing(writer), _basis(writer, night))),
        *(Paragraph(tokens=_surge(writer, night, surge)) for surge in surges),
        *(_chart(writer, night, surge) for surge in surges[:CHARTS_LIMIT]),
    )


def weekly(writer: Writer) -> tuple[Block, ...]:
    """The surges of the week and what became of them; nothing where no day of it has a run."""
    facts, words = writer.facts, writer.sentences
    if not facts.nights:
        return ()
    latest = _latest(writer)
    days = [day for day in facts.span.present.period if day in facts.closed and day not in facts.nights]
    without = writer.row_of([(writer.day(day),) for day in days])
    last = facts.nights[max(facts.nights)]
    said = sentences(
        writer,
        _judged(writer, last),
        write(words.watch_days_without, days=without) if without else (),
        _basis(writer, last),
    )
    table = (_table(writer, latest),) if latest else ()
    return (Heading(tokens=write(words.watch_week)), Paragraph(tokens=said), *table)


def _judged(writer: Writer, night: Night) -> Tokens:
    words, day = writer.sentences, writer.day(night.day)
    if not night.judged:
        return write(words.watch_unjudged, day=day)
    judged = writer.count(night_figure(night, "watch.judged"))
    if not night.path.surges:
        return write(words.watch_none, day=day, judged=judged)
    told = writer.count(night_figure(night, "watch.told"))
    return write(words.watch_judged, day=day, judged=judged, told=told)


def _missing(writer: Writer) -> Tokens:
    missing = writer.facts.record.missing
    if not missing:
        return ()
    return write(writer.sentences.watch_missing, names=writer.names("source", missing))


def _basis(writer: Writer, night: Night) -> Tokens:
    return write(writer.sentences.watch_basis) if night.path.surges else ()


def _surge(writer: Writer, night: Night, surge: ToldSurge) -> Tokens:
    words, book = writer.sentences, writer.book
    ratio = surge_figure(night, surge, "watch.ratio")
    times = write(words.surge_times, ratio=book.number(ratio, "average")) if ratio.value is not None else ()
    return write(
        words.surge,
        state=_state(writer, night, surge),
        name=_name(writer, surge),
        when=_days(writer, surge),
        observed=writer.count(surge_figure(night, surge, "watch.observed")),
        expected=book.number(surge_figure(night, surge, "watch.expected"), "expected"),
        level=writer.naming.label("surge_level", LEVEL),
        low=writer.count(surge_figure(night, surge, "watch.low")),
        high=writer.count(surge_figure(night, surge, "watch.high")),
        times=times,
        parts=_parts(writer, night, surge),
        raised=_raised(writer, surge),
    )


def _state(writer: Writer, night: Night, surge: ToldSurge) -> Tokens:
    return (writer.naming.label("surge_state", f"{night.day}:{surge.key}"),)


def _name(writer: Writer, surge: ToldSurge) -> Tokens:
    names = [(writer.naming.member(dimension, member),) for dimension, member in surge.where]
    return writer.row_of(names, separator=" · ")


def _days(writer: Writer, surge: ToldSurge) -> Tokens:
    words = writer.sentences
    if surge.since == surge.last_on:
        return write(words.surge_day, day=writer.day(surge.last_on))
    return write(words.surge_days, from_day=writer.day(surge.since), to_day=writer.day(surge.last_on))


def _parts(writer: Writer, night: Night, surge: ToldSurge) -> Tokens:
    items = [_part(writer, night, surge, part) for part in largest_parts(surge)]
    if not items:
        return ()
    return write(writer.sentences.surge_parts, parts=writer.row_of(items, separator=writer.sentences.clause))


def _part(writer: Writer, night: Night, surge: ToldSurge, part: ToldPart) -> Tokens:
    return write(
        writer.sentences.surge_part,
        dimension=Text(text=DIMENSION_WORDS[part.dimension].to(writer.book.language)),
        member=writer.naming.member(part.dimension, part.member),
        count=writer.count(part_figure(night, surge, part, "watch.part")),
        share=writer.book.number(part_figure(night, surge, part, "watch.share"), "percent"),
    )


def _raised(writer: Writer, surge: ToldSurge) -> Tokens:
    """Which close raised it first, for one that goes on; for a new one that is the day itself."""
    raised = surge.first_raised
    if raised is None or raised.on == writer.facts.record.day:
        return ()
    sequence = writer.naming.label("sequence", str(raised.posted_seq))
    return write(writer.sentences.surge_raised, day=writer.day(raised.on), sequence=sequence)


def _chart(writer: Writer, night: Night, surge: ToldSurge) -> Chart:
    words, calendar = writer.sentences, writer.facts.catalog.calendar_of(writer.facts.domain.id)
    names = (words.chart_observed, words.chart_expected, words.chart_low, words.chart_high)
    course = surge.course
    return Chart(
        form="band",
        caption=write(words.chart_band, name=_name(writer, surge)),
        categories=tuple((writer.day(one.day),) for one in course),
        series=tuple(
            Series(
                name=write(name),
                values=tuple(
                    writer.book.number(
                        day_figure(night, surge, one, measure),
                        "expected" if measure == "watch.expected" else "count",
                    )
                    for one in course
                ),
            )
            for name, measure in zip(names, _SERIES, strict=True)
        ),
        hollow=tuple(place for place, one in enumerate(course) if not calendar.is_working_day(one.day)),
        note=write(words.chart_band_note, level=writer.naming.label("surge_level", LEVEL)),
    )


def _latest(writer: Writer) -> dict[str, tuple[Night, ToldSurge]]:
    """Series → the last run of the week that told it, and what it told; in the order of their raising."""
    found: dict[str, tuple[Night, ToldSurge]] = {}
    nights = writer.facts.nights
    for day in sorted(nights):
        found |= {surge.key: (nights[day], surge) for surge in nights[day].path.surges}
    return dict(sorted(found.items(), key=lambda item: (_raised_on(item[1][1]), item[0])))


def _raised_on(surge: ToldSurge) -> date:
    return surge.first_raised.on if surge.first_raised else surge.alarmed_on


def _table(writer: Writer, latest: dict[str, tuple[Night, ToldSurge]]) -> Table:
    words = writer.sentences
    unknown = any(surge.first_raised is None for _, surge in latest.values())
    notes = (write(words.table_watch_note), write(words.table_watch_before) if unknown else ())
    heads = (words.column_observed, words.column_expected, words.column_times)
    return Table(
        caption=write(words.table_watch),
        head=(
            Cell(tokens=write(words.column_surge)),
            Cell(tokens=write(words.column_raised)),
            *(Cell(tokens=write(head), numeric=True) for head in heads),
            Cell(tokens=write(words.column_state)),
        ),
        rows=tuple(_row(writer, night, surge) for night, surge in latest.values()),
        note=sentences(writer, *notes),
    )


def _raised_cell(writer: Writer, surge: ToldSurge) -> Cell:
    """The day that raised it; where no run of that day is kept, before the first one that told it."""
    if surge.first_raised is not None:
        return Cell(tokens=(writer.day(surge.first_raised.on),))
    nights = writer.facts.nights
    first_told = min(day for day, night in nights.items() if night.surge(surge.key) is not None)
    return Cell(tokens=write(writer.sentences.raised_before, day=writer.day(first_told)))


def _row(writer: Writer, night: Night, surge: ToldSurge) -> tuple[Cell, ...]:
    days = writer.period(surge.period)
    zh = writer.book.language == "zh"
    opening, closing = ("（", "）") if zh else (" (", ")")
    name = (*_name(writer, surge), Text(text=opening), *days, Text(text=closing))
    book = writer.book
    return (
        Cell(tokens=name),
        _raised_cell(writer, surge),
        book.cell(surge_figure(night, surge, "watch.observed"), "count"),
        book.cell(surge_figure(night, surge, "watch.expected"), "expected"),
        book.cell(surge_figure(night, surge, "watch.ratio"), "average"),
        Cell(tokens=_state(writer, night, surge)),
    )
