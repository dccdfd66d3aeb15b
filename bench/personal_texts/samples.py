"""A text with what must be masked in it, and what must not be."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a place of a text holds."""

    IDENTITY = "identity"
    CARD = "card"
    MOBILE = "mobile"
    LANDLINE = "landline"
    EMAIL = "email"
    PLATE = "plate"
    ACCOUNT = "account"
    SOCIAL_SECURITY = "social_security"
    NORTH_AMERICAN = "north_american"
    OFFICER = "officer"
    LICENCE = "licence"
    HANDLE = "handle"
    INNOCENT = "innocent"
    """Looks like one of the others, and names nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The characters [start, end) of a text."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One text; `spans` in order, not overlapping."""

    text: str
    spans: tuple[Span, ...]

    @property
    def personal(self) -> tuple[Span, ...]:
        """What must be masked."""
        return tuple(span for span in self.spans if span.kind is not Kind.INNOCENT)

    @property
    def innocent(self) -> tuple[Span, ...]:
        """What must stay as written."""
        return tuple(span for span in self.spans if span.kind is Kind.INNOCENT)
