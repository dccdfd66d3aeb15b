"""Words around numbers and what they say of them, for the masking of texts. `catalog/masking.toml`."""

from dataclasses import dataclass
from enum import StrEnum


class NumberKind(StrEnum):
    """What a number is by the word before it."""

    IDENTITY = "identity"
    CARD = "card"
    ACCOUNT = "account"
    PHONE = "phone"
    CONTACT = "contact"
    """A name in a messenger."""
    SOCIAL_SECURITY = "social_security"
    NOBODY = "nobody"
    """An order, a file, a sum: names no person whatever its form."""


class Firmness(StrEnum):
    """How much a word says."""

    FIRM = "firm"
    LOOSE = "loose"  # also said before other numbers: only a long one that is no date is taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """Words that stand before numbers of one kind."""

    kind: NumberKind
    how: Firmness
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskingWords:
    """The decisions of the bureau about numbers in texts."""

    joining: tuple[str, ...]
    """What may lie between such a word and its number."""
    before: tuple[Before, ...]
    nobody_after: tuple[str, ...]
    """Units and currencies: the number they follow names nobody."""
