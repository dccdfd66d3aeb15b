"""A home: one folder and one database, with one domain and one mark, both set at creation for ever."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from django.db import transaction

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.domains import Domain
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.files import make_folder, sync_folder, write_once
from xiaobao.lib.ids import new_token
from xiaobao.lib.waiting import OnWait, ignore
from xiaobao.lib.words import Words
from xiaobao.privacy.keys import KeyRing
from xiaobao.submissions import database, journal
from xiaobao.submissions.archive import Archive
from xiaobao.submissions.durability import require_durable
from xiaobao.submissions.home_file import HOME_FILE, HomeError, HomeFile, Mark, read_home_file, toml_of
from xiaobao.submissions.models import HomeRecord, JournalHead, LedgerHead
from xiaobao.submissions.mounts import require_local

MASTER_KEY_ENV = "XIAOBAO_MASTER_KEY_FILE"


class HomeMismatchError(XiaobaoError):
    """Folder, database and journal are not of the same home."""


@dataclass(frozen=True, kw_only=True)
class Home:
    """An open home. Its database is Django's default connection until another home is opened."""

    path: Path
    identity: str
    domain_id: str
    mark: Mark
    archive: Archive
    keys: KeyRing

    @property
    def simulated(self) -> bool:
        """True where the data are invented."""
        return self.mark is Mark.SIMULATED

    @property
    def segments_folder(self) -> Path:
        """Where the ledger's Parquet files lie."""
        return self.path / "segments"

    @property
    def work_folder(self) -> Path:
        """Plain copies of files that are being checked; each goes when its check ends."""
        return self.path / "work"

    @property
    def locks_folder(self) -> Path:
        """Lock files; what counts is who holds them, not that they are there."""
        return self.path / "locks"

    @property
    def runs_folder(self) -> Path:
        """Results of the night, by kind and day; each can be made again."""
        return self.path / "runs"

    @property
    def search_folder(self) -> Path:
        """The full-text index of masked narratives, by month; it can be made again."""
        return self.path / "search"

    @property
    def overlay_folder(self) -> Path:
        """Catalog files of this site; each replaces the installed one at the same relative path."""
        return self.path / "catalog"

    def catalog(self) -> Catalog:
        """The installed catalog with this home's overlay, read once."""
        return self._catalog

    @property
    def domain(self) -> Domain:
        """What the home is about."""
        return self._catalog.domain(self.domain_id)

    @cached_property
    def _catalog(self) -> Catalog:
        return reading.load(overlay=self.overlay_folder if self.overlay_folder.is_dir() else None)


def create_home(
    path: Path, *, domain_id: str, mark: Mark, at: datetime, database_url_env: str | None = None
) -> Home:
    """Make a home in a folder that is absent or empty, and open it.

    `at` is the moment of creation, and where the business clock of a replay or simulated home starts.
    `database_url_env` names the environment variable with the URL of an empty PostgreSQL database; None means
    SQLite. Raises HomeError or DatabaseError where something is in the way.
    """
    _require_empty(path)
    reading.load().domain(domain_id)  # an unknown domain is refused before anything is made
    make_folder(path.absolute())
    about = HomeFile(
        identity=new_token(), domain=domain_id, mark=mark, created_at=at, database_url_env=database_url_env
    )
    _use_database(path, url_env=database_url_env)
    database.create_tables()  # first: where it cannot be reached the folder stays empty for the next try
    keys = KeyRing.create(path / "keys", master_key_file=_master_key_file(path))
    home = _home(path, about, keys)
    make_folder(home.segments_folder.absolute())
    _record_creation(home, at=at)
    write_once(path / HOME_FILE, toml_of(about))  # last: a folder without it is not a home
    sync_folder(path)
    return home


def open_home(path: Path, *, on_wait: OnWait = ignore) -> Home:
    """Open a home: its database becomes this process's; folder, database and journal must agree.

    `on_wait` is told when another process is at the keys of the home.
    """
    about = read_home_file(path)
    database.require_there(path, url_env=about.database_url_env)
    _use_database(path, url_env=about.database_url_env)
    with database.readable(path, url_env=about.database_url_env):
        database.check_tables()
        keys = KeyRing(path / "keys", master_key_file=_master_key_file(path), on_wait=on_wait)
        home = _home(path, about, keys)
        _require_one(home, about)
    return home


def _require_one(home: Home, about: HomeFile) -> None:
    """Raise HomeMismatchError unless folder, database and journal are of one home."""
    file = home.path / HOME_FILE
    row = HomeRecord.objects.filter(id=1).first()
    if row is None or (row.identity, row.domain_id, row.mark) != (about.identity, about.domain, about.mark):
        raise HomeMismatchError(f"{file} and the database are not of the same home")
    if journal.read(home, 1).payload != _first_payload(home, at=about.created_at):
        raise HomeMismatchError(f"{file} is not what the journal's first record says")


def upgrade_home(path: Path) -> None:
    """Bring the tables of a home made by an earlier version to this one."""
    url_env = read_home_file(path).database_url_env
    database.require_there(path, url_env=url_env)
    _use_database(path, url_env=url_env)
    database.upgrade_tables()


def _use_database(path: Path, *, url_env: str | None) -> None:
    if url_env is None:
        require_local(path)
    sync_folder(
        path
    )  # a shared folder that cannot do this is no place for a ledger: OSError, before anything else
    database.use(database.settings_of(path, url_env=url_env))
    require_durable()


def _require_empty(path: Path) -> None:
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise HomeError(
            Words(
                zh=f"{path} 已存在且不是空文件夹；家目录要建在新的或空的文件夹里",
                en=f"{path} exists and is not an empty folder; a home is made in a new or empty one",
            )
        )


def _master_key_file(path: Path) -> Path:
    return Path(os.environ.get(MASTER_KEY_ENV) or path / "keys" / "master.key")


def _home(path: Path, about: HomeFile, keys: KeyRing) -> Home:
    return Home(
        path=path,
        identity=about.identity,
        domain_id=about.domain,
        mark=about.mark,
        archive=Archive(folder=path / "archive", keys=keys),
        keys=keys,
    )


def _first_payload(home: Home, *, at: datetime) -> dict[str, object]:
    return {
        "identity": home.identity,
        "domain": home.domain_id,
        "mark": home.mark.value,
        "created_at": at.astimezone(UTC).isoformat(),
    }


def _record_creation(home: Home, *, at: datetime) -> None:
    clock = None if home.mark is Mark.ORDINARY else at
    with transaction.atomic():
        JournalHead.objects.create(id=1, sequence=0, digest=journal.GENESIS)
        LedgerHead.objects.create(id=1)
        HomeRecord.objects.create(
            id=1,
            identity=home.identity,
            domain_id=home.domain_id,
            mark=home.mark.value,
            created_at=at,
            business_at=clock,
        )
        journal.append(home, kind="home", payload=_first_payload(home, at=at), at=at)
