"""Statements as the columns of their source's layout, each value written as the reporter writes it."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from xiaobao.catalog.sources import ColumnType, Layout, LayoutColumn
from xiaobao.simulate.years.coding import Coder
from xiaobao.simulate.years.course import KINDS, Course
from xiaobao.simulate.years.draws import Draws, Integers
from xiaobao.simulate.years.handling import NEVER, Handled
from xiaobao.simulate.years.miscodings import wrongly_told
from xiaobao.simulate.years.numbers import identities, phones
from xiaobao.simulate.years.settings import Years
from xiaobao.simulate.years.statements import EVENTS
from xiaobao.simulate.years.telling import Teller
from xiaobao.simulate.years.together import NONE

_SLOT_MINUTES = 30
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """Writes statements of one course; a value depends on the entry alone and comes out the same again."""

    course: Course
    fates: Handled
    years: Years
    draws: Draws
    teller: Teller
    numbers: pl.Series
    """Entry → its number."""
    bank_names: tuple[str, ...]
    center_names: tuple[str, ...]
    _coder: Coder = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_coder", Coder(course=self.course, draws=self.draws))

    def values(self, statements: pl.DataFrame) -> pl.DataFrame:
        """One text column for each target of either layout; dates stay dates."""
        right = self._rows(statements)
        rows = self._recorded(right)
        entry, person = rows["entry"].to_numpy(), rows["person"].to_numpy()
        coded = self._coder.coded(rows)
        complaint = rows["kind"] == 0
        amount = _unless(self._coder.amounts(rows), ~complaint, None)
        telling = self.teller.told(right.with_columns(amount=amount))
        filled = complaint | ~rows["on_hotline"]
        stated = np.where(
            rows["on_hotline"].to_numpy(),
            self.draws.units("identity", person) < self.years.people.identity_stated["hotline"],
            self.draws.units("identity", person) < self.years.people.identity_stated["institution"],
        )
        return pl.DataFrame(
            {
                "complaint_no": self.numbers.gather(entry),
                "event": pl.Series(EVENTS).gather(rows["event"].cast(pl.Int64)),
                "entry_kind": pl.Series(KINDS).gather(rows["kind"].cast(pl.Int64)),
                "received_on": self._day(self.fates.received[entry]),
                "accepted_on": _unless(self._day(self.fates.accepted[entry]), ~rows["accepted"], None),
                "declined_on": self._day(self.fates.declined[entry]),
                "responded_on": _unless(self._day(self.fates.responded[entry]), ~rows["responded"], None),
                "closed_on": _unless(self._day(self.fates.closed[entry]), ~rows["closed"], None),
                "institution_code": self._institutions(rows),
                **{name: _unless(coded[name], ~filled, "") for name in coded.columns},
                "channel_code": _unless(self._coder.channels(rows), ~complaint, ""),
                "region_code": pl.Series(self.course.regions).gather(rows["region"].cast(pl.Int64)),
                "product": _unless(self._coder.products(rows), ~complaint, ""),
                "amount": amount.fill_null(""),
                "identity": _unless(
                    identities(person, self.years.people, self.draws), pl.Series(~stated), ""
                ),
                "contact": phones(person, self.years.people),
                "narrative": telling,
                "received_via": self._ways(rows),
                "minute": self._minutes(entry),
                "status": self._status(rows, entry),
                "repeats": self._repeats(rows),
            }
        )

    def _rows(self, statements: pl.DataFrame) -> pl.DataFrame:
        entries = self.course.entries[statements["entry"]]
        rows = pl.concat([statements, entries.drop("entry")], how="horizontal")
        wrongly = wrongly_told(rows, self.course.wrong_banks, self.draws)
        return self._coder.matters(rows).with_columns(wrongly=pl.Series(wrongly))

    def _recorded(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with the kind that their reporter gives them, which may be wrong."""
        kinds = [each.kind for each in self.course.wrong_banks]
        enquiry = np.array([*(kind == "enquiry" for kind in kinds), False])[rows["wrongly"].to_numpy()]
        kind = np.where(enquiry, KINDS.index("enquiry"), rows["kind"].to_numpy())
        return rows.with_columns(kind=pl.Series(kind, dtype=pl.Int8))

    def _day(self, place: Integers) -> pl.Series:
        known = place < NEVER
        first = self.course.days.days[0].toordinal() - _EPOCH
        day = pl.Series(np.where(known, place + first, 0)).cast(pl.Int32).cast(pl.Date)
        return _unless(day, pl.Series(~known), None)

    def _institutions(self, rows: pl.DataFrame) -> pl.Series:
        banks, others = len(self.bank_names), self.years.hotline.others
        offered = pl.Series([*self.bank_names, *self.center_names, *others, ""])
        bank = rows["bank"].to_numpy().astype(np.int64)
        center = np.where(self._coder.at_card_center(rows), banks, 0)
        other = 2 * banks + self.draws.below("others", rows["entry"].to_numpy(), len(others))
        nobody = 2 * banks + len(others)
        unlisted = np.where(rows["kind"].to_numpy() == 0, other, nobody)
        return offered.gather(np.where(bank < 0, unlisted, bank + center))

    def _ways(self, rows: pl.DataFrame) -> pl.Series:
        entry = rows["entry"].to_numpy()
        working = self.course.days.working[rows["day"].to_numpy()]
        hotline = self.years.hotline
        ways = [*hotline.via]
        opened = self.draws.chosen("via", entry, list(hotline.via.values()))
        closed = np.array([ways.index(way) for way in hotline.via_closed])
        shut = closed[self.draws.chosen("via", entry, list(hotline.via_closed.values()))]
        return pl.Series(ways).gather(np.where(working, opened, shut))

    def _minutes(self, entry: Integers) -> pl.Series:
        """Minute of the day, within the hours in which people answer."""
        halves = self.years.calls.half_hours
        starts = np.array([int(half[:2]) * 60 + int(half[3:]) for half in halves])
        slot = self.draws.chosen("half hour", entry, list(halves.values()))
        return pl.Series(starts[slot] + self.draws.below("minute", entry, _SLOT_MINUTES))

    def _status(self, rows: pl.DataFrame, entry: Integers) -> pl.Series:
        frame = rows.select("kind", "closed", "accepted").with_columns(
            declined=pl.Series(self.fates.declined[entry] < len(self.course.days.days))
        )
        return frame.select(
            pl.when(pl.col("kind") == KINDS.index("tip_off"))
            .then(pl.lit("not_accepted"))
            .when("declined")
            .then(pl.lit("not_accepted"))
            .when("closed")
            .then(pl.lit("closed"))
            .when("accepted")
            .then(pl.lit("forwarded"))
            .otherwise(pl.lit("received"))
        ).to_series()

    def _repeats(self, rows: pl.DataFrame) -> pl.Series:
        earlier = rows["repeats"].to_numpy()
        return _unless(
            self.numbers.gather(np.where(earlier == NONE, 0, earlier)), rows["repeats"] == NONE, ""
        )


def _unless(values: pl.Series, chosen: pl.Series, instead: str | None) -> pl.Series:
    return pl.select(pl.when(chosen).then(pl.lit(instead, dtype=values.dtype)).otherwise(values)).to_series()


def written(values: pl.DataFrame, layout: Layout, *, date_format: str, moment_format: str) -> pl.DataFrame:
    """The values as the columns of a layout, under its headers, all of them text."""
    return values.select(
        _written(column, date_format, moment_format).alias(column.headers[0]) for column in layout.columns
    )


def _written(column: LayoutColumn, date_format: str, moment_format: str) -> pl.Expr:
    value = pl.col("accepted_on" if column.target == "forwarded_on" else column.target)
    if column.type is ColumnType.DATE:
        return value.dt.strftime(date_format).fill_null("")
    if column.type is ColumnType.MOMENT:
        return (value.cast(pl.Datetime) + pl.duration(minutes=pl.col("minute"))).dt.strftime(moment_format)
    if column.lookup:
        stated: dict[str, str] = {}
        for word, meant in column.lookup.items():
            if word:
                stated.setdefault(meant, word)
        return value.replace_strict(stated, return_dtype=pl.String)
    return value
