"""A file of calls once it is read: its rules, and the batch of call counts that comes of it."""

import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.sources import Source
from xiaobao.intake.call_counts import (
    batch_of_counts,
    batch_of_records,
    batch_without_calls,
    with_values,
)
from xiaobao.intake.delivery import Delivery
from xiaobao.intake.findings import Findings
from xiaobao.intake.rules.calls import CallRules
from xiaobao.intake.table import Table


def check_calls(
    table: Table | None,
    *,
    delivery: Delivery,
    source: Source,
    catalog: Catalog,
    revision: int | None,
    findings: Findings,
) -> pl.DataFrame:
    """Apply the rules of calls; the batch (`ledger.calls.CALL_BATCH_SCHEMA`) if nothing sends the file back.

    A file without rows, or None for a nil report without a file, states that the day had no calls.
    """
    domain = catalog.domain(source.domain_id)
    rules = CallRules(
        delivery=delivery,
        source=source,
        domain=domain,
        printed=table.bound.printed if table is not None else {},
        findings=findings,
    )
    rules.check_delivery()
    without = batch_without_calls(delivery=delivery, revision=revision)
    if table is None or not table.read:
        return without
    records = table.bound.layout.call_records
    if records is None:
        rows = with_values(table.rows)
        rules.check_counts(rows)
        return batch_of_counts(rows, delivery=delivery, revision=revision)
    rules.check_records(table.rows)
    counts = batch_of_records(table.rows, records, domain=domain, delivery=delivery, revision=revision)
    return without if counts.is_empty() else counts
