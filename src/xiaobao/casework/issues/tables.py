"""Which journal record each row of the desk is an index of."""

from xiaobao.casework.issues.decisions import IssueDecision
from xiaobao.casework.issues.models import IssueDecided
from xiaobao.submissions.journaled import JournaledTable

DECISIONS = JournaledTable(
    what="decision on a hot issue",
    kind="issue_decided",
    model=IssueDecided,
    names=IssueDecision.__slots__,
)
