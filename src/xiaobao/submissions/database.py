"""The operational database of a home: SQLite in its folder, or PostgreSQL by a URL in the environment."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from asgiref.local import Local
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, Error, ProgrammingError, connection, connections
from django.db import DatabaseError as DjangoDatabaseError
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.migrations.loader import MigrationLoader

from xiaobao.lib.errors import ExitCode, UserError, XiaobaoError
from xiaobao.lib.words import Words

SQLITE_FILE = "operations.sqlite3"
BUSY_TIMEOUT_SECONDS = 60
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]*")
_URL_PARAMETERS = frozenset({"host", "schema", "sslmode", "sslrootcert", "connect_timeout"})

DatabaseSettings = Mapping[str, object]


class DatabaseError(UserError):
    """The operational database cannot be used."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, exit_code=ExitCode.SYSTEM_FAILED)


def settings_of(home_path: Path, *, url_env: str | None) -> DatabaseSettings:
    """Django's settings for a home's database.

    `url_env` names the environment variable that holds a PostgreSQL URL; None means SQLite in the folder.
    """
    if url_env is None:
        return _sqlite(home_path / SQLITE_FILE)
    url = os.environ.get(url_env)
    if not url:
        raise DatabaseError(
            Words(
                zh=f"本家目录用环境变量 {url_env} 中的 PostgreSQL 地址，但该变量为空",
                en=f"this home takes its PostgreSQL URL from {url_env}, and that variable is empty",
            )
        )
    return _postgresql(url, url_env=url_env)


def require_there(home_path: Path, *, url_env: str | None) -> None:
    """Raise DatabaseError where the SQLite file of a home is gone: opening it would make an empty one."""
    file = home_path / SQLITE_FILE
    if url_env is None and not file.is_file():
        raise DatabaseError(
            Words(
                zh=f"家目录的数据库 {file} 不见了；请从备份恢复",
                en=f"the database of the home, {file}, is gone; restore it from a backup",
            )
        )


@contextmanager
def readable(home_path: Path, *, url_env: str | None) -> Iterator[None]:
    """Raise DatabaseError, naming the database, for what its driver cannot read in the block."""
    try:
        yield
    except (Error, ValueError) as error:
        place = url_env or str(home_path / SQLITE_FILE)
        raise DatabaseError(
            Words(
                zh=f"家目录的数据库 {place} 无法读取或已损坏：{error}；请从备份恢复",
                en=f"the database of the home, {place}, cannot be read or is damaged: {error}; "
                "restore it from a backup",
            )
        ) from error


def use(settings: DatabaseSettings) -> None:
    """Point Django's default connection at a database, for every thread of this process."""
    if connections.settings[DEFAULT_DB_ALIAS]["ENGINE"] != "django.db.backends.dummy":
        if connection.in_atomic_block:
            raise XiaobaoError("another home cannot be opened inside a transaction")
        connections.close_all()
    # Each thread keeps its own connection object; a new Local drops those of all threads, and they close.
    connections._connections = Local(connections.thread_critical)  # type: ignore[attr-defined]
    chosen = connections.configure_settings({DEFAULT_DB_ALIAS: dict(settings)})
    connections.settings[DEFAULT_DB_ALIAS] = chosen[DEFAULT_DB_ALIAS]


def create_tables() -> None:
    """Make all tables in the database in use; refused with DatabaseError when it holds any already."""
    if _tables():
        raise DatabaseError(
            Words(
                zh="数据库不是空的；一个家目录独占一个数据库（或模式），请另建一个空库",
                en="the database is not empty; a home owns a database (or schema): make an empty one",
            )
        )
    upgrade_tables()


def upgrade_tables() -> None:
    """Apply the migrations that the database in use does not have yet."""
    try:
        _require_schema()
        call_command("migrate", verbosity=0, interactive=False)
    except (MigrationSchemaMissing, ProgrammingError) as error:
        raise DatabaseError(
            Words(zh=f"数据库中无法建表：{error}", en=f"the database takes no tables: {error}")
        ) from error


def _require_schema() -> None:
    """Raise DatabaseError when the URL names a schema that the PostgreSQL database does not have."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_setting('search_path')")
        schema, stated = cursor.fetchone()
    if schema is None:
        raise DatabaseError(
            Words(
                zh=f"数据库中没有模式 {stated}；请先执行 create schema {stated}，再重试",
                en=f"the database has no schema {stated}; make it first: create schema {stated}",
            )
        )


def check_tables() -> None:
    """Raise DatabaseError unless the database in use has exactly the migrations of this version."""
    _tables()
    loader = MigrationLoader(connection)
    ours = set(loader.disk_migrations or ())
    applied = set(loader.applied_migrations or ())
    if applied - ours:
        raise DatabaseError(
            Words(
                zh="该家目录由更新版本的 xiaobao 建立；请升级 xiaobao",
                en="this home was made by a newer xiaobao; upgrade xiaobao",
            )
        )
    if ours - applied:
        raise DatabaseError(
            Words(
                zh="该家目录由较早版本建立；请先备份，再执行 xiaobao home upgrade",
                en="this home was made by an earlier version; back it up, then run: xiaobao home upgrade",
            )
        )


@contextmanager
def reached() -> Iterator[None]:
    """Raise DatabaseError where the database in use cannot be asked in the block."""
    try:
        yield
    except DjangoDatabaseError as error:
        raise DatabaseError(
            Words(zh=f"数据库无法读取：{error}", en=f"the database cannot be read: {error}")
        ) from error


def _tables() -> list[str]:
    with reached():
        return connection.introspection.table_names()


def _sqlite(path: Path) -> DatabaseSettings:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            # Deferred transactions fail instead of waiting when two of them turn from reading to writing.
            "transaction_mode": "IMMEDIATE",
            "timeout": BUSY_TIMEOUT_SECONDS,
            # EXTRA is FULL and a sync of the folder once the rollback journal is gone (docs/decisions/0040).
            "init_command": "PRAGMA synchronous=EXTRA; PRAGMA foreign_keys=ON",
        },
    }


def _postgresql(url: str, *, url_env: str) -> DatabaseSettings:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _bad_url(url_env, set()) from error
    parameters = dict(parse_qsl(parts.query))
    unknown = parameters.keys() - _URL_PARAMETERS
    name, schema = unquote(parts.path.lstrip("/")), parameters.pop("schema", None)
    if parts.scheme not in {"postgresql", "postgres"} or not name or unknown:
        raise _bad_url(url_env, unknown)
    options = ["-c synchronous_commit=on"]  # a role or server may have turned it off
    if schema is not None:
        if not _SCHEMA.fullmatch(schema):
            raise _bad_url(url_env, {"schema"})
        options.append(f"-c search_path={schema}")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parameters.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": {**parameters, "options": " ".join(options)},
    }


def _bad_url(url_env: str, unknown: set[str]) -> DatabaseError:
    shown = "postgresql://user:password@host:5432/name?schema=xiaobao"
    extra_zh = f"；参数不可用：{'、'.join(sorted(unknown))}" if unknown else ""
    extra_en = f"; parameters it cannot use: {', '.join(sorted(unknown))}" if unknown else ""
    return DatabaseError(
        Words(
            zh=f"环境变量 {url_env} 不是可用的 PostgreSQL 地址（形如 {shown}）{extra_zh}",
            en=f"{url_env} is not a usable PostgreSQL URL (such as {shown}){extra_en}",
        )
    )
