"""Evaluates coders on texts that they had not seen, nor anything like them."""

from collections.abc import Callable

import numpy as np

from xiaobao.analysis.coding.coder import Coder
from xiaobao.analysis.coding.evaluation import Outcome, together
from xiaobao.analysis.coding.examples import Examples, digests_of
from xiaobao.analysis.coding.folds import by_family
from xiaobao.analysis.coding.senses import Reader
from xiaobao.analysis.text.families import Threshold, find_families
from xiaobao.analysis.text.types import Booleans, Rows

_FOLDS = 5

Trainer = Callable[[Examples], Coder]


def by_parts(
    examples: Examples, trainer: Trainer, *, threshold: Threshold, seed: int, reader: Reader | None = None
) -> Outcome:
    """Five coders, each tried on the fifth of the families that it did not learn from."""
    families = find_families(examples.texts, threshold).leader
    _, labels = np.unique(np.array(examples.labels, object), return_inverse=True)
    folds = by_family(families, labels, folds=_FOLDS, seed=seed)
    return together(
        [tried(trainer(examples.at(learned)), examples.at(held), reader) for learned, held in folds]
    )


def unseen(coder: Coder, examples: Examples, threshold: Threshold) -> Booleans:
    """Of every text whether neither it nor one of its family in the file was learned from."""
    families = find_families(examples.texts, threshold).leader
    known = np.isin(digests_of(examples.texts), coder.seen)
    free: Booleans = ~np.isin(families, families[known])
    return free


def tried(coder: Coder, examples: Examples, reader: Reader | None = None) -> Outcome:
    """What the coder says of the texts, beside the truth."""
    told = coder.predict(examples.texts, reader)
    labels = coder.hierarchy.labels
    places = {label: place for place, label in enumerate(labels)}
    truth: Rows = np.array([places.get(label, -1) for label in examples.labels], np.int64)
    rows = np.arange(len(truth))
    return Outcome(
        truth=examples.labels,
        picked=tuple("" if mute else labels[one] for one, mute in zip(told.picked, told.mute, strict=True)),
        confidence=told.confidence,
        covered=(truth >= 0) & told.within[rows, np.maximum(truth, 0)],
        set_size=told.within.sum(axis=1).astype(np.float64),
        accepted=told.accepted,
    )
