"""The paragraphs that only a weekly brief has: who is missing, what was learnt late."""

from xiaobao.outputs.brief.document import Tokens
from xiaobao.outputs.brief.facts import Week
from xiaobao.outputs.brief.record import REPORTED
from xiaobao.outputs.brief.sections import learnt, learnt_before, sentences
from xiaobao.outputs.brief.sentences import write
from xiaobao.outputs.brief.writer import Writer

_NOT_COME = frozenset({"missing", "pending"})


def cautions(writer: Writer, week: Week) -> tuple[Tokens, ...]:
    """Days of the week that were not closed, and whose reports of which days had not come by its close."""
    words, compared = writer.sentences, writer.facts.span.compared
    unclosed = writer.row_of([(writer.day(day),) for day in week.unclosed])
    items = [_missing(writer, week, source) for source in week.statuses]
    missing = writer.row_of([one for one in items if one], separator=words.clause)
    return (
        *((write(words.week_unclosed, days=unclosed),) if unclosed else ()),
        *((write(words.week_missing, items=missing),) if missing else ()),
        *(
            (
                write(
                    words.previous_missing_caution,
                    names=writer.names("institution", week.lacking_before),
                    before=writer.before(compared.period),
                    day=writer.period(compared.period),
                ),
            )
            if compared is not None and week.lacking_before
            else ()
        ),
    )


def _missing(writer: Writer, week: Week, source: str) -> Tokens:
    """A source with the closed days for which nothing had come; empty for one that reported for all."""
    words, statuses = writer.sentences, week.statuses[source]
    days = [day for day, one in statuses.items() if one in _NOT_COME and day not in week.unclosed]
    name = writer.naming.label("source", source)
    if not days:
        return ()
    if REPORTED.isdisjoint(statuses.values()):
        return write(words.week_missing_whole, name=name)
    return write(words.week_missing_item, name=name, days=writer.row_of([(writer.day(day),) for day in days]))


def late(writer: Writer, week: Week) -> tuple[Tokens, ...]:
    """What was learnt late: of the days of the week since their daily briefs, and of days before the week."""
    words = writer.sentences
    own = learnt(writer, week.late, changed=words.week_late, level=words.week_late_level)
    if week.earlier is None:
        return (sentences(writer, own, write(words.week_earlier_none)),)
    return (own, learnt_before(writer, week))


def reporting(writer: Writer) -> tuple[Tokens, ...]:
    """What the table of statuses shows."""
    return (write(writer.sentences.week_reporting),)
