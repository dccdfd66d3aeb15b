"""Peers of the coder: TF-IDF of characters with stochastic gradient descent, and fastText."""

import re
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import fasttext
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier

_HAN = re.compile(r"([\u4e00-\u9fff])")
_BLANKS = re.compile(r"\s+")


def by_gradient(learned: Sequence[str], labels: Sequence[str], asked: Sequence[str]) -> dict[str, list[str]]:
    """Labels by each of four settings of scikit-learn's own examples: two losses, labels weighted or not."""
    terms = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
    matrix, others = terms.fit_transform(learned), terms.transform(asked)
    found = {}
    for loss, weight in product(("log_loss", "hinge"), (None, "balanced")):
        machine = SGDClassifier(loss=loss, class_weight=weight, random_state=0).fit(matrix, labels)
        found[f"{loss}, weights {weight}"] = machine.predict(others).tolist()
    return found


def by_fasttext(learned: Sequence[str], labels: Sequence[str], asked: Sequence[str]) -> list[str]:
    """Labels by the settings of fastText's tutorial: 25 epochs, rate 1.0, pairs of words."""
    names = sorted(set(labels))
    lines = [
        f"__label__{names.index(label)} {_words(text)}\n" for text, label in zip(learned, labels, strict=True)
    ]
    with TemporaryDirectory(prefix="xiaobao-bench-") as folder:
        path = Path(folder) / "learned.txt"
        path.write_text("".join(lines), encoding="utf-8")
        model = fasttext.train_supervised(
            str(path), lr=1.0, epoch=25, wordNgrams=2, bucket=200_000, thread=1, seed=0, verbose=0
        )
    found, _ = model.predict([_words(text) for text in asked])
    return [names[int(one[0].removeprefix("__label__"))] for one in found]


def _words(text: str) -> str:
    """Words as the text divides them; characters where it has Chinese without blanks."""
    blanks = text.count(" ") / max(1, len(text))
    divided = text if blanks > 0.05 else _HAN.sub(r" \1 ", text)
    return _BLANKS.sub(" ", divided).lower().strip()
