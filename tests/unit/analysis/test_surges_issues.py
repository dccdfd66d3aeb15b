"""Which owners a day tells of."""

import numpy as np

from xiaobao.analysis.surges.issues import Budget, Judged, of_day
from xiaobao.analysis.surges.nodes import Node

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
    return told[0][1][1] if told else None


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
