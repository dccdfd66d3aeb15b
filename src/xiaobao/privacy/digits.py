"""Runs of digits in a text, however they are written: full-width, in Chinese, in groups with separators."""

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

_FULL_WIDTH = "０１２３４５６７８９"
_CHINESE = ("零〇○◯", "一壹幺", "二贰貳", "三叁叄參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
_SPACES = " \t\r\n\u00a0\u2002\u2003\u2009\u200b\u2060\u3000\ufeff"
_DASHES = "-－‐‑‒–—―−﹣_"
_DOTS = ".．·•・‧∙⋅･"
_BRACKETS = "()（）"

DIGITS = "0-9" + _FULL_WIDTH + "".join(_CHINESE)
"""Every digit, as the inside of a character class."""
SEPARATORS = re.escape(_SPACES + _DASHES + _DOTS + _BRACKETS)
"""What may stand between groups of digits, as the inside of a character class."""
_CHECKS = "XxＸｘ×"  # the last character of an identity number that is no digit

_NARROW = str.maketrans(
    {wide: str(digit) for digit, wide in enumerate(_FULL_WIDTH)}
    | {form: str(digit) for digit, forms in enumerate(_CHINESE) for form in forms}
    | dict.fromkeys(_CHECKS, "X")
    | dict.fromkeys(_SPACES, " ")
    | dict.fromkeys(_DASHES, "-")
    | dict.fromkeys(_DOTS, ".")
    | {"（": "(", "）": ")"}
)
_RUN = re.compile(
    f"[{DIGITS}](?:[{SEPARATORS}]{{0,3}}+[{DIGITS}]){{5,}}+(?:[{SEPARATORS}]?[{_CHECKS}](?![A-Za-z{DIGITS}]))?"
)
_CHINESE_DIGIT = "".join(_CHINESE)
_CHINESE_DIGITS = frozenset(_CHINESE_DIGIT)
# 一 in these words is no digit of the number before it: 号码一九七…一直打不通.
_ONE_OF_A_WORD = frozenset(
    "一" + other for other in "直个起样下次定旦共些般张天年月位家再方切时会边路条笔份封名"
)
_GROUP = re.compile(r"([^0-9Xx]*)([0-9]+[Xx]?|[Xx])")
_SAME_SCRIPT = re.compile(
    f"([{SEPARATORS}]*)([0-9]+[Xx×]?|[{_FULL_WIDTH}]+[ＸｘXx×]?|[{_CHINESE_DIGIT}]+[ＸｘXx×]?|[{_CHECKS}])"
)


class Group(msgspec.Struct, frozen=True, gc=False):
    """Digits written in one, at the characters [start, end) of the text."""

    start: int
    end: int
    digits: str
    separator: str
    """What stands before it, narrow and shortened: one of ` `, `-`, `.`, `(`, `)`; empty where only the
    script changes, and before the first."""


def runs(text: str) -> Iterator[list[Group]]:
    """Every run of at least six digits, in groups."""
    for match in _RUN.finditer(text):
        written, start = match[0], match.start()
        if written.isascii():
            if written.isdecimal():
                yield [Group(start, match.end(), written, "")]
            else:
                yield _groups(_GROUP.findall(written), start)
            continue
        if text[match.end() - 1 : match.end() + 1] in _ONE_OF_A_WORD:
            written = written[:-1]
        # A change of script is a possible border too: 电话一13812345678, 2020年一月.
        yield _without_words(_groups(_narrowed(written), start), text)


def _narrowed(written: str) -> Iterator[tuple[str, str]]:
    """Each group of a run and what stands before it, in half-width characters."""
    narrow, place = written.translate(_NARROW), 0  # one character for each
    for before, digits in _SAME_SCRIPT.findall(written):
        start = place + len(before)
        end = start + len(digits)
        yield narrow[place:start], narrow[start:end]
        place = end


def _groups(pieces: Iterable[tuple[str, str]], place: int) -> list[Group]:
    found = []
    for separator, digits in pieces:
        start = place + len(separator)
        place = start + len(digits)
        found.append(Group(start, place, digits, separator if len(separator) < 2 else _short(separator)))
    return found


def _without_words(groups: list[Group], text: str) -> list[Group]:
    """Without a Chinese digit at the border of a number in other digits: 号码一：138…, 138…一."""
    if len(groups) == 1:
        return groups
    chinese = [text[group.start] in _CHINESE_DIGITS for group in groups]
    if sum(chinese) == 1:
        if chinese[-1] and len(groups[-1].digits) == 1:
            return groups[:-1]
        if chinese[0] and len(groups[0].digits) == 1:
            return groups[1:]
    return groups


def _short(separator: str) -> str:
    marks = separator.translate(_NARROW).strip()
    return marks[:1] if marks else separator[:1]


def joined(groups: Sequence[Group], at: int, last: int) -> str:
    """The digits of the groups from `at` to `last`."""
    if at == last:
        return groups[at].digits
    return "".join([group.digits for group in groups[at : last + 1]])


def count(groups: Sequence[Group]) -> int:
    """How many digits."""
    return len(groups[0].digits) if len(groups) == 1 else sum([len(group.digits) for group in groups])
