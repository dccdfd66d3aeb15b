"""The columns of the ledger, once: name, type, role. Everything else derives from this list."""

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import polars as pl

from xiaobao.lib.text import tidy

MOMENT = pl.Datetime("us", "UTC")
AMOUNT = pl.Decimal(18, 2)

ROWS_PER_BATCH_LIMIT = 1 << 23
_POSTED_SEQ_SHIFT = 24


class Role(StrEnum):
    """Who fills a column, and when."""

    POSTING = "posting"  # given by the poster
    IDENTITY = "identity"  # names the complaint
    CAUSE = "cause"  # the row of a delivery that made this entry
    CONTENT = "content"  # what the reporter states of the complaint


class EntryKind(StrEnum):
    """What a contact was; only complaints count as 投诉."""

    COMPLAINT = "complaint"
    ENQUIRY = "enquiry"
    TIP_OFF = "tip_off"
    SUGGESTION = "suggestion"
    INVALID = "invalid"


class Event(StrEnum):
    """What a row of a delivery asks for; `SNAPSHOT` becomes NEW or AMEND when it is posted."""

    NEW = "new"
    AMEND = "amend"
    WITHDRAW = "withdraw"
    REINSTATE = "reinstate"
    SNAPSHOT = "snapshot"
    RECODE = "recode"  # a decision of the bureau


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the ledger."""

    name: str
    dtype: pl.DataType
    role: Role
    meaning: str
    required: bool = False


def _column(name: str, dtype: pl.DataType, role: Role, meaning: str, *, required: bool = False) -> Column:
    return Column(name=name, dtype=dtype, role=role, meaning=meaning, required=required)


COLUMNS: tuple[Column, ...] = (
    _column("month", pl.Int32(), Role.POSTING, "year and month of received_on, as 202003", required=True),
    _column(
        "posted_seq", pl.Int64(), Role.POSTING, "number of the batch, dense, in arrival order", required=True
    ),
    _column("entry_id", pl.Int64(), Role.POSTING, "posted_seq·2^24 + 2·row + (sign > 0)", required=True),
    _column(
        "complaint_key", pl.Int64(), Role.POSTING, "first 8 bytes of SHA-256 of the identity", required=True
    ),
    _column("sign", pl.Int8(), Role.POSTING, "+1 states, -1 reverses, 0 marks", required=True),
    _column(
        "revision", pl.Int64(), Role.CAUSE, "the reporter's revision; empty for the bureau's own decisions"
    ),
    _column("recorded_at", MOMENT, Role.POSTING, "when the batch was claimed, business clock", required=True),
    _column("row_number", pl.Int32(), Role.CAUSE, "row of the batch, from 1", required=True),
    _column("path", pl.String(), Role.CONTENT, "hotline or institution; empty in a domain without paths"),
    _column("source_code", pl.String(), Role.IDENTITY, "who reports", required=True),
    _column("institution_code", pl.String(), Role.CONTENT, "always the legal bank; empty when not stated"),
    _column("institution_stated", pl.String(), Role.CONTENT, "the name as stated, when out of the register"),
    _column("unit_code", pl.String(), Role.CONTENT, "a unit of the institution, such as its card center"),
    _column(
        "complaint_no", pl.String(), Role.IDENTITY, "the reporter's number in normal form", required=True
    ),
    _column(
        "entry_kind",
        pl.String(),
        Role.CONTENT,
        "complaint, enquiry, tip_off, suggestion, invalid",
        required=True,
    ),
    _column("event", pl.String(), Role.CAUSE, "new, amend, withdraw, reinstate, recode", required=True),
    _column("received_on", pl.Date(), Role.CONTENT, "business day of the event", required=True),
    _column("registered_at", MOMENT, Role.CONTENT, "registration"),
    _column("accepted_on", pl.Date(), Role.CONTENT, "acceptance"),
    _column("declined_on", pl.Date(), Role.CONTENT, "non-acceptance"),
    _column("forwarded_on", pl.Date(), Role.CONTENT, "forwarding to the institution"),
    _column("responded_on", pl.Date(), Role.CONTENT, "the institution's response"),
    _column("closed_on", pl.Date(), Role.CONTENT, "closure"),
    _column("status", pl.String(), Role.CONTENT, "state of handling as stated"),
    _column("received_via", pl.String(), Role.CONTENT, "how the complaint came in: call, letter, web"),
    _column("channel_code", pl.String(), Role.CONTENT, "where the business was done (facet A)"),
    _column("business_code", pl.String(), Role.CONTENT, "business category (facet B)"),
    _column("cause_code", pl.String(), Role.CONTENT, "cause (facet C)"),
    _column("standard_id", pl.String(), Role.CONTENT, "the coding standard in force on received_on"),
    _column("region_code", pl.String(), Role.CONTENT, "region by the domain's standard, or as stated"),
    _column("postal_code", pl.String(), Role.CONTENT, "as stated, masked digits included"),
    _column("product", pl.String(), Role.CONTENT, "product name as stated"),
    _column("amount", AMOUNT, Role.CONTENT, "amount in dispute, in the domain's currency"),
    _column("identity_key", pl.String(), Role.CONTENT, "keyed pseudonym of the identity document"),
    _column("identity_key_id", pl.String(), Role.CONTENT, "key of identity_key"),
    _column("contact_key", pl.String(), Role.CONTENT, "keyed pseudonym of the contact"),
    _column("contact_key_id", pl.String(), Role.CONTENT, "key of contact_key"),
    _column("repeats", pl.String(), Role.CONTENT, "complaint_no of the earlier complaint this repeats"),
    _column("narrative_digest", pl.String(), Role.CONTENT, "keyed digest of the text as received"),
    _column(
        "submitted_codes", pl.String(), Role.CONTENT, "channel|business|cause as submitted", required=True
    ),
)

SCHEMA: dict[str, pl.DataType] = {column.name: column.dtype for column in COLUMNS}
CONTENT: tuple[str, ...] = tuple(column.name for column in COLUMNS if column.role is Role.CONTENT)
CODES: tuple[str, str, str] = ("channel_code", "business_code", "cause_code")
BATCH_SCHEMA: dict[str, pl.DataType] = {
    column.name: column.dtype for column in COLUMNS if column.role is not Role.POSTING
}
"""A batch file: identity, cause and content of the accepted rows, without narrative."""

TAG_SCHEMA: dict[str, pl.DataType] = {
    "posted_seq": pl.Int64(),
    "recorded_at": MOMENT,
    "complaint_key": pl.Int64(),
    "source_code": pl.String(),
    "complaint_no": pl.String(),
    "tag": pl.String(),
    "rule_version": pl.String(),
    "sign": pl.Int8(),
}
"""The signed table of tags."""


def normal_complaint_no(text: str) -> str:
    """A complaint number in normal form: trimmed, half-width."""
    return tidy(text)


def complaint_key(source_code: str, complaint_no: str) -> int:
    """First 8 bytes of SHA-256 of `source_code`, a unit separator and `complaint_no`, signed big-endian."""
    digest = hashlib.sha256(f"{source_code}\x1f{complaint_no}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def entry_id(posted_seq: int, row_number: int, sign: int) -> int:
    """The identity of a ledger row; ValueError when the row does not fit."""
    if not 0 < row_number < ROWS_PER_BATCH_LIMIT:
        raise ValueError(f"row {row_number} of a batch is out of range")
    return first_entry_id(posted_seq) + 2 * row_number + (1 if sign > 0 else 0)


def first_entry_id(posted_seq: int) -> int:
    """No row of the batch has a lower identity, and none of a batch before it a higher one."""
    return posted_seq << _POSTED_SEQ_SHIFT


def month_of(day: date) -> int:
    """The month of a day, as 202003."""
    return day.year * 100 + day.month
