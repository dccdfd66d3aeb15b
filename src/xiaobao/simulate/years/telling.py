"""Narratives of whole columns: sentences drawn, put together, filled in, and spelt as people spell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from xiaobao.simulate.years.course import KINDS, Course
from xiaobao.simulate.years.draws import Draws, Flags, Integers
from xiaobao.simulate.years.intentions import Intentions
from xiaobao.simulate.years.numbers import cards, identities, phones
from xiaobao.simulate.years.settings import Persons
from xiaobao.simulate.years.tellings import Tellings

_EPOCH = date(1970, 1, 1).toordinal()
_EARLIER_DAYS = 40
_PARTS = {"openings": 0.55, "speakers": 0.35, "times": 0.35, "second": 0.2, "details": 0.5, "demands": 0.6}
"""Share of narratives that have the part; the closing has 0.4."""
_CLOSING = 0.4
_THE_BANK = ("贵行", "你们银行")
"""What customers call their bank when they write to it; half name it."""


_Value = Callable[[Integers], pl.Series]
"""Places in a frame → the texts that go there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Tells the entries of one course."""

    course: Course
    tellings: Tellings
    intentions: Intentions
    people: Persons
    draws: Draws
    bank_names: tuple[str, ...]
    _all: pl.Series = field(init=False)
    """Every text of the topics in one list."""
    _first: Integers = field(init=False)
    _count: Integers = field(init=False)

    def __post_init__(self) -> None:
        texts = [topic.texts for topic in self.course.topics.all]
        counts = np.array([len(each) for each in texts])
        object.__setattr__(self, "_all", pl.Series([text for each in texts for text in each]))
        object.__setattr__(self, "_first", np.cumsum(counts) - counts)
        object.__setattr__(self, "_count", counts)

    def told(self, rows: pl.DataFrame) -> pl.Series:
        """The narratives of rows with the columns of the course's entries, `told` (topic) and `amount`."""
        entry, topic = rows["entry"].to_numpy(), rows["told"].to_numpy()
        topics = self.course.topics
        lines = np.array([each.line for each in topics.all])[topic]
        plain = rows["kind"].to_numpy() == KINDS.index("complaint")
        text = self._text("text", entry, topic)
        text = self._others(rows, text)
        parts = {name: self._part(name, entry, lines, plain & (lines != "")) for name in _PARTS}
        second = self._second(parts.pop("second"), entry, topic)
        closing = self._optional("closings", self.tellings.closings, entry, _CLOSING, plain & (lines != ""))
        whole = parts["openings"] + parts["speakers"] + parts["times"] + text + second
        whole = whole + parts["details"] + parts["demands"] + closing
        return self._spelt(self._filled(self._edited(whole, rows), rows), entry)

    def _second(self, linked: pl.Series, entry: Integers, topic: Integers) -> pl.Series:
        """Another sentence about the same topic after linking words; nothing where there is no other."""
        count = self._count[topic]
        first = (self.draws.units("text", entry) * count).astype(np.int64)
        step = 1 + (self.draws.units("text:second", entry) * (count - 1)).astype(np.int64)
        other = self._all.gather(self._first[topic] + (first + step) % count)
        return _where((linked != "").to_numpy() & (count > 1), linked + other)

    def _text(self, purpose: str, entry: Integers, topic: Integers) -> pl.Series:
        place = (self.draws.units(purpose, entry) * self._count[topic]).astype(np.int64)
        return self._all.gather(self._first[topic] + place)

    def _others(self, rows: pl.DataFrame, text: pl.Series) -> pl.Series:
        """What is neither complaint nor enquiry of the hotline has texts of its own."""
        entry, kind = rows["entry"].to_numpy(), rows["kind"].to_numpy()
        enquiries = np.array(self.course.topics.enquiries)
        asked = self._text(
            "text:enquiry", entry, enquiries[self.draws.below("enquiry", entry, len(enquiries))]
        )
        told = pl.DataFrame({"kind": kind, "text": text, "asked": asked, "on_hotline": rows["on_hotline"]})
        own = pl.col("text")
        own = pl.when((pl.col("kind") == 1) & ~pl.col("on_hotline")).then("asked").otherwise(own)
        for name, texts in self.tellings.others.items():
            told = told.with_columns(
                pl.Series(texts).gather(self.draws.below(f"text:{name}", entry, len(texts))).alias(name)
            )
            own = pl.when(pl.col("kind") == KINDS.index(name)).then(name).otherwise(own)
        return told.select(own).to_series()

    def _part(self, name: str, entry: Integers, lines: NDArray[np.str_], able: Flags) -> pl.Series:
        offered: Sequence[str] | Mapping[str, Sequence[str]] = getattr(self.tellings, name)
        if not isinstance(offered, Mapping):
            return self._optional(name, offered, entry, _PARTS[name], able)
        names = list(offered)
        counts = np.array([len(offered[each]) for each in names])
        line = np.array([names.index(each) if each in offered else 0 for each in np.unique(lines)])
        of_row = line[np.searchsorted(np.unique(lines), lines)]
        place = (np.cumsum(counts) - counts)[of_row] + (
            self.draws.units(name, entry) * counts[of_row]
        ).astype(np.int64)
        sentences = pl.Series([text for each in names for text in offered[each]]).gather(place)
        return _where(able & self.draws.happens(f"{name}:?", entry, _PARTS[name]), sentences)

    def _optional(
        self, name: str, offered: Sequence[str], entry: Integers, share: float, able: Flags
    ) -> pl.Series:
        sentences = pl.Series(offered).gather(self.draws.below(name, entry, len(offered)))
        return _where(able & self.draws.happens(f"{name}:?", entry, share), sentences)

    def _edited(self, text: pl.Series, rows: pl.DataFrame) -> pl.Series:
        """Letters of campaigns, some with words changed here and there."""
        topic, entry = rows["told"].to_numpy(), rows["entry"].to_numpy()
        letters = self.course.topics.letters
        is_letter = (topic >= letters.start) & (topic < letters.stop)
        places = np.flatnonzero(
            is_letter & self.draws.happens("edited", entry, self.intentions.campaigns.edited)
        )
        edited = text.gather(places)
        for before, after in self.intentions.campaigns.edits.items():
            chosen = pl.Series(self.draws.happens(f"edit:{before}", entry[places], 0.5))
            edited = edited.zip_with(~chosen, edited.str.replace_all(before, after, literal=True))
        return text.scatter(places, edited) if len(places) else text

    def _filled(self, text: pl.Series, rows: pl.DataFrame) -> pl.Series:
        frame = rows.select("entry", "person", "day", "bank", "region", "amount", "on_hotline").with_columns(
            text=text
        )
        values = self._values(frame)
        for name, column in values.items():
            wanted = frame["text"].str.contains("{" + name + "}", literal=True)
            if not wanted.any():
                continue
            places = wanted.arg_true()
            filled = frame["text"].gather(places)
            filled = (
                pl.DataFrame({"text": filled, "value": column(places.to_numpy())})
                .select(pl.col("text").str.replace_all("{" + name + "}", pl.col("value"), literal=True))
                .to_series()
            )
            frame = frame.with_columns(text=frame["text"].scatter(places, filled))
        return frame["text"]

    def _values(self, frame: pl.DataFrame) -> Mapping[str, _Value]:
        entry, person = frame["entry"].to_numpy(), frame["person"].to_numpy()
        draws, case = self.draws, self.intentions.case

        def chosen(purpose: str, offered: Sequence[str], numbers: Integers) -> pl.Series:
            return pl.Series(offered).gather(draws.below(purpose, numbers, len(offered)))

        def number(purpose: str, low: int, high: int) -> _Value:
            return lambda at: pl.Series(draws.within(purpose, entry[at], low, high)).cast(pl.String)

        names = self.tellings.names
        return {
            "bank": lambda at: self._bank_names(frame[at]),
            "city": lambda at: self._cities(frame[at]),
            "amount": lambda at: _amounts(
                frame["amount"].gather(at), draws.within("sum", entry[at], 10, 5000)
            ),
            "days": number("days", 3, 39),
            "times": number("times_told", 2, 11),
            "on": lambda at: self._earlier(frame[at]),
            "name": lambda at: (
                chosen("family", names.family, person[at]) + chosen("given", names.given, person[at])
            ),
            "phone": lambda at: phones(person[at], self.people),
            "identity": lambda at: identities(person[at], self.people, draws),
            "card": lambda at: cards(person[at], self.people, draws),
            "proof": lambda at: chosen("proof", case.proofs, entry[at]),
            "percent": lambda at: chosen("percent", case.percents, entry[at]),
        }

    def _bank_names(self, frame: pl.DataFrame) -> pl.Series:
        """Callers name a bank; who writes to it says so, or names it."""
        offered = pl.Series([*self.bank_names, "某银行", *_THE_BANK])
        count = len(self.bank_names)
        bank = frame["bank"].to_numpy()
        named = np.where(bank < 0, count, bank)
        entry = frame["entry"].to_numpy()
        addressed = ~frame["on_hotline"].to_numpy() & self.draws.happens("addressed", entry, 0.5)
        polite = count + 1 + self.draws.below("polite", entry, len(_THE_BANK))
        return offered.gather(np.where(addressed, polite, named))

    def _cities(self, frame: pl.DataFrame) -> pl.Series:
        offered = [self.tellings.cities[region] for region in self.course.regions]
        counts = np.array([len(each) for each in offered])
        region = frame["region"].to_numpy()
        within = (self.draws.units("city", frame["person"].to_numpy()) * counts[region]).astype(np.int64)
        return pl.Series([city for each in offered for city in each]).gather(
            (np.cumsum(counts) - counts)[region] + within
        )

    def _earlier(self, frame: pl.DataFrame) -> pl.Series:
        days = self.course.days.days
        ordinal = days[0].toordinal() + frame["day"].to_numpy().astype(np.int64)
        ordinal -= self.draws.within("earlier", frame["entry"].to_numpy(), 1, _EARLIER_DAYS)
        told = pl.Series(ordinal - _EPOCH).cast(pl.Int32).cast(pl.Date)
        return told.dt.month().cast(pl.String) + "月" + told.dt.day().cast(pl.String) + "日"

    def _spelt(self, text: pl.Series, entry: Integers) -> pl.Series:
        units = self.draws.units("spelling", entry)
        low = 0.0
        for spelling in self.tellings.spelling:
            places = np.flatnonzero((units >= low) & (units < low + spelling.share))
            low += spelling.share
            if len(places):
                words = text.gather(places)
                for before, after in spelling.words.items():
                    words = words.str.replace_all(before, after, literal=True)
                text = text.scatter(places, words)
        return text


def _amounts(stated: pl.Series, otherwise: Integers) -> pl.Series:
    stated = stated.replace("", None).str.strip_suffix(".00")
    return stated.zip_with(stated.is_not_null(), pl.Series(otherwise).cast(pl.String))


def _where(chosen: Flags, sentences: pl.Series) -> pl.Series:
    return sentences.zip_with(
        pl.Series(chosen), pl.Series("", [""], dtype=pl.String).new_from_index(0, len(sentences))
    )
