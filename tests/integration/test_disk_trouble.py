"""A disk that is full or read-only: a clear sentence, exit code 3, nothing lost, work goes on afterwards."""

import errno
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import small_disk
from bank_files import bank_file
from brief_homes import CREATED_AT, FIRST_DAY, complaint
from django.db import connections

from xiaobao.cli.failures import of_machine
from xiaobao.lib.errors import XiaobaoError
from xiaobao.submissions.home import Home

_NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]


@pytest.fixture
def lines(home_factory: Callable[..., Home], tmp_path: Path) -> list[dict[str, Any]]:
    """What commands said on a small disk; skips where a process may not mount one for itself."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "tmpfs", str(disk)]
    tried = subprocess.run([*_NAMESPACE, *mount], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        pytest.skip(f"this machine lets nobody mount a file system of their own: {tried.stderr.strip()}")
    home = home_factory(at=CREATED_AT)
    connections.close_all()
    file = bank_file(tmp_path, [complaint(str(number), FIRST_DAY) for number in range(30)])
    command = [*_NAMESPACE, sys.executable, small_disk.__file__, str(home.path), str(file), str(disk)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_full_or_read_only_disk_loses_nothing(lines: list[dict[str, Any]], engine: str) -> None:
    sentences = {
        ("zh", False): "磁盘已满",
        ("en", False): "the disk is full",
        ("zh", True): "只读",
        ("en", True): "is read-only",
    }
    refused = [line for line in lines if line["code"] != 0]
    for line in refused:
        assert line["code"] == 3, line
        assert sentences[line["language"], line["left"] == -1] in line["said"], line
        assert "XIAOBAO_TRACEBACK" not in line["said"], line
    assert {line["command"] for line in refused if line["left"] != -1} == {"receive", "post", "close-day"}
    # Where nothing waits a poster writes to the database alone, and PostgreSQL's is on another disk.
    unwritten = {"receive", "post"} if engine == "sqlite" else {"receive"}
    assert {line["command"] for line in refused if line["left"] == -1} == unwritten
    again = [line for line in lines if line["left"] is None]
    assert [line for line in again if line["code"] != 0] == []
    closed = [line["said"] for line in again if line["command"] == "close-day" and line["language"] == "en"]
    assert "30 rows since the close before" in closed[0]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/h/archive/x"), "/h/archive/x"),
        (OSError(errno.EROFS, os.strerror(errno.EROFS)), "read-only"),
        (OSError(errno.EACCES, os.strerror(errno.EACCES), "/in.csv"), "permissions"),
        (OSError(errno.EIO, os.strerror(errno.EIO)), "failed to read or write"),
        (RuntimeError("IO Error: Could not write file: No space left on device"), "the disk is full"),
    ],
)
def test_an_error_of_the_machine_has_a_sentence(error: Exception, words: str) -> None:
    found = of_machine(error)

    assert found is not None
    assert words in found.en


def test_the_cause_of_an_error_is_looked_for(tmp_path: Path) -> None:
    file = tmp_path / "no-database"
    file.write_bytes(b"never a database" * 100)
    try:
        sqlite3.connect(file).execute("SELECT * FROM any_table")
    except sqlite3.DatabaseError as error:
        raised = XiaobaoError("outside")
        raised.__cause__ = error

    assert "is damaged" in getattr(of_machine(raised), "en", "")
    assert of_machine(XiaobaoError("of another kind")) is None


def test_the_states_of_postgresql_have_a_sentence() -> None:
    class DiskFullError(Exception):
        sqlstate = "53100"

    assert "the disk is full" in getattr(of_machine(DiskFullError()), "en", "")
