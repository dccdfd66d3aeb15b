"""Which owners a day tells of."""

from dataclasses import replace

import numpy as np
from scipy.stats import nbinom, poisson

from xiaobao.analysis.surges.issues import Budget, Judged, State, issues, of_day
from xiaobao.analysis.surges.nodes import Node
from xiaobao.analysis.surges.rises import Rises, probabilities
from xiaobao.analysis.surges.settings import DAILY

_CELLS = 12
_BUDGET = Budget(least_a_day=0.05, false_discovery_rate=0.3, quiet_days=0)
_BANK = ("institution", "a")


def _told(scores: list[float]) -> float | None:
    """Probability of a bank of which the total and its cells score so; None where it is not told."""
    cells = (Node(where=(_BANK, ("cause.1", str(cell)))) for cell in range(_CELLS))
    shape = (len(scores), 1)
    judged = Judged(
        nodes=(Node(where=(_BANK,)), *cells),
        count=np.full(shape, 9.0),
        expected=np.ones(shape),
        dispersion=np.full(shape, 1.4),
        score=np.array(scores).reshape(shape),
        alarm=np.array(scores).reshape(shape) >= 2.3,
    )
    told = of_day(judged, _BUDGET, 0)
    return told[0].probability if told else None


def test_a_total_is_not_one_among_its_cells() -> None:
    probability = _told([4.0, *[0.3] * _CELLS])
    assert probability is not None
    np.testing.assert_allclose(probability, 2 * 1e-4)


def test_one_cell_is_one_among_all_cells() -> None:
    probability = _told([0.3, 4.0, *[0.3] * (_CELLS - 1)])
    assert probability is not None
    np.testing.assert_allclose(probability, 2 * _CELLS * 1e-4)


def test_an_owner_of_which_nothing_stands_out_is_not_told() -> None:
    assert _told([0.3] * (_CELLS + 1)) is None


def _told_of(counts: list[int], budget: Budget) -> bool:
    """Whether a bank with a total and cells that expect 0.3 each is told; beside it stand 99 quiet ones."""
    banks = [("institution", str(number)) for number in range(100)]
    nodes = tuple(
        node
        for bank in banks
        for node in (
            Node(where=(bank,)),
            *(Node(where=(bank, ("cause.1", str(cell)))) for cell in range(_CELLS)),
        )
    )
    count = np.zeros((len(nodes), 1))
    count[: 1 + _CELLS, 0] = [sum(counts), *counts]
    expected = np.tile([0.3 * _CELLS, *[0.3] * _CELLS], len(banks))[:, np.newaxis]
    score = np.full(count.shape, 0.3)
    score[0] = 2.4
    judged = Judged(
        nodes=nodes,
        count=count,
        expected=expected,
        dispersion=np.full(count.shape, 1.4),
        score=score,
        alarm=score >= 2.3,
    )
    return ("institution", "0") in [one.owner for one in of_day(judged, budget, 0)]


def test_cells_that_are_all_a_little_up_tell_of_a_bank_together() -> None:
    rises = Rises(deviations=(0.75, 1.5, 3.0), fewest=3, chance=0.1)
    every = [1, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 1]
    assert not _told_of(every, _BUDGET)
    assert _told_of(every, replace(_BUDGET, rises=rises))
    assert not _told_of([1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0], replace(_BUDGET, rises=rises))


def test_a_ratio_is_what_it_says() -> None:
    """Against the sums themselves: a count of 4 and one of 0, up by a deviation or by three and more."""
    rises = Rises(deviations=(1.0,), fewest=3, chance=1e-9)
    mean, phi = 0.5, 1.5
    wide = phi + DAILY.wander * mean
    cell = nbinom(mean / (wide - 1.0), 1.0 / wide)
    weights = {k: 1.0 / k**2 for k in range(3, 3 + 20_000)}
    one = sum(weights[k] * cell.pmf(4 - k) for k in (3, 4)) / sum(weights.values()) / cell.pmf(4)
    every = sum(poisson.pmf(k, np.sqrt(wide * mean)) * cell.pmf(4 - k) for k in range(5)) / cell.pmf(4)
    quiet = np.exp(-np.sqrt(wide * mean))
    nodes = tuple(Node(where=(_BANK, ("cause.1", name))) for name in "xy")
    found = probabilities(nodes, np.array([4.0, 0.0]), np.full(2, mean), np.full(2, phi), rises)
    np.testing.assert_allclose(found[_BANK], 1e-9 / ((one / 2 + every * quiet) / 2), rtol=1e-9)


def test_cells_of_a_bank_that_swings_as_a_whole_tell_less() -> None:
    """Of correlated cells the total is more dispersed than they are by themselves."""
    rises = Rises(deviations=(1.5,), fewest=3, chance=1e-6)
    nodes = (
        Node(where=(_BANK,)),
        *(Node(where=(_BANK, ("cause.1", str(cell)))) for cell in range(_CELLS)),
    )
    count, expected = np.array([24.0, *[2.0] * _CELLS]), np.array([12.0, *[1.0] * _CELLS])
    apart = probabilities(nodes, count, expected, np.full(13, 1.4), rises)[_BANK]
    together = probabilities(nodes, count, expected, np.array([4.2, *[1.4] * _CELLS]), rises)[_BANK]
    assert together > 10 * apart


def test_what_nobody_knows_tells_nothing() -> None:
    """Neither a count that is missing nor a day without an expectation; owners without cells are left out."""
    rises = Rises(deviations=(1.5,), fewest=3, chance=0.1)
    nodes = (Node(where=(_BANK,)), *(Node(where=(_BANK, ("cause.1", name))) for name in "xy"))
    unknown = probabilities(
        nodes, np.array([9.0, -1.0, 9.0]), np.array([1.0, 1.0, np.nan]), np.full(3, 1.4), rises
    )
    assert unknown == {}


_NOT_JUDGED = float("nan")


def _states(*scores: list[float]) -> list[tuple[str, State]]:
    """What banks of these scores day by day do on the last day, in order; each has one node."""
    score = np.array(scores)
    count = np.where(np.isnan(score), -1.0, np.where(score > 3.0, 9.0, 1.0))
    judged = Judged(
        nodes=tuple(Node(where=(("institution", str(number)),)) for number in range(len(scores))),
        count=count,
        expected=np.where(np.isnan(score), np.nan, 1.0),
        dispersion=np.full(score.shape, 1.4),
        score=score,
        alarm=score > 3.0,
    )
    found = issues(judged, Budget(least_a_day=0.05, false_discovery_rate=0.3, quiet_days=2))
    return sorted((one.owner[1], one.state) for one in found)


def test_a_day_of_which_nothing_is_known_ends_no_surge() -> None:
    quiet, high, unknown = 0.3, 6.0, _NOT_JUDGED
    states = _states(
        [quiet, quiet, high, unknown, unknown],
        [quiet, quiet, quiet, quiet, high],
        [quiet, quiet, high, quiet, quiet],
        [high, quiet, quiet, unknown, unknown],
        [high, quiet, quiet, quiet, quiet],
    )
    assert states == [("0", "waiting"), ("1", "new"), ("2", "closed"), ("3", "closed")]


def test_a_surge_waits_for_reports_however_many_days_that_takes() -> None:
    assert _states([0.3, 6.0, *[_NOT_JUDGED] * 5]) == [("0", "waiting")]
    assert _states([0.3, 6.0, *[_NOT_JUDGED] * 5, 0.3]) == []
    assert _states([0.3, 6.0, *[_NOT_JUDGED] * 5, 6.0]) == [("0", "new")]
