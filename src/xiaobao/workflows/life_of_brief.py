"""The life of a brief in order: composed, edited, reviewed, issued, circulated, read, withdrawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from xiaobao.casework.briefs import queries
from xiaobao.casework.briefs.drafts import Life, serial_of
from xiaobao.lib.words import Words
from xiaobao.outputs import circulation, register
from xiaobao.outputs.brief import document
from xiaobao.outputs.brief.words import changes
from xiaobao.outputs.register import Issued
from xiaobao.submissions.home import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to a brief."""

    at: datetime
    act: Words
    by: str
    told: tuple[Words, ...] = ()
    """Revision, comment, other words: a line each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeOfBrief:
    """A draft and what became of it; either may be missing."""

    draft: Life | None
    issued: Issued | None
    successor: Issued | None
    events: tuple[Event, ...]


def life_of_brief(home: Home, name: str, *, series: str) -> LifeOfBrief:
    """The life of a draft (D1) or of an issued brief (2020-1). UnknownDraftError, UnknownNumberError."""
    if serial_of(name) is not None:
        draft: Life | None = queries.life_of(name)
        issued = register.issued_from(name.upper())
    else:
        issued = register.find(name, series=series)
        draft = queries.life_of(issued.draft) if issued.draft else None
    successor = register.successor_of(issued) if issued else None
    drafted = tuple(_drafted(home, draft)) if draft else ()
    events = (*drafted, *(_after_issue(issued, successor) if issued else ()))
    return LifeOfBrief(
        draft=draft,
        issued=issued,
        successor=successor,
        events=tuple(sorted(events, key=lambda event: event.at)),
    )


def _drafted(home: Home, life: Life) -> Iterator[Event]:
    yield Event(
        at=life.draft.composed_at,
        act=Words(zh=f"撰写草稿 {life.name}", en=f"composed as draft {life.name}"),
        by=life.draft.composed_by,
    )
    before = document.decode(queries.content(home, life.draft.digest))
    for edit in life.edits:
        after = document.decode(queries.content(home, edit.digest))
        told = tuple(
            Words(
                zh=f"{one.before or '（新增）'} → {one.after or '（删去）'}",
                en=f"{one.before or '(added)'} → {one.after or '(taken out)'}",
            )
            for one in changes(before, after)
        )
        before = after
        yield Event(
            at=edit.edited_at,
            act=Words(zh=f"修改文字（第 {edit.revision} 稿）", en=f"words edited (revision {edit.revision})"),
            by=edit.edited_by,
            told=told,
        )
    for review in life.reviews:
        verdict = _VERDICTS[review.verdict]
        comment = (Words(zh=review.comment, en=review.comment),) if review.comment else ()
        yield Event(
            at=review.reviewed_at,
            act=Words(
                zh=f"{verdict.zh}（第 {review.revision} 稿）", en=f"{verdict.en} (revision {review.revision})"
            ),
            by=review.reviewed_by,
            told=comment,
        )


_VERDICTS = {
    "comment": Words(zh="意见", en="comment"),
    "approve": Words(zh="审核通过", en="approved"),
    "return": Words(zh="退回", en="returned"),
}


def _after_issue(issued: Issued, successor: Issued | None) -> Iterator[Event]:
    yield Event(
        at=issued.issued_at,
        act=Words(zh=f"签发为第 {issued.number} 期", en=f"issued as {issued.number}"),
        by=issued.issued_by,
    )
    for given in circulation.circulated_of(issued):
        yield Event(
            at=given.circulated_at,
            act=Words(zh=f"传阅给 {given.recipient}", en=f"circulated to {given.recipient}"),
            by=given.circulated_by,
        )
    for one in circulation.read_of(issued):
        yield Event(at=one.read_at, act=Words(zh="阅毕", en="read"), by=one.reader)
    if successor is not None:
        withdrawn = successor.reason is not None
        act = Words(
            zh=f"{'撤回，' if withdrawn else ''}由第 {successor.number} 期更正并取代",
            en=f"{'withdrawn, ' if withdrawn else ''}corrected and replaced by {successor.number}",
        )
        reason = (Words(zh=successor.reason, en=successor.reason),) if successor.reason else ()
        yield Event(at=successor.issued_at, act=act, by=successor.issued_by, told=reason)
