"""Homes on both databases: made, opened, refused."""

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, connections

from xiaobao.catalog.catalog import UnknownKeyError
from xiaobao.privacy.key_files import KeyFileError
from xiaobao.submissions import journal
from xiaobao.submissions.business_clock import ClockError, business_now
from xiaobao.submissions.database import DatabaseError
from xiaobao.submissions.home import Home, HomeMismatchError, create_home, open_home, upgrade_home
from xiaobao.submissions.home_file import HomeError, Mark
from xiaobao.submissions.models import HomeRecord

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OCTOBER = datetime(2014, 10, 1, 12, 0, tzinfo=UTC)


def test_a_home_is_what_it_was_made(home_factory: Callable[..., Home]) -> None:
    made = home_factory(domain_id="cfpb", mark=Mark.REPLAY)

    opened = open_home(made.path)

    assert (opened.domain_id, opened.mark, opened.simulated) == ("cfpb", Mark.REPLAY, False)
    assert opened.identity == made.identity
    assert [record.kind for record in journal.records(opened)] == ["home"]


def test_two_homes_in_one_process_do_not_mix(home_factory: Callable[..., Home]) -> None:
    first = home_factory(domain_id="cfpb", mark=Mark.REPLAY)
    second = home_factory(domain_id="pbc", mark=Mark.SIMULATED)

    assert HomeRecord.objects.get().domain_id == "pbc"
    open_home(first.path)
    assert HomeRecord.objects.get().domain_id == "cfpb"
    open_home(second.path)
    assert HomeRecord.objects.get().domain_id == "pbc"


def test_a_thread_that_had_the_old_home_sees_the_new_one(home_factory: Callable[..., Home]) -> None:
    home_factory(domain_id="cfpb", mark=Mark.REPLAY)
    seen: list[str] = []
    first_read, other_opened = threading.Event(), threading.Event()

    def read_twice() -> None:
        seen.append(HomeRecord.objects.get().domain_id)
        first_read.set()
        other_opened.wait(timeout=30)
        seen.append(HomeRecord.objects.get().domain_id)
        connection.close()

    thread = threading.Thread(target=read_twice)
    thread.start()
    first_read.wait(timeout=30)
    home_factory(domain_id="pbc", mark=Mark.SIMULATED)
    other_opened.set()
    thread.join(timeout=30)

    assert seen == ["cfpb", "pbc"]


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_database_in_use_is_refused_at_creation(home: Home, tmp_path: Path) -> None:
    url_env = (home.path / "home.toml").read_text().split('database_url_env = "')[1].split('"')[0]

    with pytest.raises(DatabaseError, match="not empty"):
        create_home(
            tmp_path / "second", domain_id="pbc", mark=Mark.SIMULATED, at=NOW, database_url_env=url_env
        )


@pytest.mark.parametrize("engine", ["postgresql"])
def test_two_homes_share_a_database_by_schemas_and_a_missing_schema_is_told(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = os.environ[(home.path / "home.toml").read_text().split('database_url_env = "')[1].split('"')[0]]
    monkeypatch.setenv("OTHER_URL", url + "&schema=other")
    more = {"domain_id": "pbc", "mark": Mark.SIMULATED, "at": NOW, "database_url_env": "OTHER_URL"}

    with pytest.raises(DatabaseError, match="no schema other; make it first"):
        create_home(tmp_path / "second", **more)
    open_home(home.path)
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA other")
    made = create_home(tmp_path / "second", **more)  # nothing was left in the folder

    assert made.identity != home.identity
    assert open_home(made.path).identity == made.identity
    assert open_home(home.path).identity == home.identity


def test_a_folder_in_use_is_refused_at_creation(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("kept")

    with pytest.raises(HomeError, match="not an empty folder"):
        create_home(tmp_path, domain_id="pbc", mark=Mark.SIMULATED, at=NOW)

    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_an_unknown_domain_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnknownKeyError, match="nowhere"):
        create_home(tmp_path / "home", domain_id="nowhere", mark=Mark.ORDINARY, at=NOW)

    assert not (tmp_path / "home").exists()


def test_a_folder_that_is_no_home_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="is not a home"):
        open_home(tmp_path)


def test_a_mark_changed_in_the_file_is_found(home: Home) -> None:
    file = home.path / "home.toml"
    file.write_text(file.read_text().replace("simulated", "ordinary"))

    with pytest.raises(HomeMismatchError):
        open_home(home.path)


def test_a_mark_changed_in_file_and_database_is_found_by_the_journal(home: Home) -> None:
    file = home.path / "home.toml"
    file.write_text(file.read_text().replace("simulated", "ordinary"))
    HomeRecord.objects.update(mark="ordinary")

    with pytest.raises(HomeMismatchError, match="journal"):
        open_home(home.path)


def test_a_missing_master_key_is_told_with_its_place(home: Home) -> None:
    (home.path / "keys" / "master.key").unlink()

    with pytest.raises(KeyFileError, match=r"master\.key is not there"):
        open_home(home.path)


def test_a_master_key_of_another_home_is_told(home: Home) -> None:
    (home.path / "keys" / "master.key").write_text("ab" * 32)

    with pytest.raises(KeyFileError, match="not the master key of this home"):
        open_home(home.path)


def test_a_master_key_others_can_read_is_refused(home: Home) -> None:
    (home.path / "keys" / "master.key").chmod(0o644)

    with pytest.raises(KeyFileError, match="chmod 600"):
        open_home(home.path)


def test_the_master_key_may_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOBAO_MASTER_KEY_FILE", str(tmp_path / "safe" / "master.key"))

    made = create_home(tmp_path / "home", domain_id="pbc", mark=Mark.SIMULATED, at=NOW)

    assert not (made.path / "keys" / "master.key").exists()
    assert open_home(made.path).keys.narrative_digest_key() == made.keys.narrative_digest_key()


def test_an_empty_url_variable_is_told_by_name(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    file = home.path / "home.toml"
    kept = "".join(line for line in file.read_text().splitlines(keepends=True) if "database" not in line)
    file.write_text(kept + 'database_url_env = "NO_SUCH_DATABASE_URL"\n')
    monkeypatch.delenv("NO_SUCH_DATABASE_URL", raising=False)

    with pytest.raises(DatabaseError, match="NO_SUCH_DATABASE_URL"):
        open_home(home.path)


def test_a_database_file_that_is_gone_is_told_and_not_made_anew(
    sqlite_home_factory: Callable[..., Home],
) -> None:
    home = sqlite_home_factory()
    file = home.path / "operations.sqlite3"
    connections.close_all()
    file.unlink()

    for act in (open_home, upgrade_home):
        with pytest.raises(DatabaseError, match="gone; restore it from a backup"):
            act(home.path)

    assert not file.exists()


def test_a_database_file_that_is_none_is_told(sqlite_home_factory: Callable[..., Home]) -> None:
    home = sqlite_home_factory()
    connections.close_all()
    (home.path / "operations.sqlite3").write_bytes(b"no database" * 100)

    with pytest.raises(DatabaseError, match="not a database"):
        open_home(home.path)


def test_the_business_clock_of_a_replay_goes_forward_only(home_factory: Callable[..., Home]) -> None:
    home = home_factory(domain_id="cfpb", mark=Mark.REPLAY)

    assert business_now(home, at=OCTOBER, now=NOW) == OCTOBER
    assert business_now(home, at=None, now=NOW) == OCTOBER
    with pytest.raises(ClockError, match="never goes back"):
        business_now(home, at=OCTOBER - timedelta(seconds=1), now=NOW)


def test_an_ordinary_home_goes_by_the_real_clock(home_factory: Callable[..., Home]) -> None:
    home = home_factory(domain_id="pbc", mark=Mark.ORDINARY)

    assert business_now(home, at=None, now=NOW) == NOW
    with pytest.raises(ClockError, match="real clock"):
        business_now(home, at=OCTOBER, now=NOW)


def test_sqlite_writes_through_to_the_disk(sqlite_home_factory: Callable[..., Home]) -> None:
    sqlite_home_factory()

    with connection.cursor() as cursor:
        found = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "foreign_keys")]

    assert found == [3, 1]
