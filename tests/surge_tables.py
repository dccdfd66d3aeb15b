"""Tables of series made from arrays."""

from datetime import date

import numpy as np

from xiaobao.analysis.surges.series import Frequency, SeriesTable

FIRST_DAY = date(2015, 1, 5)


def table_of(counts: np.ndarray, frequency: Frequency) -> SeriesTable:
    """Series of `counts` (series x steps) from a Monday on."""
    steps = counts.shape[1]
    days = np.datetime64(FIRST_DAY) + np.arange(steps) * (7 if frequency is Frequency.WEEKLY else 1)
    return SeriesTable(
        frequency=frequency,
        ids=tuple(f"s{number}" for number in range(len(counts))),
        times=tuple(str(day) for day in days),
        days=days,
        counts=counts.astype(np.int32),
    )
