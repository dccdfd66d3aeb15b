"""What is asked of codes that a machine reads off texts. `catalog/coding.toml`."""

from dataclasses import dataclass
from datetime import date

from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingDecision:
    """The levels in force from a day until the next."""

    from_on: date
    coverage: float
    """Share of the texts whose set of labels has the true one."""
    accepted_accuracy: float
    """Share right among the labels that stand without an officer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingLevels:
    """All decisions about coding by machine."""

    decisions: tuple[CodingDecision, ...]

    def on(self, day: date) -> CodingDecision:
        """The decision in force on that day; UserError before the first."""
        known = [one for one in self.decisions if one.from_on <= day]
        if not known:
            raise UserError(
                Words(
                    zh=f"目录 coding.toml 中没有 {day} 有效的水平",
                    en=f"coding.toml of the catalog has no levels in force on {day}",
                )
            )
        return max(known, key=lambda one: one.from_on)
