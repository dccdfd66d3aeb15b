"""What the words around a number say of it, by `catalog.masking`."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from xiaobao.catalog.masking import Firmness, MaskingWords, NumberKind

_REACH = 48
"""How many characters before a number are looked at."""
_MARKS = " \t\r\n\u00a0\u3000:：=,，\"“”'‘’（(【[<《「-－–—_.*·"
_COMMAS = frozenset(",，")
_REMARKS = {")": "(", "）": "（", "]": "[", "】": "【"}
_LONGEST_REMARK = 24
_MOST_JOINING = 6
_UNIT_REACH = 10
_NONE: tuple[str, ...] = ()


def lower_case(text: str) -> str:
    """The text in lower case, place for place."""
    return text.replace("İ", "ı").lower()  # the one character that becomes two


class Label(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the word before a number says."""

    kind: NumberKind
    firm: bool


class _Endings:
    """Words to be found at the end of a text."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        lengths = defaultdict[str, set[int]](set)
        for word in self._words:
            lengths[word[-2:]].add(len(word))
        # By the last two characters, which few texts share with a word; a word of one by itself.
        self._lengths = {last: sorted(of, reverse=True) for last, of in lengths.items()}

    @property
    def last_characters(self) -> Iterable[str]:
        """The characters words end with."""
        return {word[-1] for word in self._words}

    def of(self, text: str) -> str | None:
        """The longest word that ends the text; a Latin one only where no Latin letter goes before it."""
        words, last = self._words, text[-2:]
        for length in self._lengths.get(last, ()):
            word = text[-length:]
            if word in words and not _goes_on(text[-length - 1 : -length], word[0]):
                return word
        last = last[1:]
        return last if last in words and not _goes_on(text[-2:-1], last) else None


class Labels:
    """The words of a catalog, ready to be looked for."""

    def __init__(self, words: MaskingWords) -> None:
        self._labels = {
            word: Label(kind=each.kind, firm=each.how is Firmness.FIRM)
            for each in words.before
            for word in each.words
        }
        self._words = _Endings(self._labels)
        self._joining = _Endings(words.joining)
        # What may stand right before a number of which something is said.
        self._speaking = frozenset(
            [*_MARKS, *_REMARKS, *self._words.last_characters, *self._joining.last_characters]
        )
        self._units = {
            unit[0]: tuple(each for each in words.nobody_after if each[0] == unit[0])
            for unit in words.nobody_after
        }

    def before(self, text: str, place: int) -> Label | None:
        """What the word right before a place of a text in lower case says of what starts there.

        None where no such word stands.
        """
        if text[place - 1 : place] not in self._speaking:
            return None  # most numbers end here
        left = text[max(0, place - _REACH) : place]
        comma = remark = False
        for _ in range(_MOST_JOINING):
            bare = left.rstrip(_MARKS)
            if len(bare) < len(left):
                comma = comma or not _COMMAS.isdisjoint(left[len(bare) :])
            word = self._words.of(bare)
            if word is not None:
                return self._said(word, after_comma=comma)
            shorter = self._without_joining(bare)
            if shorter is None and not remark:
                shorter, remark = _without_remark(bare), True
            if shorter is None:
                return None
            left = shorter
        return None

    def nobody_after(self, text: str, place: int) -> bool:
        """True where a unit or a currency follows in a text in lower case."""
        right = text[place : place + _UNIT_REACH].lstrip()
        return right.startswith(self._units.get(right[:1], _NONE))

    def _said(self, word: str, *, after_comma: bool) -> Label | None:
        label = self._labels[word]
        if after_comma and (not label.firm or label.kind is NumberKind.NOBODY):
            return None  # 没有收到订单，13812345678是我的电话
        return label

    def _without_joining(self, left: str) -> str | None:
        word = self._joining.of(left)
        return None if word is None else left[: -len(word)]


def _goes_on(before: str, first: str) -> bool:
    return first.isascii() and before.isascii() and before.isalpha()


def _without_remark(left: str) -> str | None:
    """账号（建设银行）：6217…: without what the brackets hold."""
    opening = _REMARKS.get(left[-1:])
    place = -1 if opening is None else left.rfind(opening, max(0, len(left) - _LONGEST_REMARK - 2))
    return left[:place] if place > 0 else None
