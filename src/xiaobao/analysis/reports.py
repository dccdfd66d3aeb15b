"""Measures of reporting itself: which due reports came in time, what of the deliveries was taken."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from xiaobao.analysis.amounts import FigureValue
from xiaobao.analysis.dimensions import NOT_STATED
from xiaobao.analysis.outcomes import NO_DATA
from xiaobao.analysis.questions import Answer, AnswerRow, Question, QuestionError, named_dimensions
from xiaobao.analysis.rounding import quotient
from xiaobao.catalog.measures import Quantity
from xiaobao.lib.words import Words

REPORT_DIMENSIONS = ("path", "source", "institution", "day", "month")
"""What reports are grouped by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingFact:
    """What the journal says of one report or delivery for a day of a question, in numbers."""

    source_code: str
    path: str | None
    institution_code: str | None
    day: date
    amounts: Mapping[Quantity, int]
    """What it adds to quantities of `OF_REPORTS`; to the others nothing."""

    def member(self, dimension: str) -> str:
        """The member of a dimension of `REPORT_DIMENSIONS` it belongs to."""
        match dimension:
            case "path":
                return self.path or NOT_STATED
            case "source":
                return self.source_code
            case "institution":
                return self.institution_code or NOT_STATED
            case "day":
                return self.day.isoformat()
        return self.day.isoformat()[:7]


def evaluate_reports(question: Question, facts: Sequence[ReportingFact]) -> Answer:
    """The ratio of two sums over the facts; QuestionError for a dimension that reports do not have."""
    strange = sorted(named_dimensions(question) - set(REPORT_DIMENSIONS))
    if strange:
        listed = ", ".join(REPORT_DIMENSIONS)
        raise QuestionError(
            Words(
                zh=f"报送没有维度 {strange[0]}；可用：{listed}",
                en=f"reports have no dimension {strange[0]}; there are: {listed}",
            )
        )
    measure = question.measure
    assert measure.part is not None
    assert measure.whole is not None
    parts: Counter[tuple[str, ...]] = Counter()
    wholes: Counter[tuple[str, ...]] = Counter()
    for fact in facts:
        whole = fact.amounts.get(measure.whole, 0)
        if whole and all(fact.member(name) == member for name, member in question.where):
            group = tuple(fact.member(name) for name in question.by)
            wholes[group] += whole
            parts[group] += fact.amounts.get(measure.part, 0)
    groups = sorted(wholes) if question.by else [()]
    rows = tuple(_row(question, group, parts[group], wholes[group]) for group in groups)
    return Answer(question=question, rows=rows, moved_rows=0)


def _row(question: Question, group: tuple[str, ...], part: int, whole: int) -> AnswerRow:
    if not whole:
        return AnswerRow(members=group, value=None, why_none=NO_DATA)
    measure = question.measure
    value = quotient(measure.times * part, whole, decimals=measure.decimals)
    return AnswerRow(members=group, value=FigureValue(value))
