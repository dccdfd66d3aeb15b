"""Work on many items at once: answered in order, and without a thread where there is one item alone."""

import threading

import pytest

from xiaobao.lib.parallel import in_order


@pytest.mark.parametrize("items", [[], [3], [3, 1], list(range(40))])
def test_the_answers_come_in_the_order_of_the_items(items: list[int]) -> None:
    assert list(in_order(lambda item: item * 2, items)) == [item * 2 for item in items]


def test_a_single_item_is_worked_on_by_the_thread_of_the_caller() -> None:
    assert list(in_order(lambda _: threading.get_ident(), [1])) == [threading.get_ident()]
    assert threading.get_ident() not in in_order(lambda _: threading.get_ident(), [1, 2, 3])


@pytest.mark.parametrize("items", [[0], [1, 0, 1]])
def test_what_the_work_raises_is_raised_to_the_caller(items: list[int]) -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_order(lambda item: 1 // item, items))
