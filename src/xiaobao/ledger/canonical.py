"""The bytes of ledger rows that are hashed: a versioned form that depends on nothing but the rows.

Form 1 is the text form of PostgreSQL's COPY (its manual, "COPY", section "Text Format"), so that anybody can
make it without this program: a row a line, columns in the order of the table separated by tabs, `\\N` where
a value is missing, backslash, tab, line feed and carriage return escaped by a backslash. Days are written
2020-03-01, moments 2020-03-01T09:30:00.000000Z, amounts with two decimals. What is hashed is a first line
that names the form and the columns, then the rows in order of (posted_seq, row, sign).
"""

import hashlib
from collections.abc import Iterable, Iterator
from io import BytesIO

import polars as pl

from xiaobao.ledger.entries import SCHEMA
from xiaobao.ledger.tables import FORMS, Table, table_of
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.frames import in_order

CANONICAL_VERSION = 1

_ROWS_AT_A_TIME = 100_000
_ESCAPES = ["\\", "\t", "\n", "\r"]
_ESCAPED = ["\\\\", "\\t", "\\n", "\\r"]


class CanonicalError(XiaobaoError):
    """Rows that have no canonical form: of another table, or in pages out of order."""


def rows_digest(rows: pl.DataFrame | Iterable[pl.DataFrame]) -> str:
    """SHA-256, in hexadecimal, of the rows of one table of the ledger in their canonical form.

    Takes all rows in any order as one frame, or pages that follow one another in order; how rows are split
    into pages does not matter, and no page at all means no entry. Raises CanonicalError.
    """
    digest = hashlib.sha256()
    pages = [rows] if isinstance(rows, pl.DataFrame) else rows
    for piece in _pieces(pages):
        digest.update(piece)
    return digest.hexdigest()


def canonical_bytes(rows: pl.DataFrame) -> bytes:
    """The bytes that `rows_digest` hashes."""
    return b"".join(_pieces([rows]))


def _pieces(pages: Iterable[pl.DataFrame]) -> Iterator[bytes]:
    table: Table | None = None
    last: tuple[object, ...] | None = None
    for page in pages:
        if table is None:
            table = _table(page)
            yield _first_line(tuple(FORMS[table].schema))
        order = FORMS[table].order
        ordered = _ordered(page.select(*FORMS[table].schema), order)
        if last is not None and page.height and ordered.select(order).row(0) <= last:
            raise CanonicalError("pages of rows do not follow one another")
        last = ordered.select(order).row(-1) if page.height else last
        for some in ordered.iter_slices(_ROWS_AT_A_TIME):
            yield _lines(some)
    if table is None:
        yield _first_line(tuple(SCHEMA))


def _table(rows: pl.DataFrame) -> Table:
    table = table_of(rows)
    if table is None:
        raise CanonicalError("rows of none of the tables of the ledger")
    return table


def _ordered(rows: pl.DataFrame, order: tuple[str, ...]) -> pl.DataFrame:
    return in_order(rows, of=order[0]) if len(order) == 1 else rows.sort(order)


def _first_line(columns: tuple[str, ...]) -> bytes:
    return ("\t".join((f"xiaobao rows {CANONICAL_VERSION}", *columns)) + "\n").encode()


def _lines(rows: pl.DataFrame) -> bytes:
    text = rows.with_columns(_escaped(column) for column in rows.iter_columns() if _needs_escape(column))
    lines = BytesIO()
    text.write_csv(
        lines,
        include_header=False,
        separator="\t",
        line_terminator="\n",
        quote_style="never",
        null_value="\\N",
        date_format="%Y-%m-%d",
        datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ",
    )
    return lines.getvalue()


def _needs_escape(column: pl.Series) -> bool:
    if column.dtype != pl.String() or column.null_count() == len(column):
        return False
    return bool(column.str.contains_any(_ESCAPES).any())


def _escaped(column: pl.Series) -> pl.Series:
    return column.str.replace_many(_ESCAPES, _ESCAPED)
