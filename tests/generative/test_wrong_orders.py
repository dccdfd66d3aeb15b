"""Steps in a wrong order are noticed by the simulated power cuts, as every order of ours must be."""

from pathlib import Path

import pytest
from simulation.disk import Loss
from simulation.machine import Cut
from simulation.run import BrokenError, make_template, run, run_day
from simulation.wrong_orders import WRONG_ORDERS, WrongOrder

EVERYTHING_UNSYNCED = Loss(dropped=1.0, torn=0.0)
SEED = 5
SEEDS_LIMIT = 40

OFTEN_DONE = [order for order in WRONG_ORDERS if order.acts < len(("receive", "post", "close"))]
"""A drawn cut hits the short pauses of deliveries and postings soon; days are closed too seldom for that."""

every_wrong_order = pytest.mark.parametrize("order", WRONG_ORDERS, ids=lambda order: order.words)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home that every seed starts from."""
    return make_template(tmp_path_factory.mktemp("simulation") / "home")


@pytest.mark.parametrize("order", [WRONG_ORDERS[0], WRONG_ORDERS[-1]], ids=lambda order: order.words)
def test_the_right_order_survives(template: Path, order: WrongOrder) -> None:
    cut = Cut(at="waits", after=order.pause)

    run_day(template, SEED, acts=order.acts, cut=cut, loss=EVERYTHING_UNSYNCED)


@every_wrong_order
def test_a_cut_between_steps_in_a_wrong_order_is_noticed(
    template: Path, order: WrongOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    order.make(monkeypatch)

    cut = Cut(at="waits", after=order.pause)
    with pytest.raises(BrokenError):
        run_day(template, SEED, acts=order.acts, cut=cut, loss=EVERYTHING_UNSYNCED)


@every_wrong_order
def test_a_wrong_order_changes_nothing_while_there_is_power(
    template: Path, order: WrongOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    order.make(monkeypatch)

    run_day(template, SEED, cut=Cut(), loss=EVERYTHING_UNSYNCED)


@pytest.mark.long
@pytest.mark.parametrize("order", OFTEN_DONE, ids=lambda order: order.words)
def test_seeds_notice_a_wrong_order(
    template: Path, order: WrongOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    order.make(monkeypatch)

    with pytest.raises(BrokenError):
        for seed in range(SEEDS_LIMIT):
            run(template, seed)
