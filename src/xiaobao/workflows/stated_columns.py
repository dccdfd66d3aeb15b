"""Whether the reporters can state at all what a measure counts: what no layout has is missing, not zero."""

from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.questions import QuestionError
from xiaobao.catalog.measures import Measure, Quantity
from xiaobao.catalog.sources import Source, Subject
from xiaobao.lib.words import Words

_COLUMNS = {Quantity.CLOSED: "closed_on", Quantity.REPEATS: "repeats"}
"""The column of the ledger without which a quantity would always be none."""


def require_stated(measure: Measure, scope: Scope, *, path: str | None) -> None:
    """QuestionError where a path that is asked about has no layout with the column that counts."""
    column = None if measure.part is None else _COLUMNS.get(measure.part)
    if column is None:
        return
    sources = scope.catalog.sources_of(scope.domain.id, simulated=scope.simulated)
    asked = [one for one in sources if one.subject is Subject.COMPLAINTS and path in (None, one.path)]
    stating = {one.path for one in asked if _states(one, column)}
    silent = sorted({one.path or scope.domain.id for one in asked if one.path not in stating})
    if silent:
        names = [scope.domain.paths.get(one, scope.domain.name) for one in silent]
        raise QuestionError(
            Words(
                zh=f"{'、'.join(one.zh for one in names)}的版式没有 {column} 一列，"
                f"无从计算“{measure.name.zh}”；缺失不是零",
                en=f"no layout of {', '.join(one.en for one in names)} has a column {column}: "
                f"{measure.name.en} cannot be told; missing is not zero",
            )
        )


def _states(source: Source, column: str) -> bool:
    return any(stated.target == column for layout in source.layouts for stated in layout.columns)
