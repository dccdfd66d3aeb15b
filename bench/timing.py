"""Seconds of a call, and its highest memory."""

import resource
import statistics
import time
from collections.abc import Callable


def seconds(call: Callable[[], object], *, times: int = 1) -> float:
    """The median of `times` runs, in seconds of wall time."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def peak_mebibytes() -> float:
    """The highest resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
