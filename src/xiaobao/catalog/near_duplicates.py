"""When two texts are near-duplicates. `catalog/near_duplicates.toml`."""

from dataclasses import dataclass
from datetime import date

from xiaobao.catalog.decided import in_force
from xiaobao.lib.words import Words

_FILE = "near_duplicates.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class LikenessDecision:
    """The thresholds in force from a day until the next."""

    from_on: date
    alike: float
    """Likeness from which two texts are joined."""
    leader_alike: float
    """What a member must at least share with the first text of its family."""
    template_shingles: int
    """Shingles in common from which a family has a fingerprint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearDuplicates:
    """All decisions about near-duplicates."""

    decisions: tuple[LikenessDecision, ...]

    def on(self, day: date) -> LikenessDecision:
        """The decision in force on that day; UserError before the first."""
        return in_force(self.decisions, day, file=_FILE, of=Words(zh="阈值", en="threshold"))
