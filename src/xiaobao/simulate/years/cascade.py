"""Self-exciting counts: complaints that come of themselves, and those that earlier ones bring on.

A Hawkes process (1971) in days, drawn as a cluster process, generation by
generation (Hawkes and Oakes 1974). Detectors of counts commonly assume a regression on Poisson or
negative binomial counts; this is another family, so that none is measured on its own model.
"""

import numpy as np

from xiaobao.simulate.years.cells import Cells
from xiaobao.simulate.years.draws import Floats, Integers
from xiaobao.simulate.years.settings import Excitation


def cascade(
    cells: Cells, shape: Floats, excitation: Excitation, *, scale: float, generator: np.random.Generator
) -> tuple[Integers, Integers]:
    """Day and cell of every entry; offspring fall on days by `shape`, what the days of the path are like."""
    warm = 2 * excitation.lags  # days before the first, so that it is excited as any other
    before = np.repeat(cells.expected[:warm].mean(axis=0, keepdims=True), warm, axis=0)
    shape = np.concatenate([np.full(warm, shape[:warm].mean()), shape])
    bounds = _bounds(shape, excitation)
    counts = generator.poisson(
        scale * _of_themselves(np.concatenate([before, cells.expected]), bounds, excitation)
    )
    day, cell = (places.repeat(counts[counts > 0]) for places in np.nonzero(counts))
    days, found = [day], [cell]
    while len(day):
        parents = np.repeat(np.arange(len(day)), generator.poisson(excitation.offspring, len(day)))
        units = generator.random(len(parents))[:, None]
        lag = (bounds[day[parents]] < units).sum(axis=1)
        day, cell = day[parents] + lag, cell[parents]
        inside = day < len(shape)
        day, cell = day[inside], cell[inside]
        days.append(day)
        found.append(cell)
    day, cell = np.concatenate(days) - warm, np.concatenate(found)
    return day[day >= 0], cell[day >= 0]


def _of_themselves(expected: Floats, bounds: Floats, excitation: Excitation) -> Floats:
    """What must come of itself so that all together is as expected: without what earlier days bring on."""
    whole = np.concatenate([bounds, np.ones((len(bounds), 1))], axis=1)
    chances = np.diff(whole, axis=1, prepend=0)
    left = expected.copy()
    for lag in range(excitation.lags):
        coming = chances[: len(expected) - lag, lag, None] * expected[: len(expected) - lag]
        left[lag:] -= excitation.offspring * coming
    return left.clip(0)


def _bounds(shape: Floats, excitation: Excitation) -> Floats:
    """Days × lags: cumulated chances that the offspring of a day's complaint falls that many days later."""
    padded = np.concatenate([shape, np.full(excitation.lags, shape.mean())])
    lags = np.arange(excitation.lags)
    weights = padded[np.arange(len(shape))[:, None] + lags] * excitation.decay**lags
    bounds: Floats = np.cumsum(weights, axis=1)[:, :-1] / weights.sum(axis=1, keepdims=True)
    return bounds
