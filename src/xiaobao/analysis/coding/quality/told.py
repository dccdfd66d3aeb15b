"""What a run has told of the banks' coding, as it is kept and printed: codes, counts and keys, no text."""

from datetime import date

import msgspec

VERSION = 1


class ToldKappa(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Agreement of submitted and read codes; κ and its limits are null where too little is there to tell."""

    rows: int
    distinct: int
    agreeing: int
    kappa: float | None
    low: float | None
    high: float | None


class ToldDrift(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """κ before a day and from it on."""

    before: ToldKappa
    after: ToldKappa
    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None
    """Of falling as much by chance and by what other banks' κ did; adjusted for the number of banks. Null
    where too few banks are told."""


class ToldBank(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One bank on one level of one facet."""

    institution: str
    agreement: ToldKappa
    p_value: float | None
    """Of being as low by chance and by how the other banks differ; adjusted for the number of banks."""
    drift: ToldDrift


class ToldCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One code of one bank, against all other codes."""

    institution: str
    code: str
    submitted: int
    read: int
    agreement: ToldKappa


class ToldCell(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Complaints of a bank that it submits under one code and whose text reads as another."""

    institution: str
    submitted: str
    read: str
    rows: int
    distinct: int
    complaints: tuple[int, ...]
    """Their keys in the ledger, rising."""


class ToldLevel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One level of a facet, counted from 1 at the top."""

    level: int
    banks: tuple[ToldBank, ...]
    codes: tuple[ToldCode, ...]
    codes_not_told: int
    """Codes of banks with too few texts."""
    cells: tuple[ToldCell, ...]
    """By bank, the largest first."""
    cells_not_told: int
    rows_not_told: int
    """Complaints in them."""


class ToldFacet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One facet of the standard."""

    facet: str
    not_coded: int
    """Complaints with a text whose submitted code is none of the standard."""
    not_read: int
    """Complaints of which nothing could be read: no known term, or too few of other banks to learn from."""
    levels: tuple[ToldLevel, ...]


class ToldEnquiries(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a bank records as enquiries and whose text reads as a complaint."""

    institution: str
    enquiries: int
    without_text: int
    distinct: int
    like_complaints: int
    share: float | None
    """As read, every family of near-duplicates once; null where too few are there."""
    low: float
    high: float
    corrected: float | None
    """For the coder's errors on other banks' records (Rogan and Gladen 1978)."""
    corrected_low: float
    corrected_high: float
    reads_complaints: float | None
    """Of other banks' complaints, those read as such."""
    misreads_enquiries: float | None
    """Of other banks' enquiries, those read as complaints."""
    p_value: float | None
    complaints: tuple[int, ...]
    """Keys of the entries that read as complaints."""


class ToldCount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was looked at of a bank."""

    institution: str
    complaints: int
    without_text: int
    """Complaints whose text did not come or has expired: they are judged by nobody."""


class ToldPath(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One counting path."""

    path: str | None
    counts: tuple[ToldCount, ...]
    no_institution: int
    """Entries that name no institution of the list; left out."""
    facets: tuple[ToldFacet, ...]
    enquiries: tuple[ToldEnquiries, ...]


class ToldQuality(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The banks' coding in the days that end with one."""

    version: int = VERSION
    day: date
    first_day: date
    since: date
    """The first day of what drift calls after."""
    posted_seq: int
    catalog_digest: str
    decided_on: date
    least_distinct: int
    least_enquiries: int
    false_accusation: float
    path: ToldPath


def encode(told: ToldQuality) -> bytes:
    """The same bytes for the same run."""
    return msgspec.json.format(msgspec.json.encode(told, order="deterministic"), indent=1) + b"\n"


def decode(content: bytes) -> ToldQuality:
    """A run as it was kept."""
    return msgspec.json.decode(content, type=ToldQuality)
