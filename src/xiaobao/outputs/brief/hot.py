"""What the run of the day told of hot issues: figures of a basis of their own, beside the ledger's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from xiaobao.analysis.amounts import FigureValue
from xiaobao.analysis.dimensions import SPECIAL_MEMBERS
from xiaobao.analysis.figures import Figure, Reading
from xiaobao.analysis.questions import Filter
from xiaobao.analysis.topics.sentences import called_words
from xiaobao.analysis.topics.told import ToldDemand, ToldIssue, ToldIssues, ToldTopics
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.periods import Period, day_period
from xiaobao.lib.words import Language, Words
from xiaobao.privacy.placeholders import placeholders_said

BASIS = "run:topics"
"""Figures of what a run told of hot issues: derived again by running again."""
RUN_DAY, ISSUE = "hot_on", "issue"
"""The dimensions that say which day's run told a figure, and of which issue."""
HOT_MEASURES: Mapping[str, Words] = {
    "hot.complaints": Words(zh="期间投诉件数", en="complaints of the window"),
    "hot.without_text": Words(zh="无文本件数", en="complaints without a text"),
    "hot.all": Words(zh="全部件数", en="in all"),
    "hot.distinct": Words(zh="去重件数", en="distinct"),
    "hot.institution": Words(zh="其中机构件数", en="of an institution"),
}
_MOST_KINDS, _MOST_INSTITUTIONS = 3, 4
_NOT_PRINTED = re.compile(
    r"[^\x20-\x7e\u3001-\u3011\u4e00-\u9fff\uff01\uff05\uff08\uff09\uff0c\uff1a\uff1b\uff1f…—·“”‘’]+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HotDay:
    """What the run of one day told on the path of the brief."""

    day: date
    first_day: date
    posted_seq: int
    catalog_digest: str
    refused: bool
    """Names could not be masked, so that nothing was looked for."""
    path: ToldIssues | None
    """None where it was refused."""

    @property
    def window(self) -> Period:
        """The days whose complaints were looked at."""
        return Period(from_on=self.first_day, to_on=day_period(self.day).to_on)

    @property
    def issues(self) -> tuple[ToldIssue, ...]:
        """What was told."""
        return self.path.issues if self.path else ()

    def issue(self, name: str) -> ToldIssue | None:
        """The issue of an id; None where the run told none of it."""
        return next((one for one in self.issues if one.id == name), None)

    @property
    def demands(self) -> tuple[tuple[str, tuple[ToldDemand, ...]], ...]:
        """Kinds of conditions told most, and of each the institutions of which it is told most."""
        found: dict[str, list[ToldDemand]] = {}
        for one in self.path.demands if self.path else ():
            if one.institution not in SPECIAL_MEMBERS and one.quotes:
                found.setdefault(one.kind, []).append(one)
        most = sorted(found.items(), key=lambda kind: -sum(one.distinct for one in kind[1]))
        return tuple((kind, tuple(ones[:_MOST_INSTITUTIONS])) for kind, ones in most[:_MOST_KINDS])

    def demand(self, code: str) -> ToldDemand | None:
        """What was told of `kind:institution`; None where nothing was."""
        kind, _, institution = code.partition(":")
        found = dict(self.demands).get(kind, ())
        return next((one for one in found if one.institution == institution), None)

    def names(self, day: date) -> bool:
        """True for a day the section may name."""
        return day in (self.day, self.first_day) or any(
            day in (one.first_day, one.last_day) for one in self.issues
        )


def hot_of(run: ToldTopics, *, path: str | None) -> HotDay | None:
    """A run's answer for one path; None where that path was not looked at."""
    of_path = run.on_path(path)
    if of_path is None and not run.refused:
        return None
    return HotDay(
        day=run.day,
        first_day=run.first_day,
        posted_seq=run.posted_seq,
        catalog_digest=run.catalog_digest,
        refused=bool(run.refused),
        path=of_path,
    )


def hot_figure(hot: HotDay, measure_id: str) -> Figure:
    """A figure of the whole window."""
    return _figure(hot, measure_id, (), hot.window)


def issue_figure(hot: HotDay, issue: ToldIssue, measure_id: str, *, of: Filter = ()) -> Figure:
    """A figure of an issue, or of one institution's part of it."""
    return _figure(hot, measure_id, (*issue.where, (ISSUE, issue.id)), issue.period, of=of)


def value_of(hot: HotDay | None, figure: Figure) -> Decimal:
    """The value of a run's figure; XiaobaoError where no run told of it."""
    where = dict(figure.where)
    if hot is None or hot.path is None or where.get(RUN_DAY) != hot.day.isoformat():
        raise XiaobaoError(f"no run of hot issues stands behind {figure.measure_id}")
    issue = hot.issue(where[ISSUE]) if ISSUE in where else None
    match figure.measure_id, issue:
        case "hot.complaints", None:
            return Decimal(hot.path.complaints)
        case "hot.without_text", None:
            return Decimal(hot.path.without_text)
        case "hot.all", ToldIssue():
            return Decimal(issue.all)
        case "hot.distinct", ToldIssue():
            return Decimal(issue.distinct)
        case "hot.institution", ToldIssue():
            counts = {(("institution", one.member),): one.count for one in issue.institutions}
            if figure.of in counts:
                return Decimal(counts[figure.of])
    raise XiaobaoError(f"the run of {hot.day} tells no {figure.measure_id} of {where} {dict(figure.of)}")


def fits(figure: Figure, hot: HotDay | None, *, path: str | None) -> bool:
    """True where a figure says what its run says it is of: path, place, days, sequence and catalog."""
    if hot is None or hot.path is None or dict(figure.where).get("path") != path:
        return False
    name = dict(figure.where).get(ISSUE)
    if name is None:
        return figure == replace(hot_figure(hot, figure.measure_id), id=figure.id, value=figure.value)
    issue = hot.issue(name)
    if issue is None:
        return False
    meant = issue_figure(hot, issue, figure.measure_id, of=figure.of)
    return figure == replace(meant, id=figure.id, value=figure.value)


def case_of(issue: ToldIssue, language: Language) -> str:
    """Its first masked passage, without signs that no brief can print."""
    return _printed(issue.excerpts[0], language) if issue.excerpts else ""


def quote_of(demand: ToldDemand, language: Language) -> str:
    """Its first masked quote, without signs that no brief can print."""
    return _printed(demand.quotes[0], language)


def _printed(passage: str, language: Language) -> str:
    """The passage as a brief prints it: what stands for something masked is said in its language."""
    said = placeholders_said(passage).to(language)
    return " ".join(_NOT_PRINTED.sub(" ", said).split())


def label_of(issue: ToldIssue, language: Language) -> str:
    """The words it is called by, and who named it so, without signs that no brief can print."""
    if issue.name is None:
        return _NOT_PRINTED.sub(" ", called_words(issue).to(language))
    text, by = issue.name.text, issue.name.by
    said = Words(zh=f"{text}（{by}命名）", en=f"{text} (named by {by})").to(language)
    return _NOT_PRINTED.sub(" ", said)


def _figure(hot: HotDay, measure_id: str, where: Filter, days: Period, *, of: Filter = ()) -> Figure:
    assert hot.path is not None  # a refused run has no figures
    path: Filter = (("path", hot.path.path),) if hot.path.path else ()
    blank = Figure(
        id="",
        measure_id=measure_id,
        where=tuple(sorted((*path, *where, (RUN_DAY, hot.day.isoformat())))),
        of=of,
        readings=(Reading(period=days, posted_seq=hot.posted_seq),),
        catalog_digest=hot.catalog_digest,
        basis=BASIS,
        value=None,
    )
    return replace(blank, value=FigureValue(value_of(hot, blank)))
