"""The border between our code and the machine: what touches storage, waits or draws bytes passes by here.

Nothing of ours is replaced. Exchanged are functions of Python's standard library (`os.fsync`, `os.rename`, …)
and of SQLite's VFS; each asks the simulated machine first, and tells the simulated disk after. What Polars
writes by itself is seen at its first fsync, and until then as never synced.
"""

import errno
import fcntl
import os
import random
import secrets
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.db import connections

from simulation.disk import Disk
from simulation.machine import Died, Machine, Process
from simulation.sqlite_files import Verdict, WatchedSqlite

_LOCK_PAUSE_SECONDS = 0.05
_PLAIN_SYNCS = frozenset({"_sync", "sync_file", "sync_folder"})


class Border:
    """Stands between one machine and everything outside it."""

    def __init__(self, machine: Machine, *, without: str | None = None) -> None:
        self.machine = machine
        self.without = without
        """A sync that does nothing, by its name in `syncs`: what a forgetful programmer would leave out."""
        self.syncs: set[str] = set()
        """Every place that synced something."""

    def step(self, what: str, path: Path) -> Verdict:
        disk = self.machine.disk
        if disk is None or not disk.holds(path):
            return Verdict.GO
        return self.machine.step(what, path)

    def wait(self, microseconds: int) -> None:
        with suppress(Died):  # SQLite asks again and is refused then
            self.machine.wait(microseconds / 1_000_000)

    def synced_file(self, path: Path, what: str) -> None:
        if self._is_watched(path) and self._counts(what):
            _date(path, self.machine)
            self._disk.synced_file(path)

    def synced_folder(self, folder: Path, what: str) -> None:
        if self._is_watched(folder) and self._counts(what):
            self._disk.synced_folder(folder)

    def removing(self, path: Path) -> None:
        if self._is_watched(path):
            self._disk.removing(path)

    def random_bytes(self, count: int) -> bytes:
        return self.machine.random_bytes(count, caller=_caller())

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Exchange the functions for the length of a block."""
        with ExitStack() as stack:
            stack.enter_context(_sqlite().watched_by(self))
            for owner, name, function in self._functions():
                stack.enter_context(patch.object(owner, name, function))
            yield

    def _functions(self) -> tuple[tuple[object, str, Callable[..., Any]], ...]:
        return (
            (os, "fsync", self._fsync),
            (os, "open", self._open_of(os.open)),
            (os, "rename", self._name_of(os.rename, "renames to")),
            (os, "link", self._name_of(os.link, "links to")),
            (os, "unlink", self._unlink_of(os.unlink)),
            (os, "mkdir", self._mkdir_of(os.mkdir)),
            (os, "urandom", self.random_bytes),
            (random, "_urandom", self.random_bytes),
            (secrets, "token_bytes", lambda count=32: self.random_bytes(count)),
            (fcntl, "flock", self._flock_of(fcntl.flock)),
            (time, "sleep", self._sleep_of(time.sleep)),
            (socket, "gethostname", self._host),
        )

    def _fsync(self, handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        where = f"{_caller()} syncs the {'folder' if path.is_dir() else 'file'}"
        self._require(where, path)
        if path.is_dir():
            self.synced_folder(path, where)
        elif path.exists():  # not swept meanwhile
            self.synced_file(path, where)

    def _open_of(self, system: Callable[..., int]) -> Callable[..., int]:
        def opens(path: Any, flags: int, *arguments: Any, **places: Any) -> int:
            watched = self._watched(path, places) if flags & os.O_CREAT else None
            if watched is None:
                return system(path, flags, *arguments, **places)
            self._require("creates", watched)
            isnew = not watched.exists()
            handle = system(path, flags, *arguments, **places)
            if isnew:
                _date(handle, self.machine)
                self._disk.made_file(watched)
            return handle

        return opens

    def _name_of(self, system: Callable[..., None], what: str) -> Callable[..., None]:
        def names(source: Any, target: Any, **places: Any) -> None:
            watched = self._watched(target, places)
            if watched is not None:
                self._require(what, watched)
                if watched.exists():
                    self.removing(watched)
            system(source, target, **places)

        return names

    def _unlink_of(self, system: Callable[..., None]) -> Callable[..., None]:
        def unlinks(path: Any, **places: Any) -> None:
            watched = self._watched(path, places)
            if watched is not None:
                self._require("removes", watched)
                if watched.exists():
                    self.removing(watched)
            system(path, **places)

        return unlinks

    def _mkdir_of(self, system: Callable[..., None]) -> Callable[..., None]:
        def makes(path: Any, *arguments: Any, **places: Any) -> None:
            watched = self._watched(path, places)
            if watched is not None:
                self._require("makes", watched)
            system(path, *arguments, **places)
            if watched is not None:
                self._disk.made_folder(watched)

        return makes

    def _flock_of(self, system: Callable[..., None]) -> Callable[..., None]:
        def locks(handle: int, how: int) -> None:
            process = self.machine.process()
            if process is None:
                system(handle, how)
                return
            while True:
                try:
                    system(handle, how | fcntl.LOCK_NB)
                    process.locks[handle] = os.fstat(handle).st_ino
                    return
                except BlockingIOError:
                    if how & fcntl.LOCK_NB:
                        raise
                    if any(_holds(one, handle) for one in self.machine.hanging()):
                        self.machine.hang(process)
                    self.machine.wait(_LOCK_PAUSE_SECONDS)

        return locks

    def died(self) -> None:
        """A process is no more: what it had open is closed."""
        connections.close_all()
        process = self.machine.process()
        for handle, number in () if process is None else process.locks.items():
            with suppress(OSError):
                if os.fstat(handle).st_ino == number:
                    os.close(handle)

    def _sleep_of(self, system: Callable[..., None]) -> Callable[..., None]:
        def sleeps(seconds: float) -> None:
            if self.machine.process() is None:
                system(seconds)
            else:
                self.machine.wait(seconds)

        return sleeps

    def _host(self) -> str:
        # Each process pretends to a host of its own, so that no other sees at once that it died.
        process = self.machine.process()
        return "outside" if process is None else f"host-of-{process.name}"

    def _require(self, what: str, path: Path) -> None:
        match self.step(what, path):
            case Verdict.FAILS:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            case Verdict.OFF:
                raise Died

    @property
    def _disk(self) -> Disk:
        assert self.machine.disk is not None
        return self.machine.disk

    def _is_watched(self, path: Path) -> bool:
        return self.machine.disk is not None and self.machine.disk.holds(path)

    def _watched(self, path: Any, places: dict[str, Any]) -> Path | None:
        """The path, where it lies on the simulated disk; names below an open folder are left alone."""
        if places.get("dir_fd") is not None or not isinstance(path, str | os.PathLike):
            return None
        return Path(path) if self._is_watched(Path(path)) else None

    def _counts(self, what: str) -> bool:
        self.syncs.add(what)
        return what != self.without


def _caller() -> str:
    """The function of ours that wanted a sync: the first outside the module of file operations."""
    frame = sys._getframe(2)
    helper = ""
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module == "xiaobao.lib.files":
            helper = helper or _helper(frame.f_code.co_name)
        elif module.startswith("xiaobao."):
            return f"{module.removeprefix('xiaobao.')}.{frame.f_code.co_name}{helper}"
        frame = frame.f_back  # type: ignore[assignment]
    return f"somebody{helper}"


def _helper(function: str) -> str:
    return f" by {function}" if function not in _PLAIN_SYNCS else ""


def _holds(process: Process, handle: int) -> bool:
    """Whether a process has locked the file that is open under a handle."""
    wanted = os.fstat(handle).st_ino
    for locked, number in process.locks.items():
        with suppress(OSError):
            if number == wanted == os.fstat(locked).st_ino:
                return True
    return False


def _date(what: Path | int, machine: Machine) -> None:
    moment = machine.now.timestamp()
    os.utime(what, (moment, moment))


@cache
def _sqlite() -> WatchedSqlite:
    return WatchedSqlite()
