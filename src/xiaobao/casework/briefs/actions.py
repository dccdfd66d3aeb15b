"""What is done to drafts: each act is journaled with its author and moment, and nothing is ever changed."""

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from xiaobao.casework.briefs import queries, rules
from xiaobao.casework.briefs.drafts import Draft, Edit, Life, Review, Verdict, name_of
from xiaobao.casework.briefs.rules import DeskError
from xiaobao.casework.briefs.tables import DRAFTS, EDITS, REVIEWS, ROOM
from xiaobao.casework.persons import signature
from xiaobao.lib.words import Words
from xiaobao.submissions import journal
from xiaobao.submissions.home import Home

COMMENT_LIMIT = 2000


def keep_draft(
    home: Home,
    content: bytes,
    *,
    series: str,
    day: date,
    language: str,
    path: str | None,
    withdraws: str | None,
    by: str,
    at: datetime,
) -> Life:
    """Keep a brief as it was composed, under the next name. SignatureError.

    The same content composed again by the same person is the draft that was kept, unless it was edited.
    """
    name = signature(by)
    with transaction.atomic():
        journal.lock_head()
        digest = home.archive.keep(content, room=ROOM)
        before = queries.composed_before(digest, by=name)
        if before is not None:
            return before
        draft = Draft(
            serial=queries.next_serial(),
            series=series,
            day=day,
            language=language,
            path=path,
            digest=digest,
            withdraws=withdraws,
            composed_by=name,
            composed_at=at,
        )
        DRAFTS.record(home, draft, at=at)
    return queries.life_of(name_of(draft.serial))


def keep_edit(home: Home, life: Life, content: bytes, *, by: str, at: datetime) -> Life:
    """Keep other words of a draft as its next revision; DeskError when another edit came first."""
    name = signature(by)
    with transaction.atomic():
        journal.lock_head()
        if queries.life_of(life.name).revision != life.revision:
            raise DeskError(
                Words(
                    zh=f"草稿 {life.name} 已有更新的一稿，请在其上修改",
                    en=f"draft {life.name} has a newer revision; edit that one",
                )
            )
        edit = Edit(
            draft=life.draft.serial,
            revision=life.revision + 1,
            digest=home.archive.keep(content, room=ROOM),
            edited_by=name,
            edited_at=at,
        )
        EDITS.record(home, edit, at=at)
    return queries.life_of(life.name)


def keep_review(home: Home, draft: str, *, verdict: Verdict, comment: str, by: str, at: datetime) -> Life:
    """Keep a comment on, an approval or a return of the last revision. DeskError, UnknownDraftError.

    What the same person said of it before, last, in the same words is not kept twice.
    """
    name, said = signature(by), comment.strip()
    if len(said) > COMMENT_LIMIT:
        raise DeskError(
            Words(
                zh=f"--comment 不超过 {COMMENT_LIMIT} 字",
                en=f"--comment takes at most {COMMENT_LIMIT} characters",
            )
        )
    with transaction.atomic():
        journal.lock_head()
        life = queries.life_of(draft)
        rules.require_review(life, by=name, verdict=verdict, comment=said)
        review = Review(
            draft=life.draft.serial,
            revision=life.revision,
            verdict=verdict.value,
            comment=said,
            reviewed_by=name,
            reviewed_at=at,
        )
        if not _said_before(life, review):
            REVIEWS.record(home, review, at=at)
    return queries.life_of(draft)


def _said_before(life: Life, review: Review) -> bool:
    return bool(life.reviews) and replace(life.reviews[-1], reviewed_at=review.reviewed_at) == review
