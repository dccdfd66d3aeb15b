"""To whom an issued brief was given, and who has read it."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import transaction

from xiaobao.casework.persons import same_person, signature
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words
from xiaobao.outputs import register
from xiaobao.outputs.brief.series import series_words
from xiaobao.outputs.models import BriefCirculation, BriefReading
from xiaobao.outputs.register import Issued
from xiaobao.submissions import journal
from xiaobao.submissions.home import Home
from xiaobao.submissions.journaled import JournaledTable


class CirculationError(UserError):
    """A brief that is not given to anybody any more, or a reader it was not given to."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, exit_code=ExitCode.DATA_REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circulated:
    """A brief given to one person."""

    number: str
    series: str
    recipient: str
    circulated_by: str
    circulated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A brief read by one person."""

    number: str
    series: str
    reader: str
    read_at: datetime


CIRCULATED = JournaledTable(
    what="circulation", kind="brief_circulated", model=BriefCirculation, names=Circulated.__slots__
)
READ = JournaledTable(what="reading", kind="brief_read", model=BriefReading, names=Read.__slots__)


def circulate(
    home: Home, issued: Issued, recipients: tuple[str, ...], *, by: str, at: datetime
) -> tuple[Circulated, ...]:
    """Give an issued brief to people; those who have it already are passed over. The new ones.

    CirculationError for a brief that another has replaced; SignatureError for a name that is none.
    """
    name = signature(by)
    wanted = dict.fromkeys(signature(one, option="--to") for one in recipients)
    with transaction.atomic():
        journal.lock_head()
        successor = register.successor_of(issued)
        if successor is not None:
            raise CirculationError(
                Words(
                    zh=f"第 {issued.number} 期已由第 {successor.number} 期更正并取代，不再传阅；"
                    f"请传阅第 {successor.number} 期",
                    en=f"brief {issued.number} was corrected and replaced by {successor.number} "
                    f"and is not circulated any more; circulate {successor.number}",
                )
            )
        given: list[Circulated] = []
        for recipient in wanted:
            known = (*circulated_of(issued), *given)
            if any(same_person(recipient, one.recipient) for one in known):
                continue
            one = Circulated(
                number=issued.number,
                series=issued.series,
                recipient=recipient,
                circulated_by=name,
                circulated_at=at,
            )
            CIRCULATED.record(home, one, at=at)
            given.append(one)
    return tuple(given)


def read(home: Home, issued: Issued, *, by: str, at: datetime) -> Read:
    """Note that somebody has read a brief that was given to them; the first time counts.

    CirculationError when it was not given to them.
    """
    reader = signature(by)
    with transaction.atomic():
        journal.lock_head()
        before = next((one for one in read_of(issued) if same_person(one.reader, reader)), None)
        if before is not None:
            return before
        if not any(same_person(one.recipient, reader) for one in circulated_of(issued)):
            named = issued.number + series_words(issued.series)
            raise CirculationError(
                Words(
                    zh=f"第 {issued.number} 期未传阅给 {reader}；请先执行 xiaobao brief circulate "
                    f"{named} --to {reader} --by 姓名",
                    en=f"brief {issued.number} was not circulated to {reader}; first run "
                    f"xiaobao brief circulate {named} --to {reader} --by NAME",
                )
            )
        one = Read(number=issued.number, series=issued.series, reader=reader, read_at=at)
        READ.record(home, one, at=at)
    return one


def circulated_of(issued: Issued) -> tuple[Circulated, ...]:
    """To whom a brief was given, in order."""
    rows = BriefCirculation.objects.filter(series=issued.series, number=issued.number).order_by("sequence")
    return tuple(msgspec.convert(row, Circulated, from_attributes=True) for row in rows)


def read_of(issued: Issued) -> tuple[Read, ...]:
    """Who has read a brief, in order."""
    rows = BriefReading.objects.filter(series=issued.series, number=issued.number).order_by("sequence")
    return tuple(msgspec.convert(row, Read, from_attributes=True) for row in rows)
