"""The master key of a home is exchanged: at every step the home opens, and nothing expired comes back."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bank_files import NOW, bank_file, deliver, row
from django.db import connections
from engines import each_on_one_engine
from expiring_homes import MONTH, NOVEMBER, NOVEMBER_AT, expire, is_gone, two_months
from store import post

from xiaobao.cli.main import run
from xiaobao.lib.errors import ExitCode, XiaobaoError
from xiaobao.privacy.key_files import KeyFileError
from xiaobao.privacy.keys import KeyRing
from xiaobao.submissions import journal
from xiaobao.submissions.home import Home, open_home
from xiaobao.submissions.master_rotation import MasterRotationError, rotate_master
from xiaobao.submissions.verify import verify


@pytest.fixture
def home(home_factory: Callable[..., Home]) -> Home:
    return home_factory(filled=two_months)


def master(home: Home) -> Path:
    return home.keys.folder / "master.key"


def wrapped(home: Home) -> dict[str, bytes]:
    """Every wrapped key as it lies there."""
    return {name: (home.keys.folder / f"{name}.key").read_bytes() for name in home.keys.names()}


def journaled(home: Home) -> int:
    return [record.kind for record in journal.records(home)].count("rotate_master")


def test_every_key_is_wrapped_anew_and_all_is_read_as_before(home: Home) -> None:
    before, old = wrapped(home), master(home).read_bytes()

    exchanged = rotate_master(home, by="Li", at=NOVEMBER_AT)

    after = wrapped(home)
    assert after.keys() == before.keys()
    assert exchanged.keys == len(after) > 4
    assert {content[:8].hex() for content in after.values()} == {exchanged.master_key_id}
    assert exchanged.retired_file.read_bytes() == old
    assert exchanged.retired_file.stat().st_mode & 0o777 == 0o600
    assert verify(open_home(home.path), reread=True) == ()
    last = [record for record in journal.records(home) if record.kind == "rotate_master"]
    assert [record.payload for record in last] == [{"master_key_id": exchanged.master_key_id, "by": "Li"}]


def test_the_old_master_key_opens_nothing_here_and_what_was_backed_up(home: Home, tmp_path: Path) -> None:
    shutil.copytree(home.keys.folder, tmp_path / "backup")
    secret = home.keys.narrative_digest_key()

    retired = rotate_master(home, by="Li", at=NOVEMBER_AT).retired_file

    with pytest.raises(KeyFileError, match="not the master key"):
        KeyRing(home.keys.folder, master_key_file=retired).narrative_digest_key()
    backup = KeyRing(tmp_path / "backup", master_key_file=retired)
    assert backup.narrative_digest_key() == secret


def test_the_old_wrapped_bytes_are_overwritten(home: Home, tmp_path: Path) -> None:
    key = home.keys.folder / f"raw/{MONTH}.key"
    os.link(key, tmp_path / "same")  # the same bytes on the disk under another name
    before = key.read_bytes()

    rotate_master(home, by="Li", at=NOVEMBER_AT)

    assert (tmp_path / "same").read_bytes() != before


def test_processes_at_work_go_on_over_an_exchange(home: Home) -> None:
    others = KeyRing(home.keys.folder, master_key_file=master(home))  # knows the old master key alone

    rotate_master(home, by="Li", at=NOVEMBER_AT)

    assert others.for_reading(f"raw/{MONTH}").id == open_home(home.path).keys.for_reading(f"raw/{MONTH}").id
    made = others.for_writing("raw/2015-01")
    assert open_home(home.path).keys.for_reading("raw/2015-01") == made


def test_twice_in_a_row_leaves_both_old_ones(home: Home) -> None:
    first = rotate_master(home, by="Li", at=NOVEMBER_AT)
    second = rotate_master(home, by="Wang", at=NOVEMBER_AT)

    assert first.retired_file != second.retired_file
    assert first.retired_file.exists()
    assert journaled(home) == 2
    assert verify(open_home(home.path)) == ()


def test_an_expired_month_stays_expired(home: Home) -> None:
    kept = wrapped(home)[f"raw/{MONTH}"]
    expire(home)
    path = home.keys.folder / f"raw/{MONTH}.key"
    path.write_bytes(kept)  # as a kill in the middle of the expiry leaves it

    rotate_master(home, by="Li", at=NOVEMBER_AT)

    assert is_gone(home)
    assert verify(open_home(home.path)) == ()


@pytest.mark.parametrize(
    "name", [f"raw/{MONTH}", f"narrative/{MONTH}", "pseudonym/p0001", "narrative-digest"]
)
def test_a_missing_key_refuses_the_exchange_by_name(home: Home, name: str) -> None:
    (home.keys.folder / f"{name}.key").unlink()
    opened = open_home(home.path)
    before, old = wrapped(opened), master(home).read_bytes()

    with pytest.raises(MasterRotationError, match=r"the master key stays: .*(2014-10|pseudonym|narrative)"):
        rotate_master(opened, by="Li", at=NOVEMBER_AT)

    assert (wrapped(opened), master(home).read_bytes(), journaled(opened)) == (before, old, 0)
    assert not (home.keys.folder / "master.key.next").exists()


def test_a_damaged_key_refuses_the_exchange_by_name(home: Home) -> None:
    path = home.keys.folder / f"narrative/{MONTH}.key"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)

    with pytest.raises(MasterRotationError, match=rf"{MONTH}\.key is damaged"):
        rotate_master(open_home(home.path), by="Li", at=NOVEMBER_AT)


def test_who_decided_it_is_wanted(home: Home) -> None:
    with pytest.raises(MasterRotationError, match="who decided"):
        rotate_master(home, by=" ", at=NOVEMBER_AT)


def test_an_exchange_that_another_process_ended_is_not_ended_twice(home: Home) -> None:
    home.keys.begin_exchange()
    others = KeyRing(home.keys.folder, master_key_file=master(home))
    home.keys.end_exchange()

    with pytest.raises(XiaobaoError, match="under way"):
        others.end_exchange()


KILLED = """
import sys
from datetime import datetime
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from crash_child import kill_at
from xiaobao.submissions.home import open_home
from xiaobao.submissions.master_rotation import rotate_master

_tests, home, module, name, when, at = sys.argv[1:]
opened = open_home(Path(home))
kill_at(module, name, when)
rotate_master(opened, by="Li", at=datetime.fromisoformat(at))
"""


@each_on_one_engine(
    "module,name,when",
    [
        ("xiaobao.privacy.keys", "create_next", "after"),  # both master keys, nothing journaled
        ("xiaobao.submissions.journal", "append", "after"),  # sealed, its transaction open
        ("xiaobao.privacy.keys", "KeyRing.end_exchange", "before"),  # journaled, no key changed
        ("xiaobao.lib.files", "put_in_place", "before"),  # the first new key written, without its name
        ("xiaobao.privacy.keys", "exchange", "after"),  # one key changed
        ("xiaobao.lib.files", "_make_random", "before"),  # the same, the old bytes still on the disk
        ("xiaobao.privacy.keys", "put_next_in_place", "before"),  # every key changed
        ("xiaobao.privacy.master_keys", "write_once", "after"),  # the next master key has its name
        ("xiaobao.privacy.master_keys", "put_in_place", "before"),  # the old one set apart
        ("xiaobao.privacy.keys", "put_next_in_place", "after"),  # done, nothing told
    ],
)
def test_a_kill_at_any_step_leaves_a_home_that_opens(
    home: Home, tmp_path: Path, module: str, name: str, when: str
) -> None:
    tests = str(Path(__file__).parents[1])
    told = (str(home.path), module, name, when, NOVEMBER_AT.isoformat())
    killed = subprocess.run([sys.executable, "-c", KILLED, tests, *told], timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL
    connections.close_all()

    opened = open_home(home.path)
    assert verify(opened) == ()
    late = bank_file(tmp_path, [row("L1", day=NOVEMBER, narrative="新")], name="late.csv")
    deliver(opened, late, day=NOVEMBER, revision=3, at=NOVEMBER_AT)
    post(opened, at=NOVEMBER_AT, now=NOW)
    was_done = not (opened.keys.folder / "master.key.next").exists()

    rotate_master(opened, by="Li", at=NOVEMBER_AT)

    assert verify(open_home(home.path), reread=True) == ()
    assert journaled(opened) == (2 if was_done else 1)
    assert not (opened.keys.folder / "master.key.next").exists()


def test_the_command_says_where_both_master_keys_are(
    sqlite_home_factory: Callable[..., Home], capsys: pytest.CaptureFixture[str]
) -> None:
    home = sqlite_home_factory(filled=two_months)
    named = ("home", "rotate-master", "--by", "Li", "--home", str(home.path))

    assert run(["--language", "zh", *named]) is ExitCode.FINE
    assert "请立即备份新的主密钥" in capsys.readouterr().out
    assert run(["--language", "en", *named]) is ExitCode.FINE
    assert "opens only backups made before" in capsys.readouterr().out
    assert run(["--language", "en", "verify", "--home", str(home.path)]) is ExitCode.FINE
