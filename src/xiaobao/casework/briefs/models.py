"""Drafts, edits and reviews of briefs: rows are only added, each an index of its journal record."""

from django.db import models
from django.db.models import Q


class BriefDraft(models.Model):
    """A brief as it was composed; its words may be edited, its figures never."""

    sequence = models.BigIntegerField(unique=True)
    """Its place in the journal."""
    serial = models.PositiveIntegerField(unique=True)
    """Counted up in the home: D1, D2."""
    series = models.CharField(max_length=32)
    day = models.DateField(db_index=True)
    language = models.CharField(max_length=8)
    path = models.CharField(max_length=32, null=True)
    digest = models.CharField(max_length=64)
    """SHA-256 of the draft as a value, figures included; the bytes lie in the archive."""
    withdraws = models.CharField(max_length=32, null=True)
    """Number of the issued brief that this one withdraws and corrects once it is issued."""
    composed_by = models.CharField(max_length=128)
    composed_at = models.DateTimeField()
    """Business clock."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(composed_by=""), name="draft_has_a_composer"),
            models.CheckConstraint(condition=Q(serial__gte=1), name="draft_serial_from_one"),
        ]


class BriefEdit(models.Model):
    """Other words for a draft."""

    sequence = models.BigIntegerField(unique=True)
    draft = models.PositiveIntegerField()
    """Serial of the draft."""
    revision = models.PositiveIntegerField()
    """From 2; the draft as composed is revision 1."""
    digest = models.CharField(max_length=64)
    edited_by = models.CharField(max_length=128)
    edited_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "revision"], name="draft_revision_once"),
            models.CheckConstraint(condition=~Q(edited_by=""), name="edit_has_an_editor"),
            models.CheckConstraint(condition=Q(revision__gte=2), name="edit_revision_from_two"),
        ]


class BriefReview(models.Model):
    """What somebody said of a revision of a draft."""

    sequence = models.BigIntegerField(unique=True)
    draft = models.PositiveIntegerField(db_index=True)
    revision = models.PositiveIntegerField()
    verdict = models.CharField(max_length=16)
    """comment, approve or return."""
    comment = models.TextField()
    reviewed_by = models.CharField(max_length=128)
    reviewed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reviewed_by=""), name="review_has_a_reviewer"),
            models.CheckConstraint(
                condition=Q(verdict__in=["comment", "approve", "return"]), name="review_verdict_known"
            ),
            models.CheckConstraint(condition=Q(verdict="approve") | ~Q(comment=""), name="review_says_why"),
        ]
