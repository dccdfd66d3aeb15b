"""A draft of a brief with everything that was done to it: values, pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

_NAME = re.compile(r"[Dd]([1-9][0-9]{0,8})")
FIRST_REVISION = 1


class Verdict(StrEnum):
    """What a review says."""

    COMMENT = "comment"
    APPROVE = "approve"
    RETURN = "return"


class DraftState(StrEnum):
    """How far a draft has come before it is issued."""

    COMPOSED = "composed"
    EDITED = "edited"
    RETURNED = "returned"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A brief as composed: revision 1."""

    serial: int
    series: str
    day: date
    language: str
    path: str | None
    digest: str
    withdraws: str | None
    composed_by: str
    composed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Other words: a new revision."""

    draft: int
    revision: int
    digest: str
    edited_by: str
    edited_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A comment, an approval or a return of one revision."""

    draft: int
    revision: int
    verdict: str
    comment: str
    reviewed_by: str
    reviewed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A draft with its edits and reviews, each in the order it was made."""

    draft: Draft
    edits: tuple[Edit, ...] = ()
    reviews: tuple[Review, ...] = ()

    @property
    def name(self) -> str:
        """D1."""
        return name_of(self.draft.serial)

    @property
    def revision(self) -> int:
        """The last revision."""
        return self.edits[-1].revision if self.edits else FIRST_REVISION

    @property
    def digest(self) -> str:
        """The digest of the last revision."""
        return self.edits[-1].digest if self.edits else self.draft.digest

    @property
    def authors(self) -> tuple[str, ...]:
        """Who composed it or edited its words, in the order they first did."""
        return tuple(dict.fromkeys((self.draft.composed_by, *(edit.edited_by for edit in self.edits))))

    @property
    def state(self) -> DraftState:
        """What the last verdict on the last revision says; comments decide nothing."""
        verdicts = [
            review.verdict
            for review in self.reviews
            if review.revision == self.revision and review.verdict != Verdict.COMMENT
        ]
        if verdicts:
            return DraftState.APPROVED if verdicts[-1] == Verdict.APPROVE else DraftState.RETURNED
        return DraftState.EDITED if self.edits else DraftState.COMPOSED


def name_of(serial: int) -> str:
    """The name of a draft by its serial: D1."""
    return f"D{serial}"


def serial_of(name: str) -> int | None:
    """The serial of a draft by its name; None for a text that names none."""
    match = _NAME.fullmatch(name)
    return int(match[1]) if match else None
