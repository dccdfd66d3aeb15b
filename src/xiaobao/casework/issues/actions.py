"""What officers do to hot issues: each act is journaled with its author and moment; nothing is changed."""

from datetime import datetime

from django.db import transaction

from xiaobao.analysis.topics.decided import Act
from xiaobao.casework.issues import queries
from xiaobao.casework.issues.decisions import IssueDecision
from xiaobao.casework.issues.tables import DECISIONS
from xiaobao.casework.persons import signature
from xiaobao.submissions import journal
from xiaobao.submissions.home import Home


def decide(
    home: Home, act: Act, *, issue: str, other: str | None, words: tuple[str, ...], by: str, at: datetime
) -> IssueDecision:
    """Keep a decision under the next serial; whether it may be made, the caller knows. SignatureError."""
    name = signature(by)
    with transaction.atomic():
        journal.lock_head()
        known = queries.decisions()
        made = IssueDecision(
            serial=known[-1].serial + 1 if known else 1,
            act=act,
            issue=issue,
            other=other,
            words=words,
            decided_by=name,
            decided_at=at,
        )
        DECISIONS.record(home, made, at=at)
    return made
