"""The tables of a brief; what was not reported is grey and says so, never zero."""

from collections.abc import Sequence

from xiaobao.analysis.dimensions import SPECIAL_MEMBERS
from xiaobao.outputs.brief.document import Cell, Table, Tokens
from xiaobao.outputs.brief.facts import Comparison, Member
from xiaobao.outputs.brief.gather import CATEGORIES_LIMIT
from xiaobao.outputs.brief.sentences import write
from xiaobao.outputs.brief.vocabulary import Way, absent
from xiaobao.outputs.brief.writer import Writer

Row = tuple[Cell, ...]


def overall_table(writer: Writer) -> Table:
    """Total and groups: the day, the previous closed day, the change, the averages."""
    words, facts = writer.sentences, writer.facts
    windows = [
        write(words.column_average, window=writer.naming.label("window", average.measure_id))
        for average in facts.total.averages
    ]
    groups = [
        _comparison_row(writer, (writer.naming.member("group", group.group),), group.comparison)
        for group in facts.groups
    ]
    return Table(
        caption=write(words.table_overall),
        head=heads_of([write(words.column_item), *_compared_heads(writer), *windows]),
        rows=(_comparison_row(writer, write(words.row_total), facts.total), *groups),
        total_rows=(0,),
    )


def institutions_table(writer: Writer) -> Table:
    """Each institution: the day, its share, the previous closed day, the change."""
    words = writer.sentences
    day, *compared = _compared_heads(writer)
    ranks = _rank_heads(writer)
    rows = [
        (name, count, writer.book.cell(member.share, "percent"), *rest, *_rank_cells(writer, member))
        for member in writer.facts.institutions
        for name, count, *rest in [
            _comparison_row(writer, _institution(writer, member), member.comparison, averages=False)
        ]
    ]
    return Table(
        caption=write(words.table_institutions),
        head=heads_of([write(words.column_institution), day, write(words.column_share), *compared, *ranks]),
        rows=tuple(rows),
        note=write(words.table_institutions_note if _some(writer) else words.table_institutions_whole_note),
    )


def cells_table(writer: Writer) -> Table:
    """Institutions by business category, with the totals of rows and columns."""
    words, facts = writer.sentences, writer.facts
    categories = shown_categories(facts.businesses)
    heads = [(writer.naming.member("business.1", member.member),) for member in categories]
    totals = (
        Cell(tokens=write(words.row_total)),
        *(writer.book.cell(member.comparison.count, "count") for member in categories),
        writer.book.cell(facts.total.count, "count"),
    )
    rows = [
        (
            Cell(tokens=_institution(writer, member)),
            *(
                writer.book.cell(facts.cells[(member.member, category.member)], "count")
                for category in categories
            ),
            writer.book.cell(member.comparison.count, "count"),
        )
        for member in writer.facts.institutions
    ]
    return Table(
        caption=write(words.table_cells),
        head=heads_of([write(words.column_institution), *heads, write(words.column_total)]),
        rows=(totals, *rows),
        total_rows=(0,),
        note=write(words.table_cells_note if _some(writer) else words.table_cells_whole_note),
    )


def reporting_table(writer: Writer) -> Table:
    """Each source due: its status at the close and what became of its rows."""
    words, record, label = writer.sentences, writer.facts.record, writer.naming.label
    names = ("read", "accepted", "rejected", "refused")
    heads = (words.column_read, words.column_accepted, words.column_rejected, words.column_refused)
    rows = [
        (
            Cell(tokens=(label("source", source),)),
            Cell(
                tokens=(label("status", record.statuses.get(source, "not_due")),),
                absent=source in record.missing,
            ),
            *(
                absent_cell(writer)
                if source in record.missing and source not in record.rows
                else Cell(tokens=(writer.record(name, source=source),), numeric=True)
                for name in names
            ),
        )
        for source in dict.fromkeys((*record.statuses, *record.rows))
    ]
    return Table(
        caption=write(words.table_reporting),
        head=(
            Cell(tokens=write(words.column_source)),
            Cell(tokens=write(words.column_status)),
            *(Cell(tokens=write(head), numeric=True) for head in heads),
        ),
        rows=tuple(rows),
    )


def shown_categories(members: Sequence[Member]) -> Sequence[Member]:
    """The first categories by count, then special groups that hold something."""
    plain = [member for member in members if member.member not in SPECIAL_MEMBERS]
    special = [member for member in members if member.member in SPECIAL_MEMBERS]
    return [*plain[:CATEGORIES_LIMIT], *special]


def absent_cell(writer: Writer) -> Cell:
    """A grey cell for what nobody reported."""
    return Cell(tokens=write(absent("not_reported", writer.book.language)), absent=True, numeric=True)


def _some(writer: Writer) -> bool:
    """True where the most complained about are listed; a closed register is listed whole."""
    return writer.facts.domain.open_register


def _compared_heads(writer: Writer) -> list[Tokens]:
    words, compared = writer.sentences, writer.facts.span.compared
    heads = [write(words.column_today)]
    if compared is not None:
        heads += [
            write(
                words.column_previous,
                day=writer.period(compared.period),
                before=writer.before(compared.period),
            ),
            write(words.column_change),
        ]
    return heads


def _rank_heads(writer: Writer) -> list[Tokens]:
    """A weekly brief shows the rank, and beside it that of the week it compares with."""
    words, span = writer.sentences, writer.facts.span
    if not span.is_week:
        return []
    compared = [writer.before(span.compared.period)] if span.compared else []
    return [write(words.column_rank), *(write(words.column_rank_before, before=one) for one in compared)]


def _rank_cells(writer: Writer, member: Member) -> Row:
    if not writer.facts.span.is_week:
        return ()
    ranks = (member.rank, member.previous_rank)
    return tuple(writer.book.cell(rank, "count") for rank in ranks if rank is not None)


def _comparison_row(writer: Writer, name: Tokens, comparison: Comparison, *, averages: bool = True) -> Row:
    cells = [Cell(tokens=name), writer.book.cell(comparison.count, "count")]
    if comparison.previous is not None and comparison.change is not None:
        cells += [writer.book.cell(comparison.previous, "count"), _change_cell(writer, comparison)]
    if averages:
        cells += [writer.book.cell(average, "average") for average in comparison.averages]
    return tuple(cells)


def _change_cell(writer: Writer, comparison: Comparison) -> Cell:
    change, previous = comparison.change, comparison.previous
    assert change is not None
    if change.value is None or previous is None or comparison.count.value is None:
        return writer.book.cell(change, "magnitude")
    which, way = writer.book.direction("change", comparison.count, previous, change=change)
    if which in (Way.LEVEL, Way.NEARLY_LEVEL):
        return Cell(tokens=(way,), numeric=True)
    size = writer.book.number(change, "magnitude")
    return Cell(tokens=write(writer.sentences.change_cell, way=way, size=size), numeric=True)


def _institution(writer: Writer, member: Member) -> Tokens:
    return (writer.naming.member("institution", member.member),)


def heads_of(heads: Sequence[Tokens]) -> Row:
    """The head of a table: a name, then columns of numbers."""
    return tuple(Cell(tokens=tokens, numeric=place > 0) for place, tokens in enumerate(heads))
