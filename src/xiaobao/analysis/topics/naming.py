"""What a topic is called: phrases that tell it, widened to where people would begin and end them."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xiaobao.analysis.text.types import Rows
from xiaobao.analysis.topics.corpus import Corpus
from xiaobao.analysis.topics.growing import overlap
from xiaobao.analysis.topics.tokens import BREAK

_WIDEST = 14
_NEARLY_ALWAYS = 0.6
"""Share of the places with the same neighbour, from which the neighbour belongs to the phrase."""
_FREE_ENOUGH = 0.5
"""Entropy of the neighbours (in nats) below which a phrase is cut in the middle of a word."""
_IN_LABEL, _IN_TERMS = 3, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A label for people and the words it was chosen from."""

    label: str
    terms: tuple[str, ...]


def name_of(corpus: Corpus, texts: Rows, phrases: Rows) -> Name:
    """By phrases of the topic in the order of what they tell; words of people come before cut ones."""
    wanted = np.isin(corpus.tokens.text_of, texts)
    tokens = np.concatenate([[BREAK], corpus.tokens.ids[wanted], [BREAK]])
    whole: list[str] = []
    cut: list[str] = []
    for phrase in phrases.tolist():
        found, free = _widened(tokens, corpus.of_phrase(phrase))
        (whole if free >= _FREE_ENOUGH else cut).append(corpus.tokens.said(found))
    terms = _apart([*whole, *cut], _IN_TERMS)
    return Name(label=" · ".join(_apart(whole or terms, _IN_LABEL)), terms=tuple(terms))


def _widened(tokens: Rows, phrase: Rows) -> tuple[Rows, float]:
    """The phrase with the neighbours it nearly always has, and the lesser entropy of those it then has."""
    while True:
        places = _places(tokens, phrase)
        before, after = Counter(tokens[places - 1].tolist()), Counter(tokens[places + len(phrase)].tolist())
        if len(phrase) >= _WIDEST:
            break
        left, right = _constant(before), _constant(after)
        if left is not None:
            phrase = np.concatenate([[left], phrase])
        elif right is not None:
            phrase = np.concatenate([phrase, [right]])
        else:
            break
    return phrase, min(_entropy(before), _entropy(after))


def _places(tokens: Rows, phrase: Rows) -> Rows:
    windows = np.lib.stride_tricks.sliding_window_view(tokens[1:-1], len(phrase))
    return np.flatnonzero((windows == phrase).all(axis=1)) + 1


def _constant(neighbours: Counter[int]) -> int | None:
    """The neighbour at nearly all places; None where there is none, or it is a break."""
    if not neighbours:
        return None
    token, count = neighbours.most_common(1)[0]
    return token if token != BREAK and count >= max(2, _NEARLY_ALWAYS * neighbours.total()) else None


def _entropy(neighbours: Counter[int]) -> float:
    """In nats; each break is a neighbour of its own: there a phrase may begin or end."""
    total = neighbours.total()
    shares = [count / total for token, count in neighbours.items() if token != BREAK]
    breaks = neighbours[BREAK]
    return sum(-share * math.log(share) for share in shares) + breaks / max(total, 1) * math.log(
        max(total, 1)
    )


def _apart(phrases: Sequence[str], most: int) -> list[str]:
    """The first ones that do not overlap one before."""
    chosen: list[str] = []
    for phrase in phrases:
        if len(chosen) < most and not any(overlap(phrase, other) for other in chosen):
            chosen.append(phrase)
    return chosen
