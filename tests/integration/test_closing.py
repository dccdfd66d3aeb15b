"""The day close on real homes: what was known when the day ended, sealed, chained, never different again."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from ledger_rows import Report, amend, new, withdraw
from store import AT, DAY, NOW, accept, post, present, rows

from xiaobao.catalog.catalog import UnknownKeyError
from xiaobao.catalog.sources import DeliveryKind
from xiaobao.ledger.canonical import rows_digest
from xiaobao.ledger.entries import Event
from xiaobao.lib.periods import ONE_DAY
from xiaobao.submissions import closes, closing, decisions, journal, reporting, tagging
from xiaobao.submissions.closing import CloseError
from xiaobao.submissions.decisions import DecisionError, Recoding
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, DayClose
from xiaobao.submissions.reporting import ReportingStatus

EVENING = datetime(2020, 3, 2, 9, 31, tzinfo=UTC)
"""One minute after the cut-off of 2 March 2020 in Shanghai."""
YESTERDAY = DAY - ONE_DAY


def on_day(complaint_no: str, day: date = DAY, *, business: str = "B01", source: str = "bank-gy01") -> Report:
    return Report(
        complaint_no=complaint_no,
        event=Event.NEW,
        revision=1,
        received_on=day,
        business=business,
        source=source,
    )


def close(home: Home, day: date = DAY, *, skip_from: date | None = None) -> closes.CloseFacts:
    at = home.domain.cutoff_at(day) + timedelta(minutes=1)
    return closing.close_day(home, day, at=at, now=NOW, skip_from=skip_from)


def test_a_close_posts_what_waits_and_counts_the_day(home: Home) -> None:
    accept(home, [on_day("1"), on_day("2", business="B02"), on_day("3", YESTERDAY)])

    facts = close(home)

    assert facts.posted_seq == 1
    counted = {(one.dimension, one.member): one.count for one in facts.counts}
    assert counted == {
        ("total", None): 2,
        ("institution", "GY01"): 2,
        ("channel", "A01"): 2,
        ("business", "B01"): 1,
        ("business", "B02"): 1,
        ("cause", "C01"): 2,
    }
    assert {(one.path, one.entry_kind) for one in facts.counts} == {("institution", "complaint")}
    assert closing.close_sequences(home) == {DAY: 1}


def test_what_arrives_after_the_cut_off_belongs_to_the_next_day(home: Home) -> None:
    accept(home, [on_day("1")], revision=1)
    accept(home, [on_day("2")], revision=2, at=EVENING)
    post(home)

    facts = close(home)

    assert facts.posted_seq == 1
    assert [one.count for one in facts.counts if one.dimension == "total"] == [1]
    assert close(home, DAY + ONE_DAY).posted_seq == 2


def test_closing_again_gives_the_first_close(home: Home) -> None:
    accept(home, [on_day("1")])
    first = close(home)
    accept(home, [amend("1", 2, "B02")], revision=2, at=EVENING)
    post(home)

    assert closing.close_day(home, DAY, at=EVENING + timedelta(days=3), now=NOW) == first
    assert DayClose.objects.count() == 1


def test_a_day_is_not_closed_before_its_cut_off(home: Home) -> None:
    with pytest.raises(CloseError):
        closing.close_day(home, DAY, at=home.domain.cutoff_at(DAY), now=NOW)

    assert DayClose.objects.count() == 0


def test_a_day_is_not_closed_before_the_one_before_it_unless_that_is_skipped(home: Home) -> None:
    close(home, DAY - 3 * ONE_DAY)
    with pytest.raises(CloseError):
        close(home)
    with pytest.raises(CloseError):
        close(home, skip_from=YESTERDAY)

    facts = close(home, skip_from=DAY - 2 * ONE_DAY)

    assert facts.sealed.previous_day == DAY - 3 * ONE_DAY
    assert facts.sealed.skipped_from == DAY - 2 * ONE_DAY
    assert list(closing.close_sequences(home)) == [DAY - 3 * ONE_DAY, DAY]
    with pytest.raises(CloseError):
        close(home, YESTERDAY)
    with pytest.raises(CloseError):
        close(home, DAY - 5 * ONE_DAY)


def test_a_skipped_day_leaves_its_rows_to_the_next_close(home: Home) -> None:
    close(home, DAY - 2 * ONE_DAY)
    accept(home, [on_day("1", YESTERDAY)], day=YESTERDAY, at=AT - ONE_DAY)
    post(home, at=AT - ONE_DAY)

    skipped = closing.skip_day(home, YESTERDAY, at=EVENING)
    facts = close(home)

    assert skipped.posted_seq == 0
    assert (facts.sealed.posted.after, facts.sealed.posted.until, facts.sealed.posted.rows) == (0, 1, 1)


def test_closes_are_chained_and_digest_the_rows_between_them(home: Home) -> None:
    accept(home, [on_day("1")], revision=1)
    first = close(home)
    accept(home, [amend("1", 2, "B02")], revision=2, at=EVENING)
    second = close(home, DAY + ONE_DAY)

    assert first.sealed.previous_head == closes.GENESIS
    assert second.sealed.previous_head == first.close_head
    since = rows(home).filter(posted_seq=2)
    assert second.sealed.posted.entries_digest == rows_digest(since)
    assert closes.encode(second.sealed) == home.archive.read(second.digest, room="close")


def test_the_mark_of_the_home_is_hashed_into_the_close(home: Home) -> None:
    facts = close(home)

    honest = closes.encode(facts.sealed)
    dressed_up = closes.encode(msgspec.structs.replace(facts.sealed, mark="ordinary"))

    assert facts.sealed.mark == "simulated"
    assert closes.head_after(closes.GENESIS, honest) == facts.close_head
    assert closes.head_after(closes.GENESIS, dressed_up) != facts.close_head


def test_a_close_says_who_reported_and_who_is_missing(home: Home) -> None:
    accept(home, [on_day("1")], revision=1)
    accept(home, [], source="bank-gy02", kind=DeliveryKind.NIL)
    accept(home, [on_day("1", source="bank-gy03")], source="bank-gy03", at=EVENING)

    facts = close(home)

    assert facts.reporting["bank-gy01"] == "arrived"
    assert facts.reporting["bank-gy02"] == "nil"
    assert facts.reporting["bank-gy03"] == "missing"
    assert facts.reporting["bank-gf12"] == "missing"
    assert reporting.status_of(home, DAY)["bank-gy03"] in {ReportingStatus.ARRIVED, ReportingStatus.LATE}


def test_a_close_names_the_batches_that_were_set_aside(home: Home) -> None:
    lost = accept(home, [on_day("1")])
    assert lost.batch_digest is not None
    home.archive.path_of(lost.batch_digest, room="batch").unlink()

    facts = close(home)

    assert [one.batch for one in facts.set_aside] == [lost.sequence]
    assert close(home, DAY + ONE_DAY).set_aside == ()


def test_a_batch_that_cannot_be_posted_yet_keeps_the_day_open(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(home, [on_day("1")])
    monkeypatch.setattr(closing, "_drain", lambda *_, **__: None)

    with pytest.raises(CloseError):
        close(home)

    assert DayClose.objects.count() == 0


def test_a_closed_day_reads_the_same_whatever_comes_later(home: Home) -> None:
    accept(home, [on_day("1"), on_day("2")], revision=1)
    facts = close(home)
    accept(home, [amend("1", 2, "B02"), withdraw("2", 2)], revision=2, at=EVENING)
    post(home)

    assert present(home, as_of=facts.posted_seq) == {"1": "B01", "2": "B01"}
    assert present(home) == {"1": "B02"}


def test_the_bureau_recodes_a_complaint_and_later_amendments_keep_it(home: Home) -> None:
    codes = home.catalog().standards["jrt0169-2018"].tables
    business = next(code for facet, table in codes.items() if facet == "business" for code in table.codes)
    accept(home, [new("1", 1, "B01")], revision=1)
    post(home)

    decisions.recode(
        home,
        Recoding(source_code="bank-gy01", complaint_no=" １ ", business_code=business),
        by="an officer",
        reason="the text says so",
        at=AT,
    )
    post(home)
    accept(home, [amend("1", 2, "B09")], revision=2)
    post(home)

    assert present(home) == {"1": business}
    record = next(journal.records(home, kind="decision"))
    assert (record.payload["by"], record.payload["reason"]) == ("an officer", "the text says so")
    assert [batch.kind for batch in Batch.objects.order_by("sequence")] == [
        "delivery",
        "decision",
        "delivery",
    ]


def test_a_complaint_that_is_not_stated_is_not_recoded(home: Home) -> None:
    accept(home, [new("1", 1)], revision=1)
    accept(home, [withdraw("1", 2)], revision=2)
    post(home)
    asked = Recoding(source_code="bank-gy01", complaint_no="1", business_code="B01")

    with pytest.raises(DecisionError):
        decisions.recode(home, asked, by="an officer", reason="a reason", at=AT)
    with pytest.raises(DecisionError):
        decisions.recode(home, asked, by="an officer", reason=" ", at=AT)


def test_a_code_the_standard_does_not_know_is_not_decided(home: Home) -> None:
    accept(home, [new("1", 1)])
    post(home)
    asked = Recoding(source_code="bank-gy01", complaint_no="1", business_code="B99999")

    with pytest.raises(UnknownKeyError):
        decisions.recode(home, asked, by="an officer", reason="a reason", at=AT)


def test_a_revision_is_voided_by_two_people_and_then_ranks_below_all(home: Home) -> None:
    accept(home, [new("1", 900, "B02")], revision=900)
    post(home)
    accept(home, [amend("1", 2, "B03")], revision=2)
    void = {"source_code": "bank-gy01", "revision": 900, "reason": "typed wrongly", "at": AT}

    with pytest.raises(DecisionError):
        decisions.void_revision(home, declared_by="Li", confirmed_by="li ", **void)  # type: ignore[arg-type]
    decisions.void_revision(home, declared_by="Li", confirmed_by="Wang", **void)  # type: ignore[arg-type]
    accept(home, [amend("1", 3, "B04")], revision=3)
    post(home)

    # What arrived before the declaration is judged by what was known then, however batches are grouped.
    assert rows(home).select("posted_seq", "sign", "business_code").rows() == [
        (1, 1, "B02"),
        (3, -1, "B02"),
        (3, 1, "B04"),
    ]
    with pytest.raises(DecisionError):
        decisions.void_revision(home, declared_by="Li", confirmed_by="Wang", **void)  # type: ignore[arg-type]


def tags(home: Home) -> list[tuple[str, int]]:
    snapshot = tagging.manifest.open_snapshot(home)
    found = snapshot.run(snapshot.tags())
    return sorted(found.select("complaint_no", "sign").iter_rows())


def test_a_tag_run_sets_and_takes_back_and_run_again_changes_nothing(home: Home) -> None:
    accept(home, [on_day("1", business="B03026"), on_day("2", business="B0101")], revision=1)
    post(home)

    first = tagging.run(home, "epidemic", at=AT)
    with pytest.raises(tagging.TagRunWaitsError):
        tagging.run(home, "epidemic", at=AT)
    post(home)
    again = tagging.run(home, "epidemic", at=AT)

    assert (first.added, first.removed, first.batch is not None) == (1, 0, True)
    assert (again.added, again.removed, again.batch) == (0, 0, None)
    assert tags(home) == [("1", 1)]

    accept(home, [amend("1", 2, "B0101"), amend("2", 2, "B03026")], revision=2)
    post(home)
    moved = tagging.run(home, "epidemic", at=AT)
    post(home)

    assert (moved.added, moved.removed) == (1, 1)
    assert tags(home) == [("1", -1), ("1", 1), ("2", 1)]
