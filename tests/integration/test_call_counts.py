"""Files of calls through the whole store, on both databases: received, posted, replaced, emptied, rebuilt."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from bank_files import NOW, deliver
from call_files import AT, DAY, SOURCE, call_file, call_rows, counts_row, offered, record_row

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.ledger.calls import CALL_SCHEMA
from xiaobao.ledger.tables import Table
from xiaobao.lib.periods import ONE_DAY, day_period
from xiaobao.submissions import closes, closing, compaction, decisions, lease
from xiaobao.submissions.admission import RevisionRefusedError
from xiaobao.submissions.home import Home
from xiaobao.submissions.matrix import reporting_matrix
from xiaobao.submissions.models import Batch, BatchCounts, LedgerHead, PostingNote, Segment
from xiaobao.submissions.overview import day_overview
from xiaobao.submissions.poster import post_pending
from xiaobao.submissions.rebuild import rebuild
from xiaobao.submissions.receipts import ReceiptFacts
from xiaobao.submissions.reporting import ReportingStatus, status_of
from xiaobao.submissions.verify import verify

NINE, TEN = "2020-03-02 09:00", "2020-03-02 10:00"


def take(
    home: Home,
    folder: Path,
    counts: dict[str, int] | None,
    *,
    revision: int | None,
    at: datetime = AT,
) -> ReceiptFacts:
    """Deliver the calls offered by begin of the interval, or a nil report, and post."""
    path = None
    if counts is not None:
        rows = [
            counts_row(时段开始=begins, 来电量=str(count), 接听量="0", 放弃量="0", 及时接听量="", 及时秒数="",
                       接听等待秒数="", 放弃等待秒数="", 通话秒数="")
            for begins, count in counts.items()
        ]  # fmt: skip
        path = call_file(folder, rows)
    kind = DeliveryKind.NIL if counts is None else DeliveryKind.REGULAR
    facts = deliver(home, path, source=SOURCE, day=DAY, kind=kind, revision=revision, at=at, now=NOW)
    post_pending(home, at=at, now=NOW)
    return facts


def note() -> tuple[int, int, int, int]:
    """What became of the last batch: accepted, posted, unchanged, superseded."""
    last = PostingNote.objects.get(batch__posted_seq=LedgerHead.objects.get(id=1).posted_seq)
    return last.accepted, last.posted, last.unchanged, last.superseded


def test_a_delivery_replaces_its_day_and_every_as_of_stands(home: Home, tmp_path: Path) -> None:
    first = take(home, tmp_path, {NINE: 10, TEN: 20}, revision=1)
    assert (first.decision, first.read, first.accepted, first.path) == ("accepted", 2, 2, "hotline")
    assert note() == (2, 2, 0, 0)

    take(home, tmp_path, {NINE: 11}, revision=3)
    assert note() == (1, 1, 0, 0)
    take(home, tmp_path, {NINE: 99, TEN: 99}, revision=2)  # overtaken: older than what is known
    assert note() == (2, 0, 0, 2)

    assert offered(home) == {(DAY, "09:00"): 11}
    assert offered(home, as_of=1) == {(DAY, "09:00"): 10, (DAY, "10:00"): 20}
    assert status_of(home, DAY)[SOURCE] is ReportingStatus.ARRIVED
    assert dict(call_rows(home).schema) == CALL_SCHEMA
    assert verify(home, reread=True) == ()


def test_a_nil_report_empties_the_day_and_needs_its_revision(home: Home, tmp_path: Path) -> None:
    take(home, tmp_path, {NINE: 10}, revision=1)
    with pytest.raises(RevisionRefusedError):
        take(home, tmp_path, None, revision=None)

    nil = take(home, tmp_path, None, revision=2)
    assert (nil.decision, nil.read, nil.accepted) == ("accepted", 0, 0)
    assert (offered(home), note()) == ({}, (1, 1, 0, 0))
    take(home, tmp_path, {NINE: 10}, revision=3)
    assert offered(home) == {(DAY, "09:00"): 10}
    take(home, tmp_path, None, revision=5)
    take(home, tmp_path, {NINE: 12}, revision=4)  # older than the day that was emptied

    assert offered(home) == {}
    assert verify(home, reread=True) == ()


def test_single_calls_are_added_up_and_no_number_of_a_caller_is_kept(home: Home, tmp_path: Path) -> None:
    calls = [
        record_row(主叫号码="13800138000"),
        record_row(通话编号="HB2", 接听时间="", 接听地点="", 主叫号码="13800138001"),
        record_row(通话编号="HB3", 转人工时间="", 接听时间="", 接听地点="", 主叫号码="13800138002"),
    ]
    facts = deliver(home, call_file(tmp_path, calls), source=SOURCE, day=DAY, at=AT)
    post_pending(home, at=AT, now=NOW)

    assert (facts.layout_id, facts.read, facts.accepted) == ("records", 3, 3)
    assert [count.rule_id for count in facts.rule_counts] == ["calls_self_service"]
    assert Batch.objects.get().rows == 2
    found = call_rows(home).sort("seat_place", nulls_last=True)
    assert found.select("offered", "answered", "abandoned", "talk_seconds").rows() == [
        (1, 1, 0, 60),
        (1, 0, 1, 0),
    ]
    assert found["answered_wait_seconds"].to_list() == [60, 0]
    assert found["abandoned_wait_seconds"].to_list() == [0, 120]
    assert verify(home, reread=True) == ()


def test_a_file_with_one_wrong_row_goes_back_whole(home: Home, tmp_path: Path) -> None:
    take(home, tmp_path, {NINE: 10, TEN: 20}, revision=1)
    path = call_file(tmp_path, [counts_row(), counts_row(时段开始=TEN, 接听量="50")])
    facts = deliver(home, path, source=SOURCE, day=DAY, revision=2, at=AT)

    assert (facts.decision, facts.accepted) == ("returned", 0)
    assert {count.rule_id for count in facts.rule_counts} == {"calls_do_not_add", "reject_share"}
    assert post_pending(home, at=AT, now=NOW) == ()
    assert offered(home) == {(DAY, "09:00"): 10, (DAY, "10:00"): 20}


def test_complaints_tags_and_calls_share_one_sequence(home: Home, tmp_path: Path) -> None:
    cases = Path(__file__).parents[2] / "catalog/sources/hotline/samples/cases-2020-03-02.csv"
    deliver(home, cases, source="sim-hotline-420000", day=DAY, at=AT)
    deliver(home, call_file(tmp_path, [counts_row()]), source=SOURCE, day=DAY, at=AT)
    notes = post_pending(home, at=AT, now=NOW)

    assert [(one.posted_seq, one.accepted) for one in notes] == [(1, 4), (2, 1)]
    assert {segment.table for segment in Segment.objects.all()} == {"entries", "call_counts"}
    overview = day_overview(home, DAY, as_of=None)
    assert {"sim-hotline-420000", SOURCE} <= {light.source_code for light in overview.lights}
    rows = {row.source_code: row.cells for row in reporting_matrix(home, day_period(DAY), as_of=None).rows}
    assert rows[SOURCE] == ("arrived",)
    assert verify(home) == ()


def test_a_close_seals_the_calls_and_a_rebuild_makes_the_same(home: Home, tmp_path: Path) -> None:
    for revision in (1, 2, 3):
        take(home, tmp_path, {NINE: revision}, revision=revision)
    with lease.held(now=NOW) as mine:
        compaction._merge(home, mine, compaction._live(Table.CALLS), now=NOW)
    facts = closing.close_day(home, DAY, at=AT + timedelta(hours=8), now=NOW)
    assert facts.sealed.posted.calls_digest != closes.NO_CALLS

    take(home, tmp_path, None, revision=4, at=AT + ONE_DAY)
    quiet = closing.close_day(home, DAY + ONE_DAY, at=AT + ONE_DAY + timedelta(hours=8), now=NOW)
    assert quiet.sealed.posted.calls_digest not in {closes.NO_CALLS, facts.sealed.posted.calls_digest}

    assert offered(home, as_of=facts.posted_seq) == {(DAY, "09:00"): 3}
    made = rebuild(home, tmp_path / "again")
    assert (made.differences.first, made.call_counts) == ((), call_rows(home).height)
    assert verify(home) == ()


def test_verify_and_rebuild_notice_a_count_that_was_changed(
    sqlite_home_factory: Callable[..., Home], tmp_path: Path
) -> None:
    home = sqlite_home_factory()
    take(home, tmp_path, {NINE: 10}, revision=1)
    segment = Segment.objects.get(table="call_counts")
    path = home.segments_folder / segment.name
    call_rows(home).with_columns(offered=call_rows(home)["offered"] + 1).write_parquet(path)

    made = rebuild(home, tmp_path / "again")
    assert [(one.table, one.column) for one in made.differences.first] == [("call_counts", "offered")]
    assert any(one.check == "segments" for one in verify(home))


def test_a_voided_revision_of_calls_ranks_below_the_others(home: Home, tmp_path: Path) -> None:
    take(home, tmp_path, {NINE: 10}, revision=90)
    decisions.void_revision(
        home,
        source_code=SOURCE,
        revision=90,
        declared_by="Li",
        confirmed_by="Wang",
        reason="typed wrongly",
        at=AT,
    )
    take(home, tmp_path, {NINE: 7}, revision=2)

    assert offered(home) == {(DAY, "09:00"): 7}
    assert verify(home) == ()


def test_a_day_of_calls_unlike_the_weeks_before_is_told_in_the_receipt(home: Home, tmp_path: Path) -> None:
    days = [date(2020, 3, 2) + place * ONE_DAY for place in range(28)]

    def told(day: date, calls: int, *, revision: int) -> list[str]:
        stated = counts_row(时段开始=f"{day} 09:00", 来电量=str(calls), 接听量=str(calls), 放弃量="0",
                            放弃等待秒数="0")  # fmt: skip
        facts = deliver(
            home,
            call_file(tmp_path, [stated]),
            source=SOURCE,
            day=day,
            revision=revision,
            at=_noon(day),
            now=NOW,
        )
        return [count.rule_id for count in facts.rule_counts]

    for place, day in enumerate(days):
        told(day, 1000, revision=2 * place + 1)  # mistaken, and replaced within the day
        told(day, 100, revision=2 * place + 2)
    BatchCounts.objects.filter(batch__sequence_id__lt=30).delete()  # as of a home that was made before
    usual = told(date(2020, 3, 30), 100, revision=100)
    unusual = told(date(2020, 3, 31), 30, revision=101)

    assert (usual, unusual) == ([], ["calls_unusual"])


def _noon(day: date) -> datetime:
    return AT + (day - DAY)
