"""What reporters send: the next file of each, of new complaints and changes to those it knows."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from bank_files import bank_file, row
from ledger_rows import Report

from simulation.books import Books, Sent
from xiaobao.ledger.entries import Event

BUSINESSES = ("B0301", "B0302", "B0303", "B03026")  # the last one is tagged
_EVENTS = {
    Event.NEW: "新增",
    Event.AMEND: "更正",
    Event.WITHDRAW: "撤销",
    Event.REINSTATE: "撤销后重报",
}


def next_file(books: Books, source: str, day: date, *, folder: Path, dice: Random) -> Sent:
    """The next file of a reporter about a day, entered in the books; the folder is outside the machine."""
    mine = [sent for sent in books.sent if sent.source == source]
    revision = len(mine) + 1
    known = [report for sent in mine for _, report in sent.accepted]
    dice.shuffle(known)
    reports = {
        f"{source[-4:]}-{revision}-{place}": _new(source, revision, place, day, dice)
        for place in range(1, dice.randrange(2, 5))
    }
    for report in known[: dice.randrange(3)]:
        event = dice.choice((Event.AMEND, Event.AMEND, Event.WITHDRAW, Event.REINSTATE))
        reports.setdefault(
            report.complaint_no,
            replace(report, event=event, revision=revision, business=dice.choice(BUSINESSES)),
        )
    sent = Sent(
        source=source,
        revision=revision,
        day=day,
        reports=tuple(reports.values()),
        file=_file(folder, source, revision, tuple(reports.values())),
    )
    books.sent.append(sent)
    return sent


def _new(source: str, revision: int, place: int, day: date, dice: Random) -> Report:
    return Report(
        complaint_no=f"{source[-4:]}-{revision}-{place}",
        event=Event.NEW,
        revision=revision,
        business=dice.choice(BUSINESSES),
        received_on=day - timedelta(days=dice.choice((0, 1, 20))),
        source=source,
    )


def _file(folder: Path, source: str, revision: int, reports: tuple[Report, ...]) -> Path:
    rows = []
    for report in reports:
        values = row(
            report.complaint_no, day=report.received_on, event=_EVENTS[report.event], bank=source[-4:].upper()
        )
        values[8] = report.business
        rows.append(values)
    return bank_file(folder, rows, name=f"{source}-{revision}.csv")
