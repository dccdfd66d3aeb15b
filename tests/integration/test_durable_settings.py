"""A PostgreSQL server that confirms what a power cut would take back is not used, and the way out is told."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from postgres import Postgres

from xiaobao.cli import main
from xiaobao.lib.errors import ExitCode
from xiaobao.submissions.durability import ForgetfulDatabaseError, require_durable
from xiaobao.submissions.home import Home, create_home, open_home
from xiaobao.submissions.home_file import Mark

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_SECONDS_TO_RELOAD = 30

pytestmark = pytest.mark.parametrize("engine", ["postgresql"])


@contextmanager
def switched_off(server: Postgres, name: str) -> Iterator[None]:
    """A setting of the running server is off for the length of a block."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as administrator:
        administrator.execute(f"ALTER SYSTEM SET {name} = off")
        _reload(administrator, name, "off")
        try:
            yield
        finally:
            administrator.execute(f"ALTER SYSTEM RESET {name}")
            _reload(administrator, name, "on")


def _reload(administrator: psycopg.Connection, name: str, value: str) -> None:
    administrator.execute("SELECT pg_reload_conf()")
    until = time.monotonic() + _SECONDS_TO_RELOAD
    while administrator.execute(f"SHOW {name}").fetchone() != (value,):
        assert time.monotonic() < until, f"{name} stays as it was"
        time.sleep(0.01)


@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
def test_a_server_that_may_forget_is_refused_and_mended_as_told(
    home: Home, postgres: Postgres, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show = ["home", "show", "--home", str(home.path)]
    with switched_off(postgres, name):
        for language, words in (
            ("en", f"PostgreSQL runs with {name}=off:"),
            ("zh", f"PostgreSQL 的设置为 {name}=off"),
        ):
            assert main.run(["--language", language, *show]) is ExitCode.SYSTEM_FAILED
            said = "".join(capsys.readouterr())
            assert words in said and "XIAOBAO_TRACEBACK" not in said
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as administrator:
            for statement in re.findall(r"(?:ALTER|SELECT)[^;]+;", said):
                administrator.execute(statement)
            _reload(administrator, name, "on")

        assert main.run(show) is ExitCode.FINE


def test_no_home_is_made_on_a_server_that_may_forget(
    home: Home, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTHER_URL", postgres.url("postgres"))
    folder = tmp_path / "second"
    with switched_off(postgres, "fsync"), pytest.raises(ForgetfulDatabaseError):
        create_home(folder, domain_id="pbc", mark=Mark.SIMULATED, at=NOW, database_url_env="OTHER_URL")

    assert list(folder.iterdir()) == []


def test_a_session_that_does_not_wait_for_its_commits_is_refused(home: Home) -> None:
    # Our sessions ask to wait when they connect; a pooler between may hand them one that does not.
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")

    with pytest.raises(ForgetfulDatabaseError, match="synchronous_commit=off"):
        require_durable()


def test_a_database_that_asks_nobody_to_wait_changes_nothing(home: Home, postgres: Postgres) -> None:
    name = connection.settings_dict["NAME"]
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as administrator:
        administrator.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")

    open_home(home.path)

    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
