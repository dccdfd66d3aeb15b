"""Texts masked whole: first what has a form or a label before it, then names, addresses and employers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from xiaobao.privacy.masking import Masker
from xiaobao.privacy.names.masking import NameMasker
from xiaobao.privacy.names.masking import masked as masked_by


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedTexts:
    """Texts as they may be shown, and what was masked of them."""

    texts: tuple[str | None, ...]
    """Null where the text was."""
    masking_version: str
    kinds: Counter[str]
    """`NAME`, `PHONE` … → how often it was masked."""
    touched: int
    """How many texts had something to mask."""


class TextMasker:
    """Both passes over texts that nothing has masked yet."""

    def __init__(self, numbers: Masker, names: NameMasker) -> None:
        self._numbers = numbers
        self._names = names
        self.version = f"{numbers.version}+{names.version}"

    def mask_all(self, texts: Iterable[str | None]) -> MaskedTexts:
        """Every text masked, each by itself."""
        kinds: Counter[str] = Counter()
        masked: list[str | None] = []
        touched = 0
        for text in texts:
            if text is None:
                masked.append(None)
                continue
            numbers = self._numbers.masks(text)
            told = self._numbers.mask(text)
            names = self._names.masks(told)
            kinds.update(one.token.strip("[]") for one in numbers)
            kinds.update(one.kind.value for one in names)
            touched += bool(numbers or names)
            masked.append(masked_by(told, names))
        return MaskedTexts(texts=tuple(masked), masking_version=self.version, kinds=kinds, touched=touched)
