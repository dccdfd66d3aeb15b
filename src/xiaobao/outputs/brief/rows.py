"""The rows of the ledger behind a figure: what its count adds up, sign by sign."""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import polars as pl

from xiaobao.analysis.dimension_columns import column_name, with_dimensions
from xiaobao.analysis.dimensions import Scope as DimensionScope
from xiaobao.analysis.figures import Figure, Reading
from xiaobao.analysis.member_tables import member_tables
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.domains import Domain
from xiaobao.ledger.snapshot import Snapshot

SHOWN = (
    *("entry_id", "sign", "event", "source_code", "complaint_no", "received_on", "institution_code"),
    *("business_code", "cause_code", "posted_seq", "row_number"),
)
"""Columns of the ledger that are shown; nothing personal is among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRows:
    """The rows of one reading of a figure; their signs add up to its count."""

    reading: Reading
    rows: pl.DataFrame
    """Columns SHOWN, in order of entry id."""

    @property
    def count(self) -> int:
        """The sum of signs."""
        return int(self.rows["sign"].sum())


def rows_behind(
    figure: Figure, *, snapshot: Snapshot, catalog: Catalog, domain: Domain, simulated: bool
) -> tuple[ReadingRows, ...]:
    """The rows of every reading of a figure, one after the other, as known at the reading's sequence.

    Of a share or rank they are the rows of the part, not those of the whole.
    """
    scope = DimensionScope(domain=domain, simulated=simulated, catalog=catalog)
    kinds = catalog.measure(figure.measure_id).entry_kinds
    names = [name for name, _ in figure.where]
    entries = with_dimensions(snapshot.entries(), names)
    for name, member in figure.where:
        entries = entries.filter(entries[column_name(name)] == member)
    entries = entries.filter(entries.entry_kind.isin(kinds))
    tables = member_tables(names, scope=scope)
    return tuple(_read(entries, tables, reading, snapshot) for reading in figure.readings)


def _read(
    entries: ibis.Table, tables: Mapping[str, pl.DataFrame], reading: Reading, snapshot: Snapshot
) -> ReadingRows:
    wanted = entries.filter(
        entries.received_on >= reading.period.from_on,
        entries.received_on < reading.period.to_on,
        entries.posted_seq <= reading.posted_seq,
    )
    return ReadingRows(
        reading=reading, rows=snapshot.run(wanted.select(*SHOWN), given=tables).sort("entry_id")
    )
