"""How much personal data is masked, how much else, and how fast?"""

import time

import polars as pl

from bench.personal_texts.score import score
from bench.personal_texts.stream import DEVELOPMENT, DOCUMENTS, HELD_OUT, samples
from bench.real_texts import real_texts
from xiaobao.catalog.catalog import Catalog
from xiaobao.privacy.masking import Masker

_TEXTS = 20_000


def _per_second(texts: pl.Series, masker: Masker) -> float:
    """Texts per second of processor time."""
    started = time.process_time()
    masker.mask_all(texts)
    return len(texts) / (time.process_time() - started)


def _size(texts: pl.Series) -> str:
    return f"{texts.str.len_chars().sum() / len(texts):.0f} characters"


def measure(catalog: Catalog) -> list[tuple[str, str]]:
    """Rows of the results table."""
    masker = Masker(catalog.masking)
    results = []
    for name, book in (("developed on", DEVELOPMENT), ("held out", HELD_OUT), ("of documents", DOCUMENTS)):
        made = list(samples(_TEXTS, seed=1, book=book))
        outcome = score(made, masker)
        texts = pl.Series([sample.text for sample in made])
        found = f"{outcome.recall:.5f}, {outcome.false_share:.4%}"
        places = f"{outcome.places.total() / _TEXTS:.1f} numbers each"
        results += [
            (f"generated texts, {name}: recall (goal ≥ 0.999), texts with a false mask", found),
            (
                f"the same, {_size(texts)}, {places}",
                f"{_per_second(texts, masker):,.0f} texts per CPU-second",
            ),
        ]
    for name, texts in real_texts().items():
        masked = texts.len() - (masker.mask_all(texts) == texts).sum()
        speed = _per_second(pl.concat([texts] * max(1, _TEXTS // len(texts))), masker)
        found = f"{masked / len(texts):.2%} masked, {speed:,.0f} texts per CPU-second (goal ≥ 20,000)"
        results.append((f"{name}: {len(texts):,} real texts, {_size(texts)}", found))
    return results
