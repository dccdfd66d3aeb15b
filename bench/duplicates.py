"""How many edited copies are found, how many strangers joined, how fast, beside datasketch?"""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from bench.edits import edited, generated
from bench.peers.datasketch_families import SETTINGS, found_pairs
from bench.real_texts import real_texts
from xiaobao.analysis.text.families import Families, Threshold, find_families
from xiaobao.analysis.text.likeness import likeness
from xiaobao.analysis.text.sketches import sketched
from xiaobao.analysis.text.tidying import tidied
from xiaobao.analysis.text.types import Booleans, Rows
from xiaobao.catalog.catalog import Catalog

_SEED = 20260301
_ORIGINALS, _COPIES = 20_000, 2_000
_GENERATED_WORDS = (6, 15, 60)
_LENGTHS = ((0, 20), (20, 50), (50, 200), (200, None))
_STRANGERS = 20_000
_PEER_TEXTS = 2_000
_FEWEST_MEASURED = 30
_MILLION = 1_000_000
_MILLION_WORDS = 30
Results = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """Originals, each alone of its kind, and behind them edited copies of some."""

    texts: pl.Series
    originals: int
    of: Rows
    """Of each copy the place of its original."""


def measure(catalog: Catalog, on: date) -> Results:
    """Rows of the results table; the real texts are left out where they are not beside the project."""
    decided = catalog.near_duplicates.on(on)
    threshold = Threshold(alike=decided.alike, leader_alike=decided.leader_alike)
    sets = real_texts()
    for words in _GENERATED_WORDS:
        sets[f"generated, {2 * words} characters"] = generated(5_000, words=words, seed=_SEED)
    find_families(pl.Series(["投诉银行乱收费", "投诉银行"]), threshold)  # compiled before it is timed
    results = [row for name, texts in sets.items() for row in _of_set(name, texts, threshold)]
    return [*results, *_of_million()]


def _planted(texts: pl.Series, threshold: Threshold) -> tuple[Planted, Families]:
    """Real texts have twins of their own: originals are those that stood alone before copies were planted."""
    drawn = random.Random(_SEED)
    single = texts.filter(texts.str.len_chars() > 0).unique(maintain_order=True)
    single = single.sample(min(_ORIGINALS, len(single)), seed=_SEED)
    before = find_families(single, threshold)
    alone = single.gather(np.flatnonzero(before.sizes == 1)).to_list()
    letters = "".join(alone[:200])
    of = drawn.sample(range(len(alone)), min(_COPIES, len(alone)))
    both = pl.Series([*alone, *(edited(alone[at], letters, drawn) for at in of)], dtype=pl.String)
    return Planted(texts=both, originals=len(alone), of=np.array(of)), before


def _of_set(name: str, texts: pl.Series, threshold: Threshold) -> Iterator[tuple[str, str]]:
    planted, before = _planted(texts, threshold)
    both = planted.texts
    started = time.process_time()
    found = find_families(both, threshold)
    whole = time.process_time() - started
    place = np.concatenate([np.arange(planted.originals), planted.of])
    hit = found.leader[planted.originals :] == planted.of
    joined = np.flatnonzero(found.leader != np.arange(len(both)))
    right = (place[joined] == place[found.leader[joined]]).mean()
    size = both.str.len_chars().sum() / len(both)
    yield (
        f"{name}, {len(both):,} texts of {size:.0f} characters, {len(planted.of):,} of them copies: "
        "recall at 10 % edits (goal ≥ 0.97); precision (≥ 0.99)",
        f"{hit.mean():.4f}; {right:.4f}",
    )
    yield "the same: recall by characters", "; ".join(_by_length(planted, hit))
    yield "the same: of copies as like as asked, found", _search_recall(planted, hit, threshold)
    yield (
        "the same: pairs drawn at random as like as asked; originals left out as they had twins",
        f"{_strangers(planted, threshold)} of {_STRANGERS:,}; {int((before.sizes > 1).sum()):,}",
    )
    yield from _speed(planted, whole, threshold)


def _by_length(planted: Planted, hit: Booleans) -> Iterator[str]:
    lengths = planted.texts.gather(planted.of).str.len_chars().to_numpy()
    for least, most in _LENGTHS:
        within = (lengths >= least) & (lengths < (most or np.inf))
        if within.sum() >= _FEWEST_MEASURED:
            name = f"{least}–{most - 1}" if most else f"from {least}"
            yield f"{name}: {hit[within].mean():.3f} of {within.sum():,}"


def _search_recall(planted: Planted, hit: Booleans, threshold: Threshold) -> str:
    """Of the copies whose exact likeness to their original suffices, the share that is in its family."""
    copies = np.arange(planted.originals, len(planted.texts))
    alike = likeness(tidied(planted.texts), planted.of, copies) >= threshold.alike
    return f"{hit[alike].mean():.4f} of {alike.mean():.1%}"


def _strangers(planted: Planted, threshold: Threshold) -> int:
    drawn = np.random.default_rng(_SEED)
    ones, others = drawn.integers(0, planted.originals, (2, _STRANGERS))
    alike = likeness(tidied(planted.texts), ones, others) >= threshold.alike
    return int((alike & (ones != others)).sum())


def _speed(planted: Planted, whole: float, threshold: Threshold) -> Iterator[tuple[str, str]]:
    both = planted.texts
    started = time.process_time()
    tidy = tidied(both)
    between = time.process_time()
    sketched(tidy)
    ended = time.process_time()
    before, verified = len(both) / (ended - started), len(both) / whole
    yield (
        "the same: tidied and sketched (goal ≥ 50,000); sketched alone; with families, verified",
        f"{before:,.0f}; {len(both) / (ended - between):,.0f}; {verified:,.0f} texts per CPU-second",
    )
    copies = min(_PEER_TEXTS // 2, len(planted.of))
    some = [*both.gather(planted.of[:copies]).to_list(), *both[planted.originals :][:copies].to_list()]
    for setting in SETTINGS:
        pairs, taken = found_pairs(some, threshold.alike, setting)
        recall = np.mean([at in pairs[copies + at] for at in range(copies)])
        peer = len(some) / taken
        bands = f"{setting.bands[0]} bands" if setting.bands else "its own bands"
        yield (
            f"datasketch, {setting.places} places, {bands}, {len(some):,} of them: recall; speed; "
            "times that before verification (goal ≥ 10); with it",
            f"{recall:.4f}; {peer:,.0f} texts per CPU-second; {before / peer:.1f}; {verified / peer:.1f}",
        )


_ALONE = """
import time
from bench.duplicates import million
from bench.timing import seconds_and_mebibytes
from xiaobao.analysis.text.families import Threshold, find_families
texts, threshold = million(), Threshold(alike=0.3, leader_alike=0.2)
find_families(texts[:1000], threshold)
found, before = [], time.process_time()
wall, mebibytes = seconds_and_mebibytes(lambda: found.append(find_families(texts, threshold)))
print(wall, time.process_time() - before, mebibytes, found[0].distinct)
"""


def million() -> pl.Series:
    """A million generated texts, a tenth of them copies with a tenth of the characters replaced."""
    parts = 10
    each = _MILLION // parts
    texts = [generated(each, words=_MILLION_WORDS, seed=part, copies=each // parts) for part in range(parts)]
    return pl.concat(texts, rechunk=True)


def _of_million() -> Results:
    """In a process of its own, so that its memory is known."""
    ran = subprocess.run([sys.executable, "-c", _ALONE], capture_output=True, text=True, check=True)
    wall, processor, mebibytes, distinct = map(float, ran.stdout.split())
    return [
        (
            f"1,000,000 generated texts of {2 * _MILLION_WORDS} characters, a tenth copies: "
            "families, verified (goal < 60 s, < 1,024 MiB)",
            f"{wall:.1f} s, {processor:.1f} CPU-seconds, up to {mebibytes:,.0f} MiB with the texts, "
            f"{distinct:,.0f} distinct",
        )
    ]
