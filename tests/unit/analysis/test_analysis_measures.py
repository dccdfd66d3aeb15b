"""What each kind of measure says of ledgers small enough to count by hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import ibis
import polars as pl
import pytest

from xiaobao.analysis.measures import QuestionError, evaluate, evaluate_all
from xiaobao.ledger.engines import Stored
from xiaobao.ledger.engines.duckdb import DuckDbEngine

MONDAY = date(2020, 3, 2)


def days(*offsets: int) -> list[date]:
    return [MONDAY + timedelta(days=offset) for offset in offsets]


def test_a_count_is_the_sum_of_signs_as_known_at_the_sequence(ledger, read, values) -> None:
    ledger.state(3).state(1, seq=2, sign=-1).state(1, seq=2, sign=0)

    assert values(ledger.answer("complaints", read(seq=1))) == {(): "3"}
    assert values(ledger.answer("complaints", read(seq=2))) == {(): "2"}


def test_enquiries_do_not_count_as_complaints(ledger, read, values) -> None:
    ledger.state(2).state(5, entry_kind="enquiry")
    assert values(ledger.answer("complaints", read())) == {(): "2"}


def test_each_day_counts_as_known_at_its_own_sequence(ledger, read, values) -> None:
    first, second = days(0, 1)
    ledger.state(2, on=first, seq=1).state(4, on=second, seq=2).state(8, on=first, seq=2)

    answer = ledger.answer("complaints", read(first, seq=1), read(second, seq=2), by=("day",))

    assert values(answer) == {("2020-03-02",): "2", ("2020-03-03",): "4"}


def test_one_row_a_group_comes_over_however_many_complaints_there_are(ledger, read) -> None:
    ledger.state(50).state(30, institution_code="GF01").state(20, institution_code=None)

    answer = ledger.answer("complaints", read(), by=("institution",))

    assert len(answer.rows) == 3
    assert answer.moved_rows == 3


def test_a_group_that_was_reversed_to_nothing_is_not_listed(ledger, read, values) -> None:
    ledger.state(1).state(1, seq=2, sign=-1).state(1, seq=2, institution_code="GF01")
    assert values(ledger.answer("complaints", read(), by=("institution",))) == {("GF01",): "1"}


def test_closed_members_nobody_complained_of_are_listed_with_zero_when_asked(ledger, read, values) -> None:
    ledger.state(4)

    found = values(ledger.answer("complaints", read(), by=("institution",), complete=True))

    assert len(found) == 18
    assert found[("GY01",)] == "4"
    assert {found[key] for key in found if key != ("GY01",)} == {"0"}


def test_missing_is_not_zero(ledger, read, values) -> None:
    ledger.state(4)
    silent = (frozenset({"GF01", "GY02"}),)

    found = values(
        ledger.answer("complaints", read(), by=("institution",), complete=True, not_reporting=silent)
    )

    assert found[("GF01",)] == found[("GY02",)] == "not_reported"
    assert found[("GF02",)] == "0"


def test_a_group_of_which_nobody_reported_has_no_figure_and_one_of_some_the_sum_of_those(
    ledger, read, values
) -> None:
    ledger.state(4, institution_code="GF01")
    state_owned = frozenset(f"GY{number:02}" for number in range(1, 7))
    silent = (state_owned | {"GF02"},)
    asked = {"by": ("group",), "complete": True, "not_reporting": silent}

    assert values(ledger.answer("complaints", read(), **asked)) == {
        ("joint_stock",): "4",
        ("state_owned",): "not_reported",
    }
    change = ledger.answer(
        "complaints_dod", read(), read(days(1)[0]), by=("group",), complete=True, not_reporting=silent * 2
    )
    assert values(change)[("state_owned",)] == "not_reported"
    some = (state_owned - {"GY01"},)
    assert (
        values(ledger.answer("complaints", read(), **asked | {"not_reporting": some}))[("state_owned",)]
        == "0"
    )


def test_a_share_is_the_group_over_the_whole_with_unknown_groups_in_it(ledger, read, values) -> None:
    ledger.state(1).state(1, business_code="nonsense").state(1, business_code=None)
    path = (("path", "institution"),)

    answer = ledger.answer("complaint_share", read(), by=("business.1",), of=path)

    assert values(answer) == {("B03",): "33.3", ("not_stated",): "33.3", ("unmapped",): "33.3"}
    assert answer.moved_rows == 4


def test_a_share_of_nothing_has_no_value(ledger, read, values) -> None:
    ledger.state(1, on=days(9)[0])
    path = (("path", "institution"),)
    assert values(ledger.answer("complaint_share", read(), of=path)) == {(): "zero_base"}


def test_equal_counts_share_the_better_place_and_the_next_place_stays_empty(ledger, read, values) -> None:
    for institution, count in (("GY01", 5), ("GY02", 7), ("GY03", 5), ("GY04", 1)):
        ledger.state(count, institution_code=institution)
    ledger.state(9, institution_code=None)

    found = values(ledger.answer("complaint_rank", read(), by=("institution",)))

    assert found == {
        ("GY01",): "2",
        ("GY02",): "1",
        ("GY03",): "2",
        ("GY04",): "4",
        ("not_stated",): "not_ranked",
    }


def test_what_is_known_of_an_institution_that_did_not_report_stands_before_less(ledger, read, values) -> None:
    ledger.state(5).state(7, institution_code="GY02")

    found = values(
        ledger.answer("complaint_rank", read(), by=("institution",), not_reporting=(frozenset({"GY02"}),))
    )

    assert found == {("GY01",): "2", ("GY02",): "not_reported"}


def test_the_rank_of_one_member_is_its_place_among_all(ledger, read, values) -> None:
    ledger.state(5).state(7, institution_code="GY02")
    path = (("path", "institution"),)

    third = ledger.answer("complaint_rank", read(), where=(*path, ("institution", "GF09")), of=path)

    assert values(third) == {(): "3"}


def test_a_change_from_nothing_has_no_value(ledger, read, values) -> None:
    first, second = days(0, 1)
    ledger.state(3, on=second)
    assert values(ledger.answer("complaints_dod", read(second), read(first))) == {(): "zero_base"}


def test_a_change_without_an_earlier_close_has_no_value(ledger, read, values) -> None:
    ledger.state(3)
    assert values(ledger.answer("complaints_dod", read())) == {(): "not_enough_days"}


def test_weekends_enter_neither_sum_nor_number_of_an_average(ledger, read, values) -> None:
    monday, friday, saturday, sunday, next_monday = days(0, 4, 5, 6, 7)
    for day, count in ((monday, 10), (friday, 21), (saturday, 500), (sunday, 500), (next_monday, 900)):
        ledger.state(count, on=day)
    window = [read(day) for day in (next_monday, *days(0, 1, 4, 5, 6))]

    assert values(ledger.answer("complaints_avg_7", *window)) == {(): "10.3"}


def test_an_average_over_too_few_working_days_has_no_value(ledger, read, values) -> None:
    ledger.state(10)
    window = [read(day) for day in days(7, 0, 1, 5, 6)]
    assert values(ledger.answer("complaints_avg_7", *window)) == {(): "not_enough_days"}


def test_days_an_institution_did_not_report_are_left_out_of_its_average(ledger, read, values) -> None:
    for day in days(0, 1, 2, 3):
        ledger.state(6, on=day)
    for day in days(0, 2, 3):
        ledger.state(2, on=day, institution_code="GY02")
    window = [read(day) for day in days(4, 0, 1, 2, 3)]
    silent = (frozenset(), frozenset(), frozenset({"GY02"}), frozenset(), frozenset())

    answer = ledger.answer("complaints_avg_7", *window, by=("institution",), not_reporting=silent)
    total = ledger.answer("complaints_avg_7", *window, not_reporting=silent)

    assert values(answer) == {("GY01",): "6.0", ("GY02",): "2.0"}
    assert values(total) == {(): "7.5"}


def test_late_data_are_the_same_days_now_minus_then(ledger, read, values) -> None:
    first, second = days(0, 1)
    ledger.state(10, on=first, seq=1).state(3, on=first, seq=2).state(20, on=second, seq=2)
    ledger.state(1, on=second, seq=3, sign=-1)

    answer = ledger.answer(
        "complaints_late", read(first, seq=3), read(second, seq=3), read(first, seq=1), read(second, seq=2)
    )

    assert values(answer) == {(): "2"}


def test_what_a_bank_sent_late_counts_as_late_though_it_was_missing(ledger, read, values) -> None:
    ledger.state(6, seq=2)
    silent = (frozenset(), frozenset({"GY01"}))
    readings = (read(seq=2), read(seq=1))
    answer = ledger.answer("complaints_late", *readings, by=("institution",), not_reporting=silent)
    assert values(answer) == {("GY01",): "6"}


def test_many_questions_are_answered_as_each_alone(ledger, read) -> None:
    ledger.state(5).state(7, institution_code="GY02", business_code="B01")
    asked = [
        ledger.question("complaints", read(), by=("institution",)),
        ledger.question("complaints", read(seq=0), by=("institution",)),
        ledger.question("complaint_rank", read(), by=("business.1",)),
        ledger.question("complaint_share", read(), by=("group",), of=(("path", "institution"),)),
    ]
    snapshot = ledger.snapshot()

    together = evaluate_all(asked, snapshot=snapshot, catalog=ledger.catalog)

    assert together == tuple(evaluate(one, snapshot=snapshot, catalog=ledger.catalog) for one in asked)


def test_a_sequence_beyond_the_snapshot_is_refused(ledger, read) -> None:
    ledger.state(1)
    with pytest.raises(QuestionError, match="as of 101"):
        ledger.answer("complaints", read(seq=101))


def test_an_empty_ledger_answers_zero(ledger, read) -> None:
    snapshot = replace(ledger.state(1).snapshot(), entry_files=())
    answer = evaluate(ledger.question("complaints", read()), snapshot=snapshot, catalog=ledger.catalog)
    assert answer.only().value == 0


class CountingEngine(DuckDbEngine):
    """The embedded engine, keeping the number of rows each query brought over."""

    def __init__(self) -> None:
        super().__init__()
        self.heights: list[int] = []

    def run(
        self,
        expression: ibis.Expr,
        *,
        stored: Mapping[str, Stored] | None = None,
        given: Mapping[str, pl.DataFrame] | None = None,
    ) -> pl.DataFrame:
        rows = super().run(expression, stored=stored, given=given)
        self.heights.append(rows.height)
        return rows


def test_questions_of_one_shape_share_a_query_and_move_only_groups(ledger, read, catalog) -> None:
    ledger.state(40).state(30, institution_code="GF01").state(20, on=days(1)[0])
    engine = CountingEngine()
    snapshot = replace(ledger.snapshot(), engine=engine)
    days_read = [read(day) for day in days(1, 0)]
    asked = [
        ledger.question("complaints", days_read[0], by=("institution",)),
        ledger.question("complaints_dod", *days_read, by=("institution",)),
        ledger.question("complaint_rank", days_read[1], by=("institution",)),
        ledger.question("complaints", *days_read),
    ]

    answers = evaluate_all(asked, snapshot=snapshot, catalog=catalog)

    snapshot.close()
    assert len(engine.heights) == 2
    assert sum(engine.heights) == sum(answer.moved_rows for answer in answers) == 1 + 3 + 2 + 1
