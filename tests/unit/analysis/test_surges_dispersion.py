"""The dispersion of a past, with and without surges that nobody has marked."""

import numpy as np
import pytest

from xiaobao.analysis.surges.dispersion import dispersion_of, kept_shares

_STEPS = 20_000


def _found(counts: np.ndarray, mean: float) -> float:
    total, weight = dispersion_of(counts, np.full(counts.size, mean), 0, counts.size, kept_shares())
    return total / weight


@pytest.mark.parametrize(
    ("mean", "phi"),
    [
        (0.1, 1.4),
        (0.7, 1.4),
        (0.7, 2.2),
        (3.0, 1.4),
        (3.0, 2.2),
        (40.0, 1.4),
        (40.0, 2.2),
        (200.0, 30.0),
        (1e6, 1e3),
    ],
)
def test_the_dispersion_of_a_quiet_past_is_found_although_outliers_are_left_out(
    mean: float, phi: float
) -> None:
    counts = np.random.default_rng(3).negative_binomial(mean / (phi - 1.0), 1.0 / phi, _STEPS)

    assert _found(counts.astype(float), mean) == pytest.approx(phi, rel=0.05)


def test_past_surges_hardly_count() -> None:
    counts = np.random.default_rng(3).negative_binomial(5.0 / 0.4, 1.0 / 1.4, _STEPS).astype(float)
    counts[::50] += 20.0

    assert _found(counts, 5.0) == pytest.approx(1.4, rel=0.05)


def test_past_surges_that_last_hardly_count_although_no_day_of_them_is_an_outlier() -> None:
    random = np.random.default_rng(3)
    counts = random.negative_binomial(0.7 / 0.4, 1.0 / 1.4, _STEPS).astype(float)
    counts[np.arange(_STEPS) % 100 < 9] += random.poisson(2.0, _STEPS)[np.arange(_STEPS) % 100 < 9]

    assert _found(counts, 0.7) == pytest.approx(1.4, rel=0.15)
