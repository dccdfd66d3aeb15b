"""Surges, campaigns, the known event and the case: drawn from their ranges, each with the entries it adds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from xiaobao.simulate.years.calendar import CourseDays
from xiaobao.simulate.years.cells import Bank, Cells
from xiaobao.simulate.years.draws import Draws, Flags, Floats, Integers
from xiaobao.simulate.years.intentions import Intentions, Known
from xiaobao.simulate.years.topics import Topics

_QUARTER_DAYS = 91

Kind = Literal["surge", "campaign", "known", "case"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """One thing put in on purpose; the arrays have one element for each entry it adds."""

    kind: Kind
    level: str
    """What rises: `cell`, `scenario`, `bank` or `region`."""
    path: str
    topic: str
    """Id of the topic; empty where a whole bank rises."""
    bank: str
    region: str
    from_on: date
    to_on: date
    usual_a_day: float
    """Entries a working day expected without it where it happens."""
    days: Integers
    banks: Integers
    topics: Integers
    causes: Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What injections are laid on."""

    days: CourseDays
    banks: Sequence[Bank]
    topics: Topics
    cells: dict[str, Cells]
    """Path → cells of complaints."""
    regions: dict[str, dict[str, float]]
    """Path → weight of every region."""
    scale: float

    def usual(self, path: str, chosen: Flags) -> Floats:
        """Expected entries of the chosen cells on every day, at the run's scale."""
        total: Floats = self.cells[path].expected[:, chosen].sum(axis=1)
        return total * self.scale


def injections_of(ground: Ground, intentions: Intentions, draws: Draws) -> tuple[Injection, ...]:
    """All injections of a course, in order of their beginning."""
    found = [
        *_surges(ground, intentions, draws.generator("surges")),
        *_campaigns(ground, intentions, draws.generator("campaigns")),
        *(_known(ground, each, draws.generator(f"known:{each.id}")) for each in intentions.known),
        *_case(ground, intentions, draws.generator("case")),
    ]
    return tuple(sorted((each for each in found if len(each.days)), key=lambda each: each.from_on))


def _starts(ground: Ground, each: tuple[int, int], generator: np.random.Generator) -> Iterator[int]:
    """Days on which something begins, quarter by quarter."""
    for first in range(0, len(ground.days.days), _QUARTER_DAYS):
        for _ in range(int(generator.integers(each[0], each[1] + 1))):
            start = first + int(generator.integers(_QUARTER_DAYS))
            if start < len(ground.days.days):
                yield start


def _surges(ground: Ground, intentions: Intentions, generator: np.random.Generator) -> Iterator[Injection]:
    ranges = intentions.surges
    for start in _starts(ground, ranges.per_quarter, generator):
        level, path = _one_of(generator, ranges.levels), _one_of(generator, ranges.paths)
        begun = ground.days.days[start]
        timely = [at for at, each in enumerate(intentions.theme) if (each.from_on or begun) <= begun]
        theme = intentions.theme[int(generator.choice(timely))]
        place = ground.topics.place(theme.id)
        bank = _bank(ground, generator)
        region = _one_of(generator, ground.regions[path]) if level == "region" else ""
        cells = ground.cells[path]
        of_bank = cells.bank == bank if level in ("cell", "bank") else cells.bank >= 0
        of_theme = cells.topic == ground.topics.place(theme.scenario)
        chosen = of_bank if level == "bank" else of_bank & of_theme
        usual = ground.usual(path, chosen)
        if region:
            weights = ground.regions[path]
            usual = usual * weights[region] / sum(weights.values())
        length = int(generator.integers(ranges.days[0], ranges.days[1] + 1))
        days = _risen(usual, start, length, generator.uniform(*ranges.times), ranges.ramp, generator)
        short = ranges.fewest - len(days)
        if short > 0:
            days = np.concatenate([days, _spread(ground, path, start, length, short, generator)])
        which = generator.choice(
            np.flatnonzero(chosen), size=len(days), p=_parts(cells.expected[start : start + length, chosen])
        )
        causes = _causes(generator, list(theme.causes.values()), len(days))
        whole = level == "bank"
        yield Injection(
            kind="surge",
            level=level,
            path=path,
            topic="" if whole else theme.id,
            bank=ground.banks[bank].code if level in ("cell", "bank") else "",
            region=region,
            from_on=ground.days.days[start],
            to_on=ground.days.days[start] + timedelta(days=length),
            usual_a_day=_a_working_day(ground, usual, start, length),
            days=days,
            banks=cells.bank[which],
            topics=cells.topic[which] if whole else np.full(len(days), place),
            causes=cells.cause[which] if whole else causes,
        )


def _risen(
    usual: Floats, start: int, length: int, times: float, ramp: float, generator: np.random.Generator
) -> Integers:
    """Days of what comes on top: rising to `times` the usual, then ebbing away."""
    usual = usual[start : start + length]
    passed = (np.arange(len(usual)) + 0.5) / length
    height = np.where(passed < ramp, passed / ramp, (1 - passed) / (1 - ramp))
    return start + np.repeat(np.arange(len(usual)), generator.poisson(usual * (times - 1) * height))


def _campaigns(ground: Ground, intentions: Intentions, generator: np.random.Generator) -> Iterator[Injection]:
    ranges = intentions.campaigns
    for start in _starts(ground, ranges.per_quarter, generator):
        path = _one_of(generator, ranges.paths)
        place = int(generator.choice(ground.topics.letters))
        topic, bank = ground.topics.all[place], _bank(ground, generator)
        length = int(generator.integers(ranges.days[0], ranges.days[1] + 1))
        size = int(generator.integers(ranges.size[0], ranges.size[1] + 1))
        cells = ground.cells[path]
        usual = ground.usual(path, (cells.bank == bank) & _about(ground, cells, topic.business))
        yield Injection(
            kind="campaign",
            level="cell",
            path=path,
            topic=topic.id,
            bank=ground.banks[bank].code,
            region="",
            from_on=ground.days.days[start],
            to_on=ground.days.days[start] + timedelta(days=length),
            usual_a_day=_a_working_day(ground, usual, start, length),
            days=_spread(ground, path, start, length, size, generator),
            banks=np.full(size, bank),
            topics=np.full(size, place),
            causes=_causes(generator, list(topic.causes.values()), size),
        )


def _known(ground: Ground, known: Known, generator: np.random.Generator) -> Injection:
    start = ground.days.place(known.from_on)
    place = ground.topics.place(known.id)
    of_group = [number for number, bank in enumerate(ground.banks) if bank.group == known.group]
    bank = int(generator.choice(of_group))
    shape = ground.days.shape[known.path] * known.a_day * ground.scale
    inside = np.where(np.arange(len(shape)) >= max(start, 0), shape, 0)
    begins = max(start, 0)
    days = _risen(inside, begins, known.days, 2.0, 0.1, generator) if start >= 0 else np.zeros(0, np.int64)
    cells = ground.cells[known.path]
    usual = ground.usual(known.path, (cells.bank == bank) & _about(ground, cells, known.business))
    return Injection(
        kind="known",
        level="cell",
        path=known.path,
        topic=known.id,
        bank=ground.banks[bank].code,
        region="",
        from_on=known.from_on,
        to_on=known.from_on + timedelta(days=known.days),
        usual_a_day=_a_working_day(ground, usual, begins, known.days),
        days=days,
        banks=np.full(len(days), bank),
        topics=np.full(len(days), place),
        causes=_causes(generator, list(known.causes.values()), len(days)),
    )


def _case(ground: Ground, intentions: Intentions, generator: np.random.Generator) -> Iterator[Injection]:
    """A small cluster in one quiet cell: bank and beginning drawn among those that fit."""
    ranges, topic = intentions.case, ground.topics.all[ground.topics.case]
    length = int(generator.integers(ranges.working_days[0], ranges.working_days[1] + 1))
    size = int(generator.integers(ranges.size[0], ranges.size[1] + 1))
    working = np.flatnonzero(ground.days.working)
    within = [
        number
        for number, place in enumerate(working.tolist())
        if ranges.from_on <= ground.days.days[place] <= ranges.to_on and number + length <= len(working)
    ]
    if not within:
        return
    first = int(generator.choice(within))
    span = working[first : first + length]
    bank, usual = _quiet_bank(ground, intentions, span, generator)
    between = generator.integers(0, length, size - 2)
    yield Injection(
        kind="case",
        level="cell",
        path=ranges.path,
        topic=topic.id,
        bank=ground.banks[bank].code,
        region="",
        from_on=ground.days.days[span[0]],
        to_on=ground.days.days[span[-1]] + timedelta(days=1),
        usual_a_day=usual,
        days=np.sort(span[np.concatenate([[0, length - 1], between])]),
        banks=np.full(size, bank),
        topics=np.full(size, ground.topics.case),
        causes=np.zeros(size, dtype=np.int64),
    )


def _quiet_bank(
    ground: Ground, intentions: Intentions, span: Integers, generator: np.random.Generator
) -> tuple[int, float]:
    """A bank whose cell of the case has a mean within the range, or the one nearest to its middle."""
    ranges, case = intentions.case, ground.topics.all[ground.topics.case]
    cells = ground.cells[ranges.path]
    cause = next(iter(case.causes))
    causes = [
        list(ground.topics.all[topic].causes)[at] for topic, at in zip(cells.topic, cells.cause, strict=True)
    ]
    alike = _about(ground, cells, case.business) & (np.array(causes) == cause)
    means = [
        float(ground.usual(ranges.path, alike & (cells.bank == bank))[span].mean())
        for bank in range(len(ground.banks))
    ]
    low, high = ranges.cell_mean
    fitting = [bank for bank, mean in enumerate(means) if low <= mean <= high]
    nearest = min(range(len(means)), key=lambda bank: abs(means[bank] - (low + high) / 2))
    bank = int(generator.choice(fitting)) if fitting else nearest
    return bank, means[bank]


def _about(ground: Ground, cells: Cells, business: str) -> Flags:
    return np.array([ground.topics.all[place].business == business for place in cells.topic])


def _spread(
    ground: Ground, path: str, start: int, length: int, count: int, generator: np.random.Generator
) -> Integers:
    shape = ground.days.shape[path][start : start + length]
    return start + generator.choice(len(shape), size=count, p=shape / shape.sum())


def _a_working_day(ground: Ground, usual: Floats, start: int, length: int) -> float:
    span = slice(start, start + length)
    working = ground.days.working[span]
    chosen = usual[span][working] if working.any() else usual[span]
    return float(chosen.mean()) if len(chosen) else 0.0


def _bank(ground: Ground, generator: np.random.Generator) -> int:
    """Any bank, the smaller ones nearly as often: surges are not a matter of size."""
    weights = np.sqrt([bank.share for bank in ground.banks])
    return int(generator.choice(len(weights), p=weights / weights.sum()))


def _parts(expected: Floats) -> Floats:
    totals: Floats = expected.sum(axis=0)
    parts: Floats = totals / totals.sum()
    return parts


def _one_of(generator: np.random.Generator, weights: dict[str, float]) -> str:
    values = np.array(list(weights.values()))
    return list(weights)[int(generator.choice(len(values), p=values / values.sum()))]


def _causes(generator: np.random.Generator, weights: list[float], count: int) -> Integers:
    parts = np.array(weights)
    return generator.choice(len(parts), size=count, p=parts / parts.sum())
