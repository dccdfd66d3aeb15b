"""What a ratio, sum or median comes to from printed numbers, and within what bounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from xiaobao.analysis.published.notice_file import NoticeLine, Printed
from xiaobao.analysis.rounding import median, rounded
from xiaobao.lib.words import Words

Reason = Words
"""Why there is nothing to compute."""
EMPTY = Words(zh="分母或基期为零", en="nothing to divide by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What a number comes to from the printed ones, and the least and most it can from unrounded ones."""

    point: Fraction
    low: Fraction
    high: Fraction
    """Not reached, unless nothing was rounded: what is just below half a place too much rounds down."""
    told: Words
    """The printed numbers it was worked out from."""
    remark: Words | None = None
    """What a reader of the outcome has to know."""

    def may_print(self, printed: Decimal, *, decimals: int) -> bool:
        """Whether some number within the bounds rounds to what is printed."""
        return rounded(self.low, decimals=decimals) <= printed <= _rounded_below(self.high, decimals)


def ratio(part: Printed, whole: Printed, *, less: int) -> Span | Reason:
    """100 · (part / whole − less)."""
    if whole.low <= 0:
        return EMPTY
    divided = f"{part.value} ÷ {whole.value}"
    formula = f"100 × ({divided} − {less})" if less else f"100 × {divided}"
    return Span(
        told=Words(zh=formula, en=formula),
        point=100 * (Fraction(part.value) / Fraction(whole.value) - less),
        low=100 * (part.low / whole.high - less),
        high=100 * (part.high / whole.low - less),
    )


def rate(count: Printed, printed: Decimal, times: int) -> Span | Reason:
    """The rate with the whole denominator that comes nearest: the notices do not print denominators."""
    denominator = round(Fraction(count.value) * times / Fraction(printed)) if printed else 0
    if denominator == 0:
        return EMPTY
    point = Fraction(count.value) * times / denominator
    told = Words(
        zh=f"{count.value} × {times} ÷ {denominator}，所除为最接近的整数",
        en=f"{count.value} × {times} ÷ {denominator}, the whole number that comes nearest",
    )
    return Span(point=point, low=point, high=point, told=told)


def added(lines: Sequence[NoticeLine], *, remark: Words | None = None) -> Span:
    """The sum of some lines."""
    terms = " + ".join(str(one.printed.value) for one in lines)
    return Span(
        told=Words(zh=terms, en=terms),
        point=sum((Fraction(one.printed.value) for one in lines), Fraction(0)),
        low=sum((one.printed.low for one in lines), Fraction(0)),
        high=sum((one.printed.high for one in lines), Fraction(0)),
        remark=remark,
    )


def middle(lines: Sequence[NoticeLine], *, remark: Words | None = None) -> Span:
    """The median of some lines; at least one."""
    ordered = ", ".join(map(str, sorted(one.printed.value for one in lines)))
    return Span(
        told=Words(zh=f"{len(lines)} 家：{ordered}", en=f"of {len(lines)}: {ordered}"),
        point=median([Fraction(one.printed.value) for one in lines]),
        low=median([one.printed.low for one in lines]),
        high=median([one.printed.high for one in lines]),
        remark=remark,
    )


def _rounded_below(bound: Fraction, decimals: int) -> Decimal:
    """What the numbers just below a bound round to: half up, so that half a place itself is one too many."""
    value = rounded(bound, decimals=decimals)
    place = Decimal(1).scaleb(-decimals)
    return value - place if Fraction(value) - bound == Fraction(place) / 2 else value
