"""datasketch's MinHash and LSH index, used as its documentation has it fast: a text in one update."""

import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from datasketch import MinHash, MinHashLSH

_SHINGLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Places of a sketch, and bands and rows where they are not left to datasketch."""

    places: int
    bands: tuple[int, int] | None


SETTINGS = (Setting(places=128, bands=None), Setting(places=60, bands=(20, 3)))
"""Its default places with bands for the likeness asked, and the fewest that were found to be good enough."""


def found_pairs(texts: Sequence[str], alike: float, setting: Setting) -> tuple[list[list[int]], float]:
    """Of each text the earlier ones that the index holds for like it, and the CPU-seconds that took."""
    index = MinHashLSH(threshold=alike, num_perm=setting.places, params=setting.bands)
    found: list[list[int]] = []
    started = time.process_time()
    for number, text in enumerate(texts):
        sketch = MinHash(num_perm=setting.places, hashfunc=zlib.crc32)  # quicker than its SHA-1
        sketch.update_batch({text[at : at + _SHINGLE].encode() for at in range(max(1, len(text) - 2))})
        found.append(index.query(sketch))
        index.insert(number, sketch)
    return found, time.process_time() - started
