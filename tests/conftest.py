"""Homes for the tests: real ones, on SQLite and on PostgreSQL, copied from a template, which is fast."""

import hashlib
import itertools
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path

import played_homes
import postgres as postgres_server
import pytest
import sail as sail_server
from django.db import connections
from engines import ENGINES
from file_order import longest_first
from hypothesis import HealthCheck, settings

from xiaobao.submissions.home import Home, create_home, open_home
from xiaobao.submissions.home_file import Mark

# A slow machine is no failing example. In CI the examples are the same every time: red means a change.
settings.register_profile(
    "project", deadline=None, derandomize="CI" in os.environ, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("short", parent=settings.get_profile("project"), max_examples=40)

CREATED_AT = datetime(2014, 9, 30, 16, 0, tzinfo=UTC)
"""When the homes of the tests were made; replay and simulated ones start their clock here."""

Fill = Callable[[Home, Path], None]
"""Fills a home; the folder is for the files it delivers."""

_NUMBERS = itertools.count(1)
_URL_ENV = re.compile(r'database_url_env = "\w+"')


@dataclass(kw_only=True)
class HomeFactory:
    """Makes homes of one engine; everything it made is removed after the test."""

    engine: str
    folder: Path
    templates: Path
    server: postgres_server.Postgres | None
    databases: list[str] = field(default_factory=list)

    def __call__(
        self,
        *,
        domain_id: str = "pbc",
        mark: Mark = Mark.SIMULATED,
        at: datetime = CREATED_AT,
        filled: Fill | None = None,
    ) -> Home:
        """A new home, open. Homes of equal domain, mark, moment and content share identity and keys.

        What `filled` does to a home, given it and an empty folder, is done once a session and copied.
        """
        content = f"-{filled.__module__}-{filled.__qualname__}" if filled else ""
        template = self.templates / f"{self.engine}-{domain_id}-{mark}-{at:%Y%m%dT%H%M%S%f}{content}"
        database = _database_name(template)
        if not (template / "home.toml").is_file():
            self._create_template(template, database, domain_id=domain_id, mark=mark, at=at, filled=filled)
        path = self.folder / f"home-{next(_NUMBERS)}"
        connections.close_all()
        shutil.copytree(template, path)
        if self.server is not None:
            env = self.new_database(template=database)
            settings = path / "home.toml"
            settings.write_text(_URL_ENV.sub(f'database_url_env = "{env}"', settings.read_text()))
        return open_home(path)

    def new_database(self, *, template: str = "template0") -> str | None:
        """The name of a variable with the URL of a new PostgreSQL database; None on SQLite."""
        if self.server is None:
            return None
        name = f"xiaobao_{os.getpid()}_{next(_NUMBERS)}"
        env = f"XIAOBAO_TEST_{name.upper()}"
        os.environ[env] = self.server.create(name, template=template)
        self.databases.append(name)
        return env

    def remove_all(self) -> None:
        """Drop the databases made for the test."""
        connections.close_all()
        for name in self.databases:
            del os.environ[f"XIAOBAO_TEST_{name.upper()}"]
            if self.server is not None:
                self.server.drop(name)

    def _create_template(
        self,
        template: Path,
        database: str,
        *,
        domain_id: str,
        mark: Mark,
        at: datetime,
        filled: Fill | None,
    ) -> None:
        env = None
        if self.server is not None:
            env = "XIAOBAO_TEST_TEMPLATE"
            os.environ[env] = self.server.create(database)
        made = create_home(template, domain_id=domain_id, mark=mark, at=at, database_url_env=env)
        if filled is not None:
            folder = template.with_name(f"{template.name}-files")
            folder.mkdir()
            filled(made, folder)
        connections.close_all()


def _database_name(template: Path) -> str:
    # PostgreSQL cuts names off behind 63 bytes.
    return f"template_{hashlib.sha256(template.name.encode()).hexdigest()[:16]}"


def pytest_configure(config: pytest.Config) -> None:
    """Without the slow proofs fewer examples are tried."""
    settings.load_profile("short" if config.option.markexpr == "not long" else "project")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Among several workers the longest files begin first; alone everything stays in its order."""
    if hasattr(config, "workerinput"):
        keys = longest_first([item.nodeid.split("::", 1)[0] for item in items])
        items[:] = [item for _, item in sorted(zip(keys, items, strict=True), key=itemgetter(0))]


@pytest.fixture(scope="session")
def postgres_or_reason() -> Iterator[postgres_server.Postgres | str]:
    """The session's PostgreSQL server, or the sentence that says why there is none."""
    try:
        server = postgres_server.start(fast=True)
    except postgres_server.PostgresError as error:
        yield f"PostgreSQL cannot start here: {error}"
        return
    yield server
    connections.close_all()
    server.stop()


@pytest.fixture(scope="session")
def sail_or_reason() -> Iterator[sail_server.Sail | str]:
    """The session's Sail server, or the sentence that says why there is none."""
    try:
        server = sail_server.start()
    except sail_server.SailError as error:
        yield f"Sail cannot start here: {error}"
        return
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sail(sail_or_reason: sail_server.Sail | str) -> sail_server.Sail:
    """The session's Sail server; skips without one, fails where XIAOBAO_REQUIRE_SAIL=1 wants it."""
    if isinstance(sail_or_reason, sail_server.Sail):
        return sail_or_reason
    if os.environ.get("XIAOBAO_REQUIRE_SAIL") == "1":
        pytest.fail(sail_or_reason)
    pytest.skip(sail_or_reason)


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a home played from simulated deliveries; tests only read it."""
    return played_homes.play_some_days(tmp_path_factory.mktemp("played"))


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the session's template homes lie."""
    return tmp_path_factory.mktemp("templates")


@pytest.fixture
def postgres(request: pytest.FixtureRequest) -> postgres_server.Postgres:
    """The session's PostgreSQL server; skips without one, fails where XIAOBAO_REQUIRE_POSTGRES=1 wants it."""
    found = request.getfixturevalue("postgres_or_reason")
    if isinstance(found, postgres_server.Postgres):
        return found
    if os.environ.get("XIAOBAO_REQUIRE_POSTGRES") == "1":
        pytest.fail(found)
    pytest.skip(found)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each operational database in turn."""
    return str(request.param)


@pytest.fixture
def home_factory(
    engine: str, tmp_path: Path, templates: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Home]]:
    """Makes homes on each engine in turn: `home_factory(domain_id="cfpb", mark=Mark.REPLAY, at=...)`."""
    server = request.getfixturevalue("postgres") if engine == "postgresql" else None
    factory = HomeFactory(engine=engine, folder=tmp_path, templates=templates, server=server)
    yield factory
    factory.remove_all()


@pytest.fixture
def sqlite_home_factory(tmp_path: Path, templates: Path) -> Iterator[Callable[..., Home]]:
    """As `home_factory`, on SQLite alone: for what does not depend on the database, and for Hypothesis."""
    factory = HomeFactory(engine="sqlite", folder=tmp_path, templates=templates, server=None)
    yield factory
    factory.remove_all()


@pytest.fixture
def home(home_factory: Callable[..., Home]) -> Home:
    """An open simulated home of the domain pbc, on each engine in turn."""
    return home_factory()
