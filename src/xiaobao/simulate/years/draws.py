"""Draws that depend on the seed, a purpose and the number of an entry alone, in whatever order they are made.

The same entry is told again when it is amended, perhaps months later; its place, amount and words must then
come out the same without keeping them. SplitMix64 (Steele, Lea and Flood 2014) does it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_TO_UNIT = 2.0**-53


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """All draws of one seed."""

    seed: int

    def generator(self, purpose: str) -> np.random.Generator:
        """A stream of draws of its own, for what is drawn in one order only."""
        return np.random.default_rng(self._key(purpose))

    def units(self, purpose: str, numbers: Integers) -> Floats:
        """For every number one draw, evenly from [0, 1)."""
        with np.errstate(over="ignore"):
            mixed = numbers.astype(np.uint64) * _GOLDEN + np.uint64(self._key(purpose))
            mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX_1
            mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
            mixed ^= mixed >> np.uint64(31)
        return (mixed >> np.uint64(11)).astype(np.float64) * _TO_UNIT

    def below(self, purpose: str, numbers: Integers, count: int) -> Integers:
        """For every number one of 0 … count - 1."""
        return (self.units(purpose, numbers) * count).astype(np.int64)

    def within(self, purpose: str, numbers: Integers, low: int, high: int) -> Integers:
        """For every number a whole number from `low` to `high`, both included."""
        return low + self.below(purpose, numbers, high - low + 1)

    def happens(self, purpose: str, numbers: Integers, share: float) -> Flags:
        """For every number whether it is among the share."""
        return self.units(purpose, numbers) < share

    def chosen(self, purpose: str, numbers: Integers, weights: Sequence[float]) -> Integers:
        """For every number a place in the weights."""
        return place_of(self.units(purpose, numbers), weights)

    def members(self, purpose: str, numbers: Integers, weights: Mapping[str, float]) -> NDArray[np.str_]:
        """For every number a key of the weights."""
        return np.array(list(weights))[self.chosen(purpose, numbers, list(weights.values()))]

    def _key(self, purpose: str) -> int:
        digest = hashlib.blake2b(f"{self.seed}:{purpose}".encode(), digest_size=8).digest()
        return int.from_bytes(digest)


def place_of(units: Floats, weights: Sequence[float]) -> Integers:
    """Where draws from [0, 1) fall among relative weights."""
    bounds = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(bounds / bounds[-1], units, side="right").clip(0, len(bounds) - 1)
