"""What may not be asked is refused with a sentence that says what may."""

from datetime import date, timedelta

import pytest

from xiaobao.analysis.figures import Reading
from xiaobao.analysis.measures import QuestionError
from xiaobao.lib.periods import Period

MONDAY = date(2020, 3, 2)
PATH = ("path", "institution")


@pytest.mark.parametrize(
    ("measure_id", "asked", "sentence"),
    [
        ("complaints", {"where": ()}, "never added"),
        ("complaints", {"where": (), "by": ("institution",)}, "never added"),
        ("complaint_share", {"of": ()}, "never added"),
        ("complaint_share", {"where": (), "by": ("path",)}, "never added"),
        ("complaint_share", {"of": (("path", "hotline"),)}, "part of its whole"),
        ("complaint_rank", {}, "never added"),
        ("complaint_rank", {"where": (), "by": ("path",)}, "never added"),
        ("complaint_rank", {"of": (PATH,)}, "dimension to rank by"),
        ("complaint_rank", {"where": (PATH, ("group", "state_owned")), "by": ("group",)}, "held to one"),
        ("complaints", {"of": (PATH,)}, "take `of`"),
        ("complaints", {"by": ("institution", "institution")}, "named twice"),
        ("complaints", {"where": (PATH, ("region", "110000"), ("region", "310000"))}, "named twice"),
        ("complaints", {"by": ("business.9",)}, "no dimension business.9"),
        ("complaints", {"by": ("bank",)}, "no dimension bank"),
        ("complaints", {"where": (("path", "both"),)}, "no member both"),
        ("complaints", {"where": (PATH, ("institution", "GY99"))}, "no member GY99"),
        ("complaints", {"where": (PATH, ("business.1", "B0302"))}, "no member B0302"),
        ("complaints", {"where": (PATH, ("day", "2.3.2020"))}, "is not a day"),
        ("complaints", {"by": ("status",), "complete": True}, "no closed list"),
        ("complaints", {"not_reporting": (frozenset(), frozenset())}, "one to one"),
    ],
)
def test_what_has_no_honest_answer_is_refused(ledger, read, measure_id, asked, sentence) -> None:
    ledger.state(1)
    with pytest.raises(QuestionError, match=sentence):
        ledger.answer(measure_id, read(), **asked)


def test_the_paths_may_stand_side_by_side(ledger, read, values) -> None:
    ledger.state(2).state(1, path="hotline")
    found = values(ledger.answer("complaints", read(), where=(), by=("path",)))
    assert found == {("hotline",): "1", ("institution",): "2"}


def test_a_day_cannot_be_counted_twice(ledger, read) -> None:
    ledger.state(1)
    with pytest.raises(QuestionError, match="2020-03-02 is read twice"):
        ledger.answer("complaints", read(), read(seq=1))


def test_a_question_without_a_reading_is_refused(ledger) -> None:
    ledger.state(1)
    with pytest.raises(QuestionError, match="nothing to count"):
        ledger.answer("complaints")


def test_a_change_compares_two_readings_and_late_data_the_same_days(ledger, read) -> None:
    ledger.state(1)
    tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    with pytest.raises(QuestionError, match="two readings"):
        ledger.answer("complaints_dod", read(), read(tuesday), read(wednesday))
    with pytest.raises(QuestionError, match="the same days"):
        ledger.answer("complaints_late", read(), read(tuesday))
    with pytest.raises(QuestionError, match="single days"):
        ledger.answer("complaints_avg_7", read(wednesday), read(until=wednesday))


def test_a_period_of_centuries_is_a_slip_of_the_pen(ledger) -> None:
    ledger.state(1)
    ages = Reading(period=Period(from_on=date(1, 1, 1), to_on=date(9999, 1, 1)), posted_seq=1)
    with pytest.raises(QuestionError, match="too long"):
        ledger.answer("complaints", ages)
