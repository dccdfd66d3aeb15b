"""Effects of calendar and season that a group shares, by a penalized Poisson regression of its sums."""

from typing import NamedTuple

import numpy as np

from xiaobao.analysis.surges.features import DAY_KINDS, FESTIVAL_WEEKS, FRIDAY, REBOUNDS, Features
from xiaobao.analysis.surges.types import Floats


class Fit(NamedTuple):
    """Effects at the mode, what they may be off by, and how far the data let go of the prior."""

    effects: Floats
    covariance: Floats
    of_prior: Floats
    """Effects x effects: how much of an error of the prior is still in the effects."""


_MOST_STEPS = 25
_CLOSE = 1e-6
_LONGEST_STEP = 2.0
_SMALLEST_SUM = 0.5
_SMALLEST_EXPOSURE = 1e-9
_FAR = 30.0
"""Logarithm of a mean beyond which nothing is computed."""
_TURNS = 3
_REWEIGHT_ABOVE = 2.58
_OF_ALL = (0.3, 0.7, 0.5, 0.5, 0.5)
"""Prior standard deviations on the log scale of trend a year, day kinds, rebounds, festival weeks, season."""
_OF_GROUP = (0.2, 0.15, 0.15, 0.2, 0.3)
"""The same of what a group has beside all series together."""


def columns(features: Features, now: int) -> Floats:
    """Steps x effects: level, trend (years from step `now`), day kinds but Friday, rebounds, festival,
    season."""
    years = (np.arange(features.number.size) - now) / features.steps_a_year
    kinds = np.eye(DAY_KINDS)[features.day_kind][:, np.arange(DAY_KINDS) != FRIDAY]
    rebounds = np.eye(REBOUNDS)[features.rebound][:, 1:]
    festival = np.eye(FESTIVAL_WEEKS)[features.festival][:, 1:]
    return np.column_stack([np.ones(years.size), years, kinds, rebounds, festival, features.season])


def _precisions(deviations: tuple[float, ...]) -> Floats:
    widths = (1, DAY_KINDS - 1, REBOUNDS - 1, FESTIVAL_WEEKS - 1, 4)
    return np.concatenate(
        [[1e-6], *(np.full(n, 1.0 / s**2) for n, s in zip(widths, deviations, strict=True))]
    )


def shared_effects(sums: Floats, exposure: Floats, x: Floats, age_weight: Floats) -> tuple[Floats, Floats]:
    """Groups x effects of sums (groups x steps), level and trend included; their covariances by group.

    `exposure` is what a group's known series count on the average of their steps, 0 where none is known: a
    series that begins, or is not known on a day, is no change of the group. A group is shrunk to all series
    together, and these to no effect at all.
    """
    none = np.zeros(x.shape[1])
    every = fit_poisson(sums.sum(axis=0), exposure.sum(axis=0), x, age_weight, none, _precisions(_OF_ALL))
    if len(sums) == 1:
        return every.effects[np.newaxis], every.covariance[np.newaxis]
    of_group = _precisions(_OF_GROUP)
    found = [
        fit_poisson(y, e, x, age_weight, every.effects, of_group) for y, e in zip(sums, exposure, strict=True)
    ]
    return (
        np.array([one.effects for one in found]),
        np.array([one.covariance + one.of_prior @ every.covariance @ one.of_prior.T for one in found]),
    )


def fit_poisson(
    y: Floats, exposure: Floats, x: Floats, weight: Floats, prior: Floats, precision: Floats
) -> Fit:
    """Coefficients at the mode of a Poisson likelihood with a normal prior, past outbreaks weighed down.

    The penalty is multiplied by the dispersion, as the likelihood of a dispersed count is divided by it.
    """
    weight = np.where(exposure > 0.0, weight, 0.0)
    offset = np.log(np.maximum(exposure, _SMALLEST_EXPOSURE))
    beta = prior.copy()
    hoped = float(weight @ np.exp(offset + x[:, 1:] @ beta[1:]))
    beta[0] = np.log(max(float(weight @ y), _SMALLEST_SUM) / max(hoped, _SMALLEST_EXPOSURE))
    middle = beta.copy()
    robust, phi = np.ones_like(y), 1.0
    for _ in range(_TURNS):
        beta = _newton(y, offset, x, weight * robust, beta, middle, precision * phi)
        mu = np.exp(np.clip(offset + x @ beta, -_FAR, _FAR))
        used = weight * robust
        phi = max(1.0, float(used @ ((y - mu) ** 2 / mu)) / max(float(used.sum()), _SMALLEST_EXPOSURE))
        residual = 1.5 * (y ** (2 / 3) * mu ** (-1 / 6) - np.sqrt(mu)) / np.sqrt(phi)
        robust = np.where(residual > _REWEIGHT_ABOVE, np.maximum(residual, 1.0) ** -2, 1.0)
    inverse = np.linalg.inv((x.T * (used * mu)) @ x + np.diag(precision * phi))
    return Fit(
        effects=beta, covariance=np.asarray(phi * inverse), of_prior=np.asarray(inverse * (precision * phi))
    )


def _newton(
    y: Floats, offset: Floats, x: Floats, weight: Floats, beta: Floats, prior: Floats, precision: Floats
) -> Floats:
    for _ in range(_MOST_STEPS):
        mu = weight * np.exp(np.clip(offset + x @ beta, -_FAR, _FAR))
        gradient = x.T @ (weight * y - mu) - precision * (beta - prior)
        step = np.linalg.solve((x.T * mu) @ x + np.diag(precision), gradient)
        beta = beta + np.clip(step, -_LONGEST_STEP, _LONGEST_STEP)
        if np.abs(step).max() < _CLOSE:
            break
    return beta
