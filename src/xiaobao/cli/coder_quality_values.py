"""How figures on the banks' coding are written; a dash for one that is not told."""

from xiaobao.analysis.coding.quality.told import ToldKappa
from xiaobao.lib.words import Words

FACETS = {
    "business": Words(zh="业务类别", en="business category"),
    "cause": Words(zh="投诉原因", en="cause"),
}
"""What is coded, by its id in a run."""
NOT_TOLD = "–"


def kappa_told(one: ToldKappa) -> str:
    """κ and its limits."""
    return interval_told(one.kappa, one.low, one.high)


def interval_told(value: float | None, low: float | None, high: float | None) -> str:
    """A value and its limits."""
    if value is None or low is None or high is None:
        return NOT_TOLD
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def per_cent_told(value: float | None, low: float, high: float) -> str:
    """A share and its limits, in per cent."""
    return NOT_TOLD if value is None else f"{value:.1%} [{low:.1%}, {high:.1%}]"


def p_told(value: float | None) -> str:
    """A p-value."""
    return NOT_TOLD if value is None else f"{value:.3f}"
