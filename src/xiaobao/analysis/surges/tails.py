"""Upper tails of counts whose variance is a multiple of their mean, compiled.

A count with mean `mu` and variance `phi * mu` is negative binomial with size `mu / (phi - 1)` and success
probability `1 / phi`; at `phi <= 1` it is Poisson. Both tails are continued fractions (DLMF 8.17.22 for the
incomplete beta function, 8.9.2 for the incomplete gamma function), so they hold far out and for 10^7 counts.
"""

import math

from numba import njit

_TINY = 1e-300
_CLOSE = 1e-13
_MOST_TERMS = 20_000
_SUMMED_TO = 40.0
_DIGITS_LEFT = 1e-5


@njit(cache=True, nogil=True)
def _beta_fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function by Lentz's method."""
    c = 1.0
    d = 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > _TINY else _TINY)
    value = d
    for m in range(1, _MOST_TERMS):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 + numerator * d
            d = 1.0 / (d if abs(d) > _TINY else _TINY)
            c = 1.0 + numerator / c
            c = c if abs(c) > _TINY else _TINY
            value *= c * d
        if abs(c * d - 1.0) < _CLOSE:
            break
    return value


@njit(cache=True, nogil=True)
def regularized_beta(a: float, b: float, rest: float) -> float:
    """I_x(a, b) for positive `a`, `b` and `x` between 0 and 1 (DLMF 8.17), given as `rest` = 1 - x.

    An absurd dispersion makes an `x` that is 1 but for its last digits, and there the result is nearly 0.
    """
    x = 1.0 - rest
    if x <= 0.0:
        return 0.0
    if rest <= 0.0:
        return 1.0
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    log_front += a * math.log1p(-rest) + b * math.log(rest)
    if x < (a + 1.0) / (a + b + 2.0):
        return math.exp(log_front) * _beta_fraction(a, b, x) / a
    return max(0.0, 1.0 - math.exp(log_front) * _beta_fraction(b, a, rest) / b)


@njit(cache=True, nogil=True)
def gamma_upper(a: float, x: float) -> float:
    """Q(a, x), the regularized upper incomplete gamma function (DLMF 8.2.4)."""
    if x <= 0.0:
        return 1.0
    front = math.exp(-x + a * math.log(x) - math.lgamma(a))
    if x < a + 1.0:
        term = 1.0 / a
        total = term
        for n in range(1, _MOST_TERMS):
            term *= x / (a + n)
            total += term
            if term < total * _CLOSE:
                break
        return 1.0 - front * total
    b = x + 1.0 - a
    c = 1.0 / _TINY
    d = 1.0 / b
    value = d
    for n in range(1, _MOST_TERMS):
        numerator = -n * (n - a)
        b += 2.0
        d = numerator * d + b
        d = 1.0 / (d if abs(d) > _TINY else _TINY)
        c = b + numerator / c
        c = c if abs(c) > _TINY else _TINY
        value *= c * d
        if abs(c * d - 1.0) < _CLOSE:
            break
    return front * value


@njit(cache=True, nogil=True)
def probability_of(count: float, mu: float, phi: float) -> float:
    """P(Y = count) for a whole `count`; all of it at 0 where `mu` is 0."""
    if mu <= 0.0:
        return 1.0 if count == 0.0 else 0.0
    if phi <= 1.0 + 1e-6:
        return math.exp(count * math.log(mu) - mu - math.lgamma(count + 1.0))
    size = mu / (phi - 1.0)
    log_p = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1.0)
    return math.exp(log_p - size * math.log(phi) + count * math.log1p(-1.0 / phi))


@njit(cache=True, nogil=True)
def at_least(count: float, mu: float, phi: float) -> float:
    """P(Y >= count) for a whole `count`."""
    if count <= 0.0:
        return 1.0
    if mu <= 0.0:
        return 0.0
    if phi <= 1.0 + 1e-6:
        return 1.0 - gamma_upper(count, mu) if mu > count else _poisson_tail(count, mu)
    return regularized_beta(count, mu / (phi - 1.0), 1.0 / phi)


@njit(cache=True, nogil=True)
def none_and_rise(mu: float, phi: float) -> tuple[float, float, float]:
    """P(Y = 0), and two numbers of how probabilities go on from there.

    P(Y = k + 1) is P(Y = k) times (the first plus k times the second) over (k + 1).
    """
    if phi <= 1.0 + 1e-6:
        return math.exp(-mu), mu, 0.0
    rise = 1.0 - 1.0 / phi
    size = mu / (phi - 1.0)
    return math.exp(-size * math.log(phi)), size * rise, rise


@njit(cache=True, nogil=True)
def at_middle(count: float, mu: float, phi: float) -> float:
    """The mid-probability P(Y > count) + P(Y = count) / 2, on average a half whatever the values.

    Of a small count what lies below is summed, which is faster, unless too few digits would be left.
    """
    if 0.0 < mu < _SUMMED_TO and count < _SUMMED_TO:
        chance, first, rise = none_and_rise(mu, phi)
        below = 0.0
        for k in range(int(count)):
            below += chance
            chance *= (first + k * rise) / (k + 1)
        above = 1.0 - below - 0.5 * chance
        if above > _DIGITS_LEFT:
            return above
    return at_least(count, mu, phi) - 0.5 * probability_of(count, mu, phi)


@njit(cache=True, nogil=True)
def _poisson_tail(count: float, mu: float) -> float:
    """P(Y >= count) beyond the mean, as a series of positive terms, so that no digits cancel."""
    term = probability_of(count, mu, 1.0)
    total = term
    k = count
    while term > total * _CLOSE:
        k += 1.0
        term *= mu / k
        total += term
    return total


@njit(cache=True, nogil=True)
def quantile(probability: float, mu: float, phi: float) -> float:
    """The smallest whole count `q` with P(Y <= q) >= `probability`."""
    if mu <= 0.0:
        return 0.0
    low, high = -1.0, max(1.0, math.floor(mu + 4.0 * math.sqrt(phi * mu)))
    while 1.0 - at_least(high + 1.0, mu, phi) < probability:
        low, high = high, 2.0 * high
    while high - low > 1.0:
        middle = math.floor((low + high) / 2.0)
        if 1.0 - at_least(middle + 1.0, mu, phi) < probability:
            low = middle
        else:
            high = middle
    return high
