"""Incremental clusters beside HDBSCAN on the same vectors: classes of messages, pairs of questions."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from bench.real_texts import FOLDER
from xiaobao.analysis.text.types import Rows
from xiaobao.analysis.text.vectors.building import build_vectors
from xiaobao.analysis.text.vectors.encoder import Encoder
from xiaobao.analysis.text.vectors.source import installed_source
from xiaobao.analysis.text.vectors.types import Vectors
from xiaobao.analysis.topics.clusters import Clusters

_ALIKE = 0.33
"""Chosen on 2,500 of the pairs (seed 1) and on the classes; the pairs measured here are others."""
_PAIRS, _SEEDS = 2_500, (2, 3)
_LETTERS = 200
_LEAST_SIZES = (2, 3, 5)
"""HDBSCAN's own default is 5; the smaller ones suit small clusters better and are told too."""


def measure() -> Iterator[tuple[str, str]]:
    """Rows of the results table; none where data or libraries are missing."""
    try:
        from sklearn.cluster import HDBSCAN  # noqa: F401, PLC0415
    except ImportError:
        yield ("clusters", "not measured: scikit-learn is not there")
        return
    with TemporaryDirectory() as folder:
        build_vectors(installed_source(), Path(folder) / "vectors")
        encoder = Encoder(Path(folder) / "vectors", threads=2)
        yield _of_classes(encoder)
        for seed in _SEEDS:
            yield _of_pairs(encoder, seed)


def _of_classes(encoder: Encoder) -> tuple[str, str]:
    from sklearn.metrics import v_measure_score  # noqa: PLC0415

    told = pl.read_csv(FOLDER / "taidi2020_gov_messages/labelled_raw_dev.csv", infer_schema=False).fill_null(
        ""
    )
    texts = (told["title"] + "。" + told["body"]).str.slice(0, _LETTERS).to_list()
    vectors = encoder.encode(texts)
    values = {name: v_measure_score(told["label"], labels) for name, labels in _both(vectors)}
    return f"clusters of {len(texts)} messages in 7 classes: V-measure", _told(values)


def _of_pairs(encoder: Encoder, seed: int) -> tuple[str, str]:
    pairs = pl.read_csv(FOLDER / "atec_ant_financial_pairs/pairs_dev.csv", infer_schema=False).drop_nulls()
    pairs = pairs.sample(_PAIRS, seed=seed)
    questions = list(dict.fromkeys([*pairs["q1"], *pairs["q2"]]))
    place = {question: number for number, question in enumerate(questions)}
    one, other = (np.array([place[question] for question in pairs[name]]) for name in ("q1", "q2"))
    same = (pairs["same"] == "1").to_numpy()
    vectors = encoder.encode(questions)
    values = {}
    for name, labels in _both(vectors):
        joined = labels[one] == labels[other]
        values[name] = 2 * (joined & same).sum() / (joined.sum() + same.sum())
    return f"clusters of {len(questions)} questions, {_PAIRS} pairs: F1 of the pairs", _told(values)


def _both(vectors: Vectors) -> Iterator[tuple[str, Rows]]:
    from sklearn.cluster import HDBSCAN  # noqa: PLC0415

    yield "incremental", Clusters(width=vectors.shape[1], alike=_ALIKE).add(vectors)
    seen = vectors - vectors.mean(axis=0)
    seen /= np.linalg.norm(seen, axis=1, keepdims=True)
    for least in _LEAST_SIZES:
        labels = HDBSCAN(min_cluster_size=least, copy=True).fit_predict(seen)
        alone = len(labels) + np.arange(len(labels))
        yield f"HDBSCAN, clusters of {least} and more", np.where(labels < 0, alone, labels)


def _told(values: dict[str, float]) -> str:
    return "; ".join(f"{name} {value:.3f}" for name, value in values.items())
