"""A phrase as a reader would begin and end it: at the ends of words, without what only joins words.

Phrases are found without a dictionary, so one may end in the middle of a word or in a particle. The words
around a few of its places are read by the model that reads names (`privacy.names.tagger`), whose kinds of
words say what joins and what tells; no list of words is kept.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from xiaobao.analysis.text.types import Rows
from xiaobao.analysis.topics.tokens import BREAK
from xiaobao.privacy.names.tagger import Word, installed_tagger

_JOINS = frozenset({"p", "c", "u", "xc", "r", "w", "f", "q"})
"""Prepositions, conjunctions, particles, pronouns, signs, sides and measures: kinds of LAC at either end."""
_JOINS_BEHIND = _JOINS | {"d"}
"""Adverbs as well at the end: before a word one may turn what it says (不, 没)."""
_TELLS_NOTHING = _JOINS_BEHIND | {"m", "TIME"}
"""Kinds of which a phrase alone says nothing."""
_READ_ON = 12
"""Tokens read before and behind a phrase."""
_MOST_PLACES = 3
_LEAST_SIGNS = 2


def in_whole_words(words: Sequence[str], tokens: Rows, places: Rows, length: int) -> Rows | None:
    """The words of the phrase of so many of `tokens` that begins at `places`; None where they tell nothing.

    `words` says what a token is. A phrase without Chinese signs stays as it is, and so does one that people
    use inside a longer word.
    """
    phrase = tokens[places[0] : places[0] + length]
    if all(words[token].isascii() for token in phrase.tolist()):
        return phrase
    some = np.linspace(0, len(places) - 1, min(_MOST_PLACES, len(places))).astype(int)
    found = Counter(_words_of(words, tokens, place, length) for place in places[some].tolist())
    first, last = max(found, key=lambda span: (found[span], span[1] - span[0]))
    return phrase[first:last] if last > first else None


def _words_of(words: Sequence[str], tokens: Rows, place: int, length: int) -> tuple[int, int]:
    """Which tokens of the phrase at that place are whole words that tell something: [first, last)."""
    start, stop = place, place + length
    while start > max(0, place - _READ_ON) and tokens[start - 1] != BREAK:
        start -= 1
    while stop < min(len(tokens), place + length + _READ_ON) and tokens[stop] != BREAK:
        stop += 1
    signs = [words[token] for token in tokens[start:stop].tolist()]
    at = [0, *accumulate(map(len, signs))][place - start :]
    begin, end = at[0], at[length]
    read = list(installed_tagger().words("".join(signs)))
    if any(word.start < begin and end < word.end for word in read):
        return 0, length
    inside = [word for word in read if min(word.end, end) - max(word.start, begin) >= _least_of(word)]
    kept = _without_joins(inside)
    if all(word.kind in _TELLS_NOTHING for word in kept):
        return 0, 0
    first, last = max(kept[0].start, begin), min(kept[-1].end, end)
    return (bisect_right(at, first) - 1, bisect_left(at, last)) if last - first >= _LEAST_SIGNS else (0, 0)


def _least_of(word: Word) -> int:
    """How much of a word must be inside a phrase: a sign cut off is no word, two are kept, as of a name."""
    return min(word.end - word.start, _LEAST_SIGNS)


def _without_joins(words: Sequence[Word]) -> Sequence[Word]:
    """Without words at the ends that only join others."""
    first, last = 0, len(words)
    while first < last and words[first].kind in _JOINS:
        first += 1
    while last > first and words[last - 1].kind in _JOINS_BEHIND:
        last -= 1
    return words[first:last]
