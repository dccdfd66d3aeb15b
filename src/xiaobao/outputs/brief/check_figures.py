"""Checks that every figure of a brief derives again, and is what the close sealed."""

from collections.abc import Iterator

from xiaobao.analysis.figures import Figure
from xiaobao.catalog.measures import MeasureKind
from xiaobao.outputs.brief.check import Checked, Refusal, described, refuse
from xiaobao.outputs.brief.truth import TOLD


def figure_refusals(checked: Checked) -> Iterator[Refusal]:
    """Figures whose value is not what the ledger derives, or not what the close of their day sealed."""
    for figure in checked.brief.figures:
        yield from _figure(checked, figure)


def _figure(checked: Checked, figure: Figure) -> Iterator[Refusal]:
    place, derived = described(figure, checked.naming), checked.truth.figures[figure.id]
    if (str(derived.value), derived.why_none) != (str(figure.value), figure.why_none):
        stated = figure.why_none or figure.value
        yield refuse(
            place,
            zh=f"简报写 {stated}，由台账推得 {derived}",
            en=f"the brief says {stated}, the ledger derives {derived}",
        )
    sealed = _sealed_count(checked, figure)
    if sealed is not None and figure.value is not None and figure.value != sealed:
        yield refuse(
            place,
            zh=f"简报写 {figure.value}，日结封存的计数为 {sealed}",
            en=f"the brief says {figure.value}, the count sealed with the close is {sealed}",
        )


def _sealed_count(checked: Checked, figure: Figure) -> int | None:
    """What the close of its day sealed for a count; None for other figures, and for finer filters."""
    if checked.kind(figure) is not MeasureKind.COUNT or figure.basis in TOLD:
        return None
    filters = {dimension: member for dimension, member in figure.where if dimension != "path"}
    for record in (checked.truth.record, checked.truth.previous):
        if record is not None and figure.readings == (record.reading(),):
            return record.sealed_count(filters)
    return None
