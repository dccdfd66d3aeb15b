"""The case of the published article: a few complaints about one bank in a quiet cell, found in time?

The hotline's complaints are drawn by the simulator, of another family than the model: self-exciting, the
banks drifting, the epidemic just begun. Nothing is put in but the case. An oracle is given the expected count
of every node and day, and is asked by the same rules; its false discovery rate is set so that it tells as
many false issues a day. What is told of the case's bank in the same days without the case is chance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from xiaobao.analysis.surges.auto import held_back
from xiaobao.analysis.surges.detection import Threshold, enough_cases
from xiaobao.analysis.surges.dispersion import dispersion_of, kept_shares
from xiaobao.analysis.surges.features import of_days
from xiaobao.analysis.surges.issues import Budget, Judged, budget_of, issues
from xiaobao.analysis.surges.model import surprises
from xiaobao.analysis.surges.nodes import Node
from xiaobao.analysis.surges.null_distribution import null_tables, surprise_of_larger
from xiaobao.analysis.surges.scores import OWN_HANDICAP, score_steps
from xiaobao.analysis.surges.series import Frequency, SeriesTable
from xiaobao.analysis.surges.settings import DAILY
from xiaobao.analysis.surges.types import Counts, Floats
from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.periods import Period
from xiaobao.simulate.ranges import read_scenarios
from xiaobao.simulate.years.calendar import course_days
from xiaobao.simulate.years.cascade import cascade
from xiaobao.simulate.years.cells import Cells, banks_of, complaint_cells
from xiaobao.simulate.years.draws import Draws
from xiaobao.simulate.years.injections import Ground, Injection, injections_of
from xiaobao.simulate.years.plan import Settings, read_settings
from xiaobao.simulate.years.topics import Topics, topics_of

PERIOD = Period(from_on=date(2018, 1, 1), to_on=date(2020, 4, 1))
_JUDGED_FROM = date(2020, 2, 10)
_IN_TIME = 2
_LINGERS = timedelta(days=7)
_QUIET_DAYS = 3
_OUR_RATES = (0.3, 0.02)
_ORACLE_RATES = (0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)
_HOTLINE = "hotline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told of one seed's days."""

    raised: bool
    """The case, within two days of its third complaint."""
    false: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What was told of one seed's days, by false discovery rate."""

    ours: Mapping[float, Told]
    without_case: Mapping[float, Told]
    oracle: Mapping[float, Told]


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    nodes: tuple[Node, ...]
    group: np.ndarray
    table: SeriesTable
    without_case: Counts
    expected: Floats
    """Nodes x days, without the case."""
    case: Injection
    case_codes: Mapping[str, str]
    """Dimension → member of the case."""


def rows(seeds: Sequence[int]) -> list[tuple[str, str]]:
    """Cases raised in time by both, at the false discovery rate of the catalog and at a stricter one."""
    told = [of_seed(seed) for seed in seeds]
    days = len(told) * (PERIOD.to_on - _JUDGED_FROM).days
    found = []
    for rate in _OUR_RATES:
        mine = [one.ours[rate] for one in told]
        false = sum(one.false for one in mine)
        alike = [other for other in _ORACLE_RATES if sum(one.oracle[other].false for one in told) <= false]
        oracle = [one.oracle[max(alike, default=_ORACLE_RATES[0])] for one in told]
        raised, best = (sum(one.raised for one in group) for group in (mine, oracle))
        by_chance = sum(one.without_case[rate].raised for one in told)
        title = f"the article's case, {len(told)} seeds, false discovery rate {rate:g}"
        both = f"{false / days:.2f} and {sum(one.false for one in oracle) / days:.2f} false issues a day"
        found += [
            (
                f"{title}: raised within {_IN_TIME} days of its third complaint; by an oracle",
                f"{raised}; {best}; {both}",
            ),
            (f"{title}: share of the oracle's (goal ≥ 85 %)", f"{raised / max(best, 1):.0%}"),
            (f"{title}: told of the same bank in the same days without the case", f"{by_chance}"),
        ]
    return found


def of_seed(seed: int) -> Course:
    """What is told of one course, by false discovery rate."""
    catalog = reading.load()
    world = _world(catalog, seed)
    first = (_JUDGED_FROM - PERIOD.from_on).days
    decided = catalog.detectors.watched_on(PERIOD.last_on)
    budget = replace(budget_of(decided), quiet_days=0)
    mine = _ours(catalog, world, first)
    calm = replace(world, table=replace(world.table, counts=world.without_case))
    # The oracle has no limit of its own beside the rate, so that it can tell as many as we do.
    oracle = replace(
        mine,
        expected=world.expected[:, first:],
        score=_of_oracle(world, first),
        alarm=np.ones(mine.alarm.shape, dtype=bool),
    )
    return Course(
        ours=_by_rate(world, mine, budget, _OUR_RATES),
        without_case=_by_rate(world, _ours(catalog, calm, first), budget, _OUR_RATES),
        oracle=_by_rate(world, oracle, budget, _ORACLE_RATES),
    )


def _by_rate(world: _World, judged: Judged, budget: Budget, rates: Sequence[float]) -> dict[float, Told]:
    return {rate: _told(world, judged, replace(budget, false_discovery_rate=rate)) for rate in rates}


def _ours(catalog: Catalog, world: _World, first: int) -> Judged:
    calendar = catalog.calendars["cn"]
    assert world.table.days is not None
    features = of_days(
        world.table.days, calendar=calendar, festivals=catalog.detectors.spring_festivals["cn"]
    )
    said = surprises(world.table, features, world.group, DAILY, first_step=first)
    score = held_back(world.table, said.score, said.swing > DAILY.epidemic_swing, first)
    count = world.table.counts[:, first:].astype(float)
    judged = Judged(
        nodes=world.nodes,
        count=count,
        expected=said.expected,
        dispersion=said.dispersion,
        score=score,
        alarm=np.zeros(0, dtype=bool),
    )
    return _alarmed(catalog, world, first, judged)


def _alarmed(catalog: Catalog, world: _World, first: int, judged: Judged) -> Judged:
    decided = catalog.detectors.on(PERIOD.last_on, frequency="daily")
    threshold = Threshold(
        alarm_probability=decided.alarm_probability,
        fewest_cases=decided.fewest_cases,
        recent_steps=decided.recent_steps,
    )
    enough = enough_cases(world.table, np.arange(first, world.table.counts.shape[1]), threshold)
    alarm = enough & (np.nan_to_num(judged.score) >= -np.log10(threshold.alarm_probability))
    return replace(judged, alarm=alarm)


def _of_oracle(world: _World, first: int) -> Floats:
    """Scores of nodes x days from `first` on, made as the model's are, but of the expected counts."""
    tail, _ = null_tables()
    days = world.table.counts.shape[1]
    own, late, size, doubt = (np.zeros(days) for _ in range(4))
    scores = np.empty((len(world.nodes), days - first))
    for place, mean in enumerate(np.maximum(world.expected, 1e-6)):
        y = world.table.counts[place].astype(float)
        squares, weight = dispersion_of(y, mean, first - 365, first, kept_shares())
        phi = max(1.0, squares / weight)
        score_steps(y, mean, doubt, phi, own, late, size)
        scores[place] = [
            surprise_of_larger(max(late[day], own[day] - OWN_HANDICAP), size[day], phi, tail)
            for day in range(first, days)
        ]
    return scores


def _told(world: _World, judged: Judged, budget: Budget) -> Told:
    bank = ("institution", world.case_codes["institution"])
    third = PERIOD.from_on + timedelta(days=int(world.case.days[2]))
    raised, false = False, 0
    last_told: dict[tuple[str, str], int] = {}
    for place in range(judged.score.shape[1]):
        day = _JUDGED_FROM + timedelta(days=place)
        of_case = world.case.from_on <= day < world.case.to_on + _LINGERS
        for picked in issues(_of_day(judged, place), budget):
            where = judged.nodes[picked.node].where
            fits = of_case and all(world.case_codes[name] == member for name, member in where)
            new = place - last_told.get(picked.owner, -100) > _QUIET_DAYS
            last_told[picked.owner] = place
            raised |= fits and picked.owner == bank and day <= third + timedelta(days=_IN_TIME)
            false += new and not fits
    return Told(raised=raised, false=false)


def _of_day(judged: Judged, place: int) -> Judged:
    at = slice(place, place + 1)
    return Judged(
        nodes=judged.nodes,
        count=judged.count[:, at],
        expected=judged.expected[:, at],
        dispersion=judged.dispersion[:, at],
        score=judged.score[:, at],
        alarm=judged.alarm[:, at],
    )


def _world(catalog: Catalog, seed: int) -> _World:
    settings, draws = read_settings(catalog), Draws(seed=seed)
    topics = topics_of(read_scenarios(catalog), settings.intentions, settings.tellings)
    ground = _ground(catalog, settings, topics, draws)
    case = next(one for one in injections_of(ground, settings.intentions, draws) if one.kind == "case")
    cells = ground.cells[_HOTLINE]
    days = len(ground.days.days)
    day, cell = cascade(
        cells,
        ground.days.shape[_HOTLINE],
        settings.years.excitation,
        scale=1.0,
        generator=draws.generator("hotline:cascade"),
    )
    counts = np.zeros((days, len(cells.bank)))
    np.add.at(counts, (day, cell), 1)
    codes = _codes(cells, topics, [bank.code for bank in ground.banks])
    about = topics.all[topics.case]
    case_codes = {
        "institution": case.bank,
        "business.1": about.business[:3],
        "cause.1": next(iter(about.causes))[:3],
    }
    nodes = _nodes(codes)
    of_node = np.array([_within(node, codes) for node in nodes])
    of_case = np.array([all(case_codes[name] == member for name, member in node.where) for node in nodes])
    table = counts @ of_node.T
    without_case = np.ascontiguousarray(table.T.astype(np.int32))
    for day_of_case in case.days:
        table[day_of_case] += of_case
    return _World(
        nodes=nodes,
        group=_groups(nodes),
        table=_table(table.T.astype(np.int32)),
        without_case=without_case,
        expected=(cells.expected @ of_node.T).T,
        case=case,
        case_codes=case_codes,
    )


def _ground(catalog: Catalog, settings: Settings, topics: Topics, draws: Draws) -> Ground:
    years = settings.years
    days = course_days(years, catalog.calendar_of(settings.domain_id), PERIOD)
    register = catalog.register(settings.domain_id, simulated=True)
    groups = {code: register.institutions[code].group_on(PERIOD.last_on) or "" for code in years.shares.banks}
    banks = banks_of(years, groups)
    cells = {
        path: complaint_cells(path, days=days, banks=banks, topics=topics, years=years, draws=draws)
        for path in ("institution", _HOTLINE)
    }
    regions = {"institution": years.regions.institution, _HOTLINE: years.regions.hotline}
    return Ground(days=days, banks=banks, topics=topics, cells=cells, regions=regions, scale=1.0)


def _codes(cells: Cells, topics: Topics, banks: Sequence[str]) -> dict[str, np.ndarray]:
    """Dimension → the member of every cell."""
    of_topic = [topics.all[topic] for topic in cells.topic]
    return {
        "institution": np.array([banks[bank] if bank >= 0 else "" for bank in cells.bank]),
        "business.1": np.array([topic.business[:3] for topic in of_topic]),
        "cause.1": np.array(
            [list(topic.causes)[at][:3] for topic, at in zip(of_topic, cells.cause, strict=True)]
        ),
    }


def _nodes(codes: Mapping[str, np.ndarray]) -> tuple[Node, ...]:
    """Banks, banks by category and by cause, categories by cause."""
    found: list[Node] = []
    for by in (
        ("institution",),
        ("institution", "business.1"),
        ("institution", "cause.1"),
        ("business.1", "cause.1"),
    ):
        members = sorted(set(zip(*(codes[name].tolist() for name in by), strict=True)))
        found.extend(Node(where=tuple(zip(by, each, strict=True))) for each in members if each[0])
    return tuple(found)


def _within(node: Node, codes: Mapping[str, np.ndarray]) -> np.ndarray:
    held = np.array([codes[name] == member for name, member in node.where])
    return np.asarray(held.all(axis=0), dtype=float)


def _groups(nodes: Sequence[Node]) -> np.ndarray:
    """Nodes of one type and of one cause or category, as in a ledger."""
    names = [(tuple(name for name, _ in node.where), node.where[1:]) for node in nodes]
    number = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return np.array([number[name] for name in names], dtype=np.int64)


def _table(counts: np.ndarray) -> SeriesTable:
    days = np.datetime64(PERIOD.from_on) + np.arange(counts.shape[1])
    return SeriesTable(
        frequency=Frequency.DAILY,
        ids=tuple(map(str, range(len(counts)))),
        times=tuple(map(str, days)),
        days=days,
        counts=np.ascontiguousarray(counts),
    )
