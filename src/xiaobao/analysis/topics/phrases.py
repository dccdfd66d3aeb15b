"""Phrases of the texts of a window that several of them share, found without a dictionary.

A phrase is a run of up to eight tokens. One that nearly always stands inside a longer one is left to that one
(closed phrases): what is counted are words as people use them, new ones like any other.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from xiaobao.analysis.text.types import Booleans, Hashes, Rows
from xiaobao.analysis.topics.tokens import BREAK, Tokens

LONGEST = 8
_LEAST_LETTERS = 3
"""Of a Latin word that is a phrase of its own."""
_INSIDE = 0.9
"""Share of its texts that hold it in the same longer phrase, from which a phrase is left to that one."""
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Which text holds which phrase, each pair once, by rising phrase."""

    text: Rows
    phrase: Rows
    place: Rows
    """Of each phrase the token it was first met at."""
    length: Rows
    """Tokens of each phrase."""

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """The phrases of one length."""

    keys: Hashes
    """Rising."""
    counts: Rows
    """Distinct texts of the window."""
    places: Rows
    """Tokens of the window where one of them begins."""
    at: Rows
    """Of each of these places which key."""


def shared_phrases(tokens: Tokens, *, recent: Booleans, distinct: Rows, least: int) -> Phrases:
    """Those that at least so many distinct texts of the window (`recent`) hold, looked up in all texts.

    `distinct` names for each text the one it is a copy of: copies are counted once.
    """
    levels = [
        (
            length,
            keys,
            _shared(tokens, keys, valid, length=length, recent=recent, distinct=distinct, least=least),
        )
        for length, keys, valid in _runs(tokens)
    ]
    kept = []
    for number, (length, keys, shared) in enumerate(levels):
        longer = levels[number + 1][2] if number + 1 < len(levels) else None
        closed = shared.keys[_closed(shared, longer, len(tokens.ids))]
        if length == 1:
            closed = closed[_are_words(tokens, closed, keys)]
        kept.append((length, keys, closed))
    return _looked_up(tokens, kept)


def _runs(tokens: Tokens) -> Iterator[tuple[int, Hashes, Booleans]]:
    """Of every length the key of the run that begins at each token, and whether it has no break inside."""
    ids = tokens.ids.astype(np.uint64)
    keys = (ids + np.uint64(1)) * _MIX
    valid = tokens.ids != BREAK
    base = valid.copy()
    yield 1, keys, valid
    for length in range(2, LONGEST + 1):
        keys, valid = keys.copy(), valid.copy()
        ahead = length - 1
        mixed = (keys[:-ahead] ^ (keys[:-ahead] >> np.uint64(29))) * _MIX
        keys[:-ahead] = mixed + ids[ahead:] + np.uint64(1)
        valid[:-ahead] &= base[ahead:]
        valid[-ahead:] = False
        yield length, keys, valid


def _shared(
    tokens: Tokens,
    keys: Hashes,
    valid: Booleans,
    *,
    length: int,
    recent: Booleans,
    distinct: Rows,
    least: int,
) -> _Shared:
    places = np.flatnonzero(valid & recent[tokens.text_of])
    found = keys[places]
    texts = distinct[tokens.text_of[places]]
    order = np.lexsort((texts, found))
    by_key, by_text = found[order], texts[order]
    new_key = np.ones(len(order), bool)
    new_key[1:] = by_key[1:] != by_key[:-1]
    new = new_key.copy()
    new[1:] |= by_text[1:] != by_text[:-1]
    number = np.cumsum(new_key) - 1
    counts = np.bincount(number, weights=new, minlength=0).astype(np.int64)
    enough = counts >= least
    unique = by_key[new_key][enough]
    at = np.searchsorted(unique, found)
    hit = (
        (at < len(unique)) & (unique[np.minimum(at, max(len(unique) - 1, 0))] == found)
        if len(unique)
        else at < 0
    )
    return _Shared(keys=unique, counts=counts[enough], places=places[hit], at=at[hit])


def _closed(shared: _Shared, longer: _Shared | None, size: int) -> Booleans:
    """Which are not nearly always inside the same longer one."""
    if longer is None or not len(longer.keys):
        return np.ones(len(shared.keys), bool)
    most = np.zeros(len(shared.keys), np.int64)
    at = np.full(size + 1, -1, np.int64)
    at[shared.places] = shared.at
    for shift in (0, 1):
        inner = at[longer.places + shift]
        known = inner >= 0
        np.maximum.at(most, inner[known], longer.counts[longer.at[known]])
    return most < _INSIDE * shared.counts


def _are_words(tokens: Tokens, closed: Hashes, keys: Hashes) -> Booleans:
    """Which single tokens are Latin words long enough to say something alone."""
    words = {
        int(key)
        for key, word in zip(
            (np.arange(len(tokens.words), dtype=np.uint64) + np.uint64(1)) * _MIX, tokens.words, strict=True
        )
        if len(word) >= _LEAST_LETTERS and word.isascii() and word.isalpha()
    }
    return np.array([int(key) in words for key in closed], bool)


def _looked_up(tokens: Tokens, kept: list[tuple[int, Hashes, Hashes]]) -> Phrases:
    texts, phrases, places, lengths = [], [], [], []
    offset = 0
    for length, keys, wanted in kept:
        if not len(wanted):
            continue
        at = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
        hits = np.flatnonzero((wanted[at] == keys) & (tokens.ids != BREAK))
        number = at[hits]
        first = np.full(len(wanted), len(keys), np.int64)
        np.minimum.at(first, number, hits)
        pairs = np.unique(number * (int(tokens.text_of[-1]) + 1) + tokens.text_of[hits])
        texts.append(pairs % (int(tokens.text_of[-1]) + 1))
        phrases.append(pairs // (int(tokens.text_of[-1]) + 1) + offset)
        places.append(first)
        lengths.append(np.full(len(wanted), length, np.int64))
        offset += len(wanted)
    empty = [np.zeros(0, np.int64)]
    return Phrases(
        text=np.concatenate(texts or empty),
        phrase=np.concatenate(phrases or empty),
        place=np.concatenate(places or empty),
        length=np.concatenate(lengths or empty),
    )
