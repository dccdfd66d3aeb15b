"""Counts of a night's run in a brief, of days that a bank reported after their own close."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from bank_files import bank_file, deliver
from brief_homes import CREATED_AT, FIRST_DAY, close, complaint, report

from xiaobao.analysis.surges.issues import State
from xiaobao.analysis.surges.told import ToldDay, ToldSurge, encode
from xiaobao.outputs.brief.desk import desk_of
from xiaobao.outputs.brief.watched import BASIS
from xiaobao.submissions import runs
from xiaobao.submissions.home import Home
from xiaobao.workflows.compose_brief import compose_brief
from xiaobao.workflows.find_surges import find_surges

SECOND, LAST = FIRST_DAY + timedelta(days=1), FIRST_DAY + timedelta(days=2)


@pytest.fixture
def home(sqlite_home_factory: Callable[..., Home]) -> Home:
    """Three closed days; GY01 reports the second one on the third."""

    def filled(home: Home, folder: Path) -> None:
        for day in (FIRST_DAY, SECOND, LAST):
            if day == LAST:
                late = bank_file(folder, [complaint("late", SECOND, business="B03")], name="late.csv")
                morning = datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC)
                assert deliver(home, late, day=SECOND, source="bank-gy01", at=morning, revision=2).is_accepted
            for bank in ("GY01", "GY02"):
                if (bank, day) != ("GY01", SECOND):
                    rows = [complaint(f"{bank}-{day}-{one}", day, bank=bank) for one in range(3)]
                    report(home, folder, rows, day=day, bank=bank)
            close(home, day)

    return sqlite_home_factory(at=CREATED_AT, filled=filled)


def with_surge(home: Home, *, observed: int | None) -> None:
    """The night of the last day tells a rise of GY01 in B01, and so many on the second day."""
    counts = {FIRST_DAY: 3, SECOND: observed, LAST: 3}
    course = tuple(
        ToldDay(day=day, observed=count, expected=Decimal("0.4"), low=0, high=2)
        for day, count in counts.items()
    )
    surge = ToldSurge(
        where=(("institution", "GY01"), ("business.1", "B01")),
        state=State.NEW,
        first_raised=None,
        alarmed_on=LAST,
        last_on=LAST,
        since=LAST,
        observed=3,
        expected=Decimal("0.4"),
        low=0,
        high=2,
        ratio=Decimal("7.5"),
        observed_today=3,
        expected_today=Decimal("0.4"),
        probability=Decimal("0.00012"),
        parts=(),
        course=course,
    )
    told = find_surges(home, LAST)
    paths = tuple(
        msgspec.structs.replace(path, judged=9, surges=(surge,)) if path.path == "institution" else path
        for path in told.paths
    )
    runs.write(home, runs.SURGES, LAST, encode(msgspec.structs.replace(told, paths=paths)))


@pytest.mark.parametrize(
    ("observed", "refused"),
    [(0, []), (None, []), (1, ["the brief says 1, the ledger derives 0"])],
    ids=["as the ledger has it", "not known that night", "another number"],
)
def test_a_day_reported_after_its_close_counts_as_the_night_knew_it(
    home: Home, observed: int | None, refused: list[str]
) -> None:
    with_surge(home, observed=observed)

    brief = compose_brief(home, LAST, language="en", path="institution").brief
    said = [one.words.en for one in desk_of(home, brief).refusals(brief)]

    of_second = [
        one for one in brief.figures if one.basis == BASIS and one.readings[0].period.from_on == SECOND
    ]
    assert of_second
    assert [each for one in said for each in refused if each in one] == refused and len(said) == len(refused)
