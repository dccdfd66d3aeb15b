"""When a rise of complaints is told. `catalog/detectors.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from xiaobao.catalog.decided import in_force
from xiaobao.lib.words import Words

_FILE = "detectors.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """The thresholds of series of one frequency, in force from a day until the next of that frequency."""

    frequency: str
    from_on: date
    alarm_probability: float
    """How often a step without a surge may raise an alarm."""
    fewest_cases: int
    """No alarm with fewer cases within `recent_steps`."""
    recent_steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is watched in a ledger, in force from a day until the next."""

    from_on: date
    nodes: tuple[tuple[str, ...], ...]
    """Dimensions by which series are made, such as ("institution", "cause.1")."""
    past_days: int
    least_a_day: float
    """A node that expects less is tested at its parent alone."""
    false_discovery_rate: float
    most_issues: int
    quiet_days: int
    """Alarms of one owner this close are one issue."""
    rise_deviations: tuple[float, ...]
    """By how many standard deviations all cells of an owner are looked for together; none for not at all."""
    rise_fewest: int
    """From how many complaints a rise of one cell of an owner is looked for."""
    rise_chance: float
    """Probability, times the likelihood ratio, of one as high where nothing has changed."""
    subset_scan: bool
    """Whether subsets of banks with one cause are scanned as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """How surges are drawn into copies of a site's past, in force from a day until the next decision."""

    from_on: date
    injections: int
    complaints: tuple[int, ...]
    """Sizes: what a surge adds in all its days."""
    shortest_days: int
    longest_days: int
    budgets: tuple[int, ...]
    """Other numbers of issues a day that are shown beside the one in force."""
    false_discovery_rates: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelShift:
    """A lasting change that somebody knows the reason of: what came before it is no past any more."""

    where: Mapping[str, str]
    """Dimension → member; every series held to all of these begins anew."""
    from_on: date
    """The first day of the new level."""
    acknowledged_on: date
    """Days from here on are judged by it: what was told before stays as it was told."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detectors:
    """All decisions about surges."""

    detectors: tuple[Detector, ...]
    watches: tuple[Watch, ...]
    spring_festivals: Mapping[str, tuple[date, ...]]
    """Calendar → first days of lunar years, in order."""
    backtests: tuple[Backtest, ...] = ()
    level_shifts: tuple[LevelShift, ...] = ()

    def on(self, day: date, *, frequency: str) -> Detector:
        """The thresholds in force on that day; UserError before the first."""
        return in_force(
            [one for one in self.detectors if one.frequency == frequency],
            day,
            file=_FILE,
            of=Words(zh=f" {frequency} 检测阈值", en=f"{frequency} detector"),
        )

    def watched_on(self, day: date) -> Watch:
        """What is watched on that day; UserError before the first decision."""
        return in_force(self.watches, day, file=_FILE, of=Words(zh="监测范围（watch）", en="watch"))

    def backtest_on(self, day: date) -> Backtest:
        """How a back-test that ends on that day draws; UserError before the first decision."""
        return in_force(self.backtests, day, file=_FILE, of=Words(zh="回测规定（backtest）", en="backtest"))
