"""Receiving under kills, parallel processes and steps of the clock: nothing lost, nothing twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from bank_files import DAY, EVENING, NOON, NOW, SOURCE, bank_file, deliver, row
from django.db import connections
from engines import each_on_one_engine

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.delivery import Delivery
from xiaobao.lib import waiting as lib_waiting
from xiaobao.lib.words import Words
from xiaobao.submissions import closing, journal, receipts, receiving, waiting
from xiaobao.submissions.archive import raw_room
from xiaobao.submissions.home import Home, open_home
from xiaobao.submissions.home_file import Mark
from xiaobao.submissions.models import Batch, Receipt, Submission
from xiaobao.submissions.overview import day_overview

# A delivery in a process of its own that dies by SIGKILL when it comes to the named function.
DELIVER = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from bank_files import deliver
from xiaobao.submissions import conclusions, receiving
from xiaobao.submissions.home import open_home

def die(*_arguments, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

home_path, file, source, revision, place = sys.argv[2:]
places = {
    "submit": (receiving, "_submit"),
    "check": (receiving, "check"),
    "conclude": (receiving, "conclude"),
    "seal": (conclusions.receipts, "seal"),
    "index": (conclusions, "index"),
    "status": (conclusions.reporting, "record_delivery"),
}
if place in places:
    setattr(*places[place], die)
home = open_home(Path(home_path))
print("ready", flush=True)
sys.stdin.readline()
facts = deliver(home, Path(file), source=source, revision=int(revision))
print(facts.decision, facts.repeated, flush=True)
"""


def start(
    home: Home, file: Path, *, source: str = SOURCE, revision: int = 1, die_at: str = "nowhere"
) -> subprocess.Popen[str]:
    """A delivering process that waits for a line of input."""
    tests = str(Path(__file__).parents[1])
    command = [sys.executable, "-c", DELIVER, tests, str(home.path), str(file), source, str(revision), die_at]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def finished(processes: Sequence[subprocess.Popen[str]]) -> list[list[str]]:
    """What processes say that are let go together."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [process.communicate(timeout=120)[0].split() for process in processes]


def killed(home: Home, file: Path, *, die_at: str) -> None:
    """A delivery that is killed at a named place."""
    process = start(home, file, die_at=die_at)
    process.communicate("go\n", timeout=120)
    assert process.returncode == -signal.SIGKILL
    connections.close_all()


@each_on_one_engine("place", ["check", "conclude", "seal", "index", "status"])
def test_a_killed_delivery_is_finished_at_the_next_start(home: Home, tmp_path: Path, place: str) -> None:
    file = bank_file(tmp_path, [row("T1"), row("T2")])
    killed(home, file, die_at=place)
    assert Submission.objects.get().state == "received"
    assert not Receipt.objects.exists()

    given = receiving.recheck_unfinished(home, at=EVENING)

    assert [(facts.decision, facts.accepted) for facts in given] == [("accepted", 2)]
    assert given[0].submitted_at == NOON
    assert Batch.objects.count() == Receipt.objects.count() == 1
    assert not list((home.path / "work").iterdir())
    assert deliver(home, file, at=EVENING).repeated


def test_a_delivery_killed_before_its_submission_was_never_acknowledged(home: Home, tmp_path: Path) -> None:
    file = bank_file(tmp_path, [row("T1")])
    killed(home, file, die_at="submit")

    facts = deliver(home, file)

    assert (facts.decision, facts.repeated) == ("accepted", False)
    assert Submission.objects.count() == 1


def test_the_next_delivery_finishes_what_was_left(home: Home, tmp_path: Path) -> None:
    killed(home, bank_file(tmp_path, [row("T1")]), die_at="check")

    deliver(home, bank_file(tmp_path, [row("S1", bank="GY02")]), source="bank-gy02")

    assert [receipt.source_code for receipt in Receipt.objects.order_by("sequence")] == [SOURCE, "bank-gy02"]


def test_after_three_tries_a_submission_is_refused_by_name(home: Home, tmp_path: Path) -> None:
    file = bank_file(tmp_path, [row("T1")], name="october.csv")
    killed(home, file, die_at="check")
    raw = home.archive.path_of(Submission.objects.get().raw_digest, room=raw_room("2014-10"))
    raw.rename(tmp_path / "hidden")

    assert receiving.recheck_unfinished(home, at=EVENING) == ()
    assert receiving.recheck_unfinished(home, at=EVENING) == ()
    unfinished = day_overview(home, DAY, as_of=None).unfinished
    given = receiving.recheck_unfinished(home, at=EVENING)

    assert [(line.tries, "ArchiveMissingError" in line.trouble) for line in unfinished] == [(3, True)]
    assert [facts.decision for facts in given] == [receipts.REFUSED]
    assert given[0].reason is not None
    assert "october.csv" in given[0].reason.en
    assert Submission.objects.get().state == "refused"
    assert not Batch.objects.exists()
    assert deliver(home, file, at=EVENING).decision == "accepted"


def test_a_submission_in_trouble_stops_no_other(home: Home, tmp_path: Path) -> None:
    killed(home, bank_file(tmp_path, [row("T1")]), die_at="check")
    home.archive.path_of(Submission.objects.get().raw_digest, room=raw_room("2014-10")).unlink()

    facts = deliver(home, bank_file(tmp_path, [row("T2")]), revision=2)

    assert facts.decision == "accepted"
    assert [row.state for row in Submission.objects.order_by("id")] == ["received", "accepted"]


def test_what_another_process_is_checking_is_left_to_it(home: Home, tmp_path: Path) -> None:
    file = bank_file(tmp_path, [row("T1")])
    killed(home, file, die_at="check")
    submission = Submission.objects.get()

    with receiving.lock(receiving._lock_file(home, submission.raw_digest), wait=True):
        assert receiving.recheck_unfinished(home, at=EVENING) == ()

    submission.refresh_from_db()
    assert (submission.state, submission.tries) == ("received", 1)


def test_the_same_file_from_two_processes_at_once_is_taken_once(home: Home, tmp_path: Path) -> None:
    file = bank_file(tmp_path, [row("T1"), row("T2")])
    said = finished([start(home, file), start(home, file)])

    assert sorted(said) == [["accepted", "False"], ["accepted", "True"]]
    assert Batch.objects.count() == Receipt.objects.count() == 1


def test_who_waits_for_a_process_that_hangs_is_told_of_it_and_does_not_wait_for_ever(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lib_waiting, "TRIES_LIMIT", lib_waiting.TELL_AFTER_TRIES + 2)
    file = bank_file(tmp_path, [row("T1")])
    told: list[Words] = []
    digest = home.archive.keep_file(file, room=raw_room("2014-10"))[0]
    delivery = Delivery(source_code=SOURCE, day=DAY, kind=DeliveryKind.REGULAR, revision=1)

    with (
        receiving.lock(receiving._lock_file(home, digest), wait=True),
        pytest.raises(waiting.FileBusyError) as caught,
    ):
        receiving.receive(home, file, delivery=delivery, at=NOON, now=NOW, on_wait=told.append)

    assert [f":{os.getpid()})" in words.en for words in told] == [True]
    assert f"kill {os.getpid()}" in caught.value.words.zh
    assert Submission.objects.count() == 0
    assert deliver(home, file).decision == "accepted"


def test_two_banks_at_once_are_both_taken_in_one_order(home: Home, tmp_path: Path) -> None:
    files = [
        bank_file(tmp_path, [row(f"T{bank}", bank=f"GY0{bank}")], name=f"{bank}.csv") for bank in (1, 2, 3)
    ]
    sources = ("bank-gy01", "bank-gy02", "bank-gy03")

    said = finished([start(home, file, source=source) for source, file in zip(sources, files, strict=True)])

    assert said == [["accepted", "False"]] * 3
    arrivals = [receipt.arrived_at for receipt in Receipt.objects.order_by("sequence")]
    assert arrivals == sorted(arrivals)
    assert [record.kind for record in journal.records(home)].count("receipt") == 3


def test_arrivals_never_go_back_although_the_clock_does(
    home_factory: Callable[..., Home], tmp_path: Path
) -> None:
    home = home_factory(domain_id="cfpb", mark=Mark.ORDINARY)
    first = cfpb_file(tmp_path, "1114245")
    second = cfpb_file(tmp_path, "1114488")
    day = date(2026, 3, 1)

    before = deliver(home, first, source="cfpb-public", day=day, revision=None, at=None, now=NOW)
    stepped_back = NOW - timedelta(hours=3)
    after = deliver(home, second, source="cfpb-public", day=day, revision=20260302, at=None, now=stepped_back)

    assert (before.decision, after.decision) == ("accepted", "accepted")
    assert after.submitted_at == after.arrived_at == before.arrived_at == NOW


def test_what_is_checked_after_its_day_was_closed_arrives_in_the_next(home: Home, tmp_path: Path) -> None:
    killed(home, bank_file(tmp_path, [row("T1")]), die_at="check")
    night = datetime(2014, 10, 8, 15, 0, tzinfo=UTC)
    closing.close_day(home, DAY, at=night, now=NOW)

    given = receiving.recheck_unfinished(home, at=NOON)

    assert home.domain.business_day(given[0].submitted_at) == DAY
    assert home.domain.business_day(given[0].arrived_at) == DAY + timedelta(days=1)


def test_a_home_opened_again_gives_the_same_receipt(home: Home, tmp_path: Path) -> None:
    file = bank_file(tmp_path, [row("T1")])
    first = deliver(home, file)

    again = deliver(open_home(home.path), file)

    assert (again.sequence, again.raw_digest) == (first.sequence, first.raw_digest)


def cfpb_file(folder: Path, number: str) -> Path:
    """One public record in the layout of 2014."""
    path = folder / f"{number}.csv"
    path.write_text(
        "complaint_id,product,sub_product,issue,sub_issue,state,zip_code,submitted_via,date_received,"
        "date_sent,company,company_response,timely,disputed\n"
        f"{number},Debt collection,Medical,Disclosure verification of debt,,"
        'FL,32219,Web,2014-11-13,2014-11-13,"Choice Recovery, Inc.",Closed,Yes,\n',
        encoding="utf-8",
    )
    return path
