"""What one institution demands and others hardly ever do: complaints that share a demand, not words.

Of a category, words demanded (`catalog/topics.toml`) are unusual where few of the demands at other
institutions say them. Complaints of the window with an unusual demand are counted together, whichever it is,
and held against what is usual: before the window, at the institution and, as far as little is known of it, at
all of them, times what became of such demands at the others meanwhile. Which words are unusual the others
alone decide, so that the institution's own count stays a fair draw. Several shares are tried, the most
surprising counts, and its chance is taken as many times (Bonferroni). Two unusual ones may suffice where a
third complaint of the institution and category demands anything.
"""

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
import polars as pl

from xiaobao.analysis.text.types import Booleans, Floats, Rows
from xiaobao.analysis.topics.complaints import CATEGORY, INSTITUTION
from xiaobao.analysis.topics.conditions import demands_of
from xiaobao.analysis.topics.emergence import beyond
from xiaobao.analysis.topics.settings import Settings, Unusual

_TRUSTED = 2.0
"""What all institutions have by their size weighs as much as so many complaints of the institution's own."""
_TRUSTED_OTHERS = 5.0
"""What became of all complaints of the others weighs as much as so many unusual demands at them."""
_LEAST_USUAL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusualDemands:
    """Complaints of an institution and category with an unusual demand."""

    institution: str
    category: str
    words: tuple[str, ...]
    """Unusual words, those of most complaints first."""
    kinds: tuple[str, ...]
    rows: Rows
    """Of the window, those with most unusual words first."""
    before: int
    """Complaints of the kind before the window, distinct."""
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Category:
    """Complaints of a category, each family of near-duplicates once an institution and part of time."""

    rows: Rows
    institution: Rows
    """A number each."""
    recent: Booleans
    counted: Booleans
    """The first of its family."""
    says: Booleans
    """Complaints x words: what is demanded."""


def unusual_demands(
    known: pl.DataFrame, recent: Booleans, leaders: Rows, settings: Settings, unusual: Unusual
) -> list[UnusualDemands]:
    """By category and institution; `known` as `hot_issues` has it, with `row`."""
    kinds = {word: one.kind for one in settings.conditions for word in one.words}
    words = np.array(sorted(kinds))
    place = {word: number for number, word in enumerate(words.tolist())}
    says = np.zeros((len(known), len(words)), bool)
    for number, text in enumerate(known["text"].to_list()):
        says[number, [place[one.word] for one in demands_of(text, settings)]] = True
    institutions = known[INSTITUTION].unique().sort()
    number_of = known[INSTITUTION].replace_strict(institutions, np.arange(len(institutions)))
    first = known.select(INSTITUTION, leader=pl.Series(leaders), recent=pl.Series(recent))
    counted = first.to_struct("family").is_first_distinct().to_numpy()
    found = []
    for category in known[CATEGORY].unique().sort().to_list():
        rows = np.flatnonzero((known[CATEGORY] == category).to_numpy())
        one = _Category(
            rows=rows,
            institution=number_of.to_numpy()[rows],
            recent=recent[rows],
            counted=counted[rows],
            says=says[rows],
        )
        for number, institution in enumerate(institutions.to_list()):
            score, before, odd = _most_surprising(one, number, unusual, least=settings.least_texts)
            if score >= unusual.least_score:
                told = _told(one, number, odd)
                said = tuple(words[told[1]].tolist())
                found.append(
                    UnusualDemands(
                        institution=institution,
                        category=category,
                        words=said,
                        kinds=tuple(dict.fromkeys(kinds[word] for word in said)),
                        rows=told[0],
                        before=before,
                        score=score,
                    )
                )
    return found


def _most_surprising(
    one: _Category, institution: int, unusual: Unusual, *, least: int
) -> tuple[float, int, Booleans]:
    """Score, number before and words of the share by which the window is most surprising."""
    tried = []
    for share in unusual.shares:
        odd = _unusual_words(one, institution, share)
        tried.append((*_score(one, institution, odd, least=least, least_unusual=unusual.least_unusual), odd))
    score, before, odd = max(tried, key=lambda each: each[0])
    return score - math.log10(len(tried)), before, odd


def _unusual_words(one: _Category, institution: int, share: float) -> Booleans:
    """Which words few of the demands at the others say."""
    others = one.says[(one.institution != institution) & one.counted & one.says.any(axis=1)]
    odd: Booleans = (others.sum(axis=0) + 0.5) / (len(others) + 1) < share
    return odd


def _score(
    one: _Category, institution: int, odd: Booleans, *, least: int, least_unusual: int
) -> tuple[float, int]:
    """How surprising the number of the window is, 0 below the fewest; and the number before."""
    holds, own = one.says[:, odd].any(axis=1) & one.counted, one.institution == institution
    now, before = int((holds & own & one.recent).sum()), int((holds & own & ~one.recent).sum())
    demanded = int((one.says.any(axis=1) & one.counted & own & one.recent).sum())
    if now < least_unusual or demanded < least:
        return 0.0, before
    others_now, others_before = (holds & ~own & one.recent).sum(), (holds & ~own & ~one.recent).sum()
    counted = one.counted
    all_now, all_before = (counted & ~own & one.recent).sum(), (counted & ~own & ~one.recent).sum()
    size = ((counted & own).sum() + 0.5) / (counted.sum() + 1)
    usual = max(_LEAST_USUAL, float(size * (before + others_before)))
    grown = (others_now + _TRUSTED_OTHERS * (all_now + 1) / (all_before + 1)) / (
        others_before + _TRUSTED_OTHERS
    )
    shape = _TRUSTED + before
    return beyond(now, shape=shape, mean=shape / (_TRUSTED / usual + 1) * float(grown)), before


def _told(one: _Category, institution: int, odd: Booleans) -> tuple[Rows, Rows]:
    """Rows of the window, and the unusual words they say."""
    mine = (one.institution == institution) & one.recent & one.says[:, odd].any(axis=1)
    said: Floats = (one.says[mine] & odd).sum(axis=1).astype(np.float64)
    rows = one.rows[mine][np.argsort(-said, kind="stable")]
    counts = Counter(np.nonzero(one.says[mine & one.counted] & odd)[1].tolist())
    return rows, np.array([word for word, _ in counts.most_common()], np.int64)
