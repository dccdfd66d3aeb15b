"""What was issued: one row a document, an index of the journal; the bytes lie in the archive."""

from django.db import models
from django.db.models import Q


class IssuedBrief(models.Model):
    """A brief as it went out; never changed, only followed by one that corrects it."""

    sequence = models.BigIntegerField(unique=True)
    """Its place in the journal."""
    series = models.CharField(max_length=32)
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    """Counted up in the series and year of the day it is about."""
    day = models.DateField(db_index=True)
    language = models.CharField(max_length=8)
    path = models.CharField(max_length=32, null=True)
    digest = models.CharField(max_length=64)
    """SHA-256 of the page as issued."""
    pdf_digest = models.CharField(max_length=64)
    docx_digest = models.CharField(max_length=64)
    document_digest = models.CharField(max_length=64)
    """SHA-256 of the brief as a value, figures included."""
    content_digest = models.CharField(max_length=64)
    """The same without number and signature: equal content is the same brief."""
    close_head = models.CharField(max_length=64)
    issued_by = models.CharField(max_length=128)
    issued_at = models.DateTimeField()
    """Business clock."""
    predecessor = models.CharField(max_length=32, null=True)
    """Number of the brief of the same day that this one corrects and replaces."""
    reason = models.TextField(null=True)
    """Why the predecessor was withdrawn; null where it was only replaced."""
    draft = models.CharField(max_length=16, null=True)
    """The draft it was issued from; null for briefs from before drafts were kept."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "serial"], name="brief_number_once"),
            models.CheckConstraint(condition=~Q(issued_by=""), name="brief_has_an_issuer"),
            models.CheckConstraint(condition=Q(serial__gte=1), name="brief_serial_from_one"),
        ]

    @property
    def number(self) -> str:
        """Year and serial: 2014-1."""
        return f"{self.year}-{self.serial}"


class BriefCirculation(models.Model):
    """An issued brief given to somebody to read."""

    sequence = models.BigIntegerField(unique=True)
    series = models.CharField(max_length=32)
    number = models.CharField(max_length=32)
    recipient = models.CharField(max_length=128)
    circulated_by = models.CharField(max_length=128)
    circulated_at = models.DateTimeField()
    """Business clock."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "number", "recipient"], name="brief_circulated_once_to_each"
            ),
            models.CheckConstraint(
                condition=~Q(recipient="") & ~Q(circulated_by=""), name="circulation_names_both"
            ),
        ]


class BriefReading(models.Model):
    """Somebody it was given to has read it."""

    sequence = models.BigIntegerField(unique=True)
    series = models.CharField(max_length=32)
    number = models.CharField(max_length=32)
    reader = models.CharField(max_length=128)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "number", "reader"], name="brief_read_once_by_each"),
        ]
