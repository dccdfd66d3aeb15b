"""What stands under the table of an answer: what rates rest on, and who had not reported."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from xiaobao.analysis.outcomes import NO_DENOMINATOR
from xiaobao.analysis.over_institutions import without_denominator
from xiaobao.catalog.measures import DENOMINATORS
from xiaobao.lib.periods import ONE_DAY
from xiaobao.lib.words import Words
from xiaobao.workflows.measure import Measured


def denominators(measured: Measured) -> tuple[Words, ...]:
    """What the rates rest on, and whose denominator is missing by name; nothing of other measures."""
    if measured.answer.question.measure.whole not in DENOMINATORS:
        return ()
    return tuple(told for told in (_serving(measured), _without_denominator(measured)) if told.en)


def _serving(measured: Measured) -> Words:
    """From when the numbers of outlets or customers are in use, and how many of them are derived."""
    told = [row.denominator for row in measured.answer.rows if row.denominator is not None]
    if not told:
        return Words(zh="", en="")
    days = sorted({one.from_on for one in told})
    derived = sum(one.derived for one in told)
    span = f"{days[0]}" if len(days) == 1 else f"{days[0]}–{days[-1]}"
    return Words(
        zh=f"分母：{span} 起用；{len(told)} 个中 {derived} 个为推得（非公布）",
        en=f"denominators: in use from {span}; {derived} of {len(told)} are derived, not published",
    )


def _without_denominator(measured: Measured) -> Words:
    """By name, of which institutions the catalog has no number for the last day; empty when of none."""
    question, scope = measured.answer.question, measured.scope
    register = scope.catalog.register(scope.domain.id, simulated=scope.simulated)
    codes = {
        code
        for row in measured.answer.rows
        if row.why_none == NO_DENOMINATOR
        for code in without_denominator(question, row.members, scope=scope)
        if register.listed(code)
    }
    on = max(reading.period.last_on for reading in question.readings)
    names = [register.label(code) for code in register.institutions if code in codes]
    if not names:
        return Words(zh="", en="")
    return Words(
        zh=f"目录中没有 {on} 有效的分母：{'、'.join(name.zh for name in names)}",
        en=f"the catalog has no denominator for {on} of: {', '.join(name.en for name in names)}",
    )


def not_reported(measured: Measured) -> Words:
    sources = measured.scope.catalog.sources
    days: dict[str, list[date]] = defaultdict(list)
    for one in measured.missing:
        days[one.source_code].append(one.day)
    named: dict[str, list[Words]] = defaultdict(list)
    for code, ones in days.items():
        named[_spans(ones)].append(sources[code].name)
    zh = "；".join(f"{'、'.join(one.zh for one in names)}（{spans}）" for spans, names in named.items())
    en = "; ".join(f"{', '.join(one.en for one in names)} ({spans})" for spans, names in named.items())
    return Words(
        zh=f"未报送（合计中只有其他报送带来的数）：{zh}",
        en=f"not reported (sums have only what other deliveries brought of them): {en}",
    )


def _spans(days: Sequence[date]) -> str:
    """Days as spans without a gap: `2020-03-02, 2020-03-04–2020-03-06`."""
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        if spans and day == spans[-1][1] + ONE_DAY:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in spans)
