"""Which journal record each row of the desk is an index of."""

from xiaobao.casework.briefs.drafts import Draft, Edit, Review
from xiaobao.casework.briefs.models import BriefDraft, BriefEdit, BriefReview
from xiaobao.submissions.journaled import JournaledTable

ROOM = "document"
"""Room of the archive where drafts lie, beside what was issued."""

DRAFTS = JournaledTable(what="draft", kind="brief_composed", model=BriefDraft, names=Draft.__slots__)
EDITS = JournaledTable(what="edit", kind="brief_edited", model=BriefEdit, names=Edit.__slots__)
REVIEWS = JournaledTable(what="review", kind="brief_reviewed", model=BriefReview, names=Review.__slots__)
