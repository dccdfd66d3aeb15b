"""The desk a brief is written and checked at: a closed day, its catalog, its closes, who was silent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from xiaobao.catalog.catalog import Catalog
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import days_before
from xiaobao.lib.words import Language, Words
from xiaobao.outputs.brief.assemble import day_facts, stated_names
from xiaobao.outputs.brief.check import Checked, Refusal
from xiaobao.outputs.brief.check_figures import figure_refusals
from xiaobao.outputs.brief.check_shape import chart_refusals, header_refusals, shape_refusals
from xiaobao.outputs.brief.check_tokens import token_refusals
from xiaobao.outputs.brief.closes import (
    previous_closed,
    record_of,
    require_close,
    silent_of,
)
from xiaobao.outputs.brief.compose import Withdrawal, compose
from xiaobao.outputs.brief.document import Brief
from xiaobao.outputs.brief.gather import Scope
from xiaobao.outputs.brief.labels import Naming
from xiaobao.outputs.brief.record import CloseRecord
from xiaobao.outputs.brief.truth import Truth, derive_truth
from xiaobao.submissions import catalogs, manifest
from xiaobao.submissions.closing import close_sequences
from xiaobao.submissions.home import Home


class NothingReportedError(UserError):
    """Nobody who was due has reported for the day: there is nothing to print but silence."""

    def __init__(self, day: date) -> None:
        super().__init__(
            Words(
                zh=f"{day} 日结时应报单位均未报送，没有可印的数；资料暂缺不是零",
                en=f"nobody due had reported by the close of {day}: "
                "there is no number to print, and silence is not zero",
            )
        )


class PathError(UserError):
    """Paths are never added: a brief is of one of them."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        listed = ", ".join(paths)
        super().__init__(
            Words(
                zh=f"简报只能依一条路径编写；请用 --path 指明：{listed}",
                en=f"a brief is of one path; name it with --path: {listed}",
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One closed day of one home, on one counting path."""

    home: Home
    catalog: Catalog
    path: str | None
    record: CloseRecord
    previous: CloseRecord | None
    closes: Mapping[date, int]
    """Closed days up to the day."""
    silent: Mapping[date, frozenset[str]]

    def compose(self, language: Language, *, withdrawal: Withdrawal | None = None) -> Brief:
        """The draft of the day's brief. NothingReportedError when nobody due has reported."""
        if self.record.statuses and len(self.record.missing) == len(self.record.statuses):
            raise NothingReportedError(self.record.day)
        return manifest.asking(
            self.home,
            lambda snapshot: compose(
                day_facts(
                    self.scope(snapshot),
                    record=self.record,
                    previous=self.previous,
                    mark=self.home.mark.value,
                ),
                language=language,
                withdrawal=withdrawal,
            ),
            as_of=self.record.posted_seq,
        )

    def refusals(self, brief: Brief) -> tuple[Refusal, ...]:
        """What keeps a brief from being issued: every figure is derived again, every token looked at."""
        truth = Truth(closes=self.closes, record=self.record, previous=self.previous)
        checked = Checked(brief=brief, naming=self.naming(brief), truth=truth)
        if malformed := (
            *header_refusals(checked),
            *shape_refusals(checked),
            *chart_refusals(checked),
        ):
            return malformed
        derived = manifest.asking(
            self.home,
            lambda snapshot: derive_truth(brief, self.scope(snapshot), truth),
            as_of=self.record.posted_seq,
        )
        checked = replace(checked, truth=derived)
        return (*figure_refusals(checked), *token_refusals(checked))

    def naming(self, brief: Brief) -> Naming:
        """The labels of a brief, written from the catalog and the closes."""
        codes = {
            member
            for figure in brief.figures
            for dimension, member in figure.where
            if dimension == "institution"
        }
        return Naming(
            language=brief.header.language,
            catalog=self.catalog,
            domain_id=self.home.domain_id,
            simulated=self.home.simulated,
            close_head=self.record.close_head,
            days=self.closes,
            stated_names=manifest.asking(
                self.home,
                lambda snapshot: stated_names(self.scope(snapshot), sorted(codes)),
                as_of=self.record.posted_seq,
            ),
            figures={figure.id: figure for figure in brief.figures},
            replaces=brief.header.replaces,
        )

    def scope(self, snapshot: Snapshot) -> Scope:
        """Where the day's figures are asked."""
        return Scope(
            catalog=self.catalog,
            domain=self.catalog.domain(self.home.domain_id),
            simulated=self.home.simulated,
            path=self.path,
            closes=self.closes,
            silent=self.silent,
            snapshot=snapshot,
        )


def open_desk(home: Home, day: date, *, path: str | None = None) -> Desk:
    """The desk of a closed day. NotClosedError, or PathError when several paths could be meant."""
    catalog = catalogs.read(home, require_close(home, day).catalog_digest)
    path = path or _only_path(home, catalog)
    closes = {one: sequence for one, sequence in close_sequences(home).items() if one <= day}
    before = previous_closed(home, day)
    window = max((measure.window_days or 0 for measure in catalog.measures.values()), default=0)
    looked_at = {one for one in days_before(day, max(window, 1)) if one in closes} | {day}
    looked_at |= {before} if before else set()
    return Desk(
        home=home,
        catalog=catalog,
        path=path,
        record=record_of(home, day, path=path, catalog=catalog),
        previous=record_of(home, before, path=path, catalog=catalog) if before else None,
        closes=closes,
        silent={one: silent_of(home, one, path=path, catalog=catalog) for one in looked_at},
    )


def _only_path(home: Home, catalog: Catalog) -> str | None:
    # A path on which nobody has to report, as the hotline of a simulated home, is not asked about.
    sources = catalog.sources_of(home.domain_id, simulated=home.simulated)
    paths = {source.path for source in sources if source.due != "on_demand"}
    known = tuple(sorted(path for path in paths if path))
    if len(known) > 1:
        raise PathError(known)
    return known[0] if known else None
