"""From an answer to the figures of a document, and from a figure back to its value."""

from collections.abc import Sequence
from dataclasses import dataclass

from xiaobao.analysis.amounts import FigureValue
from xiaobao.analysis.figures import Figure
from xiaobao.analysis.measures import evaluate_all
from xiaobao.analysis.questions import RANKS, Answer, AnswerRow, Filter, Question
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.measures import DENOMINATORS, OF_CALLS, OF_REPORTS
from xiaobao.ledger.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What a figure comes to when it is computed again."""

    figure: Figure
    value: FigureValue | None
    why_none: str | None
    basis: str

    @property
    def agrees(self) -> bool:
        """True when the figure states exactly this: the same number and places, or reason, and basis."""
        stated = self.figure
        return (str(self.value), self.why_none, self.basis) == (
            str(stated.value),
            stated.why_none,
            stated.basis,
        )


def figure_of(answer: Answer, row: AnswerRow, *, id: str, catalog_digest: str) -> Figure:  # noqa: A002
    """The figure that prints one row of an answer: the groups become its filter."""
    question = answer.question
    members = tuple(zip(question.by, row.members, strict=True))
    where = _merged(question.where, members)
    return Figure(
        id=id,
        measure_id=question.measure.id,
        where=where,
        of=_merged(question.where, members[:-1])
        if _ranks_in_groups(question)
        else tuple(sorted(question.of)),
        readings=question.readings,
        catalog_digest=catalog_digest,
        basis=basis_of(question, where=where),
        value=row.value,
        why_none=row.why_none,
    )


def basis_of(question: Question, *, where: Filter) -> str:
    """The counting path or `none`, and the counted kinds: `institution:complaint`.

    A rate names its denominator as well: `institution:complaint/outlets`; calls and reports are of no path.
    """
    measure, path = question.measure, dict(where).get("path", "none")
    if measure.part in OF_CALLS:
        return "calls"
    if measure.part in OF_REPORTS:
        return "reports"
    under = f"/{measure.whole.value}" if measure.whole in DENOMINATORS and measure.whole else ""
    return f"{path}:{'+'.join(sorted(measure.entry_kinds))}{under}"


def derive(
    figure: Figure,
    *,
    snapshot: Snapshot,
    catalog: Catalog,
    domain: Domain,
    simulated: bool,
    not_reporting: tuple[frozenset[str], ...] = (),
) -> Derived:
    """The figure computed again from the ledger under `catalog`; see `derive_all`."""
    (derived,) = derive_all(
        [figure],
        snapshot=snapshot,
        catalog=catalog,
        domain=domain,
        simulated=simulated,
        not_reporting={figure.id: not_reporting},
    )
    return derived


def derive_all(
    figures: Sequence[Figure],
    *,
    snapshot: Snapshot,
    catalog: Catalog,
    domain: Domain,
    simulated: bool,
    not_reporting: dict[str, tuple[frozenset[str], ...]] | None = None,
) -> tuple[Derived, ...]:
    """Every figure of a document computed again, in few queries.

    `not_reporting`: figure id → the institutions that had not reported, one set a reading; without it every
    source counts as having reported. QuestionError when a figure asks what may not be asked.
    """
    silent = not_reporting or {}
    questions = [
        Question(
            measure=catalog.measure(figure.measure_id),
            domain=domain,
            simulated=simulated,
            readings=figure.readings,
            where=figure.where,
            of=figure.of,
            not_reporting=silent.get(figure.id, ()),
        )
        for figure in figures
    ]
    answers = evaluate_all(questions, snapshot=snapshot, catalog=catalog)
    return tuple(
        Derived(
            figure=figure,
            value=answer.only().value,
            why_none=answer.only().why_none,
            basis=basis_of(answer.question, where=figure.where),
        )
        for figure, answer in zip(figures, answers, strict=True)
    )


def _ranks_in_groups(question: Question) -> bool:
    return question.measure.kind in RANKS and bool(question.by)


def _merged(where: Filter, members: Filter) -> Filter:
    return tuple(sorted({**dict(where), **dict(members)}.items()))
