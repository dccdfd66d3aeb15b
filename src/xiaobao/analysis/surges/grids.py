"""Where a value lies on a grid, compiled."""

import math

import numpy as np
from numba import njit

from xiaobao.analysis.surges.types import Floats


@njit(cache=True, nogil=True)
def between(grid: Floats, value: float) -> tuple[int, float]:
    """The cell of a grid a value lies in, and how far along it on a logarithmic scale."""
    if value <= grid[0]:
        return 0, 0.0
    if value >= grid[-1]:
        return grid.size - 2, 1.0
    i = int(np.searchsorted(grid, value, side="right")) - 1
    return i, math.log(value / grid[i]) / math.log(grid[i + 1] / grid[i])
