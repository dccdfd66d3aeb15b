"""Compare every entry of the hotline with every one of its institution within the window, compiled.

No block by key: pairs that agree in nothing are what tells how often entries of different matters agree by
chance. What is kept of a pair is the number of its pattern.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from xiaobao.analysis.linkage import fields
from xiaobao.analysis.linkage.records import (
    AMOUNT,
    BUSINESS,
    CATEGORY,
    CAUSE,
    CAUSE_CATEGORY,
    CONTACT,
    DAY,
    IDENTITY,
    MISSING,
    PRODUCT,
    REGION,
    SPOKEN,
    Numbers,
    Records,
    Words64,
)
from xiaobao.analysis.linkage.settings import Settings
from xiaobao.analysis.text.sketches import BYTES, shared_bytes
from xiaobao.analysis.text.types import Booleans, Floats, Rows, Sketches

_STRIDES = fields.strides()
_DAY_BOUNDS = np.array(fields.DAY_BOUNDS, np.int64)
_BY_CHANCE = 1 / 256
"""Bytes of two sketches agree so often by chance."""
_ROOM = 16
"""Pairs an entry of the hotline there is room for at first."""
_TEXTS = fields.FIELDS[fields.TEXT].levels


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """For every entry of the hotline the first and last (excluded) entry of the bank it is compared with."""

    first: Rows
    last: Rows

    @property
    def pairs(self) -> int:
        """How many pairs are compared."""
        return int((self.last - self.first).sum())


def window_of(hotline: Records, bank: Records, settings: Settings) -> Window:
    """Entries of the same institution within the days."""
    where = _place(bank.institutions, bank.values[:, DAY].astype(np.int64))
    day = hotline.values[:, DAY].astype(np.int64)
    return Window(
        first=np.searchsorted(where, _place(hotline.institutions, day - settings.days_before), side="left"),
        last=np.searchsorted(where, _place(hotline.institutions, day + settings.days_after), side="right"),
    )


def _place(institutions: Numbers, days: Rows) -> Rows:
    return institutions.astype(np.int64) * (1 << 32) + days


def counted(hotline: Records, bank: Records, window: Window, settings: Settings) -> Rows:
    """How many pairs have each pattern."""
    counts = np.zeros(fields.PATTERNS, np.int64)
    _count(*_sides(hotline, bank, window, settings), counts)
    return counts


def likely(
    hotline: Records, bank: Records, window: Window, settings: Settings, *, wanted: Floats, least: float
) -> tuple[Rows, Rows, Rows]:
    """Places in both and the pattern of the pairs whose pattern is `wanted` at least that much."""
    sides, chosen = _sides(hotline, bank, window, settings), wanted >= least
    found = np.zeros((_ROOM * len(window.first), 3), np.int64)
    count = _choose(*sides, chosen, found)
    if count > len(found):
        found = np.zeros((count, 3), np.int64)
        _choose(*sides, chosen, found)
    found = found[:count]
    return found[:, 0], found[:, 1], found[:, 2]


_Sides = tuple[
    tuple[Numbers, Numbers],
    tuple[Sketches, Sketches],
    tuple[Words64, Words64],
    Rows,
    Rows,
    Floats,
    Rows,
    Rows,
]


def _sides(hotline: Records, bank: Records, window: Window, settings: Settings) -> _Sides:
    """What the compiled loops take."""
    return (
        (hotline.values, bank.values),
        (hotline.sketches, bank.sketches),
        (hotline.bits, bank.bits),
        window.first,
        window.last,
        np.array(settings.alike),
        _STRIDES,
        _DAY_BOUNDS,
    )


@njit(cache=True, nogil=True, inline="always")
def _ones(word: np.uint64) -> np.int64:
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(cache=True, nogil=True, inline="always")
def _text_level(one: Sketches, other: Sketches, one_bits: Words64, other_bits: Words64, alike: Floats) -> int:
    differing = np.int64(0)
    for k in range(one_bits.size):
        differing += _ones(one_bits[k] ^ other_bits[k])
    # A quick look, with a standard error of 0.08: few texts that are like nothing come further.
    if 1 - 2 * differing / BYTES < alike[0]:
        return 0
    told = (shared_bytes(one, other) / BYTES - _BY_CHANCE) / (1 - _BY_CHANCE)
    level = 0
    while level < alike.size and told >= alike[level]:
        level += 1
    return level


@njit(cache=True, nogil=True, inline="always")
def _same(one: int, other: int) -> int:
    """0 differs, 1 agrees, 2 missing."""
    if one == MISSING or other == MISSING:
        return 2
    return 1 if one == other else 0


@njit(cache=True, nogil=True, inline="always")
def _same_code(one: Numbers, other: Numbers, category: int, code: int) -> int:
    """0 differs, 1 same category, 2 same code, 3 missing."""
    if one[code] == MISSING or other[code] == MISSING:
        return 3
    if one[code] == other[code]:
        return 2
    return 1 if one[category] == other[category] else 0


@njit(cache=True, nogil=True, inline="always")
def _days_level(days: int, bounds: Rows) -> int:
    level = 0
    while level < bounds.size and days > bounds[level]:
        level += 1
    return level


@njit(cache=True, nogil=True, inline="always")
def _before_text(one: Numbers, other: Numbers, strides: Rows, bounds: Rows) -> int:
    """The pattern but for the level of the text, which is its last place."""
    pattern: int = (
        _same(one[CONTACT], other[CONTACT]) * strides[0]
        + _same(one[IDENTITY], other[IDENTITY]) * strides[1]
        + _days_level(one[DAY] - other[DAY], bounds) * strides[2]
        + _same(one[REGION], other[REGION]) * strides[3]
        + _same_code(one, other, CATEGORY, BUSINESS) * strides[4]
        + _same_code(one, other, CAUSE_CATEGORY, CAUSE) * strides[5]
        + _same(one[PRODUCT], other[PRODUCT]) * strides[6]
        + _same(one[AMOUNT], other[AMOUNT]) * strides[7]
    )
    return pattern


# The level of the text stands in both loops: taken out, even inlined, counting took 2.4 times as long.
@njit(cache=True, nogil=True)
def _count(
    values: tuple[Numbers, Numbers],
    sketches: tuple[Sketches, Sketches],
    bits: tuple[Words64, Words64],
    first: Rows,
    last: Rows,
    alike: Floats,
    strides: Rows,
    bounds: Rows,
    counts: Rows,
) -> None:
    for i in range(first.size):
        for j in range(first[i], last[i]):
            pattern = _before_text(values[0][i], values[1][j], strides, bounds)
            spoken = values[0][i, SPOKEN] != MISSING and values[1][j, SPOKEN] != MISSING
            text = alike.size + 1
            if spoken:
                text = _text_level(sketches[0][i], sketches[1][j], bits[0][i], bits[1][j], alike)
            counts[pattern + text] += 1


@njit(cache=True, nogil=True)
def _choose(
    values: tuple[Numbers, Numbers],
    sketches: tuple[Sketches, Sketches],
    bits: tuple[Words64, Words64],
    first: Rows,
    last: Rows,
    alike: Floats,
    strides: Rows,
    bounds: Rows,
    chosen: Booleans,
    found: Rows,
) -> int:
    """Fill as many as `found` has room for; return how many there are."""
    count = 0
    for i in range(first.size):
        for j in range(first[i], last[i]):
            pattern = _before_text(values[0][i], values[1][j], strides, bounds)
            if not chosen[pattern : pattern + _TEXTS].any():
                continue
            spoken = values[0][i, SPOKEN] != MISSING and values[1][j, SPOKEN] != MISSING
            text = alike.size + 1
            if spoken:
                text = _text_level(sketches[0][i], sketches[1][j], bits[0][i], bits[1][j], alike)
            pattern += text
            if chosen[pattern]:
                if count < found.shape[0]:
                    found[count, 0] = i
                    found[count, 1] = j
                    found[count, 2] = pattern
                count += 1
    return count
