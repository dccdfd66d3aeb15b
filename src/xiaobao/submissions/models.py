"""The operational tables of the ledger: append-only, an index of the journal and of the segments.

What is hashed is the stored bytes of sealed files, never a column of these tables.
"""

from django.db import models
from django.db.models import Q


class HomeRecord(models.Model):
    """The home itself: one row, set at creation."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    identity = models.CharField(max_length=32)
    domain_id = models.CharField(max_length=32)
    mark = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    business_at = models.DateTimeField(null=True)
    """The business clock of replay and simulated homes; never goes back."""

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_home")]


class JournalHead(models.Model):
    """The row every append locks."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_journal_head")]


class JournalRecord(models.Model):
    """One decision about the ledger; its content is the sealed file `digest` of the archive."""

    sequence = models.BigIntegerField(primary_key=True)
    digest = models.CharField(max_length=64, unique=True)
    previous = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=32)
    recorded_at = models.DateTimeField()


class CatalogVersion(models.Model):
    """A catalog that was in use here; its packed bytes are the sealed file `digest`."""

    digest = models.CharField(max_length=64, primary_key=True)
    sequence = models.OneToOneField(JournalRecord, on_delete=models.PROTECT, db_column="sequence")


class Submission(models.Model):
    """Bytes that were kept before anything else happened to them."""

    source_code = models.CharField(max_length=64)
    day = models.DateField()
    kind = models.CharField(max_length=16)
    revision = models.BigIntegerField(null=True)
    stated_total = models.BigIntegerField(null=True)
    covers_from = models.DateField(null=True)
    """First day of the period it states; empty where it states its business day alone."""
    file_name = models.CharField(max_length=255)
    raw_digest = models.CharField(max_length=64, db_index=True)
    raw_month = models.CharField(max_length=7)
    size_bytes = models.BigIntegerField()
    arrived_at = models.DateTimeField()
    """Business clock; never before the arrival of an earlier submission."""
    state = models.CharField(max_length=16, default="received", db_index=True)
    """received, accepted, returned, refused (three tries failed), repeated (an earlier receipt was given)."""
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.TextField(default="")
    """What stopped the last try at checking it."""


class Receipt(models.Model):
    """What the reporter was told before posting. The text is the sealed file `digest`."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT)
    sequence = models.OneToOneField(JournalRecord, on_delete=models.PROTECT, db_column="sequence")
    decision = models.CharField(max_length=24)
    source_code = models.CharField(max_length=64)
    path = models.CharField(max_length=32, null=True)
    day = models.DateField()
    kind = models.CharField(max_length=16)
    revision = models.BigIntegerField(null=True)
    raw_digest = models.CharField(max_length=64, db_index=True)
    digest = models.CharField(max_length=64)
    read = models.BigIntegerField()
    accepted = models.BigIntegerField()
    rejected = models.BigIntegerField()
    arrived_at = models.DateTimeField(db_index=True)
    """Business clock; never goes back along the journal."""

    class Meta:
        indexes = [models.Index(fields=["source_code", "day", "kind"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(read=models.F("accepted") + models.F("rejected")), name="read_adds_up"
            )
        ]


class Batch(models.Model):
    """Accepted rows waiting for, or after, posting; in arrival order by `sequence`."""

    sequence = models.OneToOneField(
        JournalRecord, primary_key=True, on_delete=models.PROTECT, db_column="sequence"
    )
    kind = models.CharField(max_length=16)  # delivery, decision, tags
    source_code = models.CharField(max_length=64)
    batch_digest = models.CharField(max_length=64)
    narratives_digest = models.CharField(max_length=64, null=True)
    arrived_at = models.DateTimeField(db_index=True)
    rows = models.BigIntegerField()
    posted_seq = models.BigIntegerField(null=True, unique=True)
    set_aside = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(posted_seq=None) | Q(set_aside=False), name="posted_or_set_aside"
            )
        ]


class BatchCounts(models.Model):
    """Rows of a batch by code, or its calls by interval: a summary that can be made of its file again."""

    batch = models.OneToOneField(Batch, primary_key=True, on_delete=models.PROTECT)
    counts = models.BinaryField()
    """A seal over what follows and the digest of the batch, then the columns of the counts as JSON.

    Nothing rests on a row: one that is lost or broken is made again of the batch.
    """


class ExpiredMonth(models.Model):
    """A month whose raw files and narratives two people had destroyed."""

    sequence = models.OneToOneField(
        JournalRecord, primary_key=True, on_delete=models.PROTECT, db_column="sequence"
    )
    month = models.CharField(max_length=7, unique=True)
    declared_by = models.CharField(max_length=128)
    confirmed_by = models.CharField(max_length=128)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(declared_by=models.F("confirmed_by")), name="expiry_takes_two"
            )
        ]


class LedgerHead(models.Model):
    """How far the ledger is posted, and who holds the poster's lease."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    posted_seq = models.BigIntegerField(default=0)
    recorded_at = models.DateTimeField(null=True)
    token = models.CharField(max_length=32, default="")
    holder = models.CharField(max_length=128, default="")
    lease_until = models.DateTimeField(null=True)
    """Real clock."""

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_ledger_head")]


class Claim(models.Model):
    """The poster's durable intent: which batches get which numbers, and when they were recorded."""

    sequence = models.OneToOneField(
        JournalRecord, primary_key=True, on_delete=models.PROTECT, db_column="sequence"
    )
    first_posted_seq = models.BigIntegerField(unique=True)
    last_posted_seq = models.BigIntegerField(unique=True)
    recorded_at = models.DateTimeField()
    finished = models.BooleanField(default=False)


class Segment(models.Model):
    """A Parquet file of the ledger; live while nothing replaced it."""

    name = models.CharField(max_length=128, primary_key=True)
    table = models.CharField(max_length=16)  # entries, tags
    digest = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    rows = models.BigIntegerField()
    sum_sign = models.BigIntegerField()
    first_posted_seq = models.BigIntegerField()
    last_posted_seq = models.BigIntegerField()
    month = models.IntegerField(null=True)
    """Set on files of the nightly rewrite."""
    created_at = models.DateTimeField()
    replaced_by = models.CharField(max_length=128, null=True, db_index=True)
    """Name of the merge that replaced it."""
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(replaced_by=None, replaced_at=None)
                | Q(replaced_by__isnull=False, replaced_at__isnull=False),
                name="replaced_by_and_at",
            )
        ]


class PostingNote(models.Model):
    """What became of a batch: accepted = posted + unchanged + superseded + refused by state."""

    batch = models.OneToOneField(Batch, primary_key=True, on_delete=models.PROTECT)
    sequence = models.ForeignKey(JournalRecord, on_delete=models.PROTECT, db_column="sequence")
    accepted = models.BigIntegerField()
    posted = models.BigIntegerField()
    unchanged = models.BigIntegerField()
    superseded = models.BigIntegerField()
    refused = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    accepted=models.F("posted")
                    + models.F("unchanged")
                    + models.F("superseded")
                    + models.F("refused")
                ),
                name="accepted_adds_up",
            )
        ]


class ReportingEvent(models.Model):
    """Arrived, late, nil, supplementary, superseded, missing: a journaled event that can be asked as of."""

    sequence = models.ForeignKey(JournalRecord, on_delete=models.PROTECT, db_column="sequence")
    source_code = models.CharField(max_length=64)
    day = models.DateField()
    covers_from = models.DateField(null=True)
    """First of the days it tells of, `day` being the last; empty where it tells of that day alone."""
    status = models.CharField(max_length=16)
    receipt_sequence = models.BigIntegerField(null=True)
    """The receipt of the delivery the event is about; empty for *missing*."""
    reversed = models.BooleanField(default=False)
    """True on the event that takes an earlier nil back."""

    class Meta:
        indexes = [models.Index(fields=["day", "source_code"])]


class DayClose(models.Model):
    """A business day that was closed, or declared skipped; names its predecessor."""

    day = models.DateField(primary_key=True)
    sequence = models.OneToOneField(JournalRecord, on_delete=models.PROTECT, db_column="sequence")
    previous_day = models.DateField(null=True, unique=True)
    skipped = models.BooleanField(default=False)
    posted_seq = models.BigIntegerField()
    rows_digest = models.CharField(max_length=64)
    close_head = models.CharField(max_length=64, unique=True)
    catalog_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    """The sealed file with counts by path, institution and category, and the reporting status."""


class RevisionVoid(models.Model):
    """A revision that two people declared void: events that carry it rank below all others."""

    sequence = models.OneToOneField(
        JournalRecord, primary_key=True, on_delete=models.PROTECT, db_column="sequence"
    )
    source_code = models.CharField(max_length=64)
    revision = models.BigIntegerField()
    declared_by = models.CharField(max_length=128)
    confirmed_by = models.CharField(max_length=128)
    reason = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(declared_by=models.F("confirmed_by")), name="void_takes_two"),
            models.UniqueConstraint(fields=["source_code", "revision"], name="void_once"),
        ]
