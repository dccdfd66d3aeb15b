"""The engines beside ours: each on a table of its own of the current rows, set up as its manual advises."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import polars as pl

from xiaobao.ledger.segments import MONTH_ORDER

Row = tuple[object, ...]

COLUMNS = {
    "month": "INTEGER",
    "complaint_key": "BIGINT",
    "source_code": "TEXT",
    "complaint_no": "TEXT",
    "path": "TEXT",
    "institution_code": "TEXT",
    "unit_code": "TEXT",
    "entry_kind": "TEXT",
    "received_on": "DATE",
    "accepted_on": "DATE",
    "closed_on": "DATE",
    "status": "TEXT",
    "channel_code": "TEXT",
    "business_code": "TEXT",
    "cause_code": "TEXT",
    "standard_id": "TEXT",
    "region_code": "TEXT",
    "product": "TEXT",
    "amount": "DECIMAL(18, 2)",
    "identity_key": "TEXT",
}
"""The columns of the table `entries`: what dashboards and drill-downs look at, no digests of narratives."""
ORDER = ("month", *MONTH_ORDER[:-1], "complaint_no")
"""The order of the rows: that of the ledger's files after the nightly rewrite."""
INDEXES = ("received_on", "institution_code, received_on", "complaint_no")
CREATE = f"CREATE TABLE entries ({', '.join(f'{name} {type_}' for name, type_ in COLUMNS.items())})"


class Peer(Protocol):
    """One engine: `name` with version, how it writes the month of a day, and its answers."""

    name: str
    month: str
    """SQL of the month of `received_on`, as 2020-03."""

    def load(self, current: Path, tables: dict[str, pl.DataFrame]) -> None:
        """Make `entries` from a Parquet file of the current rows in ORDER, and the small tables."""
        ...

    def ask(self, sql: str) -> list[Row]:
        """All rows of a query."""
        ...

    def close(self) -> None:
        """Stop it."""
        ...


def batches(current: Path, *, rows: int = 100_000) -> Iterable[pl.DataFrame]:
    """The current rows in pieces."""
    total = pl.scan_parquet(current).select(pl.len()).collect().item()
    for start in range(0, total, rows):
        yield pl.scan_parquet(current).slice(start, rows).collect()
