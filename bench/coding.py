"""How good are the codes, beside peers on the same folds? One set after another, each family in one fold."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import f1_score

from bench.coding_sets import CodedSet, coded_sets
from bench.peers.text_labels import by_fasttext, by_gradient
from xiaobao.analysis.coding.acceptance import Levels
from xiaobao.analysis.coding.evaluation import Outcome, scored, together
from xiaobao.analysis.coding.folds import by_family
from xiaobao.analysis.coding.training import train
from xiaobao.analysis.coding.trial import tried
from xiaobao.analysis.text.families import Threshold
from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.clock import now

_FOLDS, _FEW, _DRAWS = 3, 500, 200
_SEED = 1

Results = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One set: the truth, what the coder and the peers said, and the coder's processor time."""

    name: str
    outcome: Outcome
    gradient: tuple[str, ...]
    """The best of its settings on these very texts, which favors it."""
    setting: str
    fasttext: tuple[str, ...]
    training_seconds: float
    predicting_seconds: float
    learned: int

    def errors(self, rows: Sequence[int] | None = None) -> tuple[float, float, float]:
        """1 - macro-F1 of coder, gradient and fastText, on some of the texts."""
        chosen = range(len(self.outcome.truth)) if rows is None else rows
        truth = [self.outcome.truth[row] for row in chosen]
        told = (self.outcome.picked, self.gradient, self.fasttext)
        found = [_error(truth, [labels[row] for row in chosen]) for labels in told]
        return found[0], found[1], found[2]


def measure(catalog: Catalog) -> dict[str, Results]:
    """Rows of the results tables by title; none without the real texts."""
    today = now().date()
    likeness, decided = catalog.near_duplicates.on(today), catalog.coding.on(today)
    threshold = Threshold(alike=likeness.alike, leader_alike=likeness.leader_alike)
    levels = Levels(coverage=decided.coverage, accepted_accuracy=decided.accepted_accuracy)
    tables = {}
    sets = coded_sets(threshold)
    for title, few in (("Codes read off texts", None), (f"Codes learned from {_FEW} labels", _FEW)):
        trials = [_trial(one, threshold=threshold, levels=levels, few=few) for one in sets]
        tables[title] = [row for trial in trials for row in _rows(trial)] + (_means(trials) if trials else [])
    return tables


def _trial(one: CodedSet, *, threshold: Threshold, levels: Levels, few: int | None) -> Trial:
    _, labels = np.unique(np.array(one.examples.labels, object), return_inverse=True)
    outcomes, of_peers = [], {}
    seconds = [0.0, 0.0]
    for number, (learned, held) in enumerate(by_family(one.together, labels, folds=_FOLDS, seed=_SEED)):
        if few is not None and len(learned) > few:
            learned = np.sort(np.random.default_rng([_SEED, number]).choice(learned, few, replace=False))
        lesson, asked = one.examples.at(learned), one.examples.at(held)
        begin = time.process_time()
        coder = train(lesson, separator="", levels=levels, threshold=threshold, seed=_SEED)
        middle = time.process_time()
        outcomes.append(tried(coder, asked))
        seconds[0] += middle - begin
        seconds[1] += time.process_time() - middle
        texts = lesson.texts.to_list(), lesson.labels, asked.texts.to_list()
        told = by_gradient(*texts) | {"fasttext": by_fasttext(*texts)}
        for name, found in told.items():
            of_peers.setdefault(name, []).extend(found)
    outcome = together(outcomes)
    fasttext = tuple(of_peers.pop("fasttext"))
    setting = min(of_peers, key=lambda name: _error(outcome.truth, of_peers[name]))
    return Trial(
        name=one.name,
        outcome=outcome,
        gradient=tuple(of_peers[setting]),
        setting=setting,
        fasttext=fasttext,
        training_seconds=seconds[0] / _FOLDS,
        predicting_seconds=seconds[1] / _FOLDS,
        learned=len(learned),
    )


def _rows(trial: Trial) -> Results:
    own, gradient, fasttext = trial.errors()
    found = scored(trial.outcome)
    accepted = "none" if found.accepted_accuracy is None else f"{found.accepted_accuracy:.1%}"
    labels = len(set(trial.outcome.truth))
    about = f"{trial.name}, {labels} labels, {trial.learned:,} learned, {found.texts:,} asked"
    return [
        (
            f"{about}: macro-F1 (accuracy)",
            f"{1 - own:.3f} ({found.accuracy:.3f}); TF-IDF + SGD {1 - gradient:.3f} ({trial.setting}); "
            f"fastText {1 - fasttext:.3f}",
        ),
        (
            f"{trial.name}: calibration error; coverage; labels in a set",
            f"{found.calibration_error:.3f}; {found.coverage:.1%}; {found.mean_set:.2f}",
        ),
        (
            f"{trial.name}: accepted, of which right; CPU-seconds to train, to predict",
            f"{found.accepted_share:.1%}, {accepted}; {trial.training_seconds:.1f}, "
            f"{trial.predicting_seconds:.1f}",
        ),
    ]


def _means(trials: list[Trial]) -> Results:
    """Error rates over the sets, and how far below the peers', with intervals by drawing texts again."""
    draw = np.random.default_rng(_SEED)
    drawn = []
    for _ in range(_DRAWS):
        rows = [draw.integers(0, size, size).tolist() for size in (len(one.outcome.truth) for one in trials)]
        means = np.mean([one.errors(some) for one, some in zip(trials, rows, strict=True)], axis=0)
        drawn.append((1 - means[0] / means[1], 1 - means[0] / means[2]))
    means = np.mean([one.errors() for one in trials], axis=0)
    low, high = np.percentile(np.array(drawn), [2.5, 97.5], axis=0)
    scores = [scored(one.outcome) for one in trials]
    covered, error = (
        np.mean([getattr(one, name) for one in scores]) for name in ("coverage", "calibration_error")
    )
    accepted = together([one.outcome for one in trials])
    right = accepted.right[accepted.accepted]
    return [
        (
            "mean error rate (1 - macro-F1) over the sets",
            f"{means[0]:.3f}; TF-IDF + SGD {means[1]:.3f}; fastText {means[2]:.3f}",
        ),
        *(
            (
                f"mean error rate below {peer} (95 % interval)",
                f"{1 - means[0] / means[1 + place]:.1%} ({low[place]:.1%} to {high[place]:.1%})",
            )
            for place, peer in enumerate(("TF-IDF + SGD", "fastText"))
        ),
        ("mean calibration error; mean coverage (goal 90 % ± 1)", f"{error:.3f}; {covered:.1%}"),
        (
            "accepted over all sets, of which right",
            f"{len(right):,}, {right.mean():.1%}" if len(right) else "none",
        ),
    ]


def _error(truth: Sequence[str], told: Sequence[str]) -> float:
    labels = sorted(set(truth))
    return 1 - float(f1_score(truth, told, labels=labels, average="macro", zero_division=0))
