"""What a check of a brief works with, and what it finds."""

from dataclasses import dataclass

from xiaobao.analysis.figures import Figure
from xiaobao.catalog.measures import MeasureKind
from xiaobao.lib.words import Words
from xiaobao.outputs.brief import annex, hot, watched
from xiaobao.outputs.brief.document import Brief
from xiaobao.outputs.brief.labels import Naming
from xiaobao.outputs.brief.record import BASIS
from xiaobao.outputs.brief.series import Span, span_of
from xiaobao.outputs.brief.truth import Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One thing that keeps a brief from being issued."""

    place: str
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A brief with what it is checked against."""

    brief: Brief
    naming: Naming
    truth: Truth

    @property
    def span(self) -> Span:
        """What the brief counts, and what it compares that with."""
        return span_of(self.brief.header.series, self.truth.record.day, self.truth.closes)

    def kind(self, figure: Figure) -> MeasureKind:
        """What kind of number a figure is; those of the close's record and of hot issues are counts."""
        if figure.basis in (BASIS, hot.BASIS):
            return MeasureKind.COUNT
        if figure.basis == watched.BASIS:
            return watched.kind_of(figure)
        return self.naming.catalog.measure(figure.measure_id).kind


def refuse(place: str, *, zh: str, en: str) -> Refusal:
    """A refusal in both languages."""
    return Refusal(place=place, words=Words(zh=zh, en=en))


def described(figure: Figure, naming: Naming) -> str:
    """A figure as a person recognizes it: id, measure, filter, first reading."""
    first = annex.readings_text(figure)
    return f"{figure.id} {annex.measure_name(figure, naming)} [{annex.where_text(figure, naming)}] {first}"
