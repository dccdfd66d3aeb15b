"""How people write a number: in groups, with separators, full-width, in Chinese digits."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

_FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
_CHINESE = (
    str.maketrans("0123456789", "〇一二三四五六七八九"),
    str.maketrans("0123456789", "零一二三四五六七八九"),
    str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖"),
    str.maketrans("0123456789", "零幺二三四五六七八九"),
)
_NARROW_SEPARATORS = (" ", "-", ".", "·")
_WIDE_SEPARATORS = ("　", "－", "．", "・")

IDENTITY_GROUPS = ((6, 8, 4), (6, 4, 4, 4), (3, 3, 4, 4, 4), (6, 12), (4, 4, 4, 4, 2))
OLD_IDENTITY_GROUPS = ((6, 6, 3), (3, 3, 6, 3))
CARD_GROUPS = ((4, 4, 4, 4, 3), (6, 13), (4, 4, 4, 7), (6, 4, 4, 5))
MOBILE_GROUPS = ((3, 4, 4), (3, 8), (4, 4, 3), (7, 4), (4, 3, 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """How often a writer does what: shares of all numbers, the rest is plain."""

    grouped: float
    full_width: float
    chinese: float
    single: float
    """A separator after every character."""


def written(chance: Random, number: str, groups: Sequence[Sequence[int]], hand: Hand) -> str:
    """The number as somebody writes it."""
    form = chance.random()
    if form < hand.grouped:
        return chance.choice(_NARROW_SEPARATORS).join(_parts(number, chance.choice(groups)))
    form -= hand.grouped
    if form < hand.full_width:
        wide = number.translate(_FULL_WIDTH)
        if chance.random() < 0.4:
            return chance.choice((*_WIDE_SEPARATORS, " ", "-")).join(_parts(wide, chance.choice(groups)))
        return wide
    form -= hand.full_width
    if form < hand.chinese:
        spoken = number.translate(chance.choice(_CHINESE))
        return " ".join(_parts(spoken, chance.choice(groups))) if chance.random() < 0.3 else spoken
    form -= hand.chinese
    if form < hand.single:
        return chance.choice((" ", "-", ".")).join(number)
    return number


def in_full_width(text: str) -> str:
    """Every printable ASCII character in its full-width form."""
    return text.translate(_FULL_WIDTH)


def _parts(number: str, groups: Sequence[int]) -> list[str]:
    parts, start = [], 0
    for size in groups:
        parts.append(number[start : start + size])
        start += size
    return [part for part in [*parts, number[start:]] if part]
