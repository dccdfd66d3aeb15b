"""Masks what names a person by its form or by the words before it, and keeps all else as written.

Identity and bank cards, phones, accounts, messenger names, social security numbers, e-mail addresses, plates.
Names and addresses have no form and are masked by another pass. What is masked leaves a placeholder.
"""

import hashlib

import polars as pl

from xiaobao.catalog.masking import MaskingWords
from xiaobao.privacy.digits import DIGITS, SEPARATORS, runs
from xiaobao.privacy.documents import documents
from xiaobao.privacy.emails import emails
from xiaobao.privacy.handles import Handles
from xiaobao.privacy.labels import Labels, lower_case
from xiaobao.privacy.plates import PLATE, plates
from xiaobao.privacy.runs import Mask, Reader

_PROGRAM_VERSION = "4"
"""Changes whenever the same text may be masked otherwise with the same words."""
_WORDS_DIGITS = 8
# In the engine's own dialect: a run of six digits, an at sign, a plate.
_WORTH_A_LOOK = rf"[{DIGITS}](?:[{SEPARATORS}]{{0,3}}[{DIGITS}]){{5}}|[@＠]|{PLATE}"


class Masker:
    """Masks texts by the words of a catalog."""

    def __init__(self, words: MaskingWords) -> None:
        self._labels = Labels(words)
        self._handles = Handles(words)
        self._worth_a_look = f"{_WORTH_A_LOOK}|(?i:{self._handles.words})"
        digest = hashlib.sha256(repr(words).encode()).hexdigest()
        self.version = f"{_PROGRAM_VERSION}.{digest[:_WORDS_DIGITS]}"
        """Of the program and of the words; stored beside every masked text."""

    def mask_all(self, texts: pl.Series) -> pl.Series:
        """Every text of a column masked; one without digits, at sign, plate or messenger costs one look."""
        worth = texts.str.contains(self._worth_a_look).fill_null(False)
        if not worth.any():
            return texts
        masked = pl.Series([self.mask(text) for text in texts.filter(worth).to_list()], dtype=pl.String)
        # What is not masked stays where it lies: `scatter` would copy every text.
        place = (worth.cum_sum().cast(pl.Int64) - 1).clip(0)
        return texts.zip_with(~worth, masked.gather(place))

    def mask(self, text: str) -> str:
        """The text with `[ID]`, `[CARD]`, `[PHONE]`, `[ACCOUNT]` … where they stood."""
        return _replaced(text, self.masks(text))

    def masks(self, text: str) -> list[Mask]:
        """What is masked of a text, in order, not overlapping."""
        lowered = lower_case(text)
        rest, apart = _without(text, [Mask(start, end, "[EMAIL]") for start, end in emails(text)], [])
        rest, apart = _without(rest, [Mask(start, end, "[PLATE]") for start, end in plates(rest)], apart)
        rest, apart = _without(rest, [Mask(start, end, "[ID]") for start, end in documents(rest)], apart)
        if self._handles.may_be_in(lowered):
            named = [Mask(start, end, "[CONTACT]") for start, end in self._handles.of(rest)]
            rest, apart = _without(rest, named, apart)
        reader = Reader(rest, self._labels, lowered=lower_case(rest) if apart else lowered)
        numbers = [mask for groups in runs(rest) for mask in reader.masks(groups)]
        return sorted([*apart, *numbers], key=lambda mask: mask.start) if apart else numbers


def _without(text: str, found: list[Mask], before: list[Mask]) -> tuple[str, list[Mask]]:
    """The text with what is found made unreadable, place for place, and all that was found so far."""
    for mask in found:
        text = text[: mask.start] + "\0" * (mask.end - mask.start) + text[mask.end :]
    return text, [*before, *found] if found else before


def _replaced(text: str, masks: list[Mask]) -> str:
    if not masks:
        return text
    built, place = [], 0
    for mask in masks:
        built += [text[place : mask.start], mask.token]
        place = mask.end
    return "".join([*built, text[place:]])
