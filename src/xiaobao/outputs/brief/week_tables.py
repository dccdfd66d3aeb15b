"""The tables that only a weekly brief has: its days, printed and known, and who reported when."""

from xiaobao.outputs.brief.document import Cell, Table
from xiaobao.outputs.brief.facts import Week, WeekDay
from xiaobao.outputs.brief.sentences import write
from xiaobao.outputs.brief.tables import heads_of
from xiaobao.outputs.brief.vocabulary import Way
from xiaobao.outputs.brief.writer import Writer


def days_table(writer: Writer, week: Week) -> Table:
    """Each closed day of the week: as its daily brief printed it, as known now, and the difference."""
    words, book = writer.sentences, writer.book
    rows = [
        (
            Cell(tokens=(writer.day(one.day),)),
            book.cell(one.printed, "count"),
            book.cell(one.known, "count"),
            _late_cell(writer, one),
        )
        for one in week.days
    ]
    heads = [words.column_day, words.column_printed, words.column_known, words.column_late]
    return Table(
        caption=write(words.table_week),
        head=heads_of([write(head) for head in heads]),
        rows=tuple(rows),
        note=write(words.table_week_note),
    )


def reporting_table(writer: Writer, week: Week) -> Table:
    """Each source by day of the week: its reporting status as known at the close."""
    words, label = writer.sentences, writer.naming.label
    days = [one.day for one in week.days]
    rows = [
        (
            Cell(tokens=(label("source", source),)),
            *(
                Cell(
                    tokens=(label("status", statuses.get(day, "not_due")),),
                    absent=statuses.get(day, "not_due") in ("missing", "pending", "not_due"),
                )
                for day in days
            ),
        )
        for source, statuses in week.statuses.items()
    ]
    return Table(
        caption=write(words.table_week_reporting),
        head=(Cell(tokens=write(words.column_source)), *(Cell(tokens=(writer.day(day),)) for day in days)),
        rows=tuple(rows),
    )


def _late_cell(writer: Writer, one: WeekDay) -> Cell:
    if one.late.value is None:
        return writer.book.cell(one.late, "size")
    which, way = writer.book.direction("late", one.late, None)
    if which is Way.LEVEL:
        return Cell(tokens=(way,), numeric=True)
    size = writer.book.number(one.late, "size")
    return Cell(tokens=write(writer.sentences.change_cell, way=way, size=size), numeric=True)
