"""What is decided about judging the banks' coding, as the judging takes it."""

from dataclasses import dataclass

from xiaobao.analysis.coding.quality.readings import Plan
from xiaobao.analysis.text.families import Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The decisions in force."""

    least_families: int
    """Distinct texts below which no κ is told."""
    least_enquiries: int
    """Distinct enquiries below which no share of them is told."""
    most_cells: int
    """Confusions told of a bank and level."""
    reading: Plan
    alike: Threshold
