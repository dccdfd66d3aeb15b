"""Reads drafts and what was done to them."""

import msgspec
from django.db.models import Max

from xiaobao.casework.briefs.drafts import Draft, Edit, Life, Review, serial_of
from xiaobao.casework.briefs.models import BriefDraft, BriefEdit, BriefReview
from xiaobao.casework.briefs.tables import ROOM
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words
from xiaobao.submissions.home import Home


class UnknownDraftError(UserError):
    """No draft of that name was composed."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Words(
                zh=f"没有名为 {name} 的草稿；名如 D1，见 xiaobao brief list --drafts",
                en=f"there is no draft {name}; names look like D1, see xiaobao brief list --drafts",
            )
        )


def life_of(name: str) -> Life:
    """The draft of a name with its edits and reviews; UnknownDraftError when there is none."""
    serial = serial_of(name)
    row = None if serial is None else BriefDraft.objects.filter(serial=serial).first()
    if row is None:
        raise UnknownDraftError(name)
    return _life(row)


def every() -> tuple[Life, ...]:
    """All drafts in the order they were composed."""
    return tuple(_life(row) for row in BriefDraft.objects.order_by("serial"))


def composed_before(digest: str, *, by: str) -> Life | None:
    """The draft of the same content by the same person that nobody edited, None when there is none."""
    rows = BriefDraft.objects.filter(digest=digest, composed_by=by).order_by("-serial")
    return next((life for life in map(_life, rows) if not life.edits), None)


def content(home: Home, digest: str) -> bytes:
    """A revision as it was kept; raises as the archive does when the digest does not hold."""
    return home.archive.read(digest, room=ROOM)


def next_serial() -> int:
    """The serial of the next draft; ask while the journal's head is locked."""
    last: int | None = BriefDraft.objects.aggregate(last=Max("serial"))["last"]
    return (last or 0) + 1


def _life(row: BriefDraft) -> Life:
    edits = BriefEdit.objects.filter(draft=row.serial).order_by("sequence")
    reviews = BriefReview.objects.filter(draft=row.serial).order_by("sequence")
    return Life(
        draft=msgspec.convert(row, Draft, from_attributes=True),
        edits=tuple(msgspec.convert(one, Edit, from_attributes=True) for one in edits),
        reviews=tuple(msgspec.convert(one, Review, from_attributes=True) for one in reviews),
    )
