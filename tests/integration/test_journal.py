"""The journal on both databases: chained, sealed first, one appender at a time."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from xiaobao.lib.errors import XiaobaoError
from xiaobao.submissions import journal
from xiaobao.submissions.archive import ArchiveDamagedError
from xiaobao.submissions.home import Home, open_home
from xiaobao.submissions.journal import JournalDamagedError
from xiaobao.submissions.models import JournalHead, JournalRecord

AT = datetime(2014, 10, 8, 4, 0, tzinfo=UTC)

APPEND_MANY = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from django.db import transaction
from xiaobao.submissions import journal
from xiaobao.submissions.home import open_home

home = open_home(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3])):
    with transaction.atomic():
        journal.append(home, kind="decision", payload={"by": sys.argv[2], "number": number},
                       at=datetime(2014, 10, 8, 4, tzinfo=UTC))
"""

DIE_BEFORE_COMMIT = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from django.db import transaction
from xiaobao.submissions import journal
from xiaobao.submissions.home import open_home

home = open_home(Path(sys.argv[1]))
with transaction.atomic():
    journal.append(home, kind="decision", payload={"lost": True}, at=datetime(2014, 10, 8, 4, tzinfo=UTC))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def append(home: Home, **payload: object) -> JournalRecord:
    """Append one decision."""
    with transaction.atomic():
        return journal.append(home, kind="decision", payload=payload, at=AT)


def test_records_come_back_in_order_with_their_content(home: Home) -> None:
    append(home, note="first", day="2014-10-08")
    append(home, note="second", rows=3)

    found = list(journal.records(home, after=1))

    assert [record.payload for record in found] == [
        {"note": "first", "day": "2014-10-08"},
        {"note": "second", "rows": 3},
    ]
    assert [record.sequence for record in found] == [2, 3]
    assert found[1].previous == found[0].digest
    assert [record.kind for record in journal.records(home, kind="home")] == ["home"]


def test_the_first_record_follows_nothing(home: Home) -> None:
    assert journal.read(home, 1).previous == journal.GENESIS


def test_outside_a_transaction_nothing_is_appended(home: Home) -> None:
    with pytest.raises(XiaobaoError, match="inside the transaction"):
        journal.append(home, kind="decision", payload={}, at=AT)


def test_a_record_whose_transaction_failed_is_ignored(home: Home) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        journal.append(home, kind="decision", payload={"lost": True}, at=AT)
        raise ZeroDivisionError

    sealed = home.archive.digests(journal.ROOM)
    append(home, lost=False)

    assert len(sealed) == 2  # the home's first record and the one nobody names
    assert [record.payload for record in journal.records(home, after=1)] == [{"lost": False}]


def test_a_process_killed_between_seal_and_commit_leaves_an_ignored_record(home: Home) -> None:
    done = subprocess.run([sys.executable, "-c", DIE_BEFORE_COMMIT, str(home.path)], check=False)
    assert done.returncode == -signal.SIGKILL

    sealed = home.archive.digests(journal.ROOM)
    record = append(home, lost=False)

    assert len(sealed) == 2
    assert record.sequence == 2
    assert [one.payload for one in journal.records(home, after=1)] == [{"lost": False}]


def test_two_processes_at_once_make_one_chain(home: Home) -> None:
    each = 15
    appenders = [
        subprocess.Popen(
            [sys.executable, "-c", APPEND_MANY, str(home.path), name, str(each)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ,
        )
        for name in ("a", "b")
    ]
    for appender in appenders:
        assert appender.stdout is not None
        assert appender.stdout.readline() == "ready\n"
    for appender in appenders:
        appender.communicate("go\n", timeout=120)

    assert [appender.returncode for appender in appenders] == [0, 0]
    found = list(journal.records(home, kind="decision"))
    assert [record.sequence for record in found] == list(range(2, 2 + 2 * each))
    for name in ("a", "b"):
        numbers = [record.payload["number"] for record in found if record.payload["by"] == name]
        assert numbers == list(range(each))


def test_previous_is_unique(home: Home) -> None:
    first = append(home, note="first")

    with pytest.raises(IntegrityError), transaction.atomic():
        JournalRecord.objects.create(
            sequence=99, digest="f" * 64, previous=first.previous, kind="decision", recorded_at=AT
        )


def test_a_changed_byte_of_a_sealed_record_is_found(home: Home) -> None:
    record = append(home, note="kept")
    path = home.archive.path_of(record.digest, room=journal.ROOM)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    with pytest.raises(JournalDamagedError, match="record 2 cannot be read") as caught:
        list(journal.records(home))
    assert isinstance(caught.value.__cause__, ArchiveDamagedError)


def test_a_record_removed_from_the_index_is_found(home: Home) -> None:
    for note in ("first", "second", "third"):
        append(home, note=note)
    JournalRecord.objects.filter(sequence=3).delete()

    with pytest.raises(JournalDamagedError, match="record 3 does not follow"):
        list(journal.records(home))


def test_a_last_record_removed_from_the_index_is_found(home: Home) -> None:
    append(home, note="last")
    JournalRecord.objects.filter(sequence=2).delete()

    with pytest.raises(JournalDamagedError, match="record 2 is not the head"):
        list(journal.records(home))


def test_a_row_that_says_other_than_its_file_is_found(home: Home) -> None:
    append(home, note="decision")
    JournalRecord.objects.filter(sequence=2).update(kind="close")

    with pytest.raises(JournalDamagedError, match="record 2 says other"):
        list(journal.records(home))


def test_a_head_that_was_moved_is_found(home: Home) -> None:
    append(home, note="decision")
    JournalHead.objects.update(digest="0" * 63 + "1")

    with pytest.raises(JournalDamagedError, match="is not the head"):
        list(journal.records(home))


def test_records_read_page_by_page_are_all_there(sqlite_home_factory: Callable[..., Home]) -> None:
    home = sqlite_home_factory()
    with transaction.atomic():
        for number in range(620):
            journal.append(home, kind="decision", payload={"number": number}, at=AT)

    found = [record.payload["number"] for record in journal.records(open_home(home.path), kind="decision")]

    assert found == list(range(620))


def test_a_home_opened_by_path_alone_appends_to_the_same_chain(home: Home) -> None:
    append(home, note="first")

    again = open_home(Path(home.path))
    record = append(again, note="second")

    assert record.sequence == 3
