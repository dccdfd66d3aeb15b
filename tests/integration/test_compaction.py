"""Merges and rewrites on real homes: fewer files, the same rows, also for readers that are under way."""

import os
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connections
from ledger_rows import Report, amend, new
from store import AT, NOW, accept, post, rewrite, rows, sweep

from xiaobao.ledger.entries import Event
from xiaobao.ledger.segments import write_segment
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.files import lock
from xiaobao.submissions import compaction, lease, manifest, sweeping
from xiaobao.submissions.compaction import MergeLostError
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Segment

A_DAY = timedelta(hours=25)


def in_month(complaint_no: str, day: date) -> Report:
    return Report(complaint_no=complaint_no, event=Event.NEW, revision=1, received_on=day)


def commits(home: Home, count: int, *, first: int = 1) -> None:
    """Post so many commits of one row each."""
    for number in range(first, first + count):
        accept(home, [new(str(number), number)], revision=number)
        post(home)


def live(home: Home) -> list[str]:
    return sorted(Segment.objects.filter(replaced_by=None).values_list("name", flat=True))


def test_twenty_commits_are_merged_into_one_file_of_the_same_rows(home: Home) -> None:
    commits(home, 19)
    before = rows(home)
    assert len(live(home)) == 19

    commits(home, 1, first=20)

    assert len(live(home)) == 1
    assert rows(home).head(19).equals(before)
    assert rows(home).height == 20


def test_an_older_as_of_reads_the_same_rows_after_a_merge(home: Home) -> None:
    commits(home, 5)
    before = rows(home, as_of=3)

    rewrite(home)

    assert rows(home, as_of=3).equals(before)


def test_the_nightly_rewrite_makes_one_file_a_month_and_touches_only_new_months(home: Home) -> None:
    accept(home, [in_month("1", date(2020, 1, 5)), in_month("2", date(2020, 2, 5))], revision=1)
    post(home)
    assert rewrite(home) == 2
    january = Segment.objects.get(month=202001, replaced_by=None).name
    accept(home, [in_month("3", date(2020, 2, 6))], revision=2)
    post(home)
    before = rows(home)

    assert rewrite(home) == 1

    assert january in live(home)
    assert len(live(home)) == 2
    assert rows(home).equals(before)
    assert rewrite(home) == 0


def test_of_two_merges_of_the_same_files_one_happens(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    commits(home, 3)
    before = rows(home)
    replace = compaction._replace

    with lease.held(now=NOW) as mine:

        def late(*arguments: object, **named: object) -> None:
            monkeypatch.setattr(compaction, "_replace", replace)
            compaction.rewrite_by_month(home, mine, now=NOW)
            replace(*arguments, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(compaction, "_replace", late)
        with pytest.raises(MergeLostError):
            compaction.rewrite_by_month(home, mine, now=NOW)

    assert rows(home).equals(before)
    assert len(live(home)) == 1


def test_a_merge_names_no_file_that_another_holder_of_the_lease_has_swept(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits(home, 3)
    before = rows(home)
    replace = compaction._replace
    two_days_on = NOW + 2 * A_DAY

    def suspended(*arguments: object, **named: object) -> None:
        for path in home.segments_folder.iterdir():
            os.utime(path, (NOW.timestamp(), NOW.timestamp()))
        assert any("-month-" in name for name in sweep(home, now=two_days_on))
        replace(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(compaction, "_replace", suspended)
    with pytest.raises(lease.LeaseLostError):
        rewrite(home)

    assert rows(home).equals(before)
    assert len(live(home)) == 3


def test_who_lost_the_lease_sweeps_nothing(home: Home) -> None:
    commits(home, 3)
    rewrite(home)
    late = NOW + A_DAY
    mine = lease.take(now=NOW)

    with lease.held(now=late), pytest.raises(lease.LeaseLostError):
        sweeping.sweep(home, mine, now=late)

    assert len(list(home.segments_folder.iterdir())) == 4


def test_what_a_kill_left_is_swept_after_a_day(home: Home) -> None:
    commits(home, 1)
    left = [
        home.archive.incoming_folder / ("a" * 32),
        home.segments_folder / f".entries-commit-1-1-{'b' * 32}.parquet.{'c' * 32}.partial",
        home.keys.folder / f".{'d' * 32}.part",
        home.path / f".{'e' * 32}.part",
        home.work_folder / "1-copy.csv",
        home.work_folder / "tmpreread" / "raw.csv",
        home.locks_folder / f"submission-{'f' * 64}",
    ]
    fresh = home.archive.incoming_folder / ("9" * 32)
    for path in (*left, fresh):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    os.utime(left[5].parent, (NOW.timestamp(), NOW.timestamp()))
    os.utime(fresh, ((NOW + A_DAY).timestamp(),) * 2)
    held = home.locks_folder / "held"

    with lock(held, wait=True):
        os.utime(held, (NOW.timestamp(), NOW.timestamp()))
        assert sweep(home, now=NOW + timedelta(hours=23)) == ()
        gone = sweep(home, now=NOW + A_DAY)
        assert held.exists()

    assert len(gone) == 6
    assert [path for path in left if path.exists()] == []
    assert fresh.exists()
    assert rows(home).height == 1


def test_replaced_files_stay_a_day_and_orphans_as_long(home: Home) -> None:
    commits(home, 3)
    orphan = home.segments_folder / f"entries-commit-{2:012d}-{2:012d}-{'a' * 32}.parquet"
    unfinished = home.segments_folder / f"entries-commit-{9:012d}-{9:012d}-{'b' * 32}.parquet"
    for path in (orphan, unfinished):
        write_segment(rows(home), path)
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    rewrite(home)

    assert sweep(home, now=NOW + timedelta(hours=23)) == ()
    gone = sweep(home, now=NOW + A_DAY)

    assert len(gone) == 4
    assert orphan.name in gone
    assert unfinished.exists()
    assert rows(home).height == 3


def test_a_reader_whose_file_was_swept_opens_again_at_the_same_sequence(home: Home) -> None:
    commits(home, 3)
    asked: list[int] = []

    def read(snapshot: Snapshot) -> int:
        asked.append(snapshot.posted_seq)
        if len(asked) == 1:
            accept(home, [amend("1", 9, "B02")], revision=9)
            post(home)
            rewrite(home)
            sweep(home, now=NOW + A_DAY)
        return snapshot.run(snapshot.entries()).height

    assert manifest.reading(home, read) == 3
    assert asked == [3, 3]


def test_readers_under_merges_never_see_fewer_rows(home: Home) -> None:
    commits(home, 4)
    stop = threading.Event()
    seen: list[list[int]] = [[], []]
    troubles: list[BaseException] = []

    def reader(counts: list[int]) -> None:
        try:
            while not stop.is_set():
                counts.append(manifest.reading(home, lambda s: s.run(s.entries()).height))
        except BaseException as error:
            troubles.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=reader, args=(counts,)) for counts in seen]
    for thread in threads:
        thread.start()
    for number in range(5, 14):
        accept(home, [new(str(number), number)], revision=number, at=AT)
        post(home)
        if number % 3 == 0:
            rewrite(home)
            sweep(home, now=NOW + A_DAY)
    stop.set()
    for thread in threads:
        thread.join()

    assert troubles == []
    for counts in seen:
        assert counts == sorted(counts)
        assert counts[0] >= 4
    assert rows(home).height == 13


def test_a_merge_that_would_change_the_ledger_changes_nothing(home: Home, tmp_path: Path) -> None:
    commits(home, 3)
    before = rows(home)
    Segment.objects.filter(first_posted_seq=2).update(rows=2)

    with pytest.raises(compaction.MergeDiffersError):
        rewrite(home)

    assert len(live(home)) == 3
    assert rows(home).equals(before)
