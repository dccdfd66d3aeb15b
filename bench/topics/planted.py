"""Are bursts planted among real messages found first, and whole?"""

import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from bench.real_texts import FOLDER
from bench.topics.wordings import Matter, burst
from xiaobao.analysis.text.families import Threshold
from xiaobao.analysis.topics.detection import Found, detect
from xiaobao.analysis.topics.settings import Settings
from xiaobao.lib.periods import ONE_DAY, Period

_FIRST_ON, _DAYS = date(2019, 2, 1), 240
_LENGTHS = (5, 7, 10, 14, 21, 30)
_SIZES = (8, 45)
_READ = 50
"""Texts of a topic that a person reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one planted burst."""

    first: bool
    """It is the first topic: most of whose texts read are planted."""
    recall: float
    """Of the planted texts, those among the first 50 of the first topic."""
    precision: float
    cpu_seconds: float


def messages() -> pl.DataFrame:
    """Real dated messages, title and body; empty where the folder is not there."""
    path = FOLDER / "taidi2020_gov_messages/messages_dev.csv"
    if not path.is_file():
        return pl.DataFrame(schema={"text": pl.String, "day": pl.Date, "group": pl.String})
    told = pl.read_csv(path, infer_schema=False).fill_null("")
    return told.select(
        text=pl.col("title") + "。" + pl.col("body"),
        day=pl.col("posted_at").str.slice(0, 10).str.to_date(),
        group=pl.lit(""),
    )


def sentences(texts: pl.Series) -> list[str]:
    """Short sentences of real texts, put between those of a burst."""
    parts = (part for text in texts for part in re.split("[。！？；，\n]", text))
    return [part for part in parts if 6 <= len(part) <= 25]


def outcome(
    real: pl.DataFrame,
    padding: Sequence[str],
    matters: Sequence[Matter],
    settings: Settings,
    *,
    alike: Threshold,
    seed: int,
) -> Outcome:
    """Plant a burst drawn by the seed and look for it."""
    drawn = random.Random(seed)
    matter, size, length = drawn.choice(matters), drawn.randint(*_SIZES), drawn.choice(_LENGTHS)
    first = _FIRST_ON + timedelta(days=drawn.randint(0, _DAYS - length))
    named, padded = drawn.random() < 0.75, drawn.random() < 0.6
    texts = burst(matter, size, seed=seed, padding=padding if padded else (), named=named)
    days = [first + timedelta(days=drawn.randrange(length)) for _ in texts]
    planted = pl.DataFrame({"text": texts, "day": days, "group": [""] * size})
    window = Period(from_on=first, to_on=first + length * ONE_DAY)
    started = time.process_time()
    found = detect(pl.concat([real, planted]), window, settings, alike=alike)
    taken = time.process_time() - started
    read = found.topics[0].rows[:_READ] if found.topics else np.zeros(0, np.int64)
    hits = int((read >= len(real)).sum())
    precision = hits / max(1, len(read))
    return Outcome(first=precision > 0.5, recall=hits / size, precision=precision, cpu_seconds=taken)


def real_burst(
    real: pl.DataFrame, settings: Settings, *, alike: Threshold, window: Period, words: str
) -> tuple[int, float, float]:
    """Rank of the topic that holds most of the texts with these words, its recall, its precision in 50."""
    found: Found = detect(real, window, settings, alike=alike)
    wanted = (real["text"].str.contains(words) & real["day"].is_in(list(window))).to_numpy()
    held = [int(wanted[topic.rows].sum()) for topic in found.topics]
    if not held:
        return 0, 0.0, 0.0
    best = int(np.argmax(held))
    rows = found.topics[best].rows
    return best + 1, held[best] / int(wanted.sum()), float(wanted[rows[:_READ]].mean())
