"""What a topic is called: phrases that tell it, widened to where people would begin and end them."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xiaobao.analysis.text.types import Booleans, Rows
from xiaobao.analysis.topics.corpus import Corpus
from xiaobao.analysis.topics.growing import log_odds, overlap
from xiaobao.analysis.topics.tokens import BREAK
from xiaobao.analysis.topics.wording import in_whole_words

_WIDEST, _WIDEST_TOLD = 14, 24
"""Tokens of a term; of a Chinese phrase of the label, so that a sentence that all copy is not cut."""
_NEARLY_ALWAYS = 0.6
"""Share of the places with the same neighbour, from which the neighbour belongs to the phrase."""
_FREE_ENOUGH = 0.5
"""Entropy of the neighbours (in nats) below which a phrase is cut in the middle of a word."""
_TELLS = 1.0
"""How much more often (log) a topic says a Latin word than other texts, below which it ends no phrase:
articles and what else everybody writes, in whatever language."""
_RARE = 3.0
"""Log odds of a phrase in the topic's texts against others, from which it names the topic first."""
_LOOKED_AT = 24
_IN_LABEL, _IN_TERMS = 3, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A label for people and the words it was chosen from."""

    label: str
    terms: tuple[str, ...]


def name_of(corpus: Corpus, texts: Rows, phrases: Rows) -> Name:
    """By phrases of the topic in the order of what they tell; words of people come before cut ones."""
    inside = np.zeros(len(corpus.recent), bool)
    inside[texts] = True
    wanted = inside[corpus.tokens.text_of]
    tokens = np.concatenate([[BREAK], corpus.tokens.ids[wanted], [BREAK]])
    tells = _telling(corpus, wanted)
    told = [_told(corpus, tokens, phrase, tells, inside) for phrase in phrases.tolist()[:_LOOKED_AT]]
    order = sorted(told, key=lambda one: (not one.is_whole, not one.is_rare, -one.worth))
    said = corpus.tokens.said
    terms = _apart([said(one.tokens) for one in order], _IN_TERMS)
    in_label = [one for one in order if one.is_whole] or order
    labels = [said(_to_the_end(corpus, tokens, one.tokens)) for one in in_label]
    return Name(label=" · ".join(_apart(labels, _IN_LABEL)), terms=tuple(terms))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A phrase as it is told, and what it tells."""

    tokens: Rows
    is_whole: bool
    """In words of people, and with free neighbours."""
    is_rare: bool
    worth: float
    """Texts of the topic that hold it, times the log odds against other texts."""


def _told(corpus: Corpus, tokens: Rows, phrase: int, tells: Booleans, inside: Booleans) -> _Told:
    """`tokens` are those of the topic's texts, a break before the first."""
    widened = _widened(tokens, _trimmed(corpus.of_phrase(phrase), tells), _WIDEST)
    is_free = _freedom(tokens, widened) >= _FREE_ENOUGH
    widened = _trimmed(widened, tells)
    words = in_whole_words(corpus.tokens.words, tokens, _places(tokens, widened), len(widened))
    said = widened if words is None else words
    holding = corpus.holding(phrase)
    if len(said) < corpus.phrases.length[phrase]:
        all_tokens = corpus.tokens.ids
        holding = np.unique(corpus.tokens.text_of[_places(all_tokens, said)])
    within = corpus.weighed(holding[inside[holding]])
    outside = corpus.weighed(holding) - within
    odds = float(log_odds(corpus, within, outside, of=corpus.weighed(inside)))
    return _Told(
        tokens=said, is_whole=is_free and words is not None, is_rare=odds >= _RARE, worth=within * odds
    )


def _telling(corpus: Corpus, inside: Booleans) -> Booleans:
    """Of each token whether it may end a phrase: Latin words as frequent outside a topic may not."""
    tokens = corpus.tokens
    all_of = np.bincount(tokens.ids, minlength=len(tokens.words))
    held = np.bincount(tokens.ids[inside], minlength=len(tokens.words))
    rate = (held + 0.5) / (held.sum() + 1)
    outside = (all_of - held + 0.5) / (all_of.sum() - held.sum() + 1)
    tells: Booleans = np.log(rate / outside) > _TELLS
    for token in np.flatnonzero((held > 0) & ~tells).tolist():
        word = tokens.words[token]
        tells[token] = not (word.isascii() and word.isalpha())
    return tells


def _trimmed(phrase: Rows, tells: Booleans) -> Rows:
    """Without words at its ends that tell nothing; whole where none tells."""
    places = np.flatnonzero(tells[phrase])
    return phrase[places[0] : places[-1] + 1] if len(places) else phrase


def _widened(tokens: Rows, phrase: Rows, widest: int) -> Rows:
    """The phrase with the neighbours it nearly always has."""
    while len(phrase) < widest:
        before, after = _neighbours(tokens, phrase)
        left, right = _constant(before), _constant(after)
        if left is not None:
            phrase = np.concatenate([[left], phrase])
        elif right is not None:
            phrase = np.concatenate([phrase, [right]])
        else:
            break
    return phrase


def _to_the_end(corpus: Corpus, tokens: Rows, phrase: Rows) -> Rows:
    """A Chinese phrase that was cut for its length alone, on to where its texts go apart."""
    is_cut = len(phrase) >= _WIDEST and not any(corpus.tokens.words[token].isascii() for token in phrase)
    return _widened(tokens, phrase, _WIDEST_TOLD) if is_cut else phrase


def _freedom(tokens: Rows, phrase: Rows) -> float:
    """The lesser entropy of its neighbours, before and behind."""
    return min(map(_entropy, _neighbours(tokens, phrase)))


def _neighbours(tokens: Rows, phrase: Rows) -> tuple[Counter[int], Counter[int]]:
    places = _places(tokens, phrase)
    return Counter(tokens[places - 1].tolist()), Counter(tokens[places + len(phrase)].tolist())


def _places(tokens: Rows, phrase: Rows) -> Rows:
    """Where the phrase begins; a break is behind the last token."""
    places = np.flatnonzero(tokens == phrase[0])
    for ahead, token in enumerate(phrase[1:].tolist(), start=1):
        places = places[tokens[np.minimum(places + ahead, len(tokens) - 1)] == token]
    return places


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
