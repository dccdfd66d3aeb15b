"""What every section of a brief writes with: its facts, its figures, its labels and its sentences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from xiaobao.analysis.dimensions import SPECIAL_MEMBERS
from xiaobao.analysis.figures import Figure
from xiaobao.lib.periods import Period
from xiaobao.outputs.brief.book import Book
from xiaobao.outputs.brief.document import Label, Number, Tokens
from xiaobao.outputs.brief.facts import BriefFacts, Comparison, Member
from xiaobao.outputs.brief.labels import Naming
from xiaobao.outputs.brief.record import record_figure
from xiaobao.outputs.brief.sentences import Part, Sentences, listed, write
from xiaobao.outputs.brief.vocabulary import Way, ranked_places


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Facts, book of figures, labels and wording of one brief in one language."""

    facts: BriefFacts
    book: Book
    naming: Naming
    sentences: Sentences

    def count(self, figure: Figure) -> Number:
        """A whole number."""
        return self.book.number(figure, "count")

    def record(self, measure_id: str, **where: str) -> Number:
        """A whole number of the close's record."""
        return self.count(record_figure(self.facts.record, f"record.{measure_id}", **where))

    def day(self, day: date, *, short: bool = True) -> Label:
        """A closed day."""
        return self.naming.label("short_day" if short else "day", day.isoformat())

    def period(self, period: Period, *, short: bool = True) -> Tokens:
        """The days of a period: a day, or from one to another; the year stands once where it is one."""
        if len(period) == 1:
            return (self.day(period.from_on, short=short),)
        within = period.from_on.year == period.last_on.year
        zh = self.sentences.language == "zh"
        return write(
            self.sentences.period,
            from_day=self.day(period.from_on, short=short or (within and not zh)),
            to_day=self.day(period.last_on, short=short or (within and zh)),
        )

    def before(self, period: Period) -> Label:
        """What the compared days are to those of the brief."""
        return self.naming.label("before", period.from_on.isoformat())

    def names(self, dimension: str, codes: Iterable[str]) -> Tokens:
        """Names in a row: `A、B和C`."""
        return self.row_of([(self.naming.member(dimension, code),) for code in codes])

    def row_of(self, items: Sequence[Tokens], *, separator: str | None = None) -> Tokens:
        """Items in a row, the last one joined by *and* unless a separator for all is given."""
        return listed(list(items), self.sentences, separator=separator)

    def change(self, comparison: Comparison) -> Tokens:
        """The clause that compares the day with the previous closed day and says which day that is."""
        words, compared = self.sentences, self.facts.span.compared
        if compared is None or comparison.previous is None or comparison.change is None:
            return write(words.change_first)
        named: dict[str, Part] = {
            "before": self.before(compared.period),
            "day": self.period(compared.period),
            "previous": self.count(comparison.previous),
        }
        if comparison.change.value is None:
            return write(words.change_zero_base, **named)
        which, way = self.book.direction(
            "change", comparison.count, comparison.previous, change=comparison.change
        )
        if which in (Way.LEVEL, Way.NEARLY_LEVEL):
            return write(words.change_level, way=way, **named)
        return write(words.change, way=way, size=self.book.number(comparison.change, "magnitude"), **named)

    def short_change(self, comparison: Comparison) -> Tokens:
        """The same in few words, where the compared day was named before; empty without a change."""
        change, previous = comparison.change, comparison.previous
        if previous is None or change is None or change.value is None or comparison.count.value is None:
            return ()
        which, way = self.book.direction("change", comparison.count, previous, change=change)
        if which in (Way.LEVEL, Way.NEARLY_LEVEL):
            return write(self.sentences.group_change_level, way=way)
        return write(self.sentences.group_change, way=way, size=self.book.number(change, "magnitude"))

    def average(self, comparison: Comparison, average: Figure) -> Tokens:
        """The sentence that sets the day beside an average of working days, or says why there is none."""
        window = self.naming.label("window", average.measure_id)
        if average.value is None:
            return write(self.sentences.average_short, window=window)
        which, way = self.book.direction("average", comparison.count, average)
        template = self.sentences.average_level if which is Way.LEVEL else self.sentences.average
        days = self.naming.label("days_read", self.book.keep(average).id)
        number = self.book.number(average, "average")
        return write(template, window=window, days=days, average=number, way=way)

    def ranked(self, template: str, dimension: str, members: Sequence[Member], *, wanted: int = 2) -> Tokens:
        """The sentence that names the first members with counts and shares; says so when too many tie."""
        placed = [
            member for member in members if member.rank.value is not None and member.comparison.count.value
        ]
        places = ranked_places([int(member.rank.value or 0) for member in placed], wanted=wanted)
        if not placed:
            return ()
        if not places:
            return write(self.sentences.unranked)
        first = placed[:places]
        names = self.row_of([self._ranked_item(dimension, member) for member in first])
        return write(template, names=names, rank=self.book.rank(first))

    def _ranked_item(self, dimension: str, member: Member) -> Tokens:
        return write(
            self.sentences.ranked_item,
            name=self.naming.member(dimension, member.member),
            count=self.count(member.comparison.count),
            share=self.book.number(member.share, "percent"),
        )

    def special(self, facets: Mapping[str, Sequence[Member]]) -> Tokens:
        """The sentence on groups that have no place: not stated, unmapped, out of list; else empty."""
        items = [
            write(
                self.sentences.special_item,
                facet=write(facet),
                group=self.naming.member("", member.member),
                count=count,
            )
            for facet, members in facets.items()
            for member in members
            if member.member in SPECIAL_MEMBERS and member.comparison.count.value
            for count in [self.count(member.comparison.count)]
        ]
        return write(self.sentences.special, items=self.row_of(items)) if items else ()
