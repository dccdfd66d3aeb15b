"""When two texts are near-duplicates. `catalog/near_duplicates.toml`."""

from dataclasses import dataclass
from datetime import date

from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words


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
        known = [one for one in self.decisions if one.from_on <= day]
        if not known:
            raise UserError(
                Words(
                    zh=f"目录 near_duplicates.toml 中没有 {day} 有效的阈值",
                    en=f"near_duplicates.toml of the catalog has no threshold in force on {day}",
                )
            )
        return max(known, key=lambda one: one.from_on)
