"""What the ledger tells intake about a source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db.models import Max

from xiaobao.intake.delivery import Decision
from xiaobao.ledger.batches import BatchToPost, complaint_keys
from xiaobao.ledger.entries import SCHEMA
from xiaobao.ledger.events import Disposition
from xiaobao.ledger.posting import foretold
from xiaobao.privacy.bridge import PEOPLE
from xiaobao.submissions import day_counts, manifest
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, Receipt, RevisionVoid
from xiaobao.submissions.pending import load

_KNOWN_SCHEMA = {"complaint_no": pl.String(), "withdrawn": pl.Boolean(), "revision": pl.Int64()}
_NAMING = ("entry_id", "source_code", "complaint_no", *PEOPLE)
_READ = ("entry_id", "source_code", "complaint_no", "sign", "revision")
_ACCEPTED = (Decision.ACCEPTED.value, Decision.ACCEPTED_IN_PART.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHistory:
    """`intake.delivery.History` of one source, read from a home's ledger as it stands."""

    home: Home
    source_code: str

    def last_revision(self) -> int | None:
        """The highest revision of the source that was accepted and not voided."""
        voided = RevisionVoid.objects.filter(source_code=self.source_code).values("revision")
        accepted = Receipt.objects.filter(source_code=self.source_code, decision__in=_ACCEPTED)
        highest = accepted.exclude(revision__in=voided).aggregate(highest=Max("revision"))["highest"]
        return None if highest is None else int(highest)

    def known(self, complaint_nos: pl.Series) -> pl.DataFrame:
        """Columns complaint_no, withdrawn (bool), revision (Int64): numbers the ledger knows."""
        prior = self._rows(complaint_nos, columns=_READ)
        return _standing(prior, self._voided())

    def waiting(self, complaint_nos: pl.Series) -> pl.Series:
        """Those of the numbers that stand in a delivery which is accepted and not posted yet."""
        pending = Batch.objects.filter(source_code=self.source_code, posted_seq=None, set_aside=False)
        numbers = [load(self.home, each.sequence_id).frame for each in pending.order_by("sequence")]
        stated = [frame["complaint_no"] for frame in numbers if "complaint_no" in frame.columns]
        return (
            complaint_nos.filter(complaint_nos.is_in(pl.concat(stated).implode()))
            if stated
            else (complaint_nos.clear())
        )

    def people(self, complaint_nos: pl.Series) -> pl.DataFrame:
        """Everybody the ledger ever named in each number, under the key under which it did."""
        return self._rows(complaint_nos, columns=_NAMING).select("complaint_no", *PEOPLE).unique()

    def _rows(self, complaint_nos: pl.Series, *, columns: Sequence[str]) -> pl.DataFrame:
        """All rows of these numbers of the source; `columns` has entry_id and the two of the identity."""
        if complaint_nos.null_count() == complaint_nos.len() or not self._was_posted():
            return pl.DataFrame(schema={name: SCHEMA[name] for name in columns})
        asked = pl.DataFrame({"complaint_no": complaint_nos.drop_nulls().unique().cast(pl.String)})
        asked = asked.with_columns(pl.lit(self.source_code).alias("source_code"))
        keys = complaint_keys(asked)
        rows = manifest.rows_of_complaints(self.home, keys, columns=columns)
        return rows.join(asked, on=["source_code", "complaint_no"], how="semi")

    def _was_posted(self) -> bool:
        """False while the ledger has no row of the source: its numbers are unknown then, all of them."""
        return Batch.objects.filter(source_code=self.source_code, posted_seq__isnull=False).exists()

    def unchanged(self, batch: pl.DataFrame, *, arrival: bool) -> pl.Series:
        """The `row_number` of the rows that posting would find unchanged, by its own rules."""
        keys = complaint_keys(batch)
        prior = manifest.rows_of_complaints(self.home, keys.unique())
        last = prior["posted_seq"].max()
        following = last + 1 if isinstance(last, int) else 1
        asked = BatchToPost(posted_seq=following, frame=batch, arrival=arrival, keys=keys)
        fates = foretold(asked, prior=prior, voided={self.source_code: frozenset(self._voided())}).fates
        return fates.filter(pl.col("disposition") == Disposition.UNCHANGED.value)["row_number"]

    def day_counts(self, *, first: date, last: date) -> pl.DataFrame:
        """`intake.day_counts.DAY_COUNT_SCHEMA` of the regular and nil deliveries accepted for these days."""
        return day_counts.read(self.home, self.source_code, first=first, last=last)

    def call_days(self, *, first: date, last: date) -> pl.DataFrame:
        """`intake.call_days.CALL_DAY_SCHEMA` of the deliveries of calls accepted for these days."""
        return day_counts.read_calls(self.home, self.source_code, first=first, last=last)

    def _voided(self) -> tuple[int, ...]:
        return tuple(
            RevisionVoid.objects.filter(source_code=self.source_code).values_list("revision", flat=True)
        )


def _standing(rows: pl.DataFrame, voided: tuple[int, ...]) -> pl.DataFrame:
    """Numbers whose content is not stated at present are withdrawn: they have rows, and these cancel out."""
    in_force = pl.col("revision").filter(~pl.col("revision").is_in(list(voided)))
    return (
        rows.group_by("complaint_no")
        .agg(
            (pl.col("sign").cast(pl.Int64).sum() <= 0).alias("withdrawn"),
            in_force.max().alias("revision"),
        )
        .select(*_KNOWN_SCHEMA)
    )
