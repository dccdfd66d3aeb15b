"""What is decided about linkage, as the linking takes it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The decisions in force."""

    days_before: int
    """How long before the hotline a bank may have been told."""
    days_after: int
    """How long after the hotline a bank may record it."""
    least_probability: float
    """Of being the same matter, from which two entries are linked."""
    alike: tuple[float, ...]
    """Likeness of two texts, ascending, at which a level begins; below the first they are unlike."""
    said_first: tuple[str, ...]
    """Words by which callers say that they had complained to the bank first."""
    unless_said: tuple[str, ...]
    """Words by which they deny it."""
