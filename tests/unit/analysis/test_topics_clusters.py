"""Clusters that grow: whoever was put together stays so, and the order of arrival is the only memory."""

import numpy as np

from xiaobao.analysis.topics.clusters import Clusters


def around(centres: int, each: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of length one around well-parted centres in a narrow cone, and the centre of each."""
    drawn = np.random.default_rng(seed)
    of = np.tile(np.arange(centres), each)
    middle = np.eye(32)[:centres] + 3.0 * np.ones(32) / np.sqrt(32)
    vectors = middle[of] + drawn.normal(scale=0.05, size=(len(of), 32))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), of


def test_texts_around_one_centre_come_together_and_others_do_not() -> None:
    vectors, of = around(6, 50, seed=1)

    found = Clusters(width=32, alike=0.5).add(vectors)

    assert len(set(zip(found.tolist(), of.tolist(), strict=True))) == len(set(found.tolist())) == 6


def test_later_texts_join_what_is_there_and_move_nobody() -> None:
    vectors, of = around(5, 120, seed=2)
    clusters = Clusters(width=32, alike=0.5)

    first, second = clusters.add(vectors[:300]), clusters.add(vectors[300:])

    assert len(clusters) == 5
    assert {(a, b) for a, b in zip(first, of[:300], strict=True)} == {
        (a, b) for a, b in zip(second, of[300:], strict=True)
    }


def test_no_text_makes_no_cluster_and_equal_texts_share_one() -> None:
    vectors, _ = around(4, 10, seed=3)
    clusters = Clusters(width=32, alike=0.99)

    assert clusters.add(vectors[:0]).tolist() == [] and len(clusters) == 0
    found = clusters.add(np.concatenate([vectors, vectors[:1], vectors[:1]]))
    assert found[0] == found[40] == found[41]
