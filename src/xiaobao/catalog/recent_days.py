"""When a delivery is unlike the source's own recent days: dated thresholds. `catalog/recent_days.toml`."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentDaysLimits:
    """The thresholds for deliveries of the days from `from_on` on."""

    from_on: date
    decided_on: date
    window_days: int
    """How many days before the reporting day are looked at."""
    volume_least_days: int
    """Days of the same kind without which nothing is said about volume."""
    volume_weekday_days: int
    """Days of the same weekday with which their own usual numbers count as usual too."""
    volume_tail: float
    """How improbable so few, or so many, rows must be."""
    volume_factor: float
    """What is within this factor of the mean is usual, however improbable."""
    mix_least_days: int
    mix_least_rows: int
    """Rows of the reporting day without which nothing is said about their mix."""
    mix_rise: float
    """How much the share of a code must have risen at least, as a part of the whole."""
    mix_tail: float
    """How improbable a delivery with such a share of any code must be."""
    vanished_reports: int
    """Reports one after the other that lack the code."""
    vanished_least_days: int
    """Reports before the absence."""
    vanished_steady_share: float
    """Share of those in which the code stood."""
    vanished_tail: float
    """How improbable the absence of any code must be."""
