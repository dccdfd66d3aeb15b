"""What is asked of codes that a machine reads off texts. `catalog/coding.toml`."""

from dataclasses import dataclass
from datetime import date

from xiaobao.catalog.decided import in_force
from xiaobao.lib.words import Words

_FILE = "coding.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingDecision:
    """The levels in force from a day until the next."""

    from_on: date
    coverage: float
    """Share of the texts whose set of labels has the true one."""
    accepted_accuracy: float
    """Share right among the labels that stand without an officer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityDecision:
    """How the banks' coding is judged, from a day until the next decision."""

    from_on: date
    window_days: int
    """Days that are looked at, ending with the day asked for."""
    recent_days: int
    """The last of them, held against those before where no day of a change is named."""
    least_distinct: int
    """Distinct texts below which no κ is told."""
    least_enquiries: int
    """Distinct enquiries below which no share of them is told."""
    most_cells: int
    """Confusions told of a bank and level."""
    false_accusation: float
    """Chance that of one question any bank stands out that codes as the others do."""
    parts: int
    """Parts that banks are dealt into: each is read by a coder of the others."""
    most_of_bank: int
    """Texts of one bank that others are judged by."""
    audited: int
    """Complaints of a bank that an audit reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingLevels:
    """All decisions about coding by machine."""

    decisions: tuple[CodingDecision, ...]
    quality: tuple[QualityDecision, ...] = ()

    def quality_on(self, day: date) -> QualityDecision:
        """How the banks' coding is judged on that day; UserError before the first decision."""
        return in_force(self.quality, day, file=_FILE, of=Words(zh=" quality 决定", en="quality decision"))

    def on(self, day: date) -> CodingDecision:
        """The decision in force on that day; UserError before the first."""
        return in_force(self.decisions, day, file=_FILE, of=Words(zh="水平", en="levels"))
