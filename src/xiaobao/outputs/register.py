"""The register of what was issued: numbers, stored bytes, and who corrected what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from django.db.models import Max

from xiaobao.lib.errors import UserError
from xiaobao.lib.ids import sha256_hex
from xiaobao.lib.words import Words
from xiaobao.outputs.brief import document
from xiaobao.outputs.brief.document import Brief
from xiaobao.outputs.brief.renderings import Renderings
from xiaobao.outputs.models import IssuedBrief
from xiaobao.submissions.archive import ArchiveError
from xiaobao.submissions.home import Home
from xiaobao.submissions.journaled import JournaledTable

ROOM = "document"
_NUMBER = re.compile(r"([0-9]{4})-([1-9][0-9]*)")


class UnknownNumberError(UserError):
    """No brief of that number was issued."""

    def __init__(self, number: str) -> None:
        super().__init__(
            Words(
                zh=f"没有签发过编号为 {number} 的简报；编号如 2014-1，见 xiaobao brief list",
                en=f"no brief {number} was issued; numbers look like 2014-1, see xiaobao brief list",
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """One entry of the register."""

    number: str
    series: str
    day: date
    language: str
    path: str | None
    digest: str
    pdf_digest: str
    docx_digest: str
    document_digest: str
    content_digest: str
    close_head: str
    issued_by: str
    issued_at: datetime
    predecessor: str | None
    reason: str | None
    """Why the predecessor was withdrawn; None where it was only replaced."""
    draft: str | None


def _year_and_serial(payload: Mapping[str, object]) -> dict[str, object]:
    year, _, serial = str(payload["number"]).partition("-")
    return {"year": year, "serial": serial}


ISSUED = JournaledTable(
    what="brief",
    kind="brief_issued",
    model=IssuedBrief,
    names=Issued.__slots__,
    derived=_year_and_serial,
)


def content_digest(brief: Brief) -> str:
    """The digest of what a brief says, number and signature left out."""
    header = msgspec.structs.replace(brief.header, number=None, issued_by=None, issued_on=None, replaces=None)
    return sha256_hex(document.encode(msgspec.structs.replace(brief, header=header)))


def latest_of(series: str, day: date, *, path: str | None, language: str) -> Issued | None:
    """The last brief issued of a day on one counting path in one language, None when there is none."""
    briefs = IssuedBrief.objects.filter(series=series, day=day, path=path, language=language)
    row = briefs.order_by("-sequence").first()
    return None if row is None else _issued(row)


def next_number(series: str, year: int) -> str:
    """The number the next brief of a series and year gets; ask while the journal's head is locked."""
    last = IssuedBrief.objects.filter(series=series, year=year).aggregate(last=Max("serial"))["last"]
    return f"{year}-{(last or 0) + 1}"


def enter(home: Home, brief: Brief, renderings: Renderings, *, draft: str | None, at: datetime) -> Issued:
    """Store an issued brief and its renderings, journal it and enter it; inside a transaction."""
    header = brief.header
    assert header.number is not None
    assert header.issued_by is not None
    facts = Issued(
        number=header.number,
        series=header.series,
        day=header.day,
        language=header.language,
        path=header.path,
        digest=home.archive.keep(renderings.page, room=ROOM),
        pdf_digest=home.archive.keep(renderings.pdf, room=ROOM),
        docx_digest=home.archive.keep(renderings.docx, room=ROOM),
        document_digest=home.archive.keep(document.encode(brief), room=ROOM),
        content_digest=content_digest(brief),
        close_head=header.close_head,
        issued_by=header.issued_by,
        issued_at=at,
        predecessor=header.replaces,
        reason=header.reason,
        draft=draft,
    )
    ISSUED.record(home, facts, at=at)
    return facts


def find(number: str, *, series: str) -> Issued:
    """The brief of a number; UnknownNumberError when there is none."""
    match = _NUMBER.fullmatch(number)
    row = (
        match and IssuedBrief.objects.filter(series=series, year=int(match[1]), serial=int(match[2])).first()
    )
    if not row:
        raise UnknownNumberError(number)
    return _issued(row)


def issued_from(draft: str) -> Issued | None:
    """The brief issued from a draft, None before there is one."""
    row = IssuedBrief.objects.filter(draft=draft).first()
    return None if row is None else _issued(row)


def successor_of(issued: Issued) -> Issued | None:
    """The brief that corrects and replaces this one, None while this one stands."""
    row = IssuedBrief.objects.filter(series=issued.series, predecessor=issued.number).first()
    return None if row is None else _issued(row)


def every(*, series: str) -> tuple[Issued, ...]:
    """All briefs of a series in the order they were issued."""
    return tuple(map(_issued, IssuedBrief.objects.filter(series=series).order_by("sequence")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the register: what was issued, what took its place, whether its bytes hold."""

    issued: Issued
    successor: str | None
    withdrawn: bool
    """True when the successor says why it was withdrawn; else it was only replaced."""
    intact: bool


def entries(home: Home, *, series: str) -> tuple[Entry, ...]:
    """All briefs of a series in the order they were issued, their bytes read and checked."""
    found = every(series=series)
    after = {one.predecessor: one for one in found if one.predecessor}
    return tuple(
        Entry(
            issued=one,
            successor=later.number if later else None,
            withdrawn=later is not None and later.reason is not None,
            intact=is_intact(home, one),
        )
        for one in found
        for later in [after.get(one.number)]
    )


def renderings_of(home: Home, issued: Issued) -> Renderings:
    """What was issued, byte for byte; raises as the archive does when a digest does not hold."""
    page, pdf, docx = (
        home.archive.read(digest, room=ROOM)
        for digest in (issued.digest, issued.pdf_digest, issued.docx_digest)
    )
    return Renderings(page=page, pdf=pdf, docx=docx)


def brief_of(home: Home, issued: Issued) -> Brief:
    """The brief as it was issued, with all of its figures."""
    return document.decode(home.archive.read(issued.document_digest, room=ROOM))


def is_intact(home: Home, issued: Issued) -> bool:
    """True when renderings and figures can be read from the archive and their digests hold."""
    try:
        return bool(renderings_of(home, issued) and brief_of(home, issued))
    except (ArchiveError, msgspec.MsgspecError):
        return False


def _issued(row: IssuedBrief) -> Issued:
    return msgspec.convert(row, Issued, from_attributes=True)
