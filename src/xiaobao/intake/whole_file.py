"""The rules over the rows of one file together, and over how many were read."""

from dataclasses import dataclass

import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.sources import DeliveryKind, Source
from xiaobao.intake.delivery import Delivery, History, PrivacyKeys
from xiaobao.intake.findings import Findings
from xiaobao.intake.private import check_ready, with_known_people, with_pseudonyms
from xiaobao.intake.rules import amounts, crossfoot, limits, totals, wording
from xiaobao.intake.rules import history as history_rules
from xiaobao.intake.table import Table
from xiaobao.ledger.entries import BATCH_SCHEMA


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeFile:
    """A delivery whose rows are read and typed, before it is decided what becomes of them."""

    delivery: Delivery
    source: Source
    catalog: Catalog
    history: History | None
    keys: PrivacyKeys | None
    findings: Findings

    def check_read(self, table: Table) -> None:
        """The rules over how much was read."""
        if self.delivery.kind is DeliveryKind.NIL:
            self.findings.ran("nil_with_rows")
            if table.read:
                self.findings.file("nil_with_rows", value=str(table.read))
        elif not table.read:
            self.findings.file("empty_file")
        totals.check_size(table.read, self.findings)
        totals.check_stated_totals(
            table.read,
            delivery=self.delivery,
            trailer=table.trailer,
            sums=crossfoot.summed_places(table.bound),
            findings=self.findings,
        )

    def check_rows(self, table: Table, rows: pl.DataFrame) -> None:
        """The rules over all rows together; `rows` as `mapping.with_constants` gives them."""
        self._check_totals(table, rows)
        printed = table.bound.printed
        check_ready(rows, printed=printed, keys=self.keys, findings=self.findings)
        totals.check_duplicates(rows, printed=printed, findings=self.findings)
        limits.check_limits(
            rows, catalog=self.catalog, source=self.source, printed=printed, findings=self.findings
        )
        plausible = self.catalog.plausibility.get(self.source.domain_id)
        if plausible is not None:
            amounts.check_usual(rows, plausible=plausible, printed=printed, findings=self.findings)
            wording.check_repeated(rows, plausible=plausible, printed=printed, findings=self.findings)
        if self.history is not None:
            history_rules.check_known(
                self.accepted(rows),
                source=self.source,
                history=self.history,
                batch_of=lambda some: batch_of(self.with_pseudonyms(some)),
                printed=printed,
                findings=self.findings,
            )

    def check_share(self, table: Table, accepted: pl.DataFrame) -> None:
        """Whether too many rows were rejected."""
        totals.check_reject_share(
            table.read,
            table.read - accepted.height,
            limit=self.source.reject_share_limit,
            findings=self.findings,
        )

    def accepted(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows nothing has rejected so far."""
        rejected = self.findings.rejected_rows()
        return rows.filter(~pl.col("row_number").is_in(rejected.implode())) if rejected.len() else rows

    def with_pseudonyms(self, accepted: pl.DataFrame) -> pl.DataFrame:
        """The rows with pseudonyms, people whom the ledger knows under the keys it knows them by."""
        made = with_pseudonyms(accepted, self.keys)
        if self.keys is None or self.history is None:
            return made
        return with_known_people(made, self.history, self.keys.pseudonyms)

    def _check_totals(self, table: Table, rows: pl.DataFrame) -> None:
        crossfooting = crossfoot.Crossfooting(
            rows=rows, read=table.read, bound=table.bound, findings=self.findings
        )
        if table.trailer is not None:
            crossfooting.check_trailer(table.trailer)
        crossfooting.check_groups(table.group_totals, table.groups)


def batch_of(kept: pl.DataFrame | None) -> pl.DataFrame:
    """`ledger.entries.BATCH_SCHEMA` of rows with pseudonyms; empty without any."""
    if kept is None:
        return pl.DataFrame(schema=BATCH_SCHEMA)
    return kept.select(pl.col(name).cast(dtype) for name, dtype in BATCH_SCHEMA.items())
