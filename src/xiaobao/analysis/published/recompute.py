"""Computes every printed ratio of the notices again, half up, from the counts that are quoted beside it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from xiaobao.analysis.published.book import COUNT, WHOLE, Book
from xiaobao.analysis.published.notice_file import NoticeLine
from xiaobao.analysis.published.spans import Reason, Span, rate, ratio
from xiaobao.analysis.rounding import rounded
from xiaobao.catalog.published import Notices, PrintedNumber
from xiaobao.lib.words import Words

OWN_WHOLE = "该行投诉总量"
MEDIAN, SHARE = "中位数", "占比"
BASES = {"环比": 1, "同比": 4}
"""What a change is on → so many quarters back."""
_RATE = re.compile(r"每(百万|千万|百|千|万|)(?:营业网点|个人客户)投诉量")
_TIMES = {"": 1, "百": 100, "千": 1_000, "万": 10_000, "百万": 10**6, "千万": 10**7}
_DECIMALS = 1  # the notices print ratios with one place; another may print more
_IN_PRINT = Words(zh="所据数字在印出时已取整", en="the numbers it rests on were rounded in print")
_WHOLE_IN_PRINT = Words(zh="印为整数", en="printed as a whole number")


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
    WITHIN_ROUNDING = "within_rounding"  # of inputs that print has rounded already, or of a whole number
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
    """Also what is to be known of a number that agrees."""


def recompute(lines: Sequence[NoticeLine], notices: Notices) -> tuple[Recomputed, ...]:
    """Every ratio, total, median and rate of the quoted lines, in their order.

    Derived lines are neither proved nor used: some were worked out from the very ratio they would prove. A
    quoted number whose name alone was worked out is used where names make no difference: in sums and medians.
    """
    checker = _Checker(lines, notices)
    return tuple(found for line in lines if line.quoted for found in checker.checked(line))


class _Checker:
    """Holds what a line prints against what the others come to."""

    def __init__(self, lines: Sequence[NoticeLine], notices: Notices) -> None:
        self._notices = notices
        self._book = Book(lines, notices)

    def checked(self, line: NoticeLine) -> Iterator[Recomputed]:
        """The checks a line gives rise to."""
        value = line.printed.value
        if line.share_per_cent is not None:
            yield self._judged(line, Check.SHARE, line.share_per_cent, self._share(line))
        if line.metric.endswith(SHARE):
            yield self._judged(line, Check.SHARE, value, self._own_share(line))
        if line.change_per_cent is not None:
            yield self._judged(line, Check.CHANGE, line.change_per_cent, self._change(line))
        if line.entity_type == "total" and line.metric == COUNT:
            yield self._judged(line, Check.TOTAL, value, self._book.sum_of_columns(line.quarter))
        if line.entity_type == "group" and line.metric == COUNT and self._book.knows_banks(line):
            yield self._judged(line, Check.TOTAL, value, self._book.sum_of_banks(line))
        if line.entity_type == "group_median":
            metric = line.metric.removesuffix(MEDIAN)
            yield self._judged(line, Check.MEDIAN, value, self._book.median_of_banks(line, metric))
        if line.entity_type == "bank" and (found := _RATE.fullmatch(line.metric)):
            yield self._judged(line, Check.RATE, value, self._rate(line, _TIMES[found[1]]))

    def _judged(self, line: NoticeLine, check: Check, printed: Decimal, span: Span | Reason) -> Recomputed:
        if isinstance(span, Words):
            return Recomputed(
                line=line,
                check=check,
                printed=printed,
                value=None,
                outcome=Outcome.NOT_RECOMPUTABLE,
                why=span,
            )
        decimals = 0 if check is Check.TOTAL else max(_DECIMALS, _places(printed))
        value = rounded(span.point, decimals=decimals)
        outcome, why = Outcome.AGREES, span.remark
        if value != printed:
            outcome, why = self._difference(line, check, printed, span, decimals)
        return Recomputed(line=line, check=check, printed=printed, value=value, outcome=outcome, why=why)

    def _difference(
        self, line: NoticeLine, check: Check, printed: Decimal, span: Span, decimals: int
    ) -> tuple[Outcome, Words]:
        if span.may_print(printed, decimals=decimals):
            return Outcome.WITHIN_ROUNDING, _IN_PRINT
        if check is Check.MEDIAN and _is_count(line) and rounded(span.point, decimals=0) == printed:
            return Outcome.WITHIN_ROUNDING, _WHOLE_IN_PRINT
        number = PrintedNumber(
            quarter=line.quarter, entity=line.entity, metric=line.metric, check=check.value
        )
        explained = self._notices.exceptions.get(number)
        if explained is not None and explained.printed in (None, printed):
            return Outcome.EXPLAINED, explained.why
        if check is Check.CHANGE:
            broken = self._notices.break_between(line.quarter.before(BASES[line.change_base]), line.quarter)
            if broken is not None:
                return Outcome.EXPLAINED, broken.why
        if span.remark is None:
            return Outcome.DIFFERS, span.told
        told, remark = span.told, span.remark
        return Outcome.DIFFERS, Words(zh=f"{told.zh}；{remark.zh}", en=f"{told.en}; {remark.en}")

    def _share(self, line: NoticeLine) -> Span | Reason:
        whole = self._whole(line)
        return whole if isinstance(whole, Words) else ratio(line.printed, whole.printed, less=0)

    def _whole(self, line: NoticeLine) -> NoticeLine | Reason:
        if line.share_of == WHOLE:
            return self._book.total(line.quarter)
        if line.share_of == OWN_WHOLE:
            return self._book.stated(line.quarter, line.entity, COUNT)
        column = line.share_of.removesuffix(WHOLE)
        if self._book.is_column(line.quarter, column):
            return self._book.stated(line.quarter, column, COUNT)
        return Words(
            zh=f"不知 {line.share_of or '（未填）'} 指什么",
            en=f"what share_of {line.share_of or '(empty)'} means is not known",
        )

    def _own_share(self, line: NoticeLine) -> Span | Reason:
        part = self._book.stated(line.quarter, line.entity, line.metric.removesuffix(SHARE) + "量")
        whole = self._book.stated(line.quarter, line.entity, COUNT)
        if isinstance(part, Words):
            return part
        return whole if isinstance(whole, Words) else ratio(part.printed, whole.printed, less=0)

    def _change(self, line: NoticeLine) -> Span | Reason:
        if line.change_base not in BASES:
            known = "、".join(BASES)
            return Words(
                zh=f"change_base {line.change_base or '（未填）'} 应为 {known} 之一",
                en=f"change_base {line.change_base or '(empty)'} is one of {known}",
            )
        base = self._book.stated(line.quarter.before(BASES[line.change_base]), line.entity, line.metric)
        return base if isinstance(base, Words) else ratio(line.printed, base.printed, less=1)

    def _rate(self, line: NoticeLine, times: int) -> Span | Reason:
        count = self._book.stated(line.quarter, line.entity, COUNT)
        return count if isinstance(count, Words) else rate(count.printed, line.printed.value, times)


def _places(printed: Decimal) -> int:
    exponent = printed.as_tuple().exponent
    assert isinstance(exponent, int), "numbers of a file are finite"
    return max(0, -exponent)


def _is_count(line: NoticeLine) -> bool:
    return _RATE.fullmatch(line.metric.removesuffix(MEDIAN)) is None
