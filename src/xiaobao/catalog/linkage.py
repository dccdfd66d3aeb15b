"""How entries of two counting paths are linked as one matter. `catalog/linkage.toml`."""

from dataclasses import dataclass
from datetime import date

from xiaobao.catalog.decided import in_force
from xiaobao.lib.words import Words

_FILE = "linkage.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageDecision:
    """What is in force from a day until the next decision."""

    from_on: date
    days_before: int
    """How long before the hotline a bank may have been told."""
    days_after: int
    least_probability: float
    alike: tuple[float, float, float]
    """Likeness of two narratives at which a level begins, ascending."""
    said_first: tuple[str, ...]
    """Lower case; one of them in a narrative is enough."""
    unless_said: tuple[str, ...]
    """One of these in a narrative denies it."""
    night_days: int | None = None
    """After a close the hotline's complaints of so many days up to it are linked; None: not at night."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageDecisions:
    """All decisions about linkage."""

    decisions: tuple[LinkageDecision, ...]

    def on(self, day: date) -> LinkageDecision:
        """The decision in force on that day; UserError before the first."""
        return in_force(self.decisions, day, file=_FILE, of=Words(zh="决定", en="decision"))
