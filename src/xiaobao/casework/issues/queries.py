"""Reads what officers decided of hot issues."""

import msgspec

from xiaobao.casework.issues.decisions import IssueDecision
from xiaobao.casework.issues.models import IssueDecided


def decisions(*, until: int | None = None) -> tuple[IssueDecision, ...]:
    """All in their order; those up to a serial where one is given."""
    rows = IssueDecided.objects.order_by("serial")
    if until is not None:
        rows = rows.filter(serial__lte=until)
    return tuple(msgspec.convert(row, IssueDecision, from_attributes=True) for row in rows)
