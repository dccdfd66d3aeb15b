"""Intervals of shares."""

from math import sqrt

NORMAL_95 = 1.959963984540054


def wilson(found: float, of: float) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); 0 to 1 of nothing. Fractions of cases are taken as they are."""
    if not of:
        return 0.0, 1.0
    share, z = found / of, NORMAL_95
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)
