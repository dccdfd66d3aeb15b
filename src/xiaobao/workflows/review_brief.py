"""Comment on a draft, approve it or return it."""

from datetime import datetime

from xiaobao.casework.briefs import actions, queries
from xiaobao.casework.briefs.drafts import DraftState, Life, Verdict
from xiaobao.submissions.home import Home
from xiaobao.workflows.edit_brief import require_open


def review_brief(home: Home, draft: str, *, verdict: Verdict, comment: str, by: str, at: datetime) -> Life:
    """Keep what somebody says of the last revision of a draft. DeskError, UnknownDraftError.

    A draft that was issued takes no more reviews; the approval it was issued on may be stated again.
    """
    life = queries.life_of(draft)
    if verdict is not Verdict.APPROVE or life.state is not DraftState.APPROVED:
        require_open(life.name)
    return actions.keep_review(home, draft, verdict=verdict, comment=comment, by=by, at=at)
