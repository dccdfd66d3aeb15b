"""The poster on real homes: one commit or none, whoever else is at work and whatever the clock says."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import polars as pl
import pytest
from django.db import connections
from ledger_rows import amend, new, reinstate, withdraw
from store import AT, DAY, NOW, accept, post, present, rows

from xiaobao.ledger.laws import check_laws
from xiaobao.ledger.posting import BatchNote
from xiaobao.submissions import claims, journal, lease, manifest, poster, reporting
from xiaobao.submissions.commits import CommitRows
from xiaobao.submissions.health import UnsoundError
from xiaobao.submissions.home import Home
from xiaobao.submissions.lease import LeaseHeldError, LeaseLostError
from xiaobao.submissions.models import Batch, Claim, LedgerHead, PostingNote, Segment
from xiaobao.submissions.notes import row_notes
from xiaobao.submissions.verify import verify
from xiaobao.workflows.post import watch

_LONGEST_PAUSE_SECONDS = 0.1


def test_accepted_deliveries_are_posted_in_order_of_arrival(home: Home) -> None:
    accept(home, [new("1", 1), new("2", 1)], revision=1)
    accept(home, [amend("1", 2, "B02"), withdraw("2", 2)], revision=2)

    notes = post(home)

    assert [note.posted_seq for note in notes] == [1, 2]
    assert present(home) == {"1": "B02"}
    assert rows(home)["posted_seq"].to_list() == [1, 1, 2, 2, 2]
    assert check_laws(rows(home)) == ()
    assert LedgerHead.objects.get().posted_seq == 2
    assert LedgerHead.objects.get().token == ""


def test_grouping_of_batches_changes_no_row_but_the_moment(home_factory: Callable[..., Home]) -> None:
    deliveries = [[new("1", 1)], [amend("1", 2, "B02"), new("2", 2)], [withdraw("1", 3)], [reinstate("1", 4)]]
    together, apart = home_factory(), None
    for revision, reports in enumerate(deliveries, start=1):
        accept(together, reports, revision=revision)
    post(together)
    grouped = rows(together)
    apart = home_factory()
    for revision, reports in enumerate(deliveries, start=1):
        accept(apart, reports, revision=revision)
        post(apart)

    assert Claim.objects.count() == 4
    assert rows(apart).drop("recorded_at").equals(grouped.drop("recorded_at"))


def test_a_batch_posts_what_its_note_says(home: Home) -> None:
    accept(home, [new("1", 1), new("2", 1)], revision=1)
    accept(home, [amend("9", 2), amend("1", 2), amend("2", 2, "B02"), withdraw("8", 2)], revision=2)

    post(home)

    note = PostingNote.objects.get(batch__posted_seq=2)
    counts = (note.accepted, note.posted, note.unchanged, note.superseded, note.refused)
    assert counts == (4, 2, 1, 0, 1)
    posted = next(journal.records(home, kind="posted"))
    reasons = [(row.row_number, row.reason, row.refused) for row in row_notes(home, posted=posted)]
    assert reasons == [(1, "unknown_amended", True), (4, "unknown_withdrawn", False)]


def test_recorded_moments_never_go_back_when_the_clock_does(home: Home) -> None:
    accept(home, [new("1", 1)], revision=1)
    post(home, at=AT)
    accept(home, [new("2", 2)], revision=2)

    post(home, at=AT - timedelta(hours=3))

    moments = rows(home)["recorded_at"].to_list()
    assert moments == [AT, AT + timedelta(microseconds=1)]


def test_a_second_poster_is_told_who_is_at_work(home: Home) -> None:
    accept(home, [new("1", 1)])
    with lease.held(now=NOW), pytest.raises(LeaseHeldError):
        post(home, now=NOW + timedelta(seconds=1))

    assert [note.posted for note in post(home)] == [1]


def test_a_lease_lasts_as_long_as_its_holder_works(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    accept(home, [new("1", 1)], revision=1)
    monkeypatch.setattr(
        lease, "LEASE_LENGTH", timedelta(seconds=4)
    )  # a busy machine may stand still for some
    monkeypatch.setattr(lease, "RENEWED_EVERY", timedelta(seconds=0.1))
    posted_rows, told = poster.rows_of, []

    def slowly(*arguments: Any, **named: Any) -> CommitRows:
        watching.start()
        time.sleep(8.5)  # longer than two leases
        return posted_rows(*arguments, **named)

    def other() -> None:
        for _ in range(10):
            time.sleep(0.8)
            with pytest.raises(LeaseHeldError) as held:
                lease.take(now=clock())
            told.append(held.value)
        connections.close_all()

    monkeypatch.setattr(poster, "rows_of", slowly)
    watching = threading.Thread(target=other)
    notes = poster.post_pending(home, at=AT, now=clock)
    watching.join()

    assert [note.posted_seq for note in notes] == [1]
    assert len(told) == 10
    assert LedgerHead.objects.get().token == ""


def test_a_holder_that_lost_its_lease_renews_it_no_more(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "RENEWED_EVERY", timedelta(seconds=0.05))
    with lease.held(now=clock):
        mine = lease.take(now=clock() + 2 * lease.LEASE_LENGTH)
        time.sleep(0.2)
        assert LedgerHead.objects.get().token == mine.token

    assert LedgerHead.objects.get().token == mine.token


def test_a_watching_poster_gives_way_to_one_that_took_over(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(home, [new("1", 1)], revision=1)
    tried: list[int] = []

    def post_once(*_arguments: Any, **_named: Any) -> tuple[BatchNote, ...]:
        tried.append(1)
        if len(tried) == 1:
            raise LeaseLostError
        raise KeyboardInterrupt

    monkeypatch.setattr(poster, "post_pending", post_once)

    with pytest.raises(KeyboardInterrupt):
        watch(home, now=clock, on_posted=lambda notes: None)
    assert len(tried) == 2


def clock() -> datetime:
    """The real clock: leases are measured by it."""
    return datetime.now(tz=UTC)


def test_a_lease_is_kept_from_one_whose_clock_is_behind(home: Home) -> None:
    with lease.held(now=NOW), pytest.raises(LeaseHeldError):
        lease.take(now=NOW - timedelta(seconds=5))


def test_a_lease_ends_when_it_expires_and_when_the_clock_was_set_back(home: Home) -> None:
    lease.take(now=NOW)
    lease.take(now=NOW + lease.LEASE_LENGTH + timedelta(seconds=1))

    lease.take(now=NOW - timedelta(days=1))

    assert LedgerHead.objects.get().lease_until == NOW - timedelta(days=1) + lease.LEASE_LENGTH


def test_a_stalled_poster_that_resumes_commits_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    accept(home, [new("1", 1), new("2", 1)])
    stalled = poster._commit

    def overtaken(*arguments: object, **named: object) -> None:
        monkeypatch.setattr(poster, "_commit", stalled)
        post(home, now=NOW + timedelta(minutes=5))
        stalled(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(poster, "_commit", overtaken)
    with pytest.raises(LeaseLostError):
        post(home)

    assert present(home) == {"1": "B01", "2": "B01"}
    assert rows(home).height == 2
    assert Segment.objects.count() == 1
    assert len(list(home.segments_folder.glob("*.parquet"))) == 2  # one of them an orphan
    assert [batch.posted_seq for batch in Batch.objects.all()] == [1]


def test_a_poster_overtaken_before_its_claim_claims_nothing(home: Home) -> None:
    accept(home, [new("1", 1)])
    late = lease.take(now=NOW)
    post(home, now=NOW + timedelta(minutes=5))
    accept(home, [new("2", 2)], revision=2)

    with pytest.raises(LeaseLostError):
        claims.claim_pending(home, late, at=AT)

    assert Claim.objects.count() == 1


def test_an_open_claim_is_completed_as_it_stands(home: Home) -> None:
    accept(home, [new("1", 1)])
    with lease.held(now=NOW) as mine:
        claim = claims.claim_pending(home, mine, at=AT)
    accept(home, [new("2", 2)], revision=2)

    post(home, at=AT + timedelta(hours=1))

    assert claim is not None
    assert rows(home).select("posted_seq", "recorded_at").rows() == [
        (1, AT),
        (2, AT + timedelta(hours=1)),
    ]


def test_a_batch_whose_file_is_lost_is_set_aside_and_the_others_are_posted(home: Home) -> None:
    lost = accept(home, [new("1", 1)], revision=1)
    accept(home, [new("2", 2)], revision=2)
    assert lost.batch_digest is not None
    home.archive.path_of(lost.batch_digest, room="batch").unlink()

    post(home)

    assert present(home) == {"2": "B01"}
    assert Batch.objects.get(sequence=lost.sequence).set_aside
    record = next(journal.records(home, kind="set_aside"))
    assert record.payload["batch"] == lost.sequence
    assert str(lost.batch_digest) in str(record.payload["why"])
    assert LedgerHead.objects.get().posted_seq == 1


@pytest.mark.parametrize("damage", ["lost", "changed"])
def test_a_delivery_set_aside_may_be_delivered_again(home: Home, damage: str) -> None:
    first = accept(home, [new("1", 1)])
    assert first.batch_digest is not None
    path = home.archive.path_of(first.batch_digest, room="batch")
    if damage == "lost":
        path.unlink()
    else:
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
    post(home)
    assert present(home) == {}

    again = accept(home, [new("1", 1)])
    post(home)

    assert again.sequence > first.sequence
    assert present(home) == {"1": "B01"}
    assert verify(home) == ()


def test_a_batch_lost_after_its_claim_keeps_its_number_empty(home: Home) -> None:
    accept(home, [new("1", 1)], revision=1)
    lost = accept(home, [new("2", 2)], revision=2)
    accept(home, [new("3", 3)], revision=3)
    with lease.held(now=NOW) as mine:
        claims.claim_pending(home, mine, at=AT)
    assert lost.batch_digest is not None
    home.archive.path_of(lost.batch_digest, room="batch").unlink()

    post(home)

    assert present(home) == {"1": "B01", "3": "B01"}
    assert rows(home)["posted_seq"].to_list() == [1, 3]
    assert Batch.objects.get(sequence=lost.sequence).set_aside


def test_a_poster_refuses_to_start_on_a_damaged_segment_and_names_it(home: Home) -> None:
    accept(home, [new("1", 1)])
    post(home)
    segment = home.segments_folder / Segment.objects.get().name
    segment.write_bytes(segment.read_bytes()[:-10])
    accept(home, [new("2", 2)], revision=2)

    with pytest.raises(UnsoundError) as refused:
        post(home)

    assert segment.name in refused.value.words.en
    assert LedgerHead.objects.get().token == ""


def test_a_poster_refuses_to_start_when_the_end_of_the_journal_is_gone(home: Home) -> None:
    accept(home, [new("1", 1)])
    last = list(journal.records(home))[-1]
    home.archive.path_of(last.digest, room="journal").unlink()

    with pytest.raises(UnsoundError) as refused:
        post(home)

    assert str(last.sequence) in refused.value.words.en


def test_a_delivery_mostly_superseded_does_not_count_as_arrived(home: Home) -> None:
    accept(home, [amend(str(number), 5) for number in range(4)], revision=5)
    accept(home, [new(str(number), 9, "B02") for number in range(4)], revision=9)
    post(home)
    assert reporting.status_of(home, DAY)["bank-gy01"] is reporting.ReportingStatus.ARRIVED

    late = DAY - timedelta(days=1)
    accept(home, [new(str(number), 2) for number in range(4)], revision=2, day=late)
    post(home)

    assert reporting.status_of(home, late)["bank-gy01"] is reporting.ReportingStatus.SUPERSEDED


def test_a_snapshot_reads_the_same_rows_whatever_is_posted_later(home: Home) -> None:
    accept(home, [new("1", 1)])
    post(home)
    before = manifest.open_snapshot(home)
    accept(home, [amend("1", 2, "B02")], revision=2)
    post(home)

    assert before.run(before.entries()).height == 1
    assert rows(home, as_of=1).height == 1
    assert rows(home).height == 3


def test_an_as_of_beyond_the_head_is_refused(home: Home) -> None:
    with pytest.raises(manifest.AsOfError):
        manifest.open_snapshot(home, as_of=1)


def test_a_batch_that_changes_nothing_moves_the_head_without_a_segment(
    home_factory: Callable[..., Home],
) -> None:
    home = home_factory()
    accept(home, [amend("7", 1)])

    post(home)

    assert LedgerHead.objects.get().posted_seq == 1
    assert Segment.objects.count() == 0
    assert rows(home).equals(pl.DataFrame(schema=rows(home).schema))


def test_two_posters_that_keep_taking_over_post_everything_once(home: Home) -> None:
    batches = 24
    stop = threading.Event()
    troubles: list[BaseException] = []
    overtaken: list[LeaseLostError] = []

    def poster_of(ahead: timedelta) -> None:
        # Each of the clocks makes the other's lease look expired, so that both take over all the time.
        dice = Random(str(ahead))
        try:
            # As `watch` they pause: without that SQLite's lock is hardly ever free for those who deliver.
            while not stop.wait(dice.uniform(0, _LONGEST_PAUSE_SECONDS)):
                try:
                    post(home, now=datetime.now(tz=UTC) + ahead)
                except LeaseHeldError:
                    continue
                except LeaseLostError as lost:
                    overtaken.append(lost)
        except BaseException as error:
            troubles.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=poster_of, args=(timedelta(hours=hours),)) for hours in (0, 1)]
    for thread in threads:
        thread.start()
    for number in range(1, batches + 1):
        accept(home, [new(str(number), number), amend("1", number, f"B{number:02}")], revision=number)
    deadline = time.monotonic() + 120
    while poster.is_pending() and not troubles and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    for thread in threads:
        thread.join()

    assert troubles == []
    assert rows(home)["entry_id"].is_unique().all()
    assert present(home) == {"1": f"B{batches:02}"} | {str(number): "B01" for number in range(2, batches + 1)}
    assert sorted(Batch.objects.values_list("posted_seq", flat=True)) == list(range(1, batches + 1))
    assert verify(home) == ()
