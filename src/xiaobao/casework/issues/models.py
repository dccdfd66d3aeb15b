"""What officers decided of hot issues: rows are only added, each an index of its journal record."""

from django.db import models
from django.db.models import Q


class IssueDecided(models.Model):
    """One decision of an officer."""

    sequence = models.BigIntegerField(unique=True)
    """Its place in the journal."""
    serial = models.PositiveIntegerField(unique=True)
    """Counted up in the home, from 1; runs state the last one they know."""
    act = models.CharField(max_length=16)
    issue = models.CharField(max_length=32)
    other = models.CharField(max_length=32, null=True)
    words = models.JSONField()
    decided_by = models.CharField(max_length=128)
    decided_at = models.DateTimeField()
    """Business clock."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(decided_by=""), name="issue_has_a_decider"),
            models.CheckConstraint(condition=Q(serial__gte=1), name="issue_serial_from_one"),
            models.CheckConstraint(
                condition=Q(act__in=["name", "merge", "split", "part"]), name="issue_act_known"
            ),
        ]
