"""Topics: planted and real bursts, clusters beside HDBSCAN on the same vectors."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from bench.topics.planted import Outcome, messages, outcome, real_burst, sentences
from bench.topics.wordings import DEVELOPMENT, HELD_OUT
from xiaobao.analysis.text.families import Threshold
from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.periods import Period
from xiaobao.workflows.detect_topics import settings_on

_WINDOWS = 50
_REAL = (
    "伊景园|滨河苑|广铁",
    ((2019, 7, 1, 2019, 10, 1), (2019, 8, 1, 2019, 9, 1), (2019, 7, 7, 2019, 8, 11)),
)
_ON = date(2026, 11, 25)


def measure(catalog: Catalog) -> list[tuple[str, str]]:
    """Rows of the results table; none without the real messages."""
    real = messages()
    if real.is_empty():
        return [("planted bursts", "not measured: the shared messages are not there")]
    like = catalog.near_duplicates.on(_ON)
    alike = Threshold(alike=like.alike, leader_alike=like.leader_alike)
    settings = settings_on(catalog, _ON)
    padding = sentences(real["text"])
    results = []
    for name, matters, seed in (("developed on", DEVELOPMENT, 0), ("held out", HELD_OUT, 1000)):
        found = [
            outcome(real, padding, matters, settings, alike=alike, seed=seed + number)
            for number in range(_WINDOWS)
        ]
        results.append((f"planted bursts, wordings {name}: ranked first (goal ≥ 90 %)", _told(found)))
    words, windows = _REAL
    for first, last in ((one[:3], one[3:]) for one in windows):
        window = Period(from_on=date(*first), to_on=date(*last))
        rank, recall, precision = real_burst(real, settings, alike=alike, window=window, words=words)
        results.append(
            (
                f"the real burst, {window.from_on} – {window.last_on}: rank (goal 1)",
                f"{rank}; recall {recall:.2f}, precision {precision:.2f} in the first 50",
            )
        )
    return results


def _told(found: Sequence[Outcome]) -> str:
    first = np.mean([one.first for one in found])
    recall, precision = np.mean([one.recall for one in found]), np.mean([one.precision for one in found])
    good = np.mean([one.first and one.recall >= 0.9 and one.precision >= 0.8 for one in found])
    taken = np.mean([one.cpu_seconds for one in found])
    return (
        f"{first:.0%} of {len(found)}; in the first 50 recall {recall:.3f} (goal ≥ 0.9), precision "
        f"{precision:.3f} (goal ≥ 0.8); all three in {good:.0%} of windows; {taken:.1f} CPU-s a window"
    )
