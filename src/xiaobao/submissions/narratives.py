"""Masked narratives of posted batches, for the machine that reads them; a person sees none of them here."""

from collections.abc import Collection
from typing import Final

import polars as pl

from xiaobao.submissions.archive import narrative_room
from xiaobao.submissions.batch_files import decode
from xiaobao.submissions.expiry import expired_months
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, Receipt

SCHEMA: Final[dict[str, pl.DataType]] = {
    "narrative_digest": pl.String(),
    "text": pl.String(),
    "masking_version": pl.String(),
}
"""`intake.private.NARRATIVE_SCHEMA`, as the archive keeps it."""


def text_months(*, posted_seqs: Collection[int] | None = None) -> dict[int, str]:
    """Posting sequence → month of the raw file, of batches that brought narratives, expired or not."""
    batches = Batch.objects.filter(posted_seq__isnull=False, narratives_digest__isnull=False)
    if posted_seqs is not None:
        batches = batches.filter(posted_seq__in=posted_seqs)
    months = dict(
        Receipt.objects.filter(sequence__in=batches.values("sequence")).values_list(
            "sequence_id", "submission__raw_month"
        )
    )
    sequences = batches.order_by("posted_seq").values_list("sequence_id", "posted_seq")
    return {posted: months[sequence] for sequence, posted in sequences if posted and sequence in months}


def narratives_of(home: Home, posted_seqs: Collection[int]) -> pl.DataFrame:
    """`SCHEMA`: each narrative of these batches once; months that have expired have none.

    ArchiveError names a file that is damaged or lost.
    """
    gone = set(expired_months())
    months = {
        posted: month for posted, month in text_months(posted_seqs=posted_seqs).items() if month not in gone
    }
    digests = dict(Batch.objects.filter(posted_seq__in=months).values_list("posted_seq", "narratives_digest"))
    kept = [
        decode(home.archive.read(str(digests[posted]), room=narrative_room(month)), schema=SCHEMA)
        for posted, month in months.items()
    ]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *kept]).unique(
        "narrative_digest", keep="first", maintain_order=True
    )
