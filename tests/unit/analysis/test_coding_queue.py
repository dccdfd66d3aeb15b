"""Which texts wait for an officer, and in which order."""

import numpy as np

from xiaobao.analysis.coding.coder import Predictions
from xiaobao.analysis.coding.labels import hierarchy_of
from xiaobao.analysis.coding.queue import REASONS, Reason, judged, margins, queue

LABELS = ("B01›B0101", "B01›B0102", "B02")


def told(*shares: tuple[float, ...], mute: tuple[int, ...] = ()) -> Predictions:
    """Sets of what has 0.3 or more; accepted where alone with 0.8 or more."""
    probabilities = np.array(shares)
    silent = np.isin(np.arange(len(shares)), mute)
    within = (probabilities >= 0.3) & ~silent[:, None]
    picked = probabilities.argmax(axis=1)
    alone = within.sum(axis=1) == 1
    return Predictions(
        hierarchy=hierarchy_of(LABELS, "›"),
        probabilities=probabilities,
        picked=picked,
        within=within,
        accepted=alone & (probabilities.max(axis=1) >= 0.8),
        mute=silent,
    )


def reasons_of(read: Predictions, submitted: list[str | None], *, again: tuple[int, ...] = ()) -> list[str]:
    resubmitted = np.isin(np.arange(len(submitted)), again)
    urgency, _ = judged(read, submitted, resubmitted=resubmitted)
    return ["" if not one else REASONS[one - 1].value for one in urgency.tolist()]


def test_only_what_is_read_surely_and_as_submitted_does_not_wait() -> None:
    read = told((0.9, 0.05, 0.05), (0.9, 0.05, 0.05), (0.5, 0.4, 0.1), (0.5, 0.4, 0.1))

    found = reasons_of(read, ["B01›B0101", "B02", "B01›B0102", "B02"])

    assert found == ["", "contradicted", "unsure", "contradicted"]


def test_a_submitted_node_above_or_below_a_label_is_the_same_code() -> None:
    read = told((0.9, 0.05, 0.05), (0.05, 0.05, 0.9))

    assert reasons_of(read, ["B01", "B02›B0201"]) == ["", ""]


def test_a_coder_neither_confirms_nor_doubts_what_it_never_learned() -> None:
    read = told((0.9, 0.05, 0.05), (0.9, 0.05, 0.05), (0.2, 0.2, 0.2), (0.4, 0.3, 0.3))

    found = reasons_of(read, ["B03", None, "B02", "B02"])

    assert found == ["not_learned", "not_coded", "unsure", "unsure"]


def test_a_text_that_says_nothing_known_and_one_that_came_back() -> None:
    read = told((0.5, 0.3, 0.2), (0.9, 0.05, 0.05), mute=(0,))

    assert reasons_of(read, ["B02", "B01›B0101"], again=(1,)) == ["mute", "resubmitted"]


def test_the_queue_takes_urgency_then_one_of_a_family_then_worth() -> None:
    places = queue(
        urgency=np.array([2, 0, 1, 2, 2, 1]),
        worth=np.array([0.1, 0.0, 0.5, 0.2, 0.3, 0.4]),
        leaders=np.array([0, 1, 2, 0, 4, 5]),
    )

    assert places == [3, None, 2, 5, 4, 1]


def test_what_is_contradicted_most_comes_first() -> None:
    read = told((0.9, 0.01, 0.09), (0.98, 0.01, 0.01), (0.4, 0.35, 0.25))
    urgency, worth = judged(read, ["B02"] * 3, resubmitted=np.zeros(3, bool))

    places = queue(urgency=urgency, worth=worth, leaders=np.arange(3))

    assert places == [2, 1, 3]
    assert REASONS[urgency[0] - 1] is Reason.CONTRADICTED


def test_two_labels_close_together_teach_most_and_a_mute_text_nothing() -> None:
    found = margins(told((0.5, 0.45, 0.05), (0.9, 0.05, 0.05), (0.4, 0.4, 0.2), mute=(2,)))

    assert found.argsort().tolist() == [0, 1, 2]


def test_nothing_read_is_an_empty_queue() -> None:
    read = told((0.9, 0.05, 0.05))
    empty = Predictions(
        hierarchy=read.hierarchy,
        probabilities=read.probabilities[:0],
        picked=read.picked[:0],
        within=read.within[:0],
        accepted=read.accepted[:0],
        mute=read.mute[:0],
    )

    urgency, worth = judged(empty, [], resubmitted=np.zeros(0, bool))

    assert queue(urgency=urgency, worth=worth, leaders=np.zeros(0, np.int64)) == []
