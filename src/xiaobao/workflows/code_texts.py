"""Train a coder on the texts of a file, code the texts of another with it, and evaluate either."""

import os
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from xiaobao.analysis.coding import folder
from xiaobao.analysis.coding.acceptance import Levels
from xiaobao.analysis.coding.coder import Coder, Predictions
from xiaobao.analysis.coding.evaluation import Scores, scored
from xiaobao.analysis.coding.examples import Examples
from xiaobao.analysis.coding.examples_file import ExampleColumns, read_examples
from xiaobao.analysis.coding.queue import margins, queue
from xiaobao.analysis.coding.senses import Reader
from xiaobao.analysis.coding.training import train
from xiaobao.analysis.coding.trial import by_parts, tried, unseen
from xiaobao.analysis.text.families import Threshold, find_families
from xiaobao.analysis.text.texts_file import TextsFileError, read_texts
from xiaobao.analysis.text.types import Rows
from xiaobao.analysis.text.vectors.cache import CachedEncoder
from xiaobao.analysis.text.vectors.encoder import Encoder
from xiaobao.analysis.text.vectors.place import vectors_are_built, vectors_folder
from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.words import counted
from xiaobao.workflows.table_files import write_csv

_IN_SET = "|"
_SHOWN = 4
"""Decimals of a confidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorsWanted:
    """Whether sentence vectors are used where their model was built, and in which file they are kept."""

    words_only: bool = False
    cache: Path | None = None

    def reader(self) -> Reader | None:
        """The model opened; None where it is not wanted or was not built."""
        folder = vectors_folder()
        if self.words_only or not vectors_are_built(folder):
            return None
        encoder = Encoder(folder, threads=os.cpu_count() or 1)
        return encoder if self.cache is None else CachedEncoder(encoder, self.cache)


def train_coder(
    catalog: Catalog,
    *,
    texts: Path,
    columns: ExampleColumns,
    separator: str,
    seed: int,
    on: date,
    model: Path,
    vectors: VectorsWanted,
) -> Coder:
    """Read, train by the levels in force on that day, write the folder all or nothing."""
    examples = _examples(texts, columns, separator)
    coder = train(
        examples,
        separator=separator,
        levels=_levels(catalog, on),
        threshold=_threshold(catalog, on),
        seed=seed,
        reader=vectors.reader(),
    )
    folder.save(coder, model)
    return coder


def predict_codes(
    catalog: Catalog,
    *,
    model: Path,
    texts: Path,
    column: str,
    on: date,
    out: Path,
    vectors: VectorsWanted,
) -> Predictions:
    """Code every row of a file and write a line for each, all or nothing.

    OtherVectorsError where the coder needs vectors and their model is not here or is another one.
    """
    coder = folder.load(model)
    told = read_texts(texts, column)
    predictions = coder.predict(told, _reader_for(coder, vectors))
    leaders = find_families(told, _threshold(catalog, on)).leader
    write_csv(_frame(predictions, leaders), out)
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
    vectors: VectorsWanted,
) -> tuple[Scores, int]:
    """Scores on labelled texts, and how many were left out: families of which the coder learned one.

    Without a model coders are trained on four fifths of the families and tried on the rest, in turn.
    """
    examples, threshold = _examples(texts, columns, separator), _threshold(catalog, on)
    if model is None:
        reader = vectors.reader()
        trainer = partial(
            train,
            separator=separator,
            levels=_levels(catalog, on),
            threshold=threshold,
            seed=seed,
            reader=reader,
        )
        return scored(by_parts(examples, trainer, threshold=threshold, seed=seed, reader=reader)), 0
    coder = folder.load(model)
    free = np.flatnonzero(unseen(coder, examples, threshold))
    if not len(free):
        raise TextsFileError(
            texts,
            zh="有标签的文本（或其相似件）模型训练时都见过，不能用来评价；请换用训练之后的文本",
            en="of every labelled text the coder has seen one like it in training, so that nothing can be "
            "evaluated: give texts that it was not trained on",
        )
    return scored(tried(coder, examples.at(free), _reader_for(coder, vectors))), len(examples.labels) - len(
        free
    )


def _examples(texts: Path, columns: ExampleColumns, separator: str) -> Examples:
    """The examples of a file; TextsFileError for a label one of whose levels is empty."""
    examples = read_examples(texts, columns)
    if not examples.labels:
        raise _without_examples(texts, columns, examples.left_out)
    broken = [label for label in examples.labels if separator and not all(label.split(separator))]
    if broken:
        raise TextsFileError(
            texts,
            zh=f"{len(broken)} 行的标签有空的一级，如 {broken[0]}；各级之间只写一个 {separator}，首尾不写",
            en=f"{len(broken)} rows have a label with an empty level, such as {broken[0]}: one {separator} "
            "stands between two levels, none before the first or behind the last",
        )
    return examples


def _without_examples(texts: Path, columns: ExampleColumns, rows: int) -> TextsFileError:
    if not rows:
        return TextsFileError(texts, zh="只有表头，没有一行数据", en="it has a header and no row of data")
    return TextsFileError(
        texts,
        zh=f"{rows} 行数据没有一行同时有文本（{columns.text} 列）和标签（{columns.label} 列）",
        en=f"none of its {counted(rows, 'row')} of data has both a text (column {columns.text}) and a label "
        f"(column {columns.label})",
    )


def _reader_for(coder: Coder, vectors: VectorsWanted) -> Reader | None:
    return vectors.reader() if coder.senses else None


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
            "queue": pl.Series(_places(told, leaders), dtype=pl.Int64),
            "by_level": pl.Series(
                [" ".join(f"{share:.4f}" for share in one) for one in zip(*levels, strict=True)],
                dtype=pl.String,
            ),
        }
    )


def _places(told: Predictions, leaders: Rows) -> list[int | None]:
    return queue(urgency=(~told.accepted).astype(np.int64), worth=margins(told), leaders=leaders)
