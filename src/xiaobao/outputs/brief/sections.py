"""The paragraphs of each section of a brief, after its outline."""

from datetime import date

from xiaobao.analysis.figures import Figure
from xiaobao.lib.periods import ONE_DAY, Period
from xiaobao.outputs.brief.document import Text, Tokens
from xiaobao.outputs.brief.facts import Group, Late, Week
from xiaobao.outputs.brief.record import Rows
from xiaobao.outputs.brief.sentences import Part, write
from xiaobao.outputs.brief.vocabulary import Way
from xiaobao.outputs.brief.writer import Writer


def summary(writer: Writer) -> Tokens:
    """One paragraph for those who read no further: how many, against when, who, and who has reported."""
    words, facts = writer.sentences, writer.facts
    total, change = _total(writer), writer.change(facts.total)
    ranked = writer.ranked(words.by_institution, "institution", facts.institutions)
    return write(
        words.summary,
        total=total,
        change=change,
        ranked=(*ranked, Text(text=words.space)) if ranked and words.space else ranked,
        reporting=reported(writer) if facts.week is None else _worth_saying(writer, facts.week),
    )


def scope(writer: Writer) -> tuple[Tokens, ...]:
    """Which counting path every number is of, in a domain that has paths."""
    path = writer.facts.path
    return (write(writer.sentences.path_note, path=writer.naming.label("path", path)),) if path else ()


def cautions(writer: Writer) -> tuple[Tokens, ...]:
    """What a reader must know before comparing: who is missing from the day or from the day before."""
    words, facts = writer.sentences, writer.facts
    found: list[Tokens] = []
    if facts.record.missing:
        found.append(write(words.missing_caution, names=writer.names("source", facts.record.missing)))
    if facts.previous and facts.previous.missing:
        names = writer.names("source", facts.previous.missing)
        found.append(
            write(
                words.previous_missing_caution,
                names=names,
                day=writer.day(facts.previous.day),
                before=writer.naming.label("before", facts.previous.day.isoformat()),
            )
        )
    return tuple(found)


def overall(writer: Writer) -> tuple[Tokens, ...]:
    """The total against the day before and the averages; groups; the most complained about."""
    words, facts = writer.sentences, writer.facts
    first = sentences(
        writer,
        write(words.day_total, count=writer.count(facts.total.count), change=writer.change(facts.total)),
        *(writer.average(facts.total, average) for average in facts.total.averages),
    )
    second = sentences(
        writer, _groups(writer), writer.ranked(words.by_institution, "institution", facts.institutions)
    )
    return tuple(tokens for tokens in (first, second) if tokens)


def structure(writer: Writer) -> tuple[Tokens, ...]:
    """Business categories and causes, and what falls outside the tables."""
    words, facts = writer.sentences, writer.facts
    ranked = sentences(
        writer,
        writer.ranked(words.by_business, "business.1", facts.businesses, wanted=5),
        writer.ranked(words.by_cause, "cause.1", facts.causes, wanted=5),
    )
    special = writer.special(
        {words.institution: facts.institutions, words.business: facts.businesses, words.cause: facts.causes}
    )
    return tuple(tokens for tokens in (ranked, special) if tokens)


def reporting(writer: Writer) -> tuple[Tokens, ...]:
    """Who reported, what was read, rejected, refused and set aside."""
    words, record = writer.sentences, writer.facts.record
    missing = (
        write(
            words.missing,
            count=writer.record("missing"),
            names=writer.names("source", record.missing),
        )
        if record.missing
        else write(words.nobody_missing)
    )
    superseded = (
        write(words.superseded, count=writer.record("superseded"))
        if record.sources_with({"superseded"})
        else ()
    )
    rows = write(
        words.rows,
        read=writer.record("read"),
        accepted=writer.record("accepted"),
        rejected=writer.record("rejected"),
    )
    troubles = sentences(
        writer,
        rows,
        _rows_by_source(writer, "rejected", words.rejected, words.rejected_item),
        _rows_by_source(writer, "refused", words.refused, words.refused_item),
        _rows_by_source(writer, "set_aside", words.set_aside, words.refused_item),
    )
    return sentences(writer, reported(writer), superseded, missing), troubles


def late(writer: Writer) -> tuple[Tokens, ...]:
    """What the days before have gained or lost since they were printed."""
    words, found = writer.sentences, writer.facts.late
    if found is None:
        return (write(words.late_none),)
    previous = found.previous_difference
    alone = found.from_day == found.to_day  # what is said of all the days is said of the last
    more = _late_previous(writer, found.to_day, previous) if previous is not None and not alone else ()
    return (sentences(writer, late_window(writer, found), more),)


def notes(writer: Writer) -> tuple[Tokens, ...]:
    """Basis, as of, catalog, close head, standard, mark."""
    words, facts, label = writer.sentences, writer.facts, writer.naming.label
    day = facts.record.day
    iso = day.isoformat()
    found = [
        write(words.note_basis),
        write(
            words.note_as_of,
            sequence=label("sequence", str(facts.record.posted_seq)),
            day=label("day", iso),
            cutoff=label("cutoff", iso),
        ),
        write(words.note_comparison),
        write(words.note_catalog, digest=label("catalog_digest", facts.record.catalog_digest)),
        write(words.note_close_head, head=label("close_head", facts.record.close_head)),
        *(
            write(words.note_reconstructed, standard=label("standard", standard_id))
            for standard_id in _reconstructed(writer, day)
        ),
        write(words.note_closure),
        write(words.note_absent),
    ]
    if facts.mark != "ordinary":
        found.append(write(words.note_mark, mark=label("mark", facts.mark)))
    return tuple(found)


def sentences(writer: Writer, *said: Tokens) -> Tokens:
    """Sentences as one paragraph; empty ones are left out."""
    space = writer.sentences.space
    tokens: list[Tokens] = []
    for sentence in filter(None, said):
        if tokens and space:
            tokens.append((Text(text=space),))
        tokens.append(sentence)
    return tuple(token for sentence in tokens for token in sentence)


def _total(writer: Writer) -> Tokens:
    words, facts, label = writer.sentences, writer.facts, writer.naming.label
    parts: dict[str, Part] = {
        "day": writer.period(facts.span.present.period, short=False),
        "count": writer.count(facts.total.count),
        "domain": label("domain", facts.domain.id),
    }
    if facts.path is None:
        return write(words.total, **parts)
    return write(words.total_on_path, path=label("path", facts.path), **parts)


def reported(writer: Writer) -> Tokens:
    """How many sources were due and have reported."""
    names = ("due", "reported", "late", "nil")
    return write(writer.sentences.reporting_counts, **{name: writer.record(name) for name in names})


def _groups(writer: Writer) -> Tokens:
    if not writer.facts.groups:
        return ()
    items = [_group(writer, group) for group in writer.facts.groups]
    return write(writer.sentences.groups, groups=writer.row_of(items, separator=writer.sentences.clause))


def _group(writer: Writer, group: Group) -> Tokens:
    if group.comparison.count.value is None:
        return write(writer.sentences.group_silent, group=writer.naming.member("group", group.group))
    return write(
        writer.sentences.group,
        group=writer.naming.member("group", group.group),
        count=writer.count(group.comparison.count),
        share=writer.book.number(group.share, "percent"),
        change=writer.short_change(group.comparison),
        median=_median(writer, group),
    )


def _median(writer: Writer, group: Group) -> Tokens:
    """The middle count of the group's institutions, or that one of them has not reported."""
    if group.median is None or group.median.why_none not in (None, "not_reported"):
        return ()
    if group.median.value is None:
        return write(writer.sentences.group_median_silent)
    return write(writer.sentences.group_median, median=writer.book.number(group.median, "average"))


def _rows_by_source(writer: Writer, name: str, sentence: str, item: str) -> Tokens:
    rows = writer.facts.record.rows
    items = [
        write(item, name=writer.naming.label("source", source), count=writer.record(name, source=source))
        for source in rows
        if getattr(rows.get(source, Rows()), name)
    ]
    return write(sentence, items=writer.row_of(items)) if items else ()


def late_window(writer: Writer, found: Late) -> Tokens:
    """The same days as known once and as known now, and how many the late data come to."""
    return learnt(
        writer, found, changed=writer.sentences.late_window, level=writer.sentences.late_window_level
    )


def _worth_saying(writer: Writer, week: Week) -> Tokens:
    """What a summary says of late data: nothing where there are none."""
    return learnt_before(writer, week) if week.earlier and week.earlier.difference.value else ()


def learnt_before(writer: Writer, week: Week) -> Tokens:
    """What was learnt in a week of days before it, no new complaints; empty where nobody knows."""
    words = writer.sentences
    if week.earlier is None:
        return ()
    return learnt(writer, week.earlier, changed=words.week_earlier, level=words.week_earlier_level)


def learnt(writer: Writer, found: Late, *, changed: str, level: str) -> Tokens:
    """The sentence on late data of some days: `changed`, or `level` where there are none on balance."""
    parts: dict[str, Part] = {
        "days": writer.period(Period(from_on=found.from_day, to_on=found.to_day + ONE_DAY)),
        "then": writer.count(found.then),
        "now": writer.count(found.now),
    }
    which, way = writer.book.direction("late", found.difference, None)
    if which is Way.LEVEL:
        return write(level, way=way, **parts)
    return write(changed, way=way, size=writer.book.number(found.difference, "size"), **parts)


def _late_previous(writer: Writer, previous: date, difference: Figure) -> Tokens:
    words, day = writer.sentences, writer.day(previous)
    which, way = writer.book.direction("late", difference, None)
    if which is Way.LEVEL:
        return write(words.late_previous_level, day=day, way=way)
    return write(words.late_previous, day=day, way=way, size=writer.book.number(difference, "size"))


def _reconstructed(writer: Writer, day: date) -> tuple[str, ...]:
    standard = writer.facts.catalog.standard_on(writer.facts.domain.id, day)
    return (standard.id,) if standard and standard.reconstructed else ()
