"""What a close knew of reports stays what it knew, whatever arrives behind it and waits to be posted."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from bank_files import NOW, bank_file, deliver
from brief_homes import CREATED_AT, FIRST_DAY, close, complaint, report, signed_at

from xiaobao.intake.delivery import DeliveryKind
from xiaobao.lib.periods import Period
from xiaobao.submissions import poster
from xiaobao.submissions.home import Home
from xiaobao.workflows import measure as measures
from xiaobao.workflows.measure import measure
from xiaobao.workflows.watch_surges import Call, questions_of

LAST = FIRST_DAY + timedelta(days=1)


@pytest.fixture
def home(sqlite_home_factory: Callable[..., Home]) -> Home:
    """Two closed days; GY01 does not report the second one."""

    def filled(home: Home, folder: Path) -> None:
        for day in (FIRST_DAY, LAST):
            for bank in ("GY01", "GY02"):
                if (bank, day) != ("GY01", LAST):
                    report(home, folder, [complaint(f"{bank}-{day}", day, bank=bank)], day=day, bank=bank)
            close(home, day)

    return sqlite_home_factory(at=CREATED_AT, filled=filled)


def silent_at_the_close(home: Home) -> frozenset[str]:
    (question,) = questions_of(home, Call(on=LAST, as_of=LAST), ("institution",))
    return question.silent[LAST]


def complaints_now(home: Home) -> tuple[object, set[str]]:
    """How many of both days, and who is said not to have reported."""
    period = Period(from_on=FIRST_DAY, to_on=LAST + timedelta(days=1))
    where = (("path", "institution"),)
    told = measure(home, measures.Call(measure_id="complaints", period=period, by=(), where=where))
    banks = {"bank-gy01", "bank-gy02"}
    return told.answer.rows[0].value, {one.source_code for one in told.missing} & banks


def test_a_late_report_that_waits_to_be_posted_was_not_known_at_the_close(home: Home, tmp_path: Path) -> None:
    at = signed_at(home, LAST)
    file = bank_file(tmp_path, [complaint("late", LAST)], name="late.csv")

    assert deliver(home, file, day=LAST, source="bank-gy01", at=at, revision=2).is_accepted
    waiting, counted = silent_at_the_close(home), complaints_now(home)
    poster.post_pending(home, at=at, now=NOW)

    assert "GY01" in waiting and silent_at_the_close(home) == waiting
    assert counted == (3, {"bank-gy01"}), "its row is in no count yet"
    assert complaints_now(home) == (4, set())


def test_a_nil_report_behind_the_close_was_not_known_at_it(home: Home) -> None:
    before = silent_at_the_close(home)

    nil = deliver(
        home,
        None,
        day=LAST,
        source="bank-gy01",
        at=signed_at(home, LAST),
        revision=None,
        kind=DeliveryKind.NIL,
    )

    assert nil.is_accepted and "GY01" in before and silent_at_the_close(home) == before
    assert complaints_now(home) == (3, set()), "whoever asks now is told what has come since"
