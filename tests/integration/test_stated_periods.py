"""A delivery that states a period: every day of it is known, a day without a row is zero, nothing else is."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from bank_files import NOW, SOURCE, bank_file, deliver, row

from xiaobao.analysis.figures import Reading
from xiaobao.catalog.sources import DeliveryKind
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.periods import ONE_DAY, Period, day_period
from xiaobao.submissions import journal, reporting
from xiaobao.submissions.admission import PeriodRefusedError
from xiaobao.submissions.closing import close_day
from xiaobao.submissions.home import Home
from xiaobao.submissions.matrix import reporting_matrix
from xiaobao.submissions.poster import post_pending
from xiaobao.submissions.receipt_words import receipt_words
from xiaobao.submissions.verify import verify
from xiaobao.workflows import watch_surges
from xiaobao.workflows.measure import Call, measure
from xiaobao.workflows.reporting_facts import told_of

FIRST, LAST = date(2020, 3, 2), date(2020, 3, 6)
"""Monday and Friday of a week."""
AFTERNOON = datetime(2020, 3, 6, 8, 0, tzinfo=UTC)  # 16:00 in Shanghai, before the deadline of the last day
WEEK = Period(from_on=FIRST, to_on=LAST + ONE_DAY)


def statuses(home: Home, *, as_of: int | None = None) -> list[str]:
    """How the source stands for each day of the week."""
    return [str(reporting.status_of(home, day, as_of_sequence=as_of)[SOURCE]) for day in WEEK]


def counted(home: Home, day: date) -> str:
    """Complaints of the bank on a day, or why there is no figure."""
    where = (("institution", "GY01"), ("path", "institution"))
    row = measure(home, Call(measure_id="complaints", period=day_period(day), where=where)).answer.rows[0]
    return row.why_none or str(row.value)


def test_every_day_of_a_stated_period_is_reported_and_a_day_without_a_row_is_zero(
    home: Home, tmp_path: Path
) -> None:
    file = bank_file(tmp_path, [row("T1", day=FIRST), row("T2", day=LAST)])

    facts = deliver(home, file, day=LAST, covers_from=FIRST, at=AFTERNOON)
    post_pending(home, at=AFTERNOON, now=NOW)

    assert statuses(home) == ["late"] * 4 + ["arrived"]  # each day against its own deadline
    assert [counted(home, day) for day in WEEK] == ["1", "0", "0", "0", "1"]
    watched = watch_surges.questions_of(home, watch_surges.Call(on=LAST), ("institution",))
    assert all("GY01" not in watched[0].silent.get(day, ()) for day in WEEK)
    assert FIRST.isoformat() in receipt_words(facts, domain=home.domain).zh
    assert verify(home, reread=True) == ()


def test_without_the_statement_the_days_before_stay_unknown(home: Home, tmp_path: Path) -> None:
    file = bank_file(tmp_path, [row("T1", day=FIRST), row("T2", day=LAST)])

    deliver(home, file, day=LAST, at=AFTERNOON)
    post_pending(home, at=AFTERNOON, now=NOW)

    assert statuses(home) == ["pending"] * 4 + ["arrived"]
    assert [counted(home, day) for day in WEEK] == ["not_reported"] * 4 + ["1"]


def test_the_same_bytes_state_no_other_period_afterwards(home: Home, tmp_path: Path) -> None:
    file = bank_file(tmp_path, [row("T1", day=FIRST), row("T2", day=LAST)])
    deliver(home, file, day=LAST, at=AFTERNOON)

    facts = deliver(home, file, day=LAST, covers_from=FIRST, at=AFTERNOON)

    assert not facts.is_accepted
    assert facts.reason is not None
    assert f"只涵盖 {LAST} 一天" in facts.reason.zh
    assert f"as telling of {LAST} alone" in facts.reason.en
    assert statuses(home) == ["pending"] * 4 + ["arrived"]


def test_a_nil_period_may_follow_the_nil_of_its_last_day(home: Home) -> None:
    nil = {"kind": DeliveryKind.NIL, "day": LAST, "at": AFTERNOON, "revision": None}
    deliver(home, None, **nil)

    deliver(home, None, **nil, covers_from=FIRST)

    assert statuses(home) == ["nil"] * 5
    assert verify(home, reread=True) == ()


def test_the_days_are_known_from_the_delivery_on_and_not_before(home: Home, tmp_path: Path) -> None:
    close_day(home, FIRST, at=home.domain.cutoff_at(FIRST) + timedelta(minutes=1), now=NOW)
    before = journal.JournalHead.objects.get(id=1).sequence

    deliver(home, bank_file(tmp_path, [row("T1", day=FIRST)]), day=LAST, covers_from=FIRST, at=AFTERNOON)

    assert statuses(home, as_of=before)[0] == "missing"
    assert statuses(home)[0] == "late"
    post_pending(home, at=AFTERNOON, now=NOW)
    as_closed, now = (told_of(home, Reading(period=day_period(FIRST), posted_seq=one)) for one in (0, 1))
    assert reporting.course(as_closed[SOURCE, FIRST]) == ("missing",)
    assert reporting.course(now[SOURCE, FIRST]) == ("missing", "late")
    cells = next(
        one for one in reporting_matrix(home, WEEK, as_of=None).rows if one.source_code == SOURCE
    ).cells
    assert cells == ("late",) * 4 + ("arrived",)


def test_a_close_takes_no_period_that_came_after_its_cutoff(home: Home, tmp_path: Path) -> None:
    deliver(home, bank_file(tmp_path, [row("T1", day=FIRST)]), day=LAST, covers_from=FIRST, at=AFTERNOON)

    facts = close_day(home, FIRST, at=AFTERNOON, now=NOW)

    assert facts.sealed.reporting[SOURCE] == "missing"


def test_data_of_a_day_reverse_a_nil_period_for_that_day_alone(home: Home, tmp_path: Path) -> None:
    deliver(home, None, kind=DeliveryKind.NIL, day=LAST, covers_from=FIRST, at=AFTERNOON, revision=None)
    assert statuses(home) == ["nil"] * 5

    tuesday = FIRST + ONE_DAY
    deliver(home, bank_file(tmp_path, [row("T1", day=tuesday)]), day=tuesday, at=AFTERNOON)

    assert statuses(home) == ["nil", "late", "nil", "nil", "nil"]
    assert verify(home, reread=True) == ()


def test_a_period_reverses_the_nil_of_a_day_within_it(home: Home, tmp_path: Path) -> None:
    tuesday = FIRST + ONE_DAY
    at = datetime(2020, 3, 3, 8, 0, tzinfo=UTC)
    deliver(home, None, kind=DeliveryKind.NIL, day=tuesday, at=at, revision=None)

    deliver(home, bank_file(tmp_path, [row("T1", day=tuesday)]), day=LAST, covers_from=FIRST, at=AFTERNOON)

    assert statuses(home) == ["late"] * 4 + ["arrived"]
    told = reporting.events_of(tuesday)
    assert reporting.course(told) == ("nil", "nil-reversed", "late")


def test_a_nil_period_is_returned_where_a_day_of_it_has_data(home: Home, tmp_path: Path) -> None:
    tuesday = FIRST + ONE_DAY
    deliver(home, bank_file(tmp_path, [row("T1", day=tuesday)]), day=tuesday, at=AFTERNOON)

    facts = deliver(
        home, None, kind=DeliveryKind.NIL, day=LAST, covers_from=FIRST, at=AFTERNOON, revision=None
    )

    assert not facts.is_accepted
    assert facts.reason is not None
    assert tuesday.isoformat() in facts.reason.zh
    assert tuesday.isoformat() in facts.reason.en


@pytest.mark.parametrize(
    ("kind", "source", "covers_from"),
    [
        (DeliveryKind.SUPPLEMENTARY, SOURCE, FIRST),
        (DeliveryKind.REGULAR, SOURCE, LAST + ONE_DAY),
        (DeliveryKind.REGULAR, SOURCE, date(1900, 1, 1)),
        (DeliveryKind.REGULAR, "sim-hotline-calls-110000", FIRST),
    ],
)
def test_what_cannot_state_a_period_is_refused_before_anything_is_kept(
    home: Home, tmp_path: Path, kind: DeliveryKind, source: str, covers_from: date
) -> None:
    file = bank_file(tmp_path, [row("T1", day=LAST)])

    with pytest.raises(PeriodRefusedError) as refused:
        deliver(home, file, kind=kind, source=source, day=LAST, covers_from=covers_from, at=AFTERNOON)

    assert refused.value.exit_code is ExitCode.WRONG_CALL
    assert statuses(home) == ["pending"] * 5
