"""The desk a brief is written and checked at: a closed day, its catalog, its closes, who was silent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from xiaobao.catalog.catalog import Catalog
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import Period, day_period, days_before
from xiaobao.lib.words import Language, Words
from xiaobao.outputs.brief.assemble import brief_facts, stated_names
from xiaobao.outputs.brief.check import Checked, Refusal
from xiaobao.outputs.brief.check_figures import figure_refusals
from xiaobao.outputs.brief.check_shape import chart_refusals, header_refusals, shape_refusals
from xiaobao.outputs.brief.check_tokens import token_refusals
from xiaobao.outputs.brief.closes import (
    previous_closed,
    record_of,
    require_close,
    silent_within,
    statuses_within,
)
from xiaobao.outputs.brief.compose import Withdrawal, compose
from xiaobao.outputs.brief.document import Brief
from xiaobao.outputs.brief.gather import Scope, Silence, Silent
from xiaobao.outputs.brief.hot import HotDay
from xiaobao.outputs.brief.labels import Naming
from xiaobao.outputs.brief.nights import hot_at, nights_of
from xiaobao.outputs.brief.record import REPORTED, CloseRecord
from xiaobao.outputs.brief.series import DAILY, span_of, week_of
from xiaobao.outputs.brief.truth import Truth, derive_truth
from xiaobao.outputs.brief.watched import Nights
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

    def __init__(self, paths: Mapping[str, Words], *, path: str | None = None) -> None:
        zh = "；".join(f"--path {code}（{name.zh}）" for code, name in paths.items())
        en = ", ".join(f"--path {code} ({name.en})" for code, name in paths.items())
        said = Words(
            zh=f"没有 {path} 这条路径" if path else "各路径的数从不相加，一期简报只写一条路径",
            en=f"there is no path {path}" if path else "paths are never added, so a brief is of one path",
        )
        super().__init__(
            Words(zh=f"{said.zh}；请加上其中之一：{zh}", en=f"{said.en}; add one of these: {en}")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One closed day of one home, on one counting path."""

    home: Home
    catalog: Catalog
    series: str
    path: str | None
    record: CloseRecord
    previous: CloseRecord | None
    closes: Mapping[date, int]
    """Closed days up to the day."""
    silent: Silent
    statuses: Mapping[str, Mapping[date, str]]
    """Source → day of the week → reporting status at this close; empty for a daily brief."""
    nights: Nights
    """What the runs of the days told, as far as they are kept."""
    hot: HotDay | None = None
    """What the run of the last day told of hot issues; its window is as long as a week."""

    def compose(self, language: Language, *, withdrawal: Withdrawal | None = None) -> Brief:
        """The draft of the day's brief. NothingReportedError when nobody due has reported."""
        if self._nobody_reported():
            raise NothingReportedError(self.record.day)
        return manifest.asking(
            self.home,
            lambda snapshot: compose(
                brief_facts(
                    self.scope(snapshot),
                    series=self.series,
                    record=self.record,
                    previous=self.previous,
                    statuses=self.statuses,
                    mark=self.home.mark.value,
                    nights=self.nights,
                    hot=self.hot,
                ),
                language=language,
                withdrawal=withdrawal,
            ),
            as_of=self.record.posted_seq,
        )

    def _nobody_reported(self) -> bool:
        if self.series == DAILY:
            return bool(self.record.statuses) and len(self.record.missing) == len(self.record.statuses)
        days = [set(days.values()) for days in self.statuses.values()]
        return bool(days) and not any(one & REPORTED for one in days)

    def refusals(self, brief: Brief) -> tuple[Refusal, ...]:
        """What keeps a brief from being issued: every figure is derived again, every token looked at."""
        truth = Truth(
            closes=self.closes,
            record=self.record,
            previous=self.previous,
            nights=self.nights,
            hot=self.hot,
        )
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

    def silent_now(self, periods: Iterable[Period]) -> dict[Period, Silence]:
        """Period → the institutions that have not reported for it until today."""
        return {
            one: silent_within(self.home, one, path=self.path, catalog=self.catalog, now=True)
            for one in periods
        }

    def naming(self, brief: Brief) -> Naming:
        """The labels of a brief, written from the catalog and the closes."""
        codes = {
            member
            for figure in brief.figures
            for dimension, member in (*figure.where, *figure.of)
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
            span=span_of(self.series, self.record.day, self.closes),
            nights=self.nights,
            hot=self.hot,
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


def desk_of(home: Home, brief: Brief) -> Desk:
    """The desk a brief was written at."""
    header = brief.header
    return open_desk(home, header.day, path=header.path, series=header.series)


def open_desk(home: Home, day: date, *, path: str | None = None, series: str = DAILY) -> Desk:
    """The desk of a closed day. NotClosedError, or PathError when several paths could be meant."""
    catalog = catalogs.read(home, require_close(home, day).catalog_digest)
    path = _path_of(home, catalog, path)
    closes = {one: sequence for one, sequence in close_sequences(home).items() if one <= day}
    before = previous_closed(home, day)
    window = max((measure.window_days or 0 for measure in catalog.measures.values()), default=0)
    days = {one for one in days_before(day, max(window, 1)) if one in closes} | {day}
    looked_at = {day_period(one) for one in days | ({before} if before else set())}
    looked_at |= {reading.period for reading in span_of(series, day, closes).readings}
    return Desk(
        home=home,
        catalog=catalog,
        series=series,
        path=path,
        record=record_of(home, day, path=path, catalog=catalog),
        previous=record_of(home, before, path=path, catalog=catalog) if before else None,
        closes=closes,
        silent=silent_at(home, looked_at, path=path, catalog=catalog),
        statuses=_statuses(home, series, day, path=path, catalog=catalog),
        nights=nights_of(
            home,
            {one: closes[one] for one in span_of(series, day, closes).present.period if one in closes},
            path=path,
        ),
        hot=hot_at(home, day, closes[day], path=path),
    )


def silent_at(
    home: Home, periods: Iterable[Period], *, path: str | None, catalog: Catalog
) -> dict[Period, Silence]:
    """Period → the institutions that had not reported for it at the close of its last day."""
    return {one: silent_within(home, one, path=path, catalog=catalog) for one in periods}


def _statuses(
    home: Home, series: str, day: date, *, path: str | None, catalog: Catalog
) -> Mapping[str, Mapping[date, str]]:
    if series == DAILY:
        return {}
    return statuses_within(home, week_of(day), path=path, catalog=catalog)


def _path_of(home: Home, catalog: Catalog, path: str | None) -> str | None:
    """The path named, or the only one on which somebody has to report. PathError."""
    named = catalog.domain(home.domain_id).paths
    if path is not None:
        if path not in named:
            raise PathError(named, path=path)
        return path
    # A path on which nobody has to report, as the hotline of a simulated home, is not asked about.
    sources = catalog.sources_of(home.domain_id, simulated=home.simulated)
    known = sorted({source.path for source in sources if source.due != "on_demand" and source.path})
    if len(known) > 1:
        raise PathError({code: named[code] for code in known})
    return known[0] if known else None
