"""Which groups of a run of digits are a number that names a person, by form and by the words around it."""

import re
from collections.abc import Sequence

import msgspec

from xiaobao.catalog.masking import NumberKind
from xiaobao.privacy import named
from xiaobao.privacy.digits import DIGITS, Group, count, joined
from xiaobao.privacy.labels import Labels
from xiaobao.privacy.named import Named
from xiaobao.privacy.numbers import (
    LONGEST,
    SHORTEST,
    is_checked_identity,
    is_mobile,
    is_north_american,
    is_service_number,
    may_have_form,
    token,
    token_in_one,
)
from xiaobao.privacy.writing import written

_TABLE_GROUPS, _MOST_IN_TABLE = 64, 5  # so many numbers in a row are a table: few groups make one number
_MOST_SERVICE_GROUPS = 5
_PLUS = frozenset("+＋")
_OPENING = frozenset("(（")
_NUMBER = rf"[\s:：]{{0,2}}[{DIGITS}]{{1,6}}(?![{DIGITS}])"
_EXTENSION = re.compile(rf"\s{{0,2}}(?:转?分机|extension|ext\.?|x){_NUMBER}", re.IGNORECASE)
_LANDLINE_EXTENSION = re.compile(rf"\s{{0,2}}(?:转接?|[#＃*＊\-－—])(?:\s?分机)?{_NUMBER}")
_STARTS_EXTENSION = frozenset(" \t转分eExX#＃*＊-－—")
_PHONE_WORD = re.compile(
    r"(?:phone|call|cell|mobile|tel|fax|text|电话|手机|联系)[^0-9]{0,25}$", re.IGNORECASE
)
_PHONE_WORD_REACH = 40


class Mask(msgspec.Struct, frozen=True, gc=False):
    """The characters [start, end) of a text, and what stands in for them."""

    start: int
    end: int
    token: str


class Reader:
    """Reads the runs of one text in order."""

    def __init__(self, text: str, labels: Labels, *, lowered: str) -> None:
        """`lowered` is the text in lower case, place for place."""
        self._text = text
        self._lowered = lowered
        self._labels = labels
        self._named: Named | None = None

    def masks(self, groups: Sequence[Group]) -> list[Mask]:
        """What is masked of the next run."""
        self._named = called = named.name(self._text, self._lowered, groups, self._labels, last=self._named)
        if len(groups) == 1 and not self._has_plus(groups[0]):
            return self._in_one(groups, called)
        if called.label is None and count(groups) < SHORTEST:
            return []  # most dates and sums
        found: list[Mask] = []
        at, follows = 0, True
        if called.nobody:
            last = named.extent(groups, 0, most_digits=None)
            if is_checked_identity(joined(groups, 0, last)):
                found.append(self._mask(groups, 0, last, "[ID]"))
            at, follows = last + 1, False
        while at < len(groups):
            number = self._number(groups, at, called, follows=follows)
            follows = number is not None
            if number is None:
                at = _after_service_number(groups, at)
                continue
            last, placeholder = number
            mask = self._mask(groups, at, last, placeholder, start=called.start if at == 0 else None)
            found.append(mask)
            at = last + 1
            while at < len(groups) and groups[at].start < mask.end:  # its extension
                at += 1
        return found

    def _in_one(self, groups: Sequence[Group], called: Named) -> list[Mask]:
        """What is masked of a run that is written in one and has no plus sign: most runs."""
        digits, label, placeholder = groups[0].digits, called.label, None
        if label is not None and label.kind is NumberKind.NOBODY:
            return [self._mask(groups, 0, 0, "[ID]")] if is_checked_identity(digits) else []
        if SHORTEST <= len(digits) <= LONGEST and called.sum_from:
            placeholder = token_in_one(digits) or self._bare_north_american(digits, groups[0].start)
            if called.coded and placeholder == "[PHONE]":
                return []
        if placeholder is None and label is not None:
            labelled = called.labelled(groups, 0)
            placeholder = None if labelled is None else labelled[1]
        return [] if placeholder is None else [self._mask(groups, 0, 0, placeholder, start=called.start)]

    def _has_plus(self, group: Group) -> bool:
        return self._text[group.start - 1 : group.start] in _PLUS

    def _number(
        self, groups: Sequence[Group], at: int, called: Named, *, follows: bool
    ) -> tuple[int, str] | None:
        """The number that starts at a group: its last group and its placeholder, None where there is none."""
        formed = self._formed(groups, at, called, follows=follows)
        whole = formed is not None and formed[0] == len(groups) - 1
        if whole or called.label is None or not follows:
            return formed
        labelled = called.labelled(groups, at)
        if labelled is not None and (formed is None or labelled[0] > formed[0]):
            return labelled
        return formed

    def _formed(
        self, groups: Sequence[Group], at: int, called: Named, *, follows: bool
    ) -> tuple[int, str] | None:
        """The longest number by its form."""
        plus = at == 0 and self._has_plus(groups[0])
        most = LONGEST if len(groups) <= _TABLE_GROUPS else _MOST_IN_TABLE
        size, ends = 0, []
        for last in range(at, min(called.sum_from, at + most)):
            size += len(groups[last].digits)
            if size > LONGEST:
                break
            if size >= SHORTEST:
                ends.append(last)
        for last in reversed(ends):
            placeholder = self._token(groups, at, last, follows=follows, plus=plus)
            if placeholder is not None and not (at == 0 and called.coded and placeholder == "[PHONE]"):
                return last, placeholder
        return None

    def _token(self, groups: Sequence[Group], at: int, last: int, *, follows: bool, plus: bool) -> str | None:
        if at == last and not plus:
            digits = groups[at].digits
            return token_in_one(digits) or self._bare_north_american(digits, groups[at].start)
        if not plus and not may_have_form(joined(groups, at, last)):
            return None
        number = written(groups, at, last, follows=follows, international=plus)
        return token(number) or (
            self._bare_north_american(number.digits, groups[at].start) if len(number.groups) == 1 else None
        )

    def _bare_north_american(self, digits: str, start: int) -> str | None:
        """Ten digits in one may be a phone of North America: a word must say so."""
        if not is_north_american(digits):
            return None
        before = max(0, start - _PHONE_WORD_REACH)
        return "[PHONE]" if _PHONE_WORD.search(self._text, before, start) else None

    def _mask(
        self, groups: Sequence[Group], at: int, last: int, placeholder: str, *, start: int | None = None
    ) -> Mask:
        first, end = groups[at].start if start is None else start, groups[last].end
        if placeholder == "[PHONE]":
            plus = self._plus_before(first)
            first = first if plus is None else plus
            end = self._with_extension(joined(groups, at, last), end)
        return Mask(self._with_bracket(first, end), end, placeholder)

    def _plus_before(self, start: int) -> int | None:
        """Where the plus sign of an international number stands, with its bracket."""
        if self._text[start - 1 : start] not in _PLUS:
            return None
        return start - 1 - (self._text[start - 2 : start - 1] in _OPENING)

    def _with_extension(self, digits: str, end: int) -> int:
        if self._text[end : end + 1] not in _STARTS_EXTENSION:
            return end
        extension = _EXTENSION.match(self._text, end)
        if extension is None and not is_mobile(digits):  # 向138…转1000元 is no extension
            extension = _LANDLINE_EXTENSION.match(self._text, end)
        if extension is None or self._labels.nobody_after(self._lowered, extension.end()):
            return end
        return extension.end()

    def _with_bracket(self, start: int, end: int) -> int:
        """The bracket that opens before the number goes with the one that closes inside: (021)62345678."""
        if self._text[start - 1 : start] not in _OPENING:
            return start
        inside = self._text[start:end]
        closes = inside.count(")") + inside.count("）") > inside.count("(") + inside.count("（")
        return start - 1 if closes else start


def _after_service_number(groups: Sequence[Group], at: int) -> int:
    """The group after this one, or after the company's number that starts here, such as 800-432-1000."""
    if groups[at].digits[0] not in "0148":
        return at + 1
    for last in range(at, min(len(groups), at + _MOST_SERVICE_GROUPS)):
        if is_service_number(joined(groups, at, last)):
            return last + 1
    return at + 1
