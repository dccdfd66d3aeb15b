"""The tables of the ledger, once: what segments, closes and rebuilds do to one of them they do to all.

Each is a table of signed rows that are only ever added. A new table is a new member here, the rules of
posting that fill it, and the kind of batch that brings its rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from xiaobao.ledger.calls import CALL_ORDER, CALL_SCHEMA
from xiaobao.ledger.entries import SCHEMA, TAG_SCHEMA


class Table(StrEnum):
    """The name of a table, in expressions, in names of files and in the manifest."""

    ENTRIES = "entries"
    TAGS = "tags"
    CALLS = "call_counts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the rows of a table are."""

    schema: Mapping[str, pl.DataType]
    order: tuple[str, ...]
    """An order without ties: that of the canonical form."""


FORMS: Mapping[Table, Form] = {
    # Entry ids ascend with (posted_seq, row, sign): a row posts -1 and +1, or one of them, or 0.
    Table.ENTRIES: Form(schema=SCHEMA, order=("entry_id",)),
    Table.TAGS: Form(
        schema=TAG_SCHEMA,
        order=("posted_seq", "complaint_key", "source_code", "complaint_no", "tag", "rule_version", "sign"),
    ),
    Table.CALLS: Form(schema=CALL_SCHEMA, order=CALL_ORDER),
}


def table_of(rows: pl.DataFrame) -> Table | None:
    """The table whose columns these are; None when they are of none."""
    return next((table for table, form in FORMS.items() if dict(rows.schema) == form.schema), None)
