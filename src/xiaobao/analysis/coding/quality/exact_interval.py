"""The exact interval of a share."""

from scipy.stats import beta


def exact(found: int, of: int) -> tuple[float, float]:
    """95 % interval that covers a share at least as often (Clopper and Pearson 1934); 0 to 1 of nothing."""
    low = float(beta.ppf(0.025, found, of - found + 1)) if found else 0.0
    high = float(beta.ppf(0.975, found + 1, of - found)) if found < of else 1.0
    return low, high
