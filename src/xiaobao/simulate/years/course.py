"""The whole course: every entry of both paths with what it is about, who tells it and what belongs together.

An entry is a row of numbers; words, dates of handling and files are made of them later. Entries are numbered
from 0, the banks' first, in order of days; within a day their order says nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from xiaobao.simulate.years.calendar import CourseDays
from xiaobao.simulate.years.cascade import cascade
from xiaobao.simulate.years.cells import NO_BANK, Bank, Cells, complaint_cells, enquiry_cells
from xiaobao.simulate.years.draws import Draws, Integers, place_of
from xiaobao.simulate.years.injections import Ground, Injection, injections_of
from xiaobao.simulate.years.intentions import Intentions, Miscoding
from xiaobao.simulate.years.miscodings import WrongBank, wrong_banks
from xiaobao.simulate.years.settings import Years
from xiaobao.simulate.years.together import NONE, paired, with_persons, with_repeats
from xiaobao.simulate.years.topics import Topics

KINDS = ("complaint", "enquiry", "suggestion", "tip_off", "invalid")

_TYPES = {
    "day": pl.Int16,
    "bank": pl.Int8,
    "topic": pl.Int16,
    "cause": pl.Int8,
    "kind": pl.Int8,
    "region": pl.Int8,
    "injection": pl.Int16,
    "twin": pl.Int64,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Everything that happens."""

    days: CourseDays
    banks: Sequence[Bank]
    topics: Topics
    regions: tuple[str, ...]
    answering: tuple[int, ...]
    """Regions whose branches of the hotline answer."""
    injections: tuple[Injection, ...]
    entries: pl.DataFrame
    """`entry`, `on_hotline`, `day` (place in the days), `bank`, `topic`, `cause` (places), `kind` (place in
    KINDS), `region` (place in the regions), `injection`, `twin` (the entry of the same matter on the other
    path), `repeats` (the entry told again) and `person`; -1 where there is none."""
    wrong_banks: tuple[WrongBank, ...] = ()
    """Banks that report some complaints wrongly."""


def course_of(
    *,
    days: CourseDays,
    banks: Sequence[Bank],
    topics: Topics,
    years: Years,
    intentions: Intentions,
    draws: Draws,
    scale: float,
    branches: tuple[str, ...] = (),
    miscoding: tuple[Miscoding, ...] = (),
) -> Course:
    """Draw a course; `scale` multiplies the volumes, all calls come to the `branches` (none: to all)."""
    cells = {
        path: complaint_cells(path, days=days, banks=banks, topics=topics, years=years, draws=draws)
        for path in ("institution", "hotline")
    }
    answering = {
        region: weight if not branches or region in branches else 0.0
        for region, weight in years.regions.hotline.items()
    }
    regions = {"institution": years.regions.institution, "hotline": answering}
    ground = Ground(days=days, banks=banks, topics=topics, cells=cells, regions=regions, scale=scale)
    injections = injections_of(ground, intentions, draws)
    assembly = _Assembly(
        ground=ground, years=years, draws=draws, injections=injections, regions=tuple(regions["hotline"])
    )
    return Course(
        days=days,
        banks=banks,
        topics=topics,
        regions=assembly.regions,
        answering=tuple(place for place, weight in enumerate(answering.values()) if weight),
        injections=injections,
        wrong_banks=wrong_banks(miscoding, days, banks, draws),
        entries=assembly.entries(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Assembly:
    ground: Ground
    years: Years
    draws: Draws
    injections: tuple[Injection, ...]
    regions: tuple[str, ...]

    def entries(self) -> pl.DataFrame:
        hotline = self._in_order(self._hotline(), "hotline")
        institution = self._in_order(pl.concat([self._institution(), self._twins(hotline)]), "institution")
        count = len(institution)
        both = pl.concat(
            [
                institution.with_columns(on_hotline=pl.lit(False)),
                hotline.with_columns(on_hotline=pl.lit(True)),
            ]
        ).with_row_index("entry")
        both = both.with_columns(
            entry=pl.col("entry").cast(pl.Int64),
            twin=pl.when(pl.col("twin") == NONE).then(NONE).otherwise(pl.col("twin") + count),
        )
        return with_persons(with_repeats(paired(both), self.years.hotline.repeat, self.draws))

    def _institution(self) -> pl.DataFrame:
        kinds = self.years.institution.kinds
        others = sum(kinds.values()) / kinds["complaint"]
        drawn = self._cascade(self.ground.cells["institution"], "institution", others)
        kind = self._kinds("institution:kinds", kinds, len(drawn))
        drawn = self._placed(drawn.with_columns(kind=pl.Series(kind, dtype=pl.Int8)), "institution")
        return pl.concat([drawn, self._injected("institution")])

    def _hotline(self) -> pl.DataFrame:
        complaints = self._cascade(self.ground.cells["hotline"], "hotline", 1.0)
        height = max(phase.epidemic_share for phase in self.years.phase)
        asked = enquiry_cells(self.ground.days, self.ground.topics, share_at_height=height)
        enquiries = self._cascade(asked, "hotline_enquiry", 1.0)
        kind = self._kinds("hotline:kinds", self.years.hotline.enquiry_kinds, len(enquiries))
        named = self._banks_named(len(enquiries))
        enquiries = enquiries.with_columns(
            kind=pl.Series(kind, dtype=pl.Int8), bank=pl.Series(named, dtype=pl.Int8)
        )
        both = pl.concat([complaints.with_columns(kind=pl.lit(0, dtype=pl.Int8)), enquiries])
        return pl.concat([self._placed(both, "hotline"), self._injected("hotline")])

    def _cascade(self, cells: Cells, stream: str, more: float) -> pl.DataFrame:
        path = "institution" if stream == "institution" else "hotline"
        day, cell = cascade(
            cells,
            self.ground.days.shape[path],
            self.years.excitation,
            scale=self.ground.scale * more,
            generator=self.draws.generator(f"{stream}:cascade"),
        )
        return _frame(day=day, bank=cells.bank[cell], topic=cells.topic[cell], cause=cells.cause[cell])

    def _placed(self, drawn: pl.DataFrame, path: str) -> pl.DataFrame:
        region = self._regions_of(path, drawn["day"].to_numpy())
        none = pl.lit(NONE)
        return drawn.with_columns(
            region=pl.Series(region, dtype=pl.Int8), injection=none.cast(pl.Int16), twin=none.cast(pl.Int64)
        ).select(list(_TYPES))

    def _injected(self, path: str) -> pl.DataFrame:
        frames = [pl.DataFrame(schema=_TYPES)]
        for number, injection in enumerate(self.injections):
            if injection.path != path:
                continue
            region = self._regions_of(f"{path}", injection.days, salt=str(number))
            if injection.region:
                region = np.full(len(region), self.regions.index(injection.region))
            frame = _frame(
                day=injection.days, bank=injection.banks, topic=injection.topics, cause=injection.causes
            )
            frames.append(
                frame.with_columns(
                    kind=pl.lit(0, dtype=pl.Int8),
                    region=pl.Series(region, dtype=pl.Int8),
                    injection=pl.lit(number, dtype=pl.Int16),
                    twin=pl.lit(NONE, dtype=pl.Int64),
                ).select(list(_TYPES))
            )
        return pl.concat(frames)

    def _regions_of(self, path: str, day: Integers, salt: str = "") -> Integers:
        """Regions by weight; the closed city's hotline is called more while the phases last."""
        weights = self.ground.regions[path]
        units = self.draws.generator(f"{path}:regions:{salt}").random(len(day))
        usual = [weights[region] for region in self.regions]
        placed = place_of(units, usual)
        if path == "hotline":
            closed = [
                weights[region] * self.years.regions.closed_city.get(region, 1.0) for region in self.regions
            ]
            placed = np.where(self.ground.days.epidemic_share[day] > 0, place_of(units, closed), placed)
        return placed

    def _kinds(self, purpose: str, weights: dict[str, float], count: int) -> Integers:
        places = np.array([KINDS.index(kind) for kind in weights])
        units = self.draws.generator(purpose).random(count)
        return places[place_of(units, list(weights.values()))]

    def _banks_named(self, count: int) -> Integers:
        generator = self.draws.generator("hotline:named")
        shares = [bank.share for bank in self.ground.banks]
        named = generator.random(count) < self.years.hotline.enquiry_names_bank
        return np.where(named, place_of(generator.random(count), shares), NO_BANK)

    def _in_order(self, entries: pl.DataFrame, path: str) -> pl.DataFrame:
        order = self.draws.generator(f"{path}:order").random(len(entries))
        return entries.with_columns(order=pl.Series(order)).sort("day", "order").drop("order")

    def _twins(self, hotline: pl.DataFrame) -> pl.DataFrame:
        """What the same people had told their bank before; some of it coded otherwise by the bank."""
        settings = self.years.duplicates
        generator = self.draws.generator("twins")
        chosen = (
            hotline.with_row_index("place")
            .filter((pl.col("kind") == 0) & (pl.col("bank") >= 0))
            .with_columns(unit=pl.lit(0.0))
        )
        chosen = chosen.with_columns(unit=pl.Series(generator.random(len(chosen)))).filter(
            pl.col("unit") < settings.share
        )
        before = generator.integers(0, settings.days_before + 1, len(chosen))
        day = chosen["day"].to_numpy() - before
        topic, cause = self._coded_by_bank(
            chosen["topic"].to_numpy(), chosen["cause"].to_numpy(), chosen["injection"].to_numpy(), generator
        )
        drawn = (
            chosen.with_columns(
                day=pl.Series(day, dtype=pl.Int16),
                topic=pl.Series(topic, dtype=pl.Int16),
                cause=pl.Series(cause, dtype=pl.Int8),
                twin=pl.col("place").cast(pl.Int64),
            )
            .select(list(_TYPES))
            .filter(pl.col("day") >= 0)
        )
        return drawn.filter(self._is_timely(drawn))

    def _is_timely(self, drawn: pl.DataFrame) -> pl.Series:
        """Nobody tells of the epidemic before it."""
        epidemic = np.array([topic.epidemic for topic in self.ground.topics.all])
        told = epidemic[drawn["topic"].to_numpy()]
        return pl.Series(~told | (self.ground.days.epidemic_share[drawn["day"].to_numpy()] > 0))

    def _coded_by_bank(
        self, topic: Integers, cause: Integers, injection: Integers, generator: np.random.Generator
    ) -> tuple[Integers, Integers]:
        topics = self.ground.topics
        causes = np.array([len(each.causes) for each in topics.all])
        moved = generator.random(len(topic)) < self.years.duplicates.other_cause
        cause = np.where(moved, (cause + 1) % causes[topic], cause)
        scenarios = np.array([place for place in topics.scenarios if not topics.all[place].epidemic])
        other = generator.random(len(topic)) < self.years.duplicates.other_business
        other &= injection == NONE
        topic = np.where(other, generator.choice(scenarios, len(topic)), topic)
        return topic, np.where(other, 0, cause)


def _frame(*, day: Integers, bank: Integers, topic: Integers, cause: Integers) -> pl.DataFrame:
    columns = {"day": day, "bank": bank, "topic": topic, "cause": cause}
    return pl.DataFrame({name: pl.Series(values, dtype=_TYPES[name]) for name, values in columns.items()})
