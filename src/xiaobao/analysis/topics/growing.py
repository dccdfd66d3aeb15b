"""A topic grown from a phrase: what else its texts share, which other texts share that, and again."""

from dataclasses import dataclass

import numpy as np

from xiaobao.analysis.text.types import Booleans, Floats, Rows
from xiaobao.analysis.topics.corpus import Corpus
from xiaobao.analysis.topics.emergence import surprise

_ROUNDS = 3
_MOST_PHRASES, _LOOKED_AT = 40, 240
_LEAST_SHARE, _LEAST_WEIGHT, _LEAST_EMERGING = 0.06, 2.5, 1.9
"""Of the topic's texts, and at least so many, that hold a phrase that tells it; fewer of one that emerges."""
_TELLS, _MOST_WORTH = 1.0, 5.0
"""Log odds of a phrase inside against outside, from which it tells the topic, and the most believed."""
_FULL_SHARE = 0.2
"""Of the topic's texts that hold a phrase, from which it is worth all it tells; rarer ones must meet."""
_SAME_TEXTS = 0.7
"""Share of texts in common from which overlapping phrases say the same."""
_CORE, _CORE_SHARE = 5.0, 0.35
"""Worth of a text from which it is surely of the topic; and as share of the median."""
_NEARLY = 0.9
"""Of the most that a phrase can be worth in a small group: a text worth as much is surely of the topic."""
_LEAST_WORTH = 2.5
_INSIDE, _OUTSIDE = 0.05, 0.5
"""Added to the counts inside and outside, so that no odds are infinite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """A topic's texts and phrases; the most typical first."""

    texts: Rows
    worth: Floats
    phrases: Rows
    before: float
    """Weight of texts surely of the topic before the window."""
    score: float
    """How surprising its sure texts in the window are."""


def grow(
    corpus: Corpus, seed: int, *, free: Booleans, emerging: Booleans, stray_share: float
) -> Grown | None:
    """The topic around a phrase among the free texts of the window; None where nothing holds together.

    `emerging`: the phrases that could be seeds themselves. Where everybody words the matter in a way of his
    own, few texts share any one phrase, and two that share a new one say more than three with a common one.
    `stray_share`: of the topic's texts, how many may be expected to be others that share its words by chance,
    by how often texts before the window do.
    """
    texts = corpus.holding(seed)
    texts = texts[free[texts]]
    grown = None
    for _ in range(_ROUNDS):
        phrases, worth = _telling(corpus, texts, emerging)
        scored = corpus.scored(worth)
        sure = max(_core(corpus, texts), _CORE_SHARE * float(np.median(scored[texts])))
        least = min(sure, _least_worth(corpus, scored, free, stray_share))
        found = np.flatnonzero((scored >= least) & free)
        if not len(found):
            break
        order = np.argsort(-scored[found], kind="stable")
        core = scored >= sure
        before = corpus.weighed(core & ~corpus.recent)
        score = surprise(corpus.weighed(core & free), before=before, ratio=corpus.ratio)
        grown = Grown(
            texts=found[order], worth=scored[found][order], phrases=phrases, before=before, score=score
        )
        if np.array_equal(np.sort(texts), found):
            break
        texts = found
    return grown


def _core(corpus: Corpus, texts: Rows) -> float:
    """Worth of a text surely of the topic; less in a small group, where no phrase can be worth as much."""
    others = float(corpus.weight.sum()) - corpus.weighed(texts)
    return min(_CORE, _NEARLY * float(np.log((max(others, 1.0) + 1) / _OUTSIDE)))


def _telling(corpus: Corpus, texts: Rows, emerging: Booleans) -> tuple[Rows, Floats]:
    """The phrases that tell these texts from all others, the most telling first; what each is worth."""
    inside = np.zeros(len(corpus.recent), bool)
    inside[texts] = True
    total = corpus.weighed(texts)
    held = corpus.weighed_by_phrase(inside)
    elsewhere = corpus.in_window + corpus.before - held
    odds = log_odds(corpus, held, elsewhere, of=total)
    least = np.maximum(np.where(emerging, _LEAST_EMERGING, _LEAST_WEIGHT), _LEAST_SHARE * total)
    told = np.flatnonzero((held >= least) & (odds > _TELLS))
    told = told[np.argsort(-(held * odds)[told], kind="stable")][:_LOOKED_AT]
    chosen = _without_repeats(corpus, told, inside)
    worth = np.zeros(len(corpus.phrases))
    spread = np.minimum(1.0, held[chosen] / (_FULL_SHARE * total))
    worth[chosen] = np.minimum(odds[chosen], _MOST_WORTH) * spread
    return chosen, worth


def log_odds(corpus: Corpus, held: Floats | float, elsewhere: Floats | float, *, of: float) -> Floats:
    """How much more often (log) texts of that weight hold a phrase than others, by what holds it."""
    others = max(of, float(corpus.weight.sum()) - of)  # where all are of the topic, as many again unseen
    odds: Floats = np.log((held + _INSIDE) / (of + 1)) - np.log((elsewhere + _OUTSIDE) / (others + 1))
    return odds


def _without_repeats(corpus: Corpus, phrases: Rows, inside: Booleans) -> Rows:
    """Leaves out a phrase that overlaps one before it and stands in the same texts: it would count twice."""
    chosen: list[int] = []
    known: list[tuple[str, set[int]]] = []
    for phrase in phrases.tolist():
        holding = corpus.holding(phrase)
        texts, words = set(holding[inside[holding]].tolist()), corpus.words(phrase)
        if any(_shares(texts, others) and overlap(words, said) for said, others in known):
            continue
        chosen.append(phrase)
        known.append((words, texts))
        if len(chosen) == _MOST_PHRASES:
            break
    return np.array(chosen, np.int64)


def _shares(texts: set[int], others: set[int]) -> bool:
    return len(texts & others) >= _SAME_TEXTS * min(len(texts), len(others))


def overlap(one: str, other: str) -> bool:
    """Whether one is inside the other, or ends as the other begins, in two letters or more."""
    if one in other or other in one:
        return True
    longest = min(len(one), len(other))
    return any(one[-size:] == other[:size] or other[-size:] == one[:size] for size in range(2, longest))


def _least_worth(corpus: Corpus, scored: Floats, free: Booleans, stray_share: float) -> float:
    """The least worth at which few texts would be strays, by how many such the time before has."""
    recent = np.sort(scored[free & (scored >= _LEAST_WORTH)])[::-1]
    before = np.sort(scored[~corpus.recent & (scored >= _LEAST_WORTH)])
    as_high = len(before) - np.searchsorted(before, recent, side="left")
    strays = (as_high + 1) * corpus.ratio
    good = np.flatnonzero(strays <= stray_share * np.arange(1, len(recent) + 1))
    return float(recent[good[-1]]) if len(good) else np.inf
