"""Computes every printed ratio of the notices again, half up, from the counts that are quoted beside it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from xiaobao.analysis.published.notice_file import NoticeLine, Printed
from xiaobao.analysis.rounding import median, rounded
from xiaobao.catalog.published import Notices, PrintedNumber, PublishedGroup
from xiaobao.lib.periods import Quarter
from xiaobao.lib.words import Words

COUNT = "投诉量"
WHOLE = "投诉总量"
OWN_WHOLE = "该行投诉总量"
MEDIAN, SHARE = "中位数", "占比"
BASES = {"环比": 1, "同比": 4}
"""What a change is on → so many quarters back."""
_RATE = re.compile(r"每(百万|千万|百|千|万|)(?:营业网点|个人客户)投诉量")
_TIMES = {"": 1, "百": 100, "千": 1_000, "万": 10_000, "百万": 10**6, "千万": 10**7}
_DECIMALS = 1  # the notices print ratios with one place


class Check(StrEnum):
    """What of a printed number is computed again."""

    SHARE = "share"
    CHANGE = "change"
    TOTAL = "total"
    MEDIAN = "median"
    RATE = "rate"


class Outcome(StrEnum):
    """What became of it."""

    AGREES = "agrees"
    WITHIN_ROUNDING = "within_rounding"  # of inputs that print has rounded already
    EXPLAINED = "explained"  # differs for a reason the catalog states
    DIFFERS = "differs"
    NOT_RECOMPUTABLE = "not_recomputable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """A printed number, what it comes to, and why where they differ or it cannot be told."""

    line: NoticeLine
    check: Check
    printed: Decimal
    value: Decimal | None
    outcome: Outcome
    why: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """What a ratio comes to from the printed numbers, and the least and most it can from unrounded ones."""

    point: Fraction
    low: Fraction
    high: Fraction
    """Not reached, unless nothing was rounded: what is just below half a place too much rounds down."""
    told: Words
    """The printed numbers it was worked out from."""


_Reason = Words
_EMPTY = Words(zh="分母或基期为零", en="nothing to divide by")


def recompute(lines: Sequence[NoticeLine], notices: Notices) -> tuple[Recomputed, ...]:
    """Every ratio, total, median and rate of the quoted lines, in their order.

    Derived lines are neither proved nor used: some were worked out from the very ratio they would prove. A
    quoted number whose name alone was worked out is used where names make no difference: in sums and medians.
    """
    book = _Book(lines, notices)
    return tuple(found for line in lines if line.quoted for found in book.checked(line))


class _Book:
    """The quoted lines, found by what they state."""

    def __init__(self, lines: Sequence[NoticeLine], notices: Notices) -> None:
        self._notices = notices
        self._quoted = {(one.quarter, one.entity, one.metric): one for one in lines if one.quoted}
        self._derived = {(one.quarter, one.entity, one.metric) for one in lines if not one.quoted}
        self._totals = {one.quarter: one.entity for one in lines if one.entity_type == "total"}
        self._columns: dict[Quarter, list[str]] = defaultdict(list)
        for one in self._quoted.values():
            if one.entity_type == "group" and one.metric == COUNT:
                self._columns[one.quarter].append(one.entity)
        self._banks: dict[tuple[Quarter, str], list[NoticeLine]] = defaultdict(list)
        for one in {(x.quarter, x.entity, x.metric): x for x in lines if x.value_quoted}.values():
            if one.entity_type == "bank":
                self._banks[(one.quarter, one.metric)].append(one)

    def checked(self, line: NoticeLine) -> Iterator[Recomputed]:
        """The checks a line gives rise to."""
        if line.share_per_cent is not None:
            yield self._judged(line, Check.SHARE, line.share_per_cent, self._share(line))
        if line.metric.endswith(SHARE):
            yield self._judged(line, Check.SHARE, line.printed.value, self._own_share(line))
        if line.change_per_cent is not None:
            yield self._judged(line, Check.CHANGE, line.change_per_cent, self._change(line))
        if line.entity_type == "total" and line.metric == COUNT:
            yield self._judged(line, Check.TOTAL, line.printed.value, self._sum_of_groups(line), decimals=0)
        if line.entity_type == "group" and line.metric == COUNT and self._members(line.entity):
            yield self._judged(line, Check.TOTAL, line.printed.value, self._sum_of_banks(line), decimals=0)
        if line.entity_type == "group_median":
            yield self._judged(line, Check.MEDIAN, line.printed.value, self._median(line))
        if line.entity_type == "bank" and (found := _RATE.fullmatch(line.metric)):
            yield self._judged(line, Check.RATE, line.printed.value, self._rate(line, _TIMES[found[1]]))

    def _judged(
        self,
        line: NoticeLine,
        check: Check,
        printed: Decimal,
        span: _Span | _Reason,
        *,
        decimals: int = _DECIMALS,
    ) -> Recomputed:
        if isinstance(span, Words):
            return Recomputed(
                line=line,
                check=check,
                printed=printed,
                value=None,
                outcome=Outcome.NOT_RECOMPUTABLE,
                why=span,
            )
        value = rounded(span.point, decimals=decimals)
        outcome, why = Outcome.AGREES, None
        if value != printed:
            outcome, why = self._difference(line, check, printed, span, decimals)
        return Recomputed(line=line, check=check, printed=printed, value=value, outcome=outcome, why=why)

    def _difference(
        self, line: NoticeLine, check: Check, printed: Decimal, span: _Span, decimals: int
    ) -> tuple[Outcome, Words | None]:
        if rounded(span.low, decimals=decimals) <= printed <= _rounded_below(span.high, decimals):
            zh, en = "所据数字在印出时已取整", "the numbers it rests on were rounded in print"
            return Outcome.WITHIN_ROUNDING, Words(zh=zh, en=en)
        number = PrintedNumber(
            quarter=line.quarter, entity=line.entity, metric=line.metric, check=check.value
        )
        if number in self._notices.exceptions:
            return Outcome.EXPLAINED, self._notices.exceptions[number]
        if check is Check.CHANGE:
            broken = self._notices.break_between(line.quarter.before(BASES[line.change_base]), line.quarter)
            if broken is not None:
                return Outcome.EXPLAINED, broken.why
        return Outcome.DIFFERS, span.told

    def _share(self, line: NoticeLine) -> _Span | _Reason:
        whole_of = self._whole_entity(line)
        if whole_of is None:
            return Words(
                zh=f"不知 {line.share_of or '（未填）'} 指什么",
                en=f"what share_of {line.share_of or '(empty)'} means is not known",
            )
        whole = self._stated(line.quarter, whole_of, COUNT)
        return whole if isinstance(whole, Words) else _ratio(line.printed, whole.printed, less=0)

    def _whole_entity(self, line: NoticeLine) -> str | None:
        if line.share_of == WHOLE:
            return self._totals.get(line.quarter, WHOLE)
        if line.share_of == OWN_WHOLE:
            return line.entity
        group = line.share_of.removesuffix(WHOLE)
        return group if group in self._notices.groups else None

    def _own_share(self, line: NoticeLine) -> _Span | _Reason:
        part = self._stated(line.quarter, line.entity, line.metric.removesuffix(SHARE) + "量")
        whole = self._stated(line.quarter, line.entity, COUNT)
        for one in (part, whole):
            if isinstance(one, Words):
                return one
        assert isinstance(part, NoticeLine)
        assert isinstance(whole, NoticeLine)
        return _ratio(part.printed, whole.printed, less=0)

    def _change(self, line: NoticeLine) -> _Span | _Reason:
        if line.change_base not in BASES:
            known = "、".join(BASES)
            return Words(
                zh=f"change_base {line.change_base or '（未填）'} 应为 {known} 之一",
                en=f"change_base {line.change_base or '(empty)'} is one of {known}",
            )
        base = self._stated(line.quarter.before(BASES[line.change_base]), line.entity, line.metric)
        return base if isinstance(base, Words) else _ratio(line.printed, base.printed, less=1)

    def _sum_of_groups(self, line: NoticeLine) -> _Span | _Reason:
        """The columns its notice prints; one of the catalog may lack where another stands for it."""
        expected = [group.name for group in self._notices.groups_in(line.quarter)]
        printed = [entity for entity in self._columns[line.quarter] if entity not in expected]
        found = [self._stated(line.quarter, name, COUNT) for name in expected]
        if printed:
            found = [one for one in found if not isinstance(one, Words)]
        found += [self._stated(line.quarter, name, COUNT) for name in printed]
        return _sum(found) if found else Words(zh="目录没有此季的分组", en="the catalog has no group then")

    def _sum_of_banks(self, line: NoticeLine) -> _Span | _Reason:
        banks = self._banks_of(line.entity, line.quarter, COUNT)
        return banks if isinstance(banks, Words) else _sum(banks)

    def _median(self, line: NoticeLine) -> _Span | _Reason:
        banks = self._banks_of(line.entity, line.quarter, line.metric.removesuffix(MEDIAN))
        if isinstance(banks, Words):
            return banks
        ordered = ", ".join(map(str, sorted(one.printed.value for one in banks)))
        return _Span(
            point=median([Fraction(one.printed.value) for one in banks]),
            low=median([one.printed.low for one in banks]),
            high=median([one.printed.high for one in banks]),
            told=Words(zh=f"{len(banks)} 家：{ordered}", en=f"of {len(banks)}: {ordered}"),
        )

    def _rate(self, line: NoticeLine, times: int) -> _Span | _Reason:
        """The rate with the whole denominator that comes nearest: the notices do not print denominators."""
        count = self._stated(line.quarter, line.entity, COUNT)
        if isinstance(count, Words):
            return count
        rate = Fraction(line.printed.value)
        denominator = round(Fraction(count.printed.value) * times / rate) if rate else 0
        if denominator == 0:
            return _EMPTY
        point = Fraction(count.printed.value) * times / denominator
        told = Words(
            zh=f"{count.printed.value} × {times} ÷ {denominator}，所除为最接近的整数",
            en=f"{count.printed.value} × {times} ÷ {denominator}, the whole number that comes nearest",
        )
        return _Span(point=point, low=point, high=point, told=told)

    def _banks_of(self, group: str, quarter: Quarter, metric: str) -> list[NoticeLine] | _Reason:
        """Everybody's line, also of members whose name the source lost; nothing when one is missing."""
        members = self._members(group)
        if not members:
            return Words(zh="通报未列该组成员", en="the notices do not name its members")
        found = [one for one in self._banks[(quarter, metric)] if self._is_of(one, group, members)]
        if len(found) != len(members):
            return Words(
                zh=f"{len(members)} 家中只有 {len(found)} 家有原文数字",
                en=f"of {len(members)} members {len(found)} are quoted",
            )
        return found

    def _is_of(self, line: NoticeLine, group: str, members: frozenset[str]) -> bool:
        named = self._notices.group_of(line.entity)
        return line.entity in members if named else line.share_of == group + WHOLE

    def _members(self, group: str) -> frozenset[str]:
        found: PublishedGroup | None = self._notices.groups.get(group)
        return found.members if found else frozenset()

    def _stated(self, quarter: Quarter, entity: str, metric: str) -> NoticeLine | _Reason:
        key = (quarter, entity, metric)
        if key in self._quoted:
            return self._quoted[key]
        name = f"{quarter} {entity} {metric}"
        if key in self._derived:
            return Words(
                zh=f"{name} 只有推得的数字，不作依据", en=f"{name} is derived only and proves nothing"
            )
        return Words(zh=f"没有 {name}", en=f"there is no {name}")


def _ratio(part: Printed, whole: Printed, *, less: int) -> _Span | _Reason:
    """100 · (part / whole − less)."""
    if whole.low <= 0:
        return _EMPTY
    ratio = f"{part.value} ÷ {whole.value}"
    formula = f"100 × ({ratio} − {less})" if less else f"100 × {ratio}"
    return _Span(
        told=Words(zh=formula, en=formula),
        point=100 * (Fraction(part.value) / Fraction(whole.value) - less),
        low=100 * (part.low / whole.high - less),
        high=100 * (part.high / whole.low - less),
    )


def _sum(found: Iterable[NoticeLine | _Reason]) -> _Span | _Reason:
    printed: list[Printed] = []
    for one in found:
        if isinstance(one, Words):
            return one
        printed.append(one.printed)
    terms = " + ".join(str(one.value) for one in printed)
    return _Span(
        told=Words(zh=terms, en=terms),
        point=sum((Fraction(one.value) for one in printed), Fraction(0)),
        low=sum((one.low for one in printed), Fraction(0)),
        high=sum((one.high for one in printed), Fraction(0)),
    )


def _rounded_below(bound: Fraction, decimals: int) -> Decimal:
    """What the numbers just below a bound round to: half up, so that half a place itself is one too many."""
    value = rounded(bound, decimals=decimals)
    place = Decimal(1).scaleb(-decimals)
    return value - place if Fraction(value) - bound == Fraction(place) / 2 else value
