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


def narratives_of(home: Home, posted_seqs: Collection[int]) -> pl.DataFrame:
    """`SCHEMA`: each narrative of these batches once; months that have expired have none.

    ArchiveError names a file that is damaged or lost.
    """
    batches = Batch.objects.filter(posted_seq__in=posted_seqs, narratives_digest__isnull=False)
    months = dict(
        Receipt.objects.filter(sequence__in=batches.values("sequence")).values_list(
            "sequence_id", "submission__raw_month"
        )
    )
    gone = set(expired_months())
    kept = [
        decode(home.archive.read(str(batch.narratives_digest), room=narrative_room(month)), schema=SCHEMA)
        for batch in batches.order_by("posted_seq")
        if (month := months.get(batch.sequence_id)) is not None and month not in gone
    ]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *kept]).unique(
        "narrative_digest", keep="first", maintain_order=True
    )
