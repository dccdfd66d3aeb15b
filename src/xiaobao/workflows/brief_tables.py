"""The tables of the desks, all of them indexes of the journal: verified, compared and restored together."""

from xiaobao.casework.briefs.tables import DRAFTS, EDITS, REVIEWS
from xiaobao.casework.issues.tables import DECISIONS
from xiaobao.outputs.circulation import CIRCULATED, READ
from xiaobao.outputs.register import ISSUED
from xiaobao.submissions.journaled import JournaledTable

BRIEF_TABLES: tuple[JournaledTable, ...] = (DRAFTS, EDITS, REVIEWS, ISSUED, CIRCULATED, READ, DECISIONS)
