"""Measures of reporting itself: which due reports came in time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xiaobao.analysis.dimensions import NOT_STATED
from xiaobao.analysis.outcomes import NO_DATA
from xiaobao.analysis.questions import Answer, AnswerRow, Question, QuestionError, named_dimensions
from xiaobao.analysis.rounding import quotient
from xiaobao.lib.words import Words

REPORT_DIMENSIONS = ("path", "source", "institution", "day", "month")
"""What reports are grouped by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReport:
    """A report that was due for a day of a question, and whether it came in time."""

    source_code: str
    path: str | None
    institution_code: str | None
    day: date
    on_time: bool

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


def evaluate_reports(question: Question, reports: Sequence[DueReport]) -> Answer:
    """The share of due reports that came in time; QuestionError for a dimension that reports do not have."""
    strange = sorted(named_dimensions(question) - set(REPORT_DIMENSIONS))
    if strange:
        listed = ", ".join(REPORT_DIMENSIONS)
        raise QuestionError(
            Words(
                zh=f"报送没有维度 {strange[0]}；可用：{listed}",
                en=f"reports have no dimension {strange[0]}; there are: {listed}",
            )
        )
    due: Counter[tuple[str, ...]] = Counter()
    on_time: Counter[tuple[str, ...]] = Counter()
    for report in reports:
        if all(report.member(name) == member for name, member in question.where):
            group = tuple(report.member(name) for name in question.by)
            due[group] += 1
            on_time[group] += report.on_time
    groups = sorted(due) if question.by else [()]
    rows = tuple(_row(question, group, on_time[group], due[group]) for group in groups)
    return Answer(question=question, rows=rows, moved_rows=0)


def _row(question: Question, group: tuple[str, ...], on_time: int, due: int) -> AnswerRow:
    if not due:
        return AnswerRow(members=group, value=None, why_none=NO_DATA)
    measure = question.measure
    return AnswerRow(members=group, value=quotient(measure.times * on_time, due, decimals=measure.decimals))
