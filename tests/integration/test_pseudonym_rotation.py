"""A new pseudonym key: what is sent again stays the same, people stay themselves, all that is kept holds."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bank_files import NOON, NOW, bank_file, deliver
from django.db import connections
from engines import each_on_one_engine
from expiring_homes import NOVEMBER, NOVEMBER_AT, expire
from people_files import identity_card, ledger_people, ledger_under, mobile, person_row
from store import post

from xiaobao.catalog import reading
from xiaobao.cli.main import run
from xiaobao.intake.pseudonym_files import pseudonymize
from xiaobao.ledger.posting import BatchNote
from xiaobao.lib.errors import ExitCode
from xiaobao.privacy.pseudonym_keys import Kind, PseudonymKeys
from xiaobao.privacy.reporter_keys import read_reporter_keys
from xiaobao.submissions import journal, receiving
from xiaobao.submissions.batch_files import BATCH_ROOM
from xiaobao.submissions.home import Home, open_home
from xiaobao.submissions.master_rotation import rotate_master
from xiaobao.submissions.models import Batch
from xiaobao.submissions.pseudonym_rotation import (
    PseudonymKeyLostError,
    PseudonymRotationError,
    pseudonym_keys_of,
    rotate_pseudonym_key,
)
from xiaobao.submissions.rebuild import rebuild
from xiaobao.submissions.repairing import repair
from xiaobao.submissions.reporter_key import write_reporter_keys
from xiaobao.submissions.verify import verify

PEOPLE = {"T1": 1, "T2": 2, "T3": 1}
"""Who complains under which number."""


def people_file(folder: Path, *, event: str = "新增") -> Path:
    rows = [person_row(number, person, event=event) for number, person in PEOPLE.items()]
    return bank_file(folder, rows, name=f"{event}.csv")


def stated_again(folder: Path) -> Path:
    """The same once more: a number that is known comes as an amendment."""
    return people_file(folder, event="更正")


def take_in(home: Home, path: Path, *, revision: int) -> BatchNote:
    """Deliver and post one file; what became of it."""
    receipt = deliver(home, path, revision=revision)
    assert receipt.decision == "accepted", receipt.reason
    (note,) = post(home, at=NOON, now=NOW)
    return note


def rotated(home: Home, folder: Path) -> None:
    """A home with a posted file of three complaints by two people, and its second key."""
    take_in(home, people_file(folder), revision=1)
    assert rotate_pseudonym_key(home, by="Li", at=NOON).id == "p0002"


@pytest.mark.parametrize("event", ["新增", "更正"])
def test_a_file_sent_again_after_a_rotation_is_no_other_content(
    home: Home, tmp_path: Path, event: str
) -> None:
    rotated(home, tmp_path)
    before = ledger_people(home)

    note = take_in(home, people_file(tmp_path, event=event), revision=2)

    assert (note.accepted, note.unchanged, note.refused.height) == (3, 3, 0)
    assert ledger_people(home).filter(sign=1).equals(before)


def test_one_person_stays_one_over_two_rotations(home: Home, tmp_path: Path) -> None:
    rotated(home, tmp_path)
    take_in(home, bank_file(tmp_path, [person_row("T4", 1)], name="second.csv"), revision=2)
    rotate_pseudonym_key(home, by="Li", at=NOON)
    take_in(home, bank_file(tmp_path, [person_row("T5", 1)], name="third.csv"), revision=3)

    kept = ledger_people(home)
    lifted = ledger_under(home, pseudonym_keys_of(home))

    assert kept["identity_key_id"].to_list() == ["p0001", "p0001", "p0001", "p0002", "p0003"]
    assert kept["contact_key_id"].equals(kept["identity_key_id"].alias("contact_key_id"))
    ours = lifted.filter(lifted["complaint_no"].is_in(["T1", "T3", "T4", "T5"]))
    assert (ours["identity_key"].n_unique(), ours["contact_key"].n_unique()) == (1, 1)
    assert (lifted["identity_key"].n_unique(), kept["identity_key"].n_unique()) == (2, 4)


def test_an_amendment_changes_only_whom_it_names_anew(home: Home, tmp_path: Path) -> None:
    rotated(home, tmp_path)
    changed = person_row("T1", 1, contact=7, event="更正")

    note = take_in(home, bank_file(tmp_path, [changed], name="amended.csv"), revision=2)

    assert note.posted == 1
    stated = ledger_people(home).filter(complaint_no="T1", sign=1)
    assert stated["identity_key"].n_unique() == 1
    assert stated["identity_key_id"].to_list() == ["p0001", "p0001"]
    assert stated["contact_key_id"].to_list() == ["p0001", "p0002"]


def test_who_comes_back_to_a_complaint_is_named_as_at_first(home: Home, tmp_path: Path) -> None:
    rotated(home, tmp_path)
    for revision, person in ((2, 9), (3, 1)):
        changed = bank_file(tmp_path, [person_row("T1", person, event="更正")], name=f"{revision}.csv")
        take_in(home, changed, revision=revision)

    stated = ledger_people(home).filter(complaint_no="T1", sign=1)
    assert stated["identity_key_id"].to_list() == ["p0001", "p0002", "p0001"]
    assert stated["identity_key"][0] == stated["identity_key"][2]


def at_home(path: Path, keys: PseudonymKeys, folder: Path, *, revision: int) -> Path:
    """The file as a reporter makes it before delivery: both columns pseudonyms."""
    for column, kind in (("证件号", Kind.IDENTITY), ("联系电话", Kind.CONTACT)):
        out = folder / f"{revision}-{kind}.csv"
        made = pseudonymize(path, out, column=column, kind=kind, keys=keys, catalog=reading.load())
        assert made.ill_formed == ()
        path = out
    return path


@pytest.mark.parametrize("newest", ["p0001", "p0002"])
def test_reporters_send_the_same_people_by_the_old_key_file_and_by_the_new(
    home: Home, tmp_path: Path, newest: str
) -> None:
    rotated(home, tmp_path)
    before = ledger_people(home)
    assert write_reporter_keys(home, tmp_path / "bureau.key") == ("p0001", "p0002")
    keys = read_reporter_keys(tmp_path / "bureau.key").until(newest)

    note = take_in(home, at_home(stated_again(tmp_path), keys, tmp_path, revision=2), revision=2)

    assert (note.unchanged, note.refused.height) == (3, 0)
    assert ledger_people(home).filter(sign=1).equals(before)


def test_all_that_is_kept_holds_after_rotations_of_both_kinds(home: Home, tmp_path: Path) -> None:
    rotated(home, tmp_path)
    rotate_master(home, by="Li", at=NOON)
    take_in(home, stated_again(tmp_path), revision=2)
    changed = [person_row("T1", 3, event="更正"), person_row("T4", 1)]
    take_in(home, bank_file(tmp_path, changed, name="changed.csv"), revision=3)
    rotate_pseudonym_key(home, by="Li", at=NOON)
    take_in(home, bank_file(tmp_path, [person_row("T4", 1, event="更正")], name="again.csv"), revision=4)

    assert verify(open_home(home.path), reread=True) == ()
    assert rebuild(home, tmp_path / "again").differences.count == 0


def test_repair_makes_again_every_batch_of_either_key(home: Home, tmp_path: Path) -> None:
    rotated(home, tmp_path)
    take_in(home, stated_again(tmp_path), revision=2)
    rotate_pseudonym_key(home, by="Li", at=NOON)
    new = bank_file(tmp_path, [person_row("T4", 1), person_row("T1", 1, event="更正")], name="new.csv")
    take_in(home, new, revision=3)
    batches = list(Batch.objects.values_list("batch_digest", flat=True))
    for digest in batches:
        home.archive.path_of(digest, room=BATCH_ROOM).unlink()
    assert len(batches) == 3

    repair(home, now=lambda: NOW)

    assert verify(open_home(home.path), reread=True) == ()


def test_a_month_expires_after_a_rotation_and_its_people_stay_known(home: Home, tmp_path: Path) -> None:
    rotated(home, tmp_path)
    expire(home)

    again = bank_file(tmp_path, [person_row("T1", 1, event="更正")], name="november.csv")
    assert deliver(home, again, day=NOVEMBER, revision=2, at=NOVEMBER_AT).decision == "accepted"
    (note,) = post(home, at=NOVEMBER_AT, now=NOW)

    assert note.unchanged == 1
    assert verify(open_home(home.path), reread=True) == ()


def test_what_is_not_posted_refuses_a_rotation(home: Home, tmp_path: Path) -> None:
    deliver(home, people_file(tmp_path))

    with pytest.raises(PseudonymRotationError, match="run xiaobao post first"):
        rotate_pseudonym_key(home, by="Li", at=NOON)

    assert [key.id for key in pseudonym_keys_of(home).chain] == ["p0001"]
    assert not home.keys.has("pseudonym/p0002")


def test_what_is_not_checked_refuses_a_rotation(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_arguments: object, **_named: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(receiving, "check", stopped)
    with pytest.raises(OSError, match="full"):
        deliver(home, people_file(tmp_path))

    with pytest.raises(PseudonymRotationError, match="not checked"):
        rotate_pseudonym_key(home, by="Li", at=NOON)


def test_who_decided_it_is_wanted(home: Home) -> None:
    with pytest.raises(PseudonymRotationError, match="who decided"):
        rotate_pseudonym_key(home, by=" ", at=NOON)


def test_a_lost_key_stops_intake_and_is_named_by_verify(home: Home, tmp_path: Path) -> None:
    rotated(home, tmp_path)
    (home.keys.folder / "pseudonym/p0002.key").unlink()
    opened = open_home(home.path)

    with pytest.raises(PseudonymKeyLostError, match=r"p0002\.key"):
        deliver(opened, stated_again(tmp_path), revision=2)

    assert any("p0002.key are not there" in each.words.en for each in verify(opened))


def test_another_key_in_its_place_is_named_by_verify(home: Home, tmp_path: Path) -> None:
    rotated(home, tmp_path)
    (home.keys.folder / "pseudonym/p0002.key").unlink()
    opened = open_home(home.path)
    opened.keys.for_writing("pseudonym/p0002")

    assert ["not the key that journal record" in each.words.en for each in verify(opened)] == [True]


KILLED = """
import sys
from datetime import datetime
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from crash_child import kill_at
from xiaobao.submissions.home import open_home
from xiaobao.submissions import pseudonym_rotation

_tests, home, module, name, when, at = sys.argv[1:]
opened = open_home(Path(home))
kill_at(module, name, when)
pseudonym_rotation.rotate_pseudonym_key(opened, by="Li", at=datetime.fromisoformat(at))
"""


@each_on_one_engine(
    "module,name,when",
    [
        ("xiaobao.privacy.keys", "write_once", "before"),  # nothing yet
        ("xiaobao.privacy.keys", "write_once", "after"),  # the key is there, not in use
        ("xiaobao.submissions.journal", "append", "after"),  # sealed, its transaction open
        ("xiaobao.submissions.pseudonym_rotation", "rotate_pseudonym_key", "after"),  # done, nothing told
    ],
)
def test_a_kill_at_any_step_leaves_the_old_key_or_the_new_in_use(
    home: Home, tmp_path: Path, module: str, name: str, when: str
) -> None:
    take_in(home, people_file(tmp_path), revision=1)
    tests = str(Path(__file__).parents[1])
    told = (str(home.path), module, name, when, NOON.isoformat())
    killed = subprocess.run([sys.executable, "-c", KILLED, tests, *told], timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL
    connections.close_all()

    opened = open_home(home.path)
    in_use = pseudonym_keys_of(opened).newest.id
    assert take_in(opened, stated_again(tmp_path), revision=2).unchanged == 3
    key = rotate_pseudonym_key(opened, by="Li", at=NOON)

    assert key.id == {"p0001": "p0002", "p0002": "p0003"}[in_use]
    assert take_in(opened, stated_again(tmp_path), revision=3).unchanged == 3
    assert verify(open_home(home.path), reread=True) == ()


def test_the_journal_says_who_took_which_key_into_use(home: Home, tmp_path: Path) -> None:
    rotated(home, tmp_path)

    (record,) = journal.records(home, kind="rotate_pseudonym_key")

    fingerprints = {str(kind): pseudonym_keys_of(home).newest.fingerprint(kind) for kind in Kind}
    assert record.payload == {"key_id": "p0002", "fingerprints": fingerprints, "by": "Li"}


def test_no_number_and_no_key_is_in_what_is_kept_of_a_rotation(home: Home, tmp_path: Path) -> None:
    rotated(home, tmp_path)
    take_in(home, stated_again(tmp_path), revision=2)

    (record,) = journal.records(home, kind="rotate_pseudonym_key")

    said = f"{record.payload} {ledger_people(home).to_dicts()}"
    secrets = [key.secret.hex() for key in pseudonym_keys_of(home).chain]
    assert not [each for each in (identity_card(1), mobile(1), *secrets) if each in said]


def test_the_command_says_what_reporters_need(
    sqlite_home_factory: Callable[..., Home], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = sqlite_home_factory()
    take_in(home, people_file(tmp_path), revision=1)
    named = ("home", "rotate-pseudonym-key", "--by", "Li", "--home", str(home.path))

    assert run(["--language", "zh", *named]) is ExitCode.FINE
    assert "假名密钥 p0002 已启用" in capsys.readouterr().out
    assert run(["--language", "en", *named]) is ExitCode.FINE
    assert "the pseudonym key p0003 is in use" in capsys.readouterr().out
    assert run(["--language", "en", "verify", "--home", str(home.path)]) is ExitCode.FINE
