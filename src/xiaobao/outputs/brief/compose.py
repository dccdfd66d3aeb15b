"""Writes a brief from its facts: the outline, block by block."""

from collections.abc import Mapping
from dataclasses import dataclass

from xiaobao.lib.words import Language
from xiaobao.outputs.brief import (
    charts,
    hot_sections,
    sections,
    tables,
    watch_sections,
    week_sections,
    week_tables,
)
from xiaobao.outputs.brief.book import Book
from xiaobao.outputs.brief.document import Block, Brief, Header, Heading, Paragraph, Text, Tokens
from xiaobao.outputs.brief.facts import BriefFacts, Week
from xiaobao.outputs.brief.labels import Naming
from xiaobao.outputs.brief.sentences import Sentences, write
from xiaobao.outputs.brief.sentences_en import EN, EN_WEEKLY
from xiaobao.outputs.brief.sentences_zh import ZH, ZH_WEEKLY
from xiaobao.outputs.brief.series import DAILY, WEEKLY
from xiaobao.outputs.brief.writer import Writer

SENTENCES: Mapping[tuple[str, Language], Sentences] = {
    (DAILY, "zh"): ZH,
    (DAILY, "en"): EN,
    (WEEKLY, "zh"): ZH_WEEKLY,
    (WEEKLY, "en"): EN_WEEKLY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """The issued brief that a brief withdraws and corrects, and why."""

    number: str
    reason: str
    """Plain words; held to the same rules as all words of a brief."""


def naming_of(
    facts: BriefFacts, language: Language, book: Book, *, withdrawal: Withdrawal | None = None
) -> Naming:
    """The labels of a brief: from the archived catalog and the closes it reads."""
    return Naming(
        language=language,
        catalog=facts.catalog,
        domain_id=facts.domain.id,
        simulated=facts.simulated,
        close_head=facts.record.close_head,
        days=facts.closed,
        stated_names=facts.stated_names,
        figures=book.figures,
        span=facts.span,
        replaces=withdrawal.number if withdrawal else None,
        nights=facts.nights,
        hot=facts.hot,
    )


def compose(facts: BriefFacts, *, language: Language, withdrawal: Withdrawal | None = None) -> Brief:
    """The draft of a day's brief: no number, nobody's signature."""
    book = Book(language)
    sentences = SENTENCES[facts.series, language]
    naming = naming_of(facts, language, book, withdrawal=withdrawal)
    writer = Writer(facts=facts, book=book, naming=naming, sentences=sentences)
    title = write(
        sentences.title,
        day=writer.period(facts.span.present.period),
        long_day=writer.period(facts.span.present.period, short=False),
        domain=writer.naming.label("domain", facts.domain.id),
    )
    blocks = (
        *_withdrawn(writer, withdrawal),
        *(_weekly(writer, facts.week) if facts.week else _daily(writer)),
    )
    header = _header(facts, language, withdrawal)
    return Brief(header=header, title=title, blocks=blocks, figures=tuple(book.figures.values()))


def _header(facts: BriefFacts, language: Language, withdrawal: Withdrawal | None) -> Header:
    return Header(
        series=facts.series,
        domain_id=facts.domain.id,
        language=language,
        mark=facts.mark,
        path=facts.path,
        day=facts.record.day,
        posted_seq=facts.record.posted_seq,
        close_head=facts.record.close_head,
        catalog_digest=facts.record.catalog_digest,
        replaces=withdrawal.number if withdrawal else None,
        reason=withdrawal.reason if withdrawal else None,
    )


def _withdrawn(writer: Writer, withdrawal: Withdrawal | None) -> tuple[Block, ...]:
    """The first thing a reader of a correction sees: which brief it withdraws, and why."""
    if withdrawal is None:
        return ()
    number = writer.naming.label("replaced", withdrawal.number)
    said = write(writer.sentences.withdrawal, number=number, reason=Text(text=withdrawal.reason))
    return (Paragraph(tokens=said, role="caution"),)


def _daily(writer: Writer) -> tuple[Block, ...]:
    """In reading order, so that figures are numbered as they are met."""
    words = writer.sentences
    return (
        *_opening(writer, sections.cautions(writer)),
        *_counted(writer),
        *watch_sections.daily(writer),
        *hot_sections.hot_issues(writer),
        Heading(tokens=write(words.reporting)),
        *map(_body, sections.reporting(writer)),
        tables.reporting_table(writer),
        Heading(tokens=write(words.late)),
        *map(_body, sections.late(writer)),
        *_closing(writer),
    )


def _weekly(writer: Writer, week: Week) -> tuple[Block, ...]:
    """The same outline for a week: its course by day, what was learnt late, who reported when."""
    words = writer.sentences
    return (
        *_opening(writer, week_sections.cautions(writer, week)),
        *_counted(writer),
        *watch_sections.weekly(writer),
        *hot_sections.hot_issues(writer),
        Heading(tokens=write(words.late)),
        *map(_body, week_sections.late(writer, week)),
        week_tables.days_table(writer, week),
        Heading(tokens=write(words.reporting)),
        *map(_body, week_sections.reporting(writer)),
        week_tables.reporting_table(writer, week),
        *_closing(writer),
    )


def _counted(writer: Writer) -> tuple[Block, ...]:
    """What was counted: the whole and its course, institutions, categories and causes."""
    words = writer.sentences
    return (
        Heading(tokens=write(words.overall)),
        *map(_body, sections.overall(writer)),
        tables.overall_table(writer),
        *charts.course_chart(writer),
        tables.institutions_table(writer),
        *charts.institutions_chart(writer),
        Heading(tokens=write(words.structure)),
        *map(_body, sections.structure(writer)),
        tables.cells_table(writer),
    )


def _opening(writer: Writer, cautions: tuple[Tokens, ...]) -> tuple[Block, ...]:
    return (
        Paragraph(tokens=sections.summary(writer), role="summary"),
        *(Paragraph(tokens=tokens, role="scope") for tokens in sections.scope(writer)),
        *(Paragraph(tokens=tokens, role="caution") for tokens in cautions),
    )


def _closing(writer: Writer) -> tuple[Block, ...]:
    return (
        Heading(tokens=write(writer.sentences.notes)),
        *(Paragraph(tokens=tokens, role="note") for tokens in sections.notes(writer)),
    )


def _body(tokens: Tokens) -> Paragraph:
    return Paragraph(tokens=tokens)
