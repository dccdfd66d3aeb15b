"""Small homes with some closed days, for the tests of briefs: two invented banks, everybody else silent."""

from collections.abc import Sequence, Set
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bank_files import NOW, bank_file, deliver, row

from xiaobao.casework.briefs import queries
from xiaobao.cli import main
from xiaobao.lib.errors import ExitCode
from xiaobao.submissions import closing, poster
from xiaobao.submissions.home import Home

FIRST_DAY = date(2020, 3, 16)  # a Monday
CREATED_AT = datetime(2020, 3, 15, 1, 0, tzinfo=UTC)
SIGNED_AT = timedelta(hours=1)
"""After the cut-off: when briefs are signed."""


def complaint(
    number: str, day: date, *, bank: str = "GY01", business: str = "B01", event: str = "新增"
) -> list[str]:
    """A row of a bank's file."""
    cells = row(number, day=day, bank=bank, event=event)
    cells[8] = business
    return cells


def report(home: Home, folder: Path, rows: Sequence[list[str]], *, day: date, bank: str = "GY01") -> None:
    """A bank's delivery of a business day, at noon; its revision is the day."""
    path = bank_file(folder, rows, name=f"{bank}-{day}.csv")
    noon = datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC)
    facts = deliver(
        home, path, day=day, source=f"bank-{bank.lower()}", at=noon, revision=(day - FIRST_DAY).days + 1
    )
    assert facts.is_accepted, facts


def close(home: Home, day: date) -> None:
    """Post what waits and close the day."""
    at = (home.domain.cutoff_at(day) + timedelta(minutes=1)).astimezone(UTC)
    poster.post_pending(home, at=at, now=NOW)
    closing.close_day(home, day, at=at, now=NOW)


def days_with_late_reports(
    home: Home, folder: Path, *, days: int, own: int, late: int, missed: Set[tuple[str, date]] = frozenset()
) -> date:
    """Every day each bank reports `own` complaints of the day and `late` of the day before; the last day.

    `missed`: banks and days of which no report comes.
    """
    for number in range(days):
        day = FIRST_DAY + timedelta(days=number)
        for bank in ("GY01", "GY02"):
            rows = [complaint(f"{bank}-{day}-{one}", day, bank=bank) for one in range(own)]
            if number:
                before = day - timedelta(days=1)
                rows += [complaint(f"{bank}-{day}-L{one}", before, bank=bank) for one in range(late)]
            if (bank, day) not in missed:
                report(home, folder, rows, day=day, bank=bank)
        close(home, day)
    return day


def issued_by_hand(home: Home, day: date, *options: str, out: Path | None = None) -> str:
    """Compose, approve and issue the brief of a day, as persons type it; the name of its draft."""
    typed(home, "compose", "--day", day.isoformat(), "--by", "A. Author", *options)
    draft = queries.every()[-1].name
    typed(home, "review", draft, "--approve", "--by", "B. Reviewer")
    typed(home, "issue", draft, "--by", "C. Officer", *(("--out", str(out)) if out else ()))
    return draft


def typed(home: Home, *arguments: str) -> None:
    """A command on briefs that must succeed."""
    words = ["--language", "en", "brief", *arguments, "--home", str(home.path)]
    assert main.run(words) is ExitCode.FINE, words


def signed_at(home: Home, day: date) -> datetime:
    """When the brief of a day is signed."""
    return (home.domain.cutoff_at(day) + SIGNED_AT).astimezone(UTC)
