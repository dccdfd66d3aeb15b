"""A month expires: by two people, after its retention, finished after a kill; its entries stay."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bank_files import DAY, NOW, bank_file, deliver, row
from django.db import connections
from engines import each_on_one_engine
from expiring_homes import MONTH, NOVEMBER, NOVEMBER_AT, PEOPLE, expire, is_gone, november_file, two_months
from store import post, rows

from xiaobao.cli.main import run
from xiaobao.lib.errors import ExitCode
from xiaobao.privacy.keys import KeyMissingError
from xiaobao.submissions import journal, rebuild, receiving
from xiaobao.submissions.admission import DeliveryRefusedError
from xiaobao.submissions.archive import raw_room
from xiaobao.submissions.expiry import ExpiryError, expire_month, finish_expiries
from xiaobao.submissions.home import Home, open_home
from xiaobao.submissions.models import ExpiredMonth, Submission
from xiaobao.submissions.overview import day_overview, home_overview
from xiaobao.submissions.verify import verify


@pytest.fixture
def home(home_factory: Callable[..., Home]) -> Home:
    return home_factory(filled=two_months)


def test_an_expired_month_leaves_its_entries_and_a_clean_home(home: Home, tmp_path: Path) -> None:
    before = rows(home)

    expired = expire(home)

    assert is_gone(home)
    assert rows(home).equals(before)
    assert verify(home, reread=True) == ()
    assert rebuild.rebuild(home, tmp_path / "rebuilt").differences.count == 0
    assert home_overview(home).expired_months == (MONTH,)
    assert day_overview(home, DAY, as_of=None).month_expired
    assert not day_overview(home, NOVEMBER, as_of=None).month_expired
    assert not day_overview(home, DAY, as_of=2).month_expired
    payload = journal.read(home, expired.pk).payload
    assert payload == {"month": MONTH, **PEOPLE, "expired_at": NOW.isoformat()}


def test_other_months_can_still_be_read(home: Home, tmp_path: Path) -> None:
    expire(home)

    kept = Submission.objects.get(day=NOVEMBER)
    content = home.archive.read(kept.raw_digest, room=raw_room("2014-11"))
    assert content == november_file(tmp_path).read_bytes()


def test_a_copy_of_a_destroyed_file_is_noise(home: Home) -> None:
    path = home.archive.path_of(Submission.objects.get(day=DAY).raw_digest, room=raw_room(MONTH))
    copy = path.read_bytes()

    expire(home)
    path.parent.mkdir()
    path.write_bytes(copy)

    with pytest.raises(KeyMissingError):
        open_home(home.path).archive.read(path.name, room=raw_room(MONTH))


def test_a_key_is_overwritten_before_its_name_goes(home: Home, tmp_path: Path) -> None:
    key = home.keys.folder / f"raw/{MONTH}.key"
    os.link(key, tmp_path / "same")  # the same bytes on the disk under another name
    wrapped = key.read_bytes()

    expire(home)

    assert (tmp_path / "same").read_bytes() != wrapped


def test_the_retention_of_the_catalog_is_kept_to_the_day(home: Home) -> None:
    with pytest.raises(ExpiryError, match="kept until 2018-11-01"):
        expire(home, now=datetime(2018, 10, 31, 15, 59, tzinfo=UTC))
    assert not is_gone(home)
    expire(home, now=datetime(2018, 10, 31, 16, 0, tzinfo=UTC))  # midnight in Shanghai
    assert is_gone(home)


def test_a_late_arrival_keeps_its_month_longer(home_factory: Callable[..., Home], tmp_path: Path) -> None:
    home = home_factory()
    late = datetime(2016, 2, 29, 4, 0, tzinfo=UTC)
    deliver(home, bank_file(tmp_path, [row("T1")]), at=late)
    post(home, at=late, now=NOW)

    with pytest.raises(ExpiryError, match="kept until 2020-02-29"):
        expire_month(home, MONTH, **PEOPLE, at=late, now=datetime(2020, 2, 28, 4, 0, tzinfo=UTC))


def test_what_is_not_posted_keeps_its_month(home_factory: Callable[..., Home], tmp_path: Path) -> None:
    home = home_factory()
    deliver(home, bank_file(tmp_path, [row("T1")]))

    with pytest.raises(ExpiryError, match="xiaobao post"):
        expire(home)
    post(home, at=NOVEMBER_AT, now=NOW)
    expire(home)


@pytest.mark.parametrize("people", [("Li", " li "), ("Li", ""), ("", "")])
def test_one_person_is_not_enough(home: Home, people: tuple[str, str]) -> None:
    with pytest.raises(ExpiryError, match="two different people"):
        expire_month(home, MONTH, declared_by=people[0], confirmed_by=people[1], at=NOVEMBER_AT, now=NOW)


@pytest.mark.parametrize("month", ["2014-09", "2014-13", "2014", "../raw"])
def test_a_month_of_which_nothing_was_kept_does_not_expire(home: Home, month: str) -> None:
    with pytest.raises(ExpiryError, match="no raw files"):
        expire(home, month)


def test_a_second_time_changes_nothing(home: Home) -> None:
    first = expire(home)

    assert expire(home).pk == first.pk
    assert [record.kind for record in journal.records(home)].count("expire_month") == 1


def test_an_expired_month_takes_no_deliveries(home: Home, tmp_path: Path) -> None:
    expire(home)

    late = bank_file(tmp_path, [row("T9")], name="late.csv")
    with pytest.raises(DeliveryRefusedError, match="take"):
        deliver(home, late, revision=3, at=NOVEMBER_AT)
    assert is_gone(home)


def test_a_delivery_overtaken_by_the_expiry_of_its_month_is_refused(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = receiving._keep_raw

    def keep_while_the_month_expires(*arguments: object) -> tuple[str, int]:
        kept = keep(*arguments)  # type: ignore[arg-type]
        expire(home)
        keep(*arguments)  # type: ignore[arg-type]
        return kept

    monkeypatch.setattr(receiving, "_keep_raw", keep_while_the_month_expires)
    late = bank_file(tmp_path, [row("T9")], name="late.csv")
    with pytest.raises(DeliveryRefusedError):
        deliver(home, late, revision=3, at=NOVEMBER_AT)

    assert [(one.check, one.place) for one in verify(home)] == [("archive", f"month {MONTH}")]
    assert finish_expiries(home) == (MONTH,)
    assert verify(home) == ()


KILLED = """
import sys
from datetime import datetime
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from crash_child import kill_at
from xiaobao.submissions.expiry import expire_month
from xiaobao.submissions.home import open_home

_tests, home, module, name, when, at, now = sys.argv[1:]
opened = open_home(Path(home))
kill_at(module, name, when)
moments = {"at": datetime.fromisoformat(at), "now": datetime.fromisoformat(now)}
expire_month(opened, "2014-10", declared_by="Li", confirmed_by="Wang", **moments)
"""


@each_on_one_engine(
    "module,name,when",
    [
        ("xiaobao.submissions.journal", "append", "after"),  # sealed, its transaction open
        ("xiaobao.submissions.expiry", "finish_expiries", "before"),  # journaled, nothing destroyed
        ("xiaobao.privacy.keys", "overwrite", "after"),  # a key is noise, its name is there
        ("xiaobao.privacy.keys", "KeyRing.destroy", "after"),  # the key of raw files is gone
        ("xiaobao.submissions.archive", "Archive.destroy", "after"),  # raw files are gone, narratives not
    ],
)
def test_what_a_kill_leaves_is_destroyed_by_the_next_run(
    home: Home, module: str, name: str, when: str
) -> None:
    tests = str(Path(__file__).parents[1])
    told = (str(home.path), module, name, when, NOVEMBER_AT.isoformat(), NOW.isoformat())
    killed = subprocess.run([sys.executable, "-c", KILLED, tests, *told], timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL
    connections.close_all()

    opened = open_home(home.path)
    if not ExpiredMonth.objects.exists():
        assert not is_gone(opened)
        assert verify(opened) == ()
        return
    assert [one.place for one in verify(opened)] == [f"month {MONTH}"]
    receiving.recheck_unfinished(opened, at=NOVEMBER_AT)
    assert is_gone(opened)
    assert verify(opened, reread=True) == ()


def test_a_row_of_an_expiry_that_nobody_journaled_is_found(home: Home) -> None:
    expired = expire(home)
    ExpiredMonth.objects.filter(pk=expired.pk).update(month="2014-11")

    places = [(one.check, one.place) for one in verify(home)]
    assert ("tables", f"expiry of journal record {expired.pk}") in places


def test_the_command_destroys_and_the_others_say_so(
    sqlite_home_factory: Callable[..., Home], capsys: pytest.CaptureFixture[str]
) -> None:
    home = sqlite_home_factory(filled=two_months)
    named = ("--declared-by", "Li", "--confirmed-by", "Wang", "--home", str(home.path))

    assert run(["--language", "en", "expire-month", MONTH, *named]) is ExitCode.FINE
    assert "are destroyed (journal record" in capsys.readouterr().out
    assert run(["--language", "en", "verify", "--reread", "--home", str(home.path)]) is ExitCode.FINE
    shown = capsys.readouterr().out
    assert "nothing is wrong" in shown
    assert f"end of their retention: {MONTH}" in shown
    assert (
        run(["--language", "zh", "status", "--day", "2014-10-08", "--home", str(home.path)]) is ExitCode.FINE
    )
    assert f"销毁的月份：{MONTH}" in capsys.readouterr().out
    assert run(["--language", "en", "home", "show", "--home", str(home.path)]) is ExitCode.FINE
    assert f"end of their retention: {MONTH}" in capsys.readouterr().out
