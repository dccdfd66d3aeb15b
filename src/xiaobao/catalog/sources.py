"""Sources: who reports, in which layouts, by which revision and deadline. `catalog/sources/<code>/`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum

from xiaobao.lib.words import Words


class DeliveryKind(StrEnum):
    """What a reporter says a delivery is."""

    REGULAR = "regular"
    SUPPLEMENTARY = "supplementary"
    NIL = "nil"


class Events(StrEnum):
    """How a source tells of changes."""

    EVENTS = "events"  # each row names its event
    SNAPSHOT = "snapshot"  # rows are the present state: unknown = new, known = amend, absent means nothing


class RevisionType(StrEnum):
    """Where a delivery's revision comes from."""

    SERIAL = "serial"  # a whole number the reporter counts up
    DATE = "date"  # the declared business day, as 20141028
    ARRIVAL = "arrival"  # none: order of arrival, and the receipt says so


class Subject(StrEnum):
    """What the rows of a source's files become."""

    COMPLAINTS = "complaints"  # entries of the ledger
    CALLS = "calls"  # call counts: a delivery states its whole day and replaces what was stated of it


class FileFormat(StrEnum):
    """How the rows of a file are written; any of them may come in a gzip or zip file."""

    CSV = "csv"
    WORKBOOK = "xlsx"
    JSON_LINES = "jsonl"  # one JSON object a line, the headers as keys


class ColumnType(StrEnum):
    """How the text of a column is read."""

    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"
    AMOUNT = "amount"
    INTEGER = "integer"
    CODE = "code"  # a code or a name of the facet named by the target column
    INSTITUTION = "institution"
    REGION = "region"
    NARRATIVE = "narrative"
    EVENT = "event"
    ENTRY_KIND = "entry_kind"
    IDENTITY = "identity"  # pseudonymized to identity_key
    CONTACT = "contact"  # pseudonymized to contact_key
    SEAT_PLACE = "seat_place"  # office or home


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutColumn:
    """One target column of the ledger and the columns of the file it is made of."""

    target: str
    """A column of `ledger.entries`, or `narrative`, or `event`; of calls, a column of `ledger.calls`."""
    headers: tuple[str, ...]
    """Header names as printed; several are the levels of one tree, joined by `separator`."""
    type: ColumnType
    required: bool = False
    """True when an empty value rejects the row."""
    optional_column: bool = False
    """True when the file may leave the column out."""
    lookup: Mapping[str, str] | None = None
    """Stated value → ledger value; a value outside it is a finding."""
    formats: tuple[str, ...] = ()
    """strptime formats of dates and moments, the first that fits."""
    separator: str = " › "


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecords:
    """How call-detail records, a call a row, are added up to counts."""

    minutes: int
    """Length of an interval; a whole number of them makes a day."""
    target_seconds: int
    """A call answered within so many seconds was answered in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One way in which a source names and means its columns, chosen by the header, whatever the format."""

    id: str
    columns: tuple[LayoutColumn, ...]
    ignored: Mapping[str, str]
    """Header → why it is left out."""
    constants: Mapping[str, str]
    """Ledger column → value the file does not state."""
    trailer: str | None
    """First cell of a last row that states the total of rows, where the layout has one."""
    group_total: str | None = None
    """First cell of rows that state how many rows a group has: the count in the second cell, the group in
    its own column, sums in the columns of amounts."""
    formats: tuple[FileFormat, ...] = tuple(FileFormat)
    """In which formats the source may deliver it."""
    header_within: int = 1
    """Among how many first rows the header is looked for; those above it are titles."""
    sheet: str | None = None
    """The sheet that holds the rows in a workbook; None where it is the one whose header fits."""
    other_sheets: Mapping[str, str] = field(default_factory=dict)
    """Sheet → why it is not read; any other sheet that is left out is told in a finding."""
    call_records: CallRecords | None = None
    """For files of calls whose rows are single calls; None where the rows are counts already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One reporter."""

    code: str
    domain_id: str
    simulated: bool
    name: Words
    path: str | None
    institution_code: str | None
    """The reporter itself, where it reports about itself."""
    region_code: str | None
    """The region that the reporter, a branch office, serves; None for other reporters."""
    subject: Subject
    events: Events
    revision: RevisionType
    revision_ahead_limit: int
    """How far (serials, or days) a revision may lie ahead of the last known (or the business day)."""
    reject_share_limit: float
    """Above this share of rejected rows a file is returned whole."""
    superseded_share_limit: float
    """Above this share of superseded rows a delivery does not count as arrived."""
    deadline: time
    """Local time on the business day after which a delivery is late."""
    due: str
    """`daily`, `working_day` or `on_demand`: on which days a delivery is due."""
    layouts: tuple[Layout, ...]
