"""How entries are coded and what they state besides: business, cause, channel, product, amount, numbers."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from xiaobao.simulate.years.course import Course
from xiaobao.simulate.years.draws import Draws, Flags, Integers
from xiaobao.simulate.years.together import NONE

_AMOUNT_STATED = 0.8
_WITH_CENTS = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Coder:
    """Codes the entries of one course."""

    course: Course
    draws: Draws
    _causes: list[list[str]] = field(init=False)
    _plain: Integers = field(init=False)

    def __post_init__(self) -> None:
        topics = self.course.topics
        object.__setattr__(self, "_causes", [list(topic.causes) for topic in topics.all])
        plain = [place for place in topics.scenarios if not topics.all[place].epidemic]
        object.__setattr__(self, "_plain", np.array(plain))

    def matters(self, entries: pl.DataFrame) -> pl.DataFrame:
        """With `told`, the topic that is told: a bank may have coded the same matter as another."""
        topic = self.course.entries["topic"].to_numpy()
        twin = entries["twin"].to_numpy()
        of_bank = ~entries["on_hotline"].to_numpy() & (twin != NONE)
        told = np.where(of_bank, topic[np.where(of_bank, twin, 0)], entries["topic"].to_numpy())
        return entries.with_columns(told=pl.Series(told, dtype=pl.Int16))

    def coded(self, rows: pl.DataFrame) -> pl.DataFrame:
        """`business_code`, `cause_code` of rows with `entry`, `topic`, `cause`, `recoded` and `wrongly`."""
        entry, topic, cause = (rows[name].to_numpy() for name in ("entry", "topic", "cause"))
        recoded = rows["recoded"].to_numpy()
        wrongly = self._codes_wrongly(rows["wrongly"].to_numpy())
        right = topic
        topic = np.where(recoded, self._otherwise("other topic", entry, topic), topic)
        # Whoever codes wrongly takes the same matter for the same other one, as after a change of systems.
        topic = np.where(wrongly, self._otherwise("wrong topic", right.astype(np.int64), right), topic)
        cause = np.where(recoded | wrongly, 0, cause)
        width = max(len(causes) for causes in self._causes)
        table = pl.Series([code for causes in self._causes for code in causes + [""] * (width - len(causes))])
        business = pl.Series([topic.business for topic in self.course.topics.all])
        return pl.DataFrame(
            {
                "business_code": business.gather(topic),
                "cause_code": table.gather(topic.astype(np.int64) * width + cause),
            }
        )

    def _codes_wrongly(self, wrongly: Integers) -> Flags:
        """Whether what is wrong of a row (place in the wrong banks, -1 for nothing) are its codes."""
        kinds = [each.kind for each in self.course.wrong_banks]
        return np.array([*(kind == "codes" for kind in kinds), False])[wrongly]

    def _otherwise(self, purpose: str, numbers: Integers, topic: Integers) -> Integers:
        """A topic of another business, as after a second look; the same for the same numbers."""
        businesses = np.unique([each.business for each in self.course.topics.all], return_inverse=True)[1]
        place = self.draws.below(purpose, numbers, len(self._plain))
        for _ in range(2):  # a business has at most two of these topics in a row
            same = businesses[self._plain[place]] == businesses[topic]
            place = np.where(same, (place + 1) % len(self._plain), place)
        return self._plain[place]

    def channels(self, rows: pl.DataFrame) -> pl.Series:
        """Where the business was done."""
        entry, topic = rows["entry"].to_numpy(), rows["told"].to_numpy()
        codes = np.zeros(len(rows), dtype=np.int64)
        listed = sorted({code for each in self.course.topics.all for code in each.channels})
        units = self.draws.units("channel", entry)
        for place in np.unique(topic).tolist():
            weights = self.course.topics.all[place].channels
            bounds = np.cumsum(list(weights.values()))
            of_topic = topic == place
            found = np.searchsorted(bounds / bounds[-1], units[of_topic], side="right").clip(
                0, len(bounds) - 1
            )
            codes[of_topic] = np.array([listed.index(code) for code in weights])[found]
        return pl.Series(listed).gather(codes)

    def products(self, rows: pl.DataFrame) -> pl.Series:
        """The product, empty where the topic names none."""
        topics = self.course.topics.all
        counts = np.array([max(1, len(topic.products)) for topic in topics])
        topic = rows["told"].to_numpy()
        within = (self.draws.units("product", rows["person"].to_numpy()) * counts[topic]).astype(np.int64)
        offered = pl.Series([name for each in topics for name in each.products or ("",)])
        return offered.gather((np.cumsum(counts) - counts)[topic] + within)

    def amounts(self, rows: pl.DataFrame) -> pl.Series:
        """The sum in yuan, evenly over orders of size within the topic's range; None where none is stated."""
        topics = self.course.topics.all
        low = np.array([topic.amounts[0] if topic.amounts else 1 for topic in topics])[
            rows["told"].to_numpy()
        ]
        high = np.array([topic.amounts[1] if topic.amounts else 1 for topic in topics])[
            rows["told"].to_numpy()
        ]
        person = rows["person"].to_numpy()
        yuan = low * (high / low) ** self.draws.units("amount", person)
        cents = self.draws.happens("cents", person, _WITH_CENTS)
        hundredths = np.where(cents, np.rint(yuan * 100), np.rint(yuan) * 100).astype(np.int64)
        stated = (high > 1) & self.draws.happens("amount:?", person, _AMOUNT_STATED)
        text = (
            pl.Series(hundredths // 100).cast(pl.String)
            + "."
            + pl.Series(hundredths % 100).cast(pl.String).str.zfill(2)
        )
        return pl.select(pl.when(pl.Series(stated)).then(text).otherwise(None)).to_series()

    def at_card_center(self, rows: pl.DataFrame) -> Flags:
        """Whether the card center is complained about rather than the bank as a whole."""
        share = np.array([topic.card_center for topic in self.course.topics.all])[rows["told"].to_numpy()]
        chosen: Flags = self.draws.units("card center", rows["person"].to_numpy()) < share
        return chosen


def numbered(course: Course) -> pl.Series:
    """The number by which an entry's reporter knows it: of a bank by day, of a branch by year."""
    days = course.days.days
    stamps = pl.Series([f"{day:%Y%m%d}" for day in days])
    years = pl.Series([day.year for day in days], dtype=pl.Int32)
    banks = pl.Series([bank.code for bank in course.banks])
    regions = pl.Series([region[:2] for region in course.regions])
    entries = course.entries.select("on_hotline", "day", "bank", "region").with_columns(
        year=years.gather(course.entries["day"].cast(pl.Int64))
    )
    nth = pl.int_range(1, pl.len() + 1)
    return entries.select(
        pl.when("on_hotline")
        .then(
            pl.concat_str(
                regions.gather(entries["region"].cast(pl.Int64)),
                pl.lit("-"),
                pl.col("year").cast(pl.String),
                pl.lit("-"),
                nth.over("on_hotline", "region", "year").cast(pl.String).str.zfill(6),
            )
        )
        .otherwise(
            pl.concat_str(
                banks.gather(entries["bank"].cast(pl.Int64).clip(lower_bound=0)),
                pl.lit("-"),
                stamps.gather(entries["day"].cast(pl.Int64)),
                pl.lit("-"),
                nth.over("on_hotline", "bank", "day").cast(pl.String).str.zfill(5),
            )
        )
    ).to_series()
