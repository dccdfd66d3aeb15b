"""Train a coder on the texts of a file, code the texts of another with it, and evaluate either."""

from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from xiaobao.analysis.coding import folder
from xiaobao.analysis.coding.acceptance import Levels
from xiaobao.analysis.coding.coder import Coder, Predictions
from xiaobao.analysis.coding.evaluation import Scores, scored
from xiaobao.analysis.coding.examples_file import ExampleColumns, read_examples
from xiaobao.analysis.coding.training import TooFewExamplesError, train
from xiaobao.analysis.coding.trial import by_parts, tried, unseen
from xiaobao.analysis.text.families import Threshold, find_families
from xiaobao.analysis.text.texts_file import read_texts
from xiaobao.analysis.text.types import Rows
from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.files import new_file, put_in_place
from xiaobao.lib.ids import new_token

_IN_SET = "|"
_SHOWN = 4
"""Decimals of a confidence."""


def train_coder(
    catalog: Catalog,
    *,
    texts: Path,
    columns: ExampleColumns,
    separator: str,
    seed: int,
    on: date,
    model: Path,
) -> Coder:
    """Read, train by the levels in force on that day, write the folder all or nothing."""
    examples = read_examples(texts, columns)
    coder = train(
        examples,
        separator=separator,
        levels=_levels(catalog, on),
        threshold=_threshold(catalog, on),
        seed=seed,
    )
    folder.save(coder, model)
    return coder


def predict_codes(
    catalog: Catalog, *, model: Path, texts: Path, column: str, on: date, out: Path
) -> Predictions:
    """Code every row of a file and write a line for each, all or nothing."""
    coder = folder.load(model)
    told = read_texts(texts, column)
    predictions = coder.predict(told)
    leaders = find_families(told, _threshold(catalog, on)).leader
    _write(_frame(predictions, leaders), out)
    return predictions


def evaluate_coder(
    catalog: Catalog,
    *,
    model: Path | None,
    texts: Path,
    columns: ExampleColumns,
    separator: str,
    seed: int,
    on: date,
) -> tuple[Scores, int]:
    """Scores on labelled texts, and how many were left out: families of which the coder learned one.

    Without a model coders are trained on four fifths of the families and tried on the rest, in turn.
    """
    examples, threshold = read_examples(texts, columns), _threshold(catalog, on)
    if model is None:
        trainer = partial(
            train, separator=separator, levels=_levels(catalog, on), threshold=threshold, seed=seed
        )
        return scored(by_parts(examples, trainer, threshold=threshold, seed=seed)), 0
    coder = folder.load(model)
    free = np.flatnonzero(unseen(coder, examples, threshold))
    if not len(free):
        raise TooFewExamplesError(
            zh="文件中没有模型未见过的、有标签的文本",
            en="the file has no labelled text that the coder has not seen",
        )
    return scored(tried(coder, examples.at(free))), len(examples.labels) - len(free)


def _levels(catalog: Catalog, on: date) -> Levels:
    decided = catalog.coding.on(on)
    return Levels(coverage=decided.coverage, accepted_accuracy=decided.accepted_accuracy)


def _threshold(catalog: Catalog, on: date) -> Threshold:
    decided = catalog.near_duplicates.on(on)
    return Threshold(alike=decided.alike, leader_alike=decided.leader_alike)


def _frame(told: Predictions, leaders: Rows) -> pl.DataFrame:
    """One line a text; rows of data from 1."""
    labels = np.array(told.hierarchy.labels, object)
    sets = [
        _IN_SET.join(labels[np.flatnonzero(one)[np.argsort(-shares[one], kind="stable")]])
        for one, shares in zip(told.within, told.probabilities, strict=True)
    ]
    levels = [told.confidence_at(level).round(_SHOWN) for level in range(told.hierarchy.depth)]
    return pl.DataFrame(
        {
            "row": pl.int_range(1, len(sets) + 1, eager=True),
            "label": pl.Series(
                [None if mute else label for mute, label in zip(told.mute, labels[told.picked], strict=True)],
                dtype=pl.String,
            ),
            "confidence": told.confidence.round(_SHOWN),
            "set": pl.Series(sets, dtype=pl.String),
            "accepted": told.accepted,
            "queue": pl.Series(queue(told, leaders), dtype=pl.Int64),
            "by_level": pl.Series(
                [" ".join(f"{share:.4f}" for share in one) for one in zip(*levels, strict=True)],
                dtype=pl.String,
            ),
        }
    )


def queue(told: Predictions, leaders: Rows) -> list[int | None]:
    """Places in the queue of officers, from 1, of what is not accepted; None for the rest.

    One of every family before a second of any; then what the coder can least tell between its two likeliest
    labels (margin sampling, Scheffer, Decomain and Wrobel 2001), since a decision on it teaches the most.
    """
    ordered = np.sort(told.probabilities, axis=1)
    margin = np.where(told.mute, 2.0, ordered[:, -1] - ordered[:, -2])  # a mute text teaches nothing
    waiting = np.flatnonzero(~told.accepted)
    waiting = waiting[np.argsort(margin[waiting], kind="stable")]
    _, first = np.unique(leaders[waiting], return_index=True)
    later = np.ones(len(waiting), bool)
    later[first] = False
    places: list[int | None] = [None] * len(leaders)
    for place, row in enumerate(waiting[np.argsort(later, kind="stable")].tolist(), start=1):
        places[row] = place
    return places


def _write(frame: pl.DataFrame, path: Path) -> None:
    temporary = path.parent / f".{new_token()}.part"
    try:
        with new_file(temporary) as stream:
            frame.write_csv(stream)
        put_in_place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
