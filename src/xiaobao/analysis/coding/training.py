"""Trains a coder: judges on all texts, calibration and limits on texts that judges had not seen."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from sklearn.metrics import f1_score

from xiaobao.analysis.coding.acceptance import Levels, set_limits
from xiaobao.analysis.coding.calibration import calibrate, joined
from xiaobao.analysis.coding.coder import Coder, Training
from xiaobao.analysis.coding.confidence import fit_confidence
from xiaobao.analysis.coding.examples import Examples
from xiaobao.analysis.coding.folds import Fold, by_family, by_time
from xiaobao.analysis.coding.labels import Hierarchy, hierarchy_of
from xiaobao.analysis.coding.linear import train_judge
from xiaobao.analysis.coding.senses import Reader, SenseJudge, train_sense_judge
from xiaobao.analysis.coding.terms import Matrix, find_terms, readable
from xiaobao.analysis.text.families import Threshold, find_families
from xiaobao.analysis.text.types import Floats, Rows
from xiaobao.analysis.text.vectors.types import Vectors
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words

_FOLDS, _FOLDS_OF_FEW, _FEW = 5, 10, 1_000
"""Of fewer texts than that more is held in to learn from, so that judges of parts are like that of all."""
_FEWEST_FAMILIES = 20
_FAVORS = np.linspace(0, 1, 11)
"""Powers of a label's frequency that its probability may be divided by."""


class TooFewExamplesError(UserError):
    """Nothing can be learned from the file."""

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(
            Words(zh=f"无法训练：{zh}", en=f"nothing can be learned: {en}"), exit_code=ExitCode.DATA_REFUSED
        )


def train(
    examples: Examples,
    *,
    separator: str,
    levels: Levels,
    threshold: Threshold,
    seed: int,
    reader: Reader | None = None,
) -> Coder:
    """A coder for the labels that occur; TooFewExamplesError where there is nothing to tell apart.

    With a reader sentence vectors are learned from too, and kept where held-out texts are told better so.
    The same examples in the same order with the same seed give the same coder.
    """
    hierarchy = hierarchy_of(examples.labels, separator)
    families = find_families(examples.texts, threshold).leader
    _refuse_too_few(hierarchy, families)
    truth = hierarchy.rows_of(examples.labels)
    terms = find_terms(examples.texts)
    matrix = terms.matrix(examples.texts)
    if not matrix.shape[1]:
        raise TooFewExamplesError(zh="文本之间没有共同的词", en="no two texts have a term in common")
    folds = _folds(examples.decided_at, families, truth, seed)
    rows = np.sort(np.concatenate([held for _, held in folds]))
    margins = _held_out_margins(matrix, truth, hierarchy, folds, seed)
    honest = _cross_fitted(margins, truth, hierarchy, folds)[rows]
    vectors = None if reader is None else reader.encode(readable(examples.texts).to_list())
    if vectors is not None:
        both = _with_senses(margins, vectors, truth, hierarchy, folds)
        better = _cross_fitted(both, truth, hierarchy, folds)[rows]
        if _loss(better, truth[rows]) < _loss(honest, truth[rows]):
            margins, honest = both, better
        else:
            vectors = None
    calibrations = tuple(
        calibrate(told[:, rows], nodes[truth[rows]])
        for told, nodes in zip(margins, hierarchy.of_label, strict=True)
    )
    favor = _favor(honest, truth[rows])
    picked = np.argmax(honest * favor, axis=1)
    given = honest[np.arange(len(rows)), picked]
    return Coder(
        hierarchy=hierarchy,
        terms=terms,
        judges=tuple(
            train_judge(matrix, nodes[truth], known=len(names), seed=seed)
            for nodes, names in zip(hierarchy.of_label, hierarchy.nodes, strict=True)
        ),
        senses=_senses(vectors, truth, hierarchy),
        vectors_model="" if vectors is None or reader is None else reader.model,
        calibrations=calibrations,
        favor=favor,
        sureness=fit_confidence(given, picked == truth[rows]),
        acceptance=set_limits(honest, picked, truth[rows], levels),
        training=Training(
            texts=len(truth),
            left_out=examples.left_out,
            families=len(np.unique(families)),
            by_author=dict(sorted(Counter(examples.authors).items())),
            held_out="time" if examples.decided_at else "family",
            seed=seed,
            coverage=levels.coverage,
            accepted_accuracy=levels.accepted_accuracy,
        ),
        seen=examples.digests(),
    )


def _refuse_too_few(hierarchy: Hierarchy, families: Rows) -> None:
    if len(hierarchy.labels) < 2:
        told = ", ".join(hierarchy.labels)
        raise TooFewExamplesError(
            zh=f"至少要有两种标签，文件中有：{told or '无'}",
            en=f"it takes two different labels, the file has: {told or 'none'}",
        )
    count = len(np.unique(families))
    if count < _FEWEST_FAMILIES:
        raise TooFewExamplesError(
            zh=f"至少要有 {_FEWEST_FAMILIES} 条互不相似的文本，文件中有 {count} 条",
            en=f"it takes {_FEWEST_FAMILIES} texts unlike each other, the file has {count}",
        )


def _folds(decided_at: Sequence[datetime], families: Rows, truth: Rows, seed: int) -> list[Fold]:
    """Folds whose judges have at least two labels to tell apart."""
    count = _FOLDS if len(truth) > _FEW else _FOLDS_OF_FEW
    if decided_at:
        folds = by_time(decided_at, families, folds=_FOLDS)
    else:
        folds = by_family(families, truth, folds=count, seed=seed)
    usable = [fold for fold in folds if len(np.unique(truth[fold[0]])) > 1 and len(fold[1])]
    if not usable:
        raise TooFewExamplesError(
            zh="留出一部分后只剩一种标签", en="with a part held out only one label is left to learn from"
        )
    return usable


def _held_out_margins(
    matrix: Matrix, truth: Rows, hierarchy: Hierarchy, folds: list[Fold], seed: int
) -> list[Floats]:
    """Of every level the margins of each text by a judge that did not see it; zero where never held out.

    Judge, text, node: one judge.
    """
    margins = [np.zeros((1, len(truth), len(names))) for names in hierarchy.nodes]
    for level, nodes in enumerate(hierarchy.of_label):
        for learned, held in folds:
            known = len(hierarchy.nodes[level])
            judge = train_judge(matrix[learned], nodes[truth[learned]], known=known, seed=seed)
            margins[level][0, held] = judge.margins(matrix[held])
    return margins


def _with_senses(
    margins: list[Floats], vectors: Vectors, truth: Rows, hierarchy: Hierarchy, folds: list[Fold]
) -> list[Floats]:
    """The same with those of a second judge, by vectors, behind them."""
    found = []
    for level, nodes in enumerate(hierarchy.of_label):
        told = np.zeros_like(margins[level])
        for learned, held in folds:
            known = len(hierarchy.nodes[level])
            judge = train_sense_judge(vectors[learned], nodes[truth[learned]], known=known)
            told[0, held] = judge.margins(vectors[held])
        found.append(np.concatenate([margins[level], told]))
    return found


def _senses(vectors: Vectors | None, truth: Rows, hierarchy: Hierarchy) -> tuple[SenseJudge, ...]:
    if vectors is None:
        return ()
    return tuple(
        train_sense_judge(vectors, nodes[truth], known=len(names))
        for nodes, names in zip(hierarchy.of_label, hierarchy.nodes, strict=True)
    )


def _loss(probabilities: Floats, truth: Rows) -> float:
    """Mean logarithm lost on the true labels."""
    true = probabilities[np.arange(len(truth)), truth]
    return float(-np.log(np.maximum(true, 1e-12)).mean())


def _cross_fitted(margins: list[Floats], truth: Rows, hierarchy: Hierarchy, folds: list[Fold]) -> Floats:
    """Probabilities of labels for the texts held out, each by calibrations of the other folds."""
    probabilities = np.zeros((len(truth), len(hierarchy.labels)))
    for one, (_, held) in enumerate(folds):
        others = [fold[1] for place, fold in enumerate(folds) if place != one] or [held]
        rows = np.concatenate(others)
        of_levels = [
            calibrate(told[:, rows], nodes[truth[rows]]).probabilities(told[:, held])
            for told, nodes in zip(margins, hierarchy.of_label, strict=True)
        ]
        probabilities[held] = joined(of_levels, hierarchy)
    return probabilities


def _favor(probabilities: Floats, truth: Rows) -> Floats:
    """What rare labels are favored by when one is picked, so that the mean F1 of the labels is highest."""
    count = np.bincount(truth, minlength=probabilities.shape[1])
    share = np.maximum(count, 0.5) / len(truth)
    scores = [
        f1_score(truth, np.argmax(probabilities / share**power, axis=1), average="macro", zero_division=0)
        for power in _FAVORS
    ]
    favor: Floats = share ** -float(_FAVORS[int(np.argmax(scores))])
    return favor
