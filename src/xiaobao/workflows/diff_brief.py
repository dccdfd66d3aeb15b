"""What an issued brief would print differently today: what the ledger learnt, what the catalog changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from xiaobao.analysis.figures import Figure
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.measures import MeasureKind
from xiaobao.ledger.engines import EngineError
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import Period
from xiaobao.lib.words import Words
from xiaobao.outputs import register
from xiaobao.outputs.brief.check import described
from xiaobao.outputs.brief.closes import statuses_now
from xiaobao.outputs.brief.desk import Desk, desk_of, silent_at
from xiaobao.outputs.brief.document import Brief
from xiaobao.outputs.brief.gather import Silent
from xiaobao.outputs.brief.record import BASIS, value_of
from xiaobao.outputs.brief.truth import TOLD, Outcome, outcomes
from xiaobao.outputs.register import Issued
from xiaobao.submissions import manifest
from xiaobao.submissions.home import Home

Cause = Literal["ledger", "catalog"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One figure that would print differently."""

    cause: Cause
    """`ledger`: archived catalog, ledger of today. `catalog`: catalog of today, ledger as it was."""
    figure: str
    description: Words
    printed: Words
    now: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefDiff:
    """An issued brief against today."""

    issued: Issued
    head: int
    """The posting sequence of today."""
    catalog_digest: str
    """The catalog of today."""
    catalog_changed: bool
    ledger: tuple[Difference, ...]
    catalog: tuple[Difference, ...]


def diff_brief(home: Home, issued: Issued) -> BriefDiff:
    """Compare every figure of an issued brief with what it would be today; changes nothing."""
    brief = register.brief_of(home, issued)
    desk = desk_of(home, brief)
    head, learnt = manifest.asking(
        home, lambda snapshot: (snapshot.posted_seq, _learnt(desk, brief, snapshot))
    )
    changed = _changed(desk, brief) if home.catalog().digest != desk.catalog.digest else {}
    return BriefDiff(
        issued=issued,
        head=head,
        catalog_digest=home.catalog().digest,
        catalog_changed=home.catalog().digest != desk.catalog.digest,
        ledger=_differences(desk, brief, learnt, cause="ledger"),
        catalog=_differences(desk, brief, changed, cause="catalog"),
    )


def at_sequence(figure: Figure, posted_seq: int, *, kind: MeasureKind) -> Figure:
    """The figure with its days as known at a sequence; what late data are compared with stays as it was."""
    known = [replace(reading, posted_seq=posted_seq) for reading in figure.readings]
    if kind is MeasureKind.LATE:
        half = len(known) // 2
        known[half:] = figure.readings[half:]
    return replace(figure, readings=tuple(known))


def _learnt(desk: Desk, brief: Brief, snapshot: Snapshot) -> Mapping[str, Outcome]:
    counted = _counted(brief)
    figures = [
        at_sequence(figure, snapshot.posted_seq, kind=desk.catalog.measure(figure.measure_id).kind)
        for figure in counted
    ]
    silent = desk.silent_now(_periods(figures))
    record = replace(
        desk.record, statuses=statuses_now(desk.home, desk.record.day, path=desk.path, catalog=desk.catalog)
    )
    return _outcomes(desk, figures, snapshot, catalog=desk.catalog, silent=silent) | {
        figure.id: Outcome(value=value_of(record, figure.measure_id, dict(figure.where)))
        for figure in brief.figures
        if figure.basis == BASIS
    }


def _changed(desk: Desk, brief: Brief) -> Mapping[str, Outcome]:
    present = desk.home.catalog()
    counted = _counted(brief)
    closed = [period for period in _periods(counted) if period.last_on in desk.closes]
    silent = silent_at(desk.home, closed, path=desk.path, catalog=present)
    return manifest.asking(
        desk.home,
        lambda snapshot: _outcomes(desk, counted, snapshot, catalog=present, silent=silent),
        as_of=desk.record.posted_seq,
    )


def _counted(brief: Brief) -> list[Figure]:
    """What is asked of the ledger again; what the runs of the night told is as it was told."""
    return [figure for figure in brief.figures if figure.basis not in TOLD]


def _periods(figures: Sequence[Figure]) -> set[Period]:
    return {reading.period for figure in figures for reading in figure.readings}


def _outcomes(
    desk: Desk, figures: Sequence[Figure], snapshot: Snapshot, *, catalog: Catalog, silent: Silent
) -> dict[str, Outcome]:
    """All together, and one by one when one of them can no longer be asked."""
    try:
        return _derived(desk, figures, snapshot, catalog=catalog, silent=silent)
    except EngineError:
        raise  # says nothing of a figure
    except UserError as error:
        if len(figures) == 1:
            return {figures[0].id: Outcome(value=None, why_none=str(error))}
        return {
            name: outcome
            for figure in figures
            for name, outcome in _outcomes(desk, [figure], snapshot, catalog=catalog, silent=silent).items()
        }


def _derived(
    desk: Desk, figures: Sequence[Figure], snapshot: Snapshot, *, catalog: Catalog, silent: Silent
) -> dict[str, Outcome]:
    domain = catalog.domain(desk.home.domain_id)
    return outcomes(figures, replace(desk.scope(snapshot), catalog=catalog, domain=domain, silent=silent))


def _differences(
    desk: Desk, brief: Brief, found: Mapping[str, Outcome], *, cause: Cause
) -> tuple[Difference, ...]:
    naming = desk.naming(brief)
    chinese, english = replace(naming, language="zh"), replace(naming, language="en")
    return tuple(
        Difference(
            cause=cause,
            figure=figure.id,
            description=Words(zh=described(figure, chinese), en=described(figure, english)),
            printed=printed.words,
            now=now.words,
        )
        for figure in brief.figures
        for printed in [Outcome(value=figure.value, why_none=figure.why_none)]
        for now in [found.get(figure.id, printed)]
        if now != printed
    )
