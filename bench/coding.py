"""How good are the codes, beside peers on the same folds? One set after another, each family in one fold.

`BENCH_CODING` names a folder in which sentence vectors and the trials of each set are kept, so that a run
that a limit of time ended is taken up where it was; empty it when the coder changes.
"""

import os
import pickle
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score

from bench.coding_sets import CodedSet, coded_sets
from bench.peers.text_labels import by_fasttext, by_gradient
from xiaobao.analysis.coding.acceptance import Levels
from xiaobao.analysis.coding.evaluation import Outcome, calibration_error, scored, together
from xiaobao.analysis.coding.folds import by_family
from xiaobao.analysis.coding.terms import readable
from xiaobao.analysis.coding.training import train
from xiaobao.analysis.coding.trial import tried
from xiaobao.analysis.text.families import Threshold
from xiaobao.analysis.text.types import Rows
from xiaobao.analysis.text.vectors.building import build_vectors
from xiaobao.analysis.text.vectors.cache import CachedEncoder
from xiaobao.analysis.text.vectors.encoder import Encoder
from xiaobao.analysis.text.vectors.source import installed_source
from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.clock import now

_FOLDS, _FEW, _DRAWS = 3, 500, 200
_SEED = 1
_TIMED_TEXTS = 60

Results = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One set: the truth, what the coders and the peers said, and the coder's processor time."""

    name: str
    outcome: Outcome
    words: Outcome | None
    """Of a coder without vectors, where there are few labels."""
    with_vectors: int
    """Folds whose coder kept them."""
    vector_seconds: float
    """Processor time of the vector of a text."""
    gradient: tuple[str, ...]
    """The best of its settings on these very texts, which favors it."""
    setting: str
    fasttext: tuple[str, ...]
    training_seconds: float
    predicting_seconds: float
    learned: int

    def codes(self) -> tuple[Rows, list[Rows]]:
        """Labels as numbers: the truth, then what coder, gradient, fastText and the coder by words said."""
        told = [self.outcome.picked, self.gradient, self.fasttext]
        told += [self.words.picked] if self.words else []
        known = {label: place for place, label in enumerate(sorted(set(self.outcome.truth)))}
        numbers = [np.array([known.get(label, -1) for label in some]) for some in (self.outcome.truth, *told)]
        return numbers[0], numbers[1:]


def measure(catalog: Catalog, folder: Path) -> dict[str, Results]:
    """Rows of the results tables by title; none without the real texts. `folder` is room to work in."""
    today = now().date()
    likeness, decided = catalog.near_duplicates.on(today), catalog.coding.on(today)
    threshold = Threshold(alike=likeness.alike, leader_alike=likeness.leader_alike)
    levels = Levels(coverage=decided.coverage, accepted_accuracy=decided.accepted_accuracy)
    tables = {}
    sets = coded_sets(threshold)
    build_vectors(installed_source(), folder / "vectors")
    encoder = Encoder(folder / "vectors", threads=2)
    kept = Path(os.environ.get("BENCH_CODING", folder / "kept"))
    kept.mkdir(exist_ok=True)
    reader = CachedEncoder(encoder, kept / "vectors.sqlite")
    for one in sets:  # read before anything is timed
        reader.encode(readable(one.examples.texts).to_list())
    for title, few in (("Codes read off texts", None), (f"Codes learned from {_FEW} labels", _FEW)):
        trials = []
        for one in sets:
            path = kept / f"{one.name}, {few or 'all'}.pickle"
            if not path.exists():
                found = _trial(
                    one, threshold=threshold, levels=levels, few=few, reader=reader, encoder=encoder
                )
                path.write_bytes(pickle.dumps(found))
            trials.append(pickle.loads(path.read_bytes()))
        tables[title] = [row for trial in trials for row in _rows(trial)] + (_means(trials) if trials else [])
    return tables


def _trial(
    one: CodedSet,
    *,
    threshold: Threshold,
    levels: Levels,
    few: int | None,
    reader: CachedEncoder,
    encoder: Encoder,
) -> Trial:
    _, labels = np.unique(np.array(one.examples.labels, object), return_inverse=True)
    outcomes: list[Outcome] = []
    by_words: list[Outcome] = []
    of_peers: dict[str, list[str]] = {}
    kept = 0
    seconds = [0.0, 0.0]
    for number, (learned, held) in enumerate(by_family(one.together, labels, folds=_FOLDS, seed=_SEED)):
        if few is not None and len(learned) > few:
            learned = np.sort(np.random.default_rng([_SEED, number]).choice(learned, few, replace=False))
        lesson, asked = one.examples.at(learned), one.examples.at(held)
        begin = time.process_time()
        coder = train(lesson, separator="", levels=levels, threshold=threshold, seed=_SEED, reader=reader)
        middle = time.process_time()
        outcomes.append(tried(coder, asked, reader))
        seconds[0] += middle - begin
        seconds[1] += time.process_time() - middle
        kept += bool(coder.senses)
        if few is not None:
            alone = train(lesson, separator="", levels=levels, threshold=threshold, seed=_SEED)
            by_words.append(tried(alone, asked))
        texts = lesson.texts.to_list(), lesson.labels, asked.texts.to_list()
        told = by_gradient(*texts) | {"fasttext": by_fasttext(*texts)}
        for name, found in told.items():
            of_peers.setdefault(name, []).extend(found)
    outcome = together(outcomes)
    fasttext = tuple(of_peers.pop("fasttext"))
    setting = max(
        of_peers, key=lambda name: f1_score(outcome.truth, of_peers[name], average="macro", zero_division=0)
    )
    return Trial(
        name=one.name,
        outcome=outcome,
        words=together(by_words) if by_words else None,
        with_vectors=kept,
        vector_seconds=_seconds_of_vector(one, encoder),
        gradient=tuple(of_peers[setting]),
        setting=setting,
        fasttext=fasttext,
        training_seconds=seconds[0] / _FOLDS,
        predicting_seconds=seconds[1] / _FOLDS,
        learned=len(learned),
    )


def _seconds_of_vector(one: CodedSet, encoder: Encoder) -> float:
    texts = readable(one.examples.texts.sample(_TIMED_TEXTS, seed=_SEED)).to_list()
    begin = time.process_time()
    encoder.encode(texts)
    return (time.process_time() - begin) / len(texts)


def _rows(trial: Trial) -> Results:
    truth, told = trial.codes()
    own, gradient, fasttext, *words = (_error(truth, one) for one in told)
    by_words = f"{1 - words[0]:.3f}" if words else "not measured here"
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
            f"{trial.name}: the coder by words alone; folds that kept vectors; CPU-milliseconds of a vector",
            f"{by_words}; {trial.with_vectors} of {_FOLDS}; {1000 * trial.vector_seconds:.0f}",
        ),
        (
            f"{trial.name}: calibration error (of one without any, by chance); coverage; labels in a set",
            f"{found.calibration_error:.3f} ({_by_chance(trial.outcome):.3f}); {found.coverage:.1%}; "
            f"{found.mean_set:.2f}",
        ),
        (
            f"{trial.name}: accepted, of which right; CPU-seconds to train, to predict",
            f"{found.accepted_share:.1%}, {accepted}; {trial.training_seconds:.1f}, "
            f"{trial.predicting_seconds:.1f}",
        ),
    ]


def _by_chance(outcome: Outcome) -> float:
    """The error found where confidence is exactly the chance of being right: bins have few texts."""
    draw = np.random.default_rng(_SEED)
    drawn = draw.random((_DRAWS, len(outcome.confidence))) < outcome.confidence
    return float(np.mean([calibration_error(outcome.confidence, right) for right in drawn]))


def _means(trials: list[Trial]) -> Results:
    """Error rates over the sets, and how far below the peers', with intervals by drawing texts again."""
    draw = np.random.default_rng(_SEED)
    codes = [one.codes() for one in trials]
    drawn = []
    for _ in range(_DRAWS):
        rows = [draw.integers(0, len(truth), len(truth)) for truth, _ in codes]
        means = np.mean(
            [
                [_error(truth[some], one[some]) for one in told]
                for (truth, told), some in zip(codes, rows, strict=True)
            ],
            axis=0,
        )
        drawn.append(1 - means[0] / means[1:])
    means = np.mean([[_error(truth, one) for one in told] for truth, told in codes], axis=0)
    low, high = np.percentile(np.array(drawn), [2.5, 97.5], axis=0)
    names = ("TF-IDF + SGD", "fastText", "the coder by words alone")[: len(means) - 1]
    errors = [f"{name} {error:.3f}" for name, error in zip(names, means[1:], strict=True)]
    scores = [scored(one.outcome) for one in trials]
    covered, error = (
        np.mean([getattr(one, name) for one in scores]) for name in ("coverage", "calibration_error")
    )
    accepted = together([one.outcome for one in trials])
    right = accepted.right[accepted.accepted]
    return [
        (
            "mean error rate (1 - macro-F1) over the sets",
            "; ".join([f"{means[0]:.3f}", *errors]),
        ),
        *(
            (
                f"mean error rate below {peer} (95 % interval)",
                f"{1 - means[0] / means[1 + place]:.1%} ({low[place]:.1%} to {high[place]:.1%})",
            )
            for place, peer in enumerate(names)
        ),
        ("mean calibration error; mean coverage (goal 90 % ± 1)", f"{error:.3f}; {covered:.1%}"),
        (
            "accepted over all sets, of which right",
            f"{len(right):,}, {right.mean():.1%}" if len(right) else "none",
        ),
    ]


def _error(truth: Rows, told: Rows) -> float:
    """1 - the mean F1 of the labels that occur in the truth; a label of -1 is none of them."""
    known = np.unique(truth)
    most = int(known.max()) + 1
    right = np.bincount(truth[truth == told], minlength=most)
    said = np.bincount(told[told >= 0], minlength=most) + np.bincount(truth, minlength=most)
    return 1 - float((2 * right[known] / said[known]).mean())
