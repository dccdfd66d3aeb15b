"""Full text at a million narratives: equal to a scan, and how long a question takes."""

import random
import shutil
import statistics
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from bench.real_texts import real_texts
from bench.timing import seconds, seconds_and_mebibytes
from xiaobao.analysis.search.index import DOCUMENT_SCHEMA, FIELDS, SearchIndex, build
from xiaobao.analysis.search.units import folded, runs

_FRAME_ROWS = 50_000
_ASKED = 200
"""Words of each length, drawn from the texts: rare and common as they come."""
_SCANNED = 15
_LENGTHS = (2, 3, 4)
_FIRST_DAY = date(2018, 1, 1)
_INSTITUTIONS = 18
_RENEWALS = 3


def measure(folder: Path, narratives: int) -> list[tuple[str, str]]:
    """Rows of the results table; none where the real texts are not beside the project."""
    texts = real_texts()
    if not texts:
        return []
    sentences = texts["messages of citizens"].str.split("。").explode().drop_nulls()
    sentences = sentences.filter(sentences.str.len_chars().is_between(4, 60))
    frames = list(_documents(sentences, narratives))
    index = folder / "index"
    taken, memory = seconds_and_mebibytes(lambda: build(index, frames))
    size = sum(path.stat().st_size for path in index.iterdir()) / 1024**2
    told = pl.concat([_without_blanks(folded(frame["text"])) for frame in frames])
    rows = [
        (
            f"{narratives:,} narratives of three sentences of real messages, "
            f"{told.str.len_chars().mean():.0f} characters: build the index",
            f"{taken:.0f} s, up to {memory:,.0f} MiB, {size:,.0f} MiB on disk",
        )
    ]
    search = SearchIndex(index)
    for length in _LENGTHS:
        rows.append(_of_length(search, told, length))
    question = "(投诉 OR 举报) AND NOT 小区 institution:GY01 day:2018-06-01..2019-06-01"
    rows.append(("five conditions, with a page of 20", f"{_median_ms(search, question):.1f} ms"))
    shutil.rmtree(index)
    return [*rows, *_in_parts(folder, frames, told, question)]


def _in_parts(
    folder: Path, frames: list[pl.DataFrame], told: pl.Series, question: str
) -> Iterator[tuple[str, str]]:
    """A part a month, each renewed twice as after a close, so that it has several segments."""
    parts = [folder / f"part-{place}" for place in range(len(frames))]
    for part, frame in zip(parts, frames, strict=True):
        third = frame.height // 3
        former = None
        for step in range(_RENEWALS):
            rows = frame.slice(step * third, third if step < _RENEWALS - 1 else None)
            built = part.with_name(f"{part.name}.{step}")
            build(built, [rows], former=former)
            former = built
        assert former is not None
        former.rename(part)
        for step in range(_RENEWALS - 1):
            shutil.rmtree(part.with_name(f"{part.name}.{step}"))
    search = SearchIndex(*parts)
    segments = sum(len({path.stem for path in part.iterdir() if path.suffix == ".store"}) for part in parts)
    for length in _LENGTHS:
        name, value = _of_length(search, told, length)
        yield f"in {len(parts)} parts of {segments} segments: {name}", value
    yield "the same: five conditions, with a page of 20", f"{_median_ms(search, question):.1f} ms"


def _without_blanks(texts: pl.Series) -> pl.Series:
    """As the index has them: a blank beside a Chinese character parts nothing."""
    return texts.str.replace_all(r"([^\x00-\x7f])\s+", "${1}").str.replace_all(r"\s+([^\x00-\x7f])", "${1}")


def _of_length(search: SearchIndex, told: pl.Series, length: int) -> tuple[str, str]:
    drawn = random.Random(length)
    words = list(_words(told, length, drawn))
    for word in words[:_SCANNED]:
        by_scan = int(told.str.contains(word, literal=True).sum())
        assert search.search(f'"{word}"').count == by_scan, word
    taken = sorted(seconds(lambda word=word: search.search(f'"{word}"')) * 1000 for word in words)
    p95 = taken[int(0.95 * len(taken))]
    return (
        f"words of {length} characters, counted, with a page of 20: {_ASKED} asked, "
        f"{_SCANNED} equal to a scan",
        f"median {statistics.median(taken):.1f} ms, p95 {p95:.1f} ms (goal ≤ 30)",
    )


def _words(told: pl.Series, length: int, drawn: random.Random) -> Iterator[str]:
    """Runs of Chinese characters out of the texts, blanks aside, so that a plain scan can be held against."""
    found = 0
    while found < _ASKED:
        text = told[drawn.randrange(told.len())]
        run = drawn.choice(runs(text) or [[]])
        if len(run) < length:
            continue
        start = drawn.randrange(len(run) - length + 1)
        word = "".join(run[start : start + length])
        if len(word) == length and not word.isascii() and word in text:
            found += 1
            yield word


def _median_ms(search: SearchIndex, question: str) -> float:
    return seconds(lambda: search.search(question), times=9) * 1000


def _documents(sentences: pl.Series, narratives: int) -> Iterator[pl.DataFrame]:
    for start in range(0, narratives, _FRAME_ROWS):
        rows = min(_FRAME_ROWS, narratives - start)
        parts = [
            sentences.sample(rows, with_replacement=True, seed=start + part).alias(f"{part}")
            for part in range(3)
        ]
        number = pl.int_range(start, start + rows, eager=True)
        members = {name: pl.Series([None] * rows, dtype=pl.String) for name in FIELDS}
        members["institution"] = (number % _INSTITUTIONS + 1).cast(pl.String).str.zfill(2)
        members["institution"] = "GY" + members["institution"]
        yield pl.DataFrame(
            {
                "key": number,
                "day": [_FIRST_DAY + timedelta(days=int(day)) for day in number % 900],
                "text": pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator="。")).to_series(),
                **members,
            }
        ).cast(DOCUMENT_SCHEMA)
