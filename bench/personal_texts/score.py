"""How much of what must be masked is masked, and how much of what must not."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bench.personal_texts.samples import Kind, Sample
from xiaobao.privacy.masking import Masker


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts over many texts."""

    texts: int
    falsely_masked: int
    """Texts where something else than personal data was masked."""
    places: Counter[Kind]
    missed: Counter[Kind]
    """Personal places of which at least one character is left."""

    @property
    def recall(self) -> float:
        """Share of all personal places that are masked whole."""
        return 1 - self.missed.total() / self.places.total()

    @property
    def false_share(self) -> float:
        """Share of texts with a false mask."""
        return self.falsely_masked / self.texts


def score(samples: Iterable[Sample], masker: Masker) -> Score:
    """Mask every sample and compare."""
    texts = falsely_masked = 0
    places, missed = Counter[Kind](), Counter[Kind]()
    for sample in samples:
        masked = [range(mask.start, mask.end) for mask in masker.masks(sample.text)]
        covered = {place for part in masked for place in part}
        personal = {place for span in sample.personal for place in range(span.start, span.end)}
        texts += 1
        falsely_masked += any(personal.isdisjoint(part) for part in masked) or any(
            not covered.isdisjoint(range(span.start, span.end)) for span in sample.innocent
        )
        for span in sample.personal:
            places[span.kind] += 1
            missed[span.kind] += not covered.issuperset(range(span.start, span.end))
    return Score(texts=texts, falsely_masked=falsely_masked, places=places, missed=missed)
