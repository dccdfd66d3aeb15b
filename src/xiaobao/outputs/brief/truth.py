"""What the ledger and the closes say about a brief: every figure derived again, every ranking made anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from xiaobao.analysis.figures import Figure
from xiaobao.analysis.measures import evaluate_all
from xiaobao.analysis.names import WHY_NONE_WORDS
from xiaobao.analysis.questions import Question
from xiaobao.catalog.measures import MeasureKind
from xiaobao.lib.words import Words
from xiaobao.outputs.brief import hot, watched
from xiaobao.outputs.brief.document import Brief, Rank, lines
from xiaobao.outputs.brief.gather import Scope, derived_in, silent_sets
from xiaobao.outputs.brief.hot import HotDay
from xiaobao.outputs.brief.record import BASIS, CloseRecord, value_of
from xiaobao.outputs.brief.watched import Nights

TOLD = frozenset({BASIS, watched.BASIS, hot.BASIS})
"""Bases of figures that the close or a run of the night told: nothing the ledger is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A value, or the reason why there is none."""

    value: Decimal | None
    why_none: str | None = None

    def __str__(self) -> str:
        return self.why_none or str(self.value)

    @property
    def words(self) -> Words:
        """As it is shown to a person."""
        reason = self.why_none or ""
        return WHY_NONE_WORDS.get(reason, Words(zh=str(self), en=str(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a brief is checked against."""

    closes: Mapping[date, int]
    record: CloseRecord
    previous: CloseRecord | None
    nights: Nights = field(default_factory=dict)
    """What the runs of the brief's days told."""
    hot: HotDay | None = None
    """What the run of the day told of hot issues."""
    figures: Mapping[str, Outcome] = field(default_factory=dict)
    """Figure id → what it comes to now."""
    first: Mapping[tuple[str, int], frozenset[str]] = field(default_factory=dict)
    """(dimension, places) → the members whose rank is within the places."""


def outcomes(figures: Sequence[Figure], scope: Scope) -> dict[str, Outcome]:
    """Figure id → what it comes to within a scope. QuestionError when one may not be asked."""
    derived = derived_in(scope, figures)
    return {one.figure.id: Outcome(value=one.value, why_none=one.why_none) for one in derived}


def derive_truth(brief: Brief, scope: Scope, known: Truth) -> Truth:
    """Derive every figure of a brief again at its own sequences. QuestionError when one may not be asked."""
    counted = [figure for figure in brief.figures if figure.basis not in TOLD]
    found = _told(brief, scope, known.nights) | outcomes(counted, scope)
    found |= {
        figure.id: Outcome(value=hot.value_of(known.hot, figure))
        for figure in brief.figures
        if figure.basis == hot.BASIS
    }
    found |= {
        figure.id: Outcome(value=value_of(known.record, figure.measure_id, dict(figure.where)))
        for figure in brief.figures
        if figure.basis == BASIS
    }
    return replace(known, figures=found, first=_rankings(brief, scope))


def _told(brief: Brief, scope: Scope, nights: Nights) -> dict[str, Outcome]:
    """What the runs say, and of counts what the ledger says of the same rows."""
    figures = [figure for figure in brief.figures if figure.basis == watched.BASIS]
    count = scope.measure(MeasureKind.COUNT)
    basis = f"{scope.path or 'none'}:{'+'.join(sorted(count.entry_kinds))}"
    asked = (watched.counted(figure, nights, measure_id=count.id, basis=basis) for figure in figures)
    values = {figure.id: watched.value_of(nights, figure) for figure in figures}
    found = {name: Outcome(value=value, why_none=why) for name, (value, why) in values.items()}
    # Only of days that the night knew: who was silent at the close of such a day has reported since.
    return found | outcomes([one for one in asked if one is not None], replace(scope, silent={}))


def _rankings(brief: Brief, scope: Scope) -> dict[tuple[str, int], frozenset[str]]:
    """The members in the first places of every ranking the brief speaks of."""
    by_id = {figure.id: figure for figure in brief.figures}
    wanted: dict[tuple[str, int], Figure] = {}
    for _, tokens in lines(brief):
        for token in tokens:
            ranked = [by_id[one] for one in token.figures if one in by_id] if isinstance(token, Rank) else []
            if ranked:
                wanted[(ranked_dimension_of(ranked[0]), len(ranked))] = ranked[0]
    questions = [
        Question(
            measure=scope.measure(MeasureKind.RANK),
            domain=scope.domain,
            simulated=scope.simulated,
            readings=figure.readings,
            by=(dimension,),
            where=figure.of,
            not_reporting=silent_sets(figure, scope) if dimension == "institution" else (),
        )
        for (dimension, _), figure in wanted.items()
    ]
    answers = evaluate_all(questions, snapshot=scope.snapshot, catalog=scope.catalog)
    return {
        (dimension, places): frozenset(
            row.members[-1] for row in answer.rows if row.value is not None and row.value <= places
        )
        for (dimension, places), answer in zip(wanted, answers, strict=True)
    }


def ranked_dimension_of(figure: Figure) -> str:
    """The dimension that a rank figure ranks by: in `where` and not in `of`; empty when there is none."""
    found = {name for name, _ in figure.where} - {name for name, _ in figure.of}
    return found.pop() if len(found) == 1 else ""
