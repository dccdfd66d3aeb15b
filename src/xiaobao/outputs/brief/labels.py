"""Labels: names, days, sequences and digests, each written from one code so that it can be written again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from xiaobao.analysis.dimensions import SPECIAL_MEMBERS
from xiaobao.analysis.figures import Figure
from xiaobao.analysis.surges.issues import State
from xiaobao.analysis.surges.sentences import LEVEL, STATES
from xiaobao.analysis.topics.sentences import STATE_WORDS
from xiaobao.analysis.topics.told import ToldIssue
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.institutions import Register
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.words import Language, Words
from xiaobao.outputs.brief.document import Label
from xiaobao.outputs.brief.hot import HotDay, case_of, label_of, quote_of
from xiaobao.outputs.brief.series import Span
from xiaobao.outputs.brief.vocabulary import long_day, short_day
from xiaobao.outputs.brief.watched import Nights

SPECIAL_WORDS: Mapping[str, Words] = {
    "not_stated": Words(zh="未填", en="not stated"),
    "unmapped": Words(zh="未映射", en="unmapped"),
    "out_of_list": Words(zh="名单外", en="out of list"),
}
DIMENSION_WORDS: Mapping[str, Words] = {
    "path": Words(zh="路径", en="path"),
    "institution": Words(zh="机构", en="institution"),
    "group": Words(zh="分组", en="group"),
    "source": Words(zh="来源", en="source"),
    "business.1": Words(zh="业务类别", en="business category"),
    "cause.1": Words(zh="投诉原因", en="cause"),
    "region": Words(zh="地区", en="region"),
    "channel.1": Words(zh="渠道", en="channel"),
    "watched_on": Words(zh="监测日", en="watched on"),
    "hot_on": Words(zh="查找日", en="looked for on"),
    "issue": Words(zh="问题", en="issue"),
}
STATUS_WORDS: Mapping[str, Words] = {
    "arrived": Words(zh="按时", en="on time"),
    "late": Words(zh="迟报", en="late"),
    "nil": Words(zh="零报告", en="nil report"),
    "supplementary": Words(zh="补报", en="supplementary"),
    "superseded": Words(zh="被取代", en="superseded"),
    "missing": Words(zh="未报送", en="missing"),
    "pending": Words(zh="未报送", en="missing"),
    "not_due": Words(zh="非应报", en="not due"),
}
MARK_WORDS: Mapping[str, Words] = {
    "ordinary": Words(zh="", en=""),
    "replay": Words(
        zh="公开数据重放（replay of public records）：依公开投诉记录逐日重放而成，不是当日真实报送",
        en="Replay: public complaint records played back day by day, not a live report",
    ),
    "simulated": Words(
        zh="模拟数据：机构与数字均为虚构，不反映任何真实机构",
        en="Simulated data: institutions and numbers are invented and tell nothing of any real institution",
    ),
}


MARK_SHORT: Mapping[str, Words] = {
    "ordinary": Words(zh="", en=""),
    "replay": Words(zh="公开数据重放 replay of public records", en="Replay of public records"),
    "simulated": Words(zh="模拟数据", en="Simulated data"),
}


def replaced_text(number: str, language: Language) -> str:
    """The number of an issued brief within a sentence: 2020年第1期, No. 2020-1."""
    year, _, serial = number.partition("-")
    return f"{year}年第{serial}期" if language == "zh" else f"No. {number}"


class UnknownLabelError(XiaobaoError):
    """A label of a kind or code that nothing in the catalog or the close stands behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Writes labels in one language from one catalog and one close."""

    language: Language
    catalog: Catalog
    domain_id: str
    simulated: bool
    close_head: str
    days: Mapping[date, int]
    """Closed days the brief may name, each with its posting sequence."""
    stated_names: Mapping[str, str] = field(default_factory=dict)
    """Name as stated of institutions that an open register added."""
    figures: Mapping[str, Figure] = field(default_factory=dict)
    span: Span | None = None
    """What the brief counts and compares: its days may be named, closed or not."""
    replaces: str | None = None
    """Number of the brief that this one corrects."""
    nights: Nights = field(default_factory=dict)
    """What the runs of the brief's days told: their days may be named, closed or not."""
    hot: HotDay | None = None
    """What the run of the day told of hot issues: their words may be quoted, their days named."""

    @property
    def register(self) -> Register:
        """The institutions of this kind of home."""
        return self.catalog.register(self.domain_id, simulated=self.simulated)

    def label(self, kind: str, code: str) -> Label:
        """The label of a code; UnknownLabelError when nothing stands behind it."""
        return Label(kind=kind, code=code, text=self._text(kind, code))

    def member(self, dimension: str, member: str) -> Label:
        """The label of a member of a dimension of analysis, special groups included."""
        return self.label("special" if member in SPECIAL_MEMBERS else dimension, member)

    def _text(self, kind: str, code: str) -> str:
        words = self._words(kind, code)
        if words is not None:
            return words.to(self.language)
        match kind:
            case "day" | "short_day":
                day = self._day(code)
                return (long_day if kind == "day" else short_day)(day, self.language)
            case "before":
                return self._before(self._day(code))
            case "sequence" if int(code) in self.days.values():
                return code
            case "close_head" if code == self.close_head:
                return code
            case "catalog_digest" if code == self.catalog.digest:
                return code
            case "cutoff":
                return self._cutoff(code)
            case "watched_on" | "hot_on":
                return short_day(date.fromisoformat(code), self.language)
            case "surge_state":
                return STATES[self._state(code)].to(self.language)
            case "issue":
                return label_of(self._issue(code), self.language)
            case "demand_kind" if (named := self._demanded(code)) is not None:
                return named.to(self.language)
            case "demand_quote" if self.hot and (demand := self.hot.demand(code)):
                return quote_of(demand, self.language)
            case "issue_case":
                return case_of(self._issue(code), self.language)
            case "issue_state" if (state := self._issue(code).state) is not None:
                return STATE_WORDS[state].to(self.language)
            case "surge_level" if code == LEVEL:
                return code
            case "window":
                return str(self.catalog.measure(code).window_days)
            case "replaced" if code == self.replaces:
                return replaced_text(code, self.language)
            case "days_read" if code in self.figures:
                return str(self._working_days(self.figures[code]))
        raise UnknownLabelError(f"nothing stands behind the label {kind} {code}")

    def _words(self, kind: str, code: str) -> Words | None:
        domain = self.catalog.domain(self.domain_id)
        match kind:
            case "special":
                return SPECIAL_WORDS.get(code)
            case "status":
                return STATUS_WORDS.get(code)
            case "mark":
                return MARK_WORDS.get(code)
            case "path":
                return domain.paths.get(code)
            case "domain" if code == domain.id:
                return domain.name
            case "bureau" if code == domain.id:
                return domain.bureau
            case "institution":
                stated = self.stated_names.get(code)
                listed = self.register.listed(code)
                return Words(zh=stated, en=stated) if stated and not listed else self.register.label(code)
            case "group":
                return self.register.groups.get(code)
            case "source" if code in self.catalog.sources:
                reporter = self.catalog.source(code).institution_code
                return self.register.label(reporter) if reporter else self.catalog.source(code).name
            case "measure" if code in self.catalog.measures:
                return self.catalog.measure(code).name
            case "standard" if code in self.catalog.standards:
                return self.catalog.standards[code].name
            case "region":
                return self.catalog.regions.get(domain.region_standard, {}).get(code)
            case "business.1" | "cause.1" | "channel.1":
                return self._code_words(kind.partition(".")[0], code)
        return None

    def _code_words(self, facet: str, code: str) -> Words | None:
        day = max(self.days)
        for standard in self.catalog.standards.values():
            for table in standard.tables.values():
                if table.facet.value == facet and code in table.codes and standard.in_force_on(day):
                    return table.codes[code].name
        return None

    def _day(self, code: str) -> date:
        day = date.fromisoformat(code)
        in_span = self.span is not None and day in self.span.days
        if day not in self.days and not in_span and not self._is_watched(day):
            raise UnknownLabelError(f"{code} is not a closed day this brief reads")
        return day

    def _is_watched(self, day: date) -> bool:
        """True for a day of a surge that a run told: of its rise, its course, or its first raising."""
        if self.hot is not None and self.hot.names(day):
            return True
        return any(
            day in surge.period
            or (surge.first_raised is not None and day == surge.first_raised.on)
            or any(day == one.day for one in surge.course)
            for night in self.nights.values()
            for surge in night.path.surges
        )

    def _issue(self, code: str) -> ToldIssue:
        issue = self.hot.issue(code) if self.hot else None
        if issue is None:
            raise UnknownLabelError(f"no run told the issue {code}")
        return issue

    def _demanded(self, kind: str) -> Words | None:
        """The name of a kind of condition that the run told; None of another."""
        if self.hot is None or kind not in dict(self.hot.demands):
            return None
        kinds = self.catalog.topics.conditions_on(self.hot.day)
        return next((one.name for one in kinds if one.kind == kind), None)

    def _state(self, code: str) -> State:
        """`day:series` → what the surge did at the end of the brief's days: closed where nothing tells it."""
        iso, _, key = code.partition(":")
        night = self.nights.get(date.fromisoformat(iso))
        surge = night.surge(key) if night else None
        if night is None or surge is None:
            raise UnknownLabelError(f"no run of the night told {code}")
        return surge.state if night.day == max(self.nights) else State.CLOSED

    def _working_days(self, average: Figure) -> int:
        calendar = self.catalog.calendar_of(self.domain_id)
        return sum(calendar.is_working_day(reading.period.from_on) for reading in average.readings[1:])

    def _before(self, day: date) -> str:
        if self.span is not None and self.span.is_week:
            return Words(zh="上一周", en="the week before").to(self.language)
        if (max(self.days) - day).days == 1:
            return Words(zh="前一日", en="the day before").to(self.language)
        return Words(zh="前次日结日", en="the previous closed day").to(self.language)

    def _cutoff(self, code: str) -> str:
        domain = self.catalog.domain(self.domain_id)
        day = self._day(code)
        clock, day_words = domain.clock_name.to(self.language), long_day(day, self.language)
        moment = f"{domain.cutoff_at(day):%H:%M}"
        if clock.isascii():  # English, or the key of a zone that an older catalog gives no name
            return f"{day_words} {moment} {clock}"
        return f"{clock}{day_words}{moment}"
