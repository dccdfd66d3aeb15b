"""The size of the demonstration: where it happens, which days it takes, which pages it leaves."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

REPLAYED_ON = date(2014, 10, 28)
"""The day of real records whose brief is issued."""
FIRST_ON = date(2020, 3, 2)
"""The first day of the invented banks."""
QUARTER_LAST = date(2020, 3, 27)
"""The last day of the simulated quarter."""
_HISTORY_FROM = date(2017, 1, 1)
_BRANCHES = ("420000", "440000")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Where the demonstration happens and how many days it takes."""

    replay_home: Path
    simulated_home: Path
    simulated_days: int
    replay_part: tuple[str, ...]
    """Options that cut the replay; none for the whole."""
    quarter_home: Path
    quarter_from: date
    """First day of the simulated quarter, or of the years before it."""
    quarter_scale: float
    quarter_branches: tuple[str, ...]

    @property
    def last_on(self) -> date:
        """The last simulated day: the one whose brief is issued."""
        return FIRST_ON + timedelta(days=self.simulated_days - 1)

    def page(self, name: str, day: date) -> Path:
        """Where a brief's page goes: beside the homes, easily found."""
        return self.replay_home.parent / f"{name}-{day}.html"


def size_of(into: Path, *, small: bool) -> Size:
    """The whole demonstration, or the small one in homes of its own."""
    suffix = "-small" if small else ""
    return Size(
        replay_home=into / f"cfpb{suffix}",
        simulated_home=into / f"simulated{suffix}",
        simulated_days=3 if small else 10,
        replay_part=("--from", "2014-10-24", "--days", "7") if small else (),
        quarter_home=into / f"quarter{suffix}",
        quarter_from=QUARTER_LAST - timedelta(days=9) if small else _HISTORY_FROM,
        quarter_scale=0.02 if small else 0.05,
        quarter_branches=_BRANCHES,
    )


def briefs_of(size: Size) -> tuple[Path, ...]:
    """The pages the demonstration leaves, in order."""
    return (
        size.page(size.replay_home.name, REPLAYED_ON),
        size.page(f"{size.replay_home.name}-weekly", REPLAYED_ON),
        size.page(size.simulated_home.name, size.last_on),
        size.page(size.quarter_home.name, QUARTER_LAST),
        size.page(f"{size.quarter_home.name}-weekly", QUARTER_LAST),
    )
