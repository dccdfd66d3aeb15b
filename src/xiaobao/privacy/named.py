"""What the words around a run of digits make of its numbers."""

import re
from collections.abc import Sequence

import msgspec

from xiaobao.catalog.masking import NumberKind
from xiaobao.privacy.digits import Group, joined
from xiaobao.privacy.labels import Label, Labels
from xiaobao.privacy.numbers import is_service_number, looks_like_date

_TOKENS = {
    NumberKind.IDENTITY: "[ID]",
    NumberKind.CARD: "[CARD]",
    NumberKind.ACCOUNT: "[ACCOUNT]",
    NumberKind.PHONE: "[PHONE]",
    NumberKind.CONTACT: "[CONTACT]",
    NumberKind.SOCIAL_SECURITY: "[SSN]",
}
# How many digits a firm word, and a loose one, may make a number of its kind.
_FIRM = {
    NumberKind.IDENTITY: (7, 20),  # after letters: passports such as EA1234567
    NumberKind.CARD: (6, 21),
    NumberKind.ACCOUNT: (6, 30),
    NumberKind.PHONE: (7, 12),
    NumberKind.CONTACT: (6, 12),
    NumberKind.SOCIAL_SECURITY: (9, 9),
}
_LOOSE = {
    NumberKind.IDENTITY: (15, 20),
    NumberKind.CARD: (12, 21),
    NumberKind.ACCOUNT: (8, 30),
    NumberKind.PHONE: (7, 12),
    NumberKind.CONTACT: (6, 12),
    NumberKind.SOCIAL_SECURITY: (9, 9),
}
_IN_ONE = 8  # a number that starts with so many digits in one is not divided further
_LOCAL = 7  # digits of the shortest phone number: a year after it is not part of it
_MOST_SUFFIX = 4
# Not a subscriber's, which starts with 2 to 9 and has seven digits at least; shorter ones are hotlines.
_NO_SUBSCRIBER = re.compile(r"[01][0-9]{6,7}|0[0-9]{2,3}(?:1|9[56])[0-9]{3,4}")
_HOTLINE = re.compile(r"1[0-9]{2,4}|9[56][0-9]{3,4}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_CODE = re.compile(r"(?<![A-Za-zＡ-Ｚ])(?:[A-Z]{1,6}|[Ａ-Ｚ]{1,6})[-_]?$")
_ENDS_CODE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ-_")
_CODE_REACH = 8
_LISTED = re.compile(r"\s{0,2}(?:[、/;；&]|和|及|与|或者?|以及|and|or)\s{0,2}")
_CONTINUED = re.compile(r"\s{0,2}(?:[,，]\s{0,2})?")


class Named(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a run is called."""

    label: Label | None
    end: int
    """Where the run ends."""
    start: int
    """Where its first number starts: letters before the digits may be part of it, as in a passport's."""
    coded: bool
    """Capital letters stand right before it, and no word says what it is: SF13812345678."""
    sum_from: int
    """From this group on it is a sum: 元 follows."""

    @property
    def nobody(self) -> bool:
        """True where the words say that the first number names nobody."""
        return self.label is not None and self.label.kind is NumberKind.NOBODY

    def labelled(self, groups: Sequence[Group], at: int) -> tuple[int, str] | None:
        """The number that starts at a group, by the word alone: its last group and its placeholder.

        Asked of the first group, and of one that follows what was masked.
        """
        label = self.label
        if label is None or self.nobody or at >= self.sum_from:
            return None
        # A word says it of the first number, and less firmly of those that follow.
        firm = label.firm and at == 0
        if at and not label.firm:
            return None
        least, most = (_FIRM if firm else _LOOSE)[label.kind]
        last = extent(groups, at, most_digits=most)
        digits = joined(groups, at, last)
        if not least <= len(digits) <= most or not set(digits) - {
            "0",
            "X",
        }:  # zeros stand for a number taken out
            return None
        if label.kind is NumberKind.PHONE and _is_office(groups[at].digits, digits):
            return None
        if (not firm or label.kind is NumberKind.PHONE) and looks_like_date(digits):
            return None
        years = not firm or label.kind is NumberKind.CONTACT
        if years and all(_YEAR.fullmatch(group.digits) for group in groups[at : last + 1]):
            return None  # 2019-2020年
        return last, _TOKENS[label.kind]


def _is_office(first: str, digits: str) -> bool:
    """Numbers of offices and companies: 12345 12369, 0731-12333, 400-889-5588."""
    return (
        _HOTLINE.fullmatch(first) is not None
        or _NO_SUBSCRIBER.fullmatch(digits) is not None
        or is_service_number(digits)
    )


def name(text: str, lowered: str, groups: Sequence[Group], labels: Labels, *, last: Named | None) -> Named:
    """What the words say of a run of a text; `last` is what was said of the one before it.

    `lowered` is the text in lower case, place for place.
    """
    start, end = groups[0].start, groups[-1].end
    label = labels.before(lowered, start)
    coded = False
    if label is None:
        code = _code_before(text, start)
        if code is not None:
            label = labels.before(lowered, code.start())
            coded = label is None
            start = start if coded else code.start()
        if label is None and last is not None and last.label is not None:
            label = _inherited(text, last.end, start, last.label)
    sum_follows = (label is None or not label.firm) and labels.nobody_after(lowered, end)
    sum_from = _sum_from(groups) if sum_follows else len(groups)
    return Named(label=label, start=start, end=end, coded=coded, sum_from=sum_from)


def _code_before(text: str, start: int) -> re.Match[str] | None:
    if text[start - 1 : start] not in _ENDS_CODE:
        return None
    return _CODE.search(text, max(0, start - _CODE_REACH), start)


def _inherited(text: str, end: int, start: int, label: Label) -> Label | None:
    """账号1…、2…: the word before the first says it of the second too."""
    if not 0 < start - end < _CODE_REACH:
        return None
    listed = _LISTED.fullmatch(text, end, start) is not None
    continued = label.kind is not NumberKind.NOBODY and _CONTINUED.fullmatch(text, end, start) is not None
    return Label(kind=label.kind, firm=False) if listed or continued else None


def extent(groups: Sequence[Group], at: int, *, most_digits: int | None) -> int:
    """The last group of the number that starts at a group, as far as its writing tells.

    `most_digits` is None for what names nobody: all that hyphens join belongs to it.
    """
    count, last = len(groups[at].digits), at
    separator = None
    while last + 1 < len(groups):
        following = groups[last + 1]
        if following.separator:
            if count >= _IN_ONE and separator is None:
                return _with_suffix(groups, last, endless=most_digits is None)
            separator = separator or following.separator
            too_many = most_digits is not None and count + len(following.digits) > most_digits
            a_year = last == at and count >= _LOCAL and _YEAR.fullmatch(following.digits)
            if following.separator != separator or too_many or a_year:
                return last
        count += len(following.digits)
        last += 1
    return last


def _with_suffix(groups: Sequence[Group], last: int, *, endless: bool) -> int:
    """12345678-01: what a hyphen joins to a number written in one."""
    while endless and last + 1 < len(groups) and groups[last + 1].separator == "-":
        last += 1
    if not endless and last + 2 == len(groups) and groups[last + 1].separator == "-":
        suffix = groups[last + 1].digits
        return last + (len(suffix) <= _MOST_SUFFIX and not _YEAR.fullmatch(suffix))
    return last


def _sum_from(groups: Sequence[Group]) -> int:
    place = len(groups) - 1
    while place and groups[place].separator == ".":
        place -= 1
    return place
