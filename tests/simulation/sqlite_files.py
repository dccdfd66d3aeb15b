"""SQLite's own view of its files: every write, sync, delete and wait of Python's SQLite passes by here.

SQLite reaches the disk through a table of functions, its VFS (sqlite.org/vfs.html). Here a copy of the
system's own table is registered as the default, with those functions exchanged that change files or wait; all
others, and all work on the files, stay SQLite's. So the real pager, its journal and its recovery run.
"""

import _sqlite3
import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Protocol


class Verdict(IntEnum):
    """What becomes of an operation."""

    GO = 0
    FAILS = 1
    """The disk says no."""
    OFF = 2
    """Whoever asked is dead: nothing happens any more."""


class Border(Protocol):
    """Who is asked before files change, and told after."""

    def step(self, what: str, path: Path) -> Verdict: ...

    def wait(self, microseconds: int) -> None: ...

    def synced_file(self, path: Path, what: str) -> None: ...

    def synced_folder(self, folder: Path, what: str) -> None: ...

    def removing(self, path: Path) -> None: ...

    def random_bytes(self, count: int) -> bytes: ...


class SqliteHiddenError(Exception):
    """This Python's SQLite cannot be reached; says why."""


OK, FULL = 0, 13
IOERR = 10
IOERR_WRITE, IOERR_FSYNC, IOERR_DELETE, IOERR_TRUNCATE, IOERR_LOCK = (
    IOERR | number << 8 for number in (3, 4, 10, 6, 15)
)
CANTOPEN = 14
_JOURNALS = 0x0800 | 0x4000 | 0x80000  # main, super, write-ahead
_CREATE = 0x4

_pointer = ctypes.c_void_p
_int = ctypes.c_int
_int64 = ctypes.c_int64


class _File(ctypes.Structure):
    _fields_ = [("methods", _pointer)]


_WRITE = ctypes.CFUNCTYPE(_int, _pointer, _pointer, _int, _int64)
_TRUNCATE = ctypes.CFUNCTYPE(_int, _pointer, _int64)
_SYNC = ctypes.CFUNCTYPE(_int, _pointer, _int)
_LOCK = ctypes.CFUNCTYPE(_int, _pointer, _int)
_CLOSE = ctypes.CFUNCTYPE(_int, _pointer)
# A name is handed on as the pointer it came as: SQLite keeps it, and looks behind its end for parameters.
_OPEN = ctypes.CFUNCTYPE(_int, _pointer, _pointer, _pointer, _int, _pointer)
_DELETE = ctypes.CFUNCTYPE(_int, _pointer, _pointer, _int)
_SLEEP = ctypes.CFUNCTYPE(_int, _pointer, _int)
_RANDOMNESS = ctypes.CFUNCTYPE(_int, _pointer, _int, _pointer)


class _Methods(ctypes.Structure):
    _fields_ = [
        ("version", _int),
        ("close", _CLOSE),
        ("read", _pointer),
        ("write", _WRITE),
        ("truncate", _TRUNCATE),
        ("sync", _SYNC),
        ("file_size", _pointer),
        ("lock", _LOCK),
        ("unlock", _pointer),
        ("check_reserved_lock", _pointer),
        ("file_control", _pointer),
        ("sector_size", _pointer),
        ("device_characteristics", _pointer),
        ("shm_map", _pointer),
        ("shm_lock", _pointer),
        ("shm_barrier", _pointer),
        ("shm_unmap", _pointer),
        ("fetch", _pointer),
        ("unfetch", _pointer),
    ]


class _Vfs(ctypes.Structure):
    _fields_ = [
        ("version", _int),
        ("file_bytes", _int),
        ("path_limit", _int),
        ("next", _pointer),
        ("name", ctypes.c_char_p),
        ("data", _pointer),
        ("open", _OPEN),
        ("delete", _DELETE),
        ("access", _pointer),
        ("full_path", _pointer),
        ("dl_open", _pointer),
        ("dl_error", _pointer),
        ("dl_symbol", _pointer),
        ("dl_close", _pointer),
        ("randomness", _RANDOMNESS),
        ("sleep", _SLEEP),
        ("current_time", _pointer),
        ("last_error", _pointer),
        ("current_time_int64", _pointer),
        ("set_system_call", _pointer),
        ("get_system_call", _pointer),
        ("next_system_call", _pointer),
    ]


class _Opened:
    """What is known of an open file."""

    def __init__(self, path: Path, *, name_unsynced: bool) -> None:
        self.path = path
        self.name_unsynced = name_unsynced


class WatchedSqlite:
    """The exchanged functions; made once a process, because connections may keep them for ever."""

    def __init__(self) -> None:
        self.border: Border | None = None
        self._library = _library()
        self._system = self._find()
        self._tables: dict[int, tuple[_Methods, _Methods]] = {}
        self._opened: dict[int, _Opened] = {}
        self._vfs = _Vfs.from_buffer_copy(self._system)
        self._vfs.next = None
        self._vfs.name = b"watched"
        self._vfs.open = _OPEN(self._open)
        self._vfs.delete = _DELETE(self._delete)
        self._vfs.sleep = _SLEEP(self._sleep)
        self._vfs.randomness = _RANDOMNESS(self._randomness)

    @contextmanager
    def watched_by(self, border: Border) -> Iterator[None]:
        """Let a border see every connection that is opened in the block."""
        self.border = border
        self._library.sqlite3_vfs_register(ctypes.byref(self._vfs), 1)
        self._library.sqlite3_randomness(0, None)  # the next random bytes come from the border
        try:
            yield
        finally:
            self._library.sqlite3_vfs_unregister(ctypes.byref(self._vfs))
            self._library.sqlite3_vfs_register(ctypes.byref(self._system), 1)
            self._library.sqlite3_randomness(0, None)
            self.border = None

    def _find(self) -> _Vfs:
        find = self._library.sqlite3_vfs_find
        find.restype = ctypes.POINTER(_Vfs)
        found = find(None)
        if not found or found.contents.version < 3 or found.contents.name != b"unix":
            raise SqliteHiddenError("the VFS of this system's SQLite is not the one of POSIX systems")
        return found.contents

    def _ask(self, what: str, path: Path) -> Verdict:
        return Verdict.GO if self.border is None else self.border.step(what, path)

    def _open(self, vfs: int, name: int | None, file: int, flags: int, out: int | None) -> int:
        path = None if name is None else _path_at(name)
        if path is not None and self._ask(f"sqlite open {kind_of(path)}", path) is not Verdict.GO:
            ctypes.cast(file, ctypes.POINTER(_File)).contents.methods = None
            return CANTOPEN
        isnew = path is not None and not path.exists()
        code: int = self._system.open(vfs, name, file, flags, out)
        opened = ctypes.cast(file, ctypes.POINTER(_File)).contents
        if code == OK and path is not None and opened.methods:
            # SQLite syncs the folder of a journal it created together with the journal's first sync.
            created = isnew and bool(flags & _CREATE) and bool(flags & _JOURNALS)
            self._opened[file] = _Opened(path, name_unsynced=created)
            opened.methods = ctypes.addressof(self._table(opened.methods)[1])
        return code

    def _table(self, address: int) -> tuple[_Methods, _Methods]:
        for system, watched in self._tables.values():
            if ctypes.addressof(watched) == address:
                return system, watched
        if address not in self._tables:
            system = _Methods.from_address(address)
            watched = _Methods.from_buffer_copy(system)
            watched.write = _WRITE(lambda file, data, count, at: self._write(system, file, data, count, at))
            watched.truncate = _TRUNCATE(lambda file, size: self._truncate(system, file, size))
            watched.sync = _SYNC(lambda file, flags: self._sync(system, file, flags))
            watched.lock = _LOCK(lambda file, level: self._lock(system, file, level))
            watched.close = _CLOSE(lambda file: self._close(system, file))
            self._tables[address] = (system, watched)
        return self._tables[address]

    def _write(self, system: _Methods, file: int, data: int, count: int, at: int) -> int:
        path = self._opened[file].path
        match self._ask(f"sqlite write {kind_of(path)}", path):
            case Verdict.GO:
                return int(system.write(file, data, count, at))
            case Verdict.FAILS:
                return FULL
        return IOERR_WRITE

    def _truncate(self, system: _Methods, file: int, size: int) -> int:
        path = self._opened[file].path
        if self._ask(f"sqlite truncate {kind_of(path)}", path) is not Verdict.GO:
            return IOERR_TRUNCATE
        return int(system.truncate(file, size))

    def _sync(self, system: _Methods, file: int, flags: int) -> int:
        opened = self._opened[file]
        kind = kind_of(opened.path)
        if self._ask(f"sqlite sync {kind}", opened.path) is not Verdict.GO:
            return IOERR_FSYNC
        if self.border is not None:
            self.border.synced_file(opened.path, f"sqlite {kind}")
            if opened.name_unsynced:
                self.border.synced_folder(opened.path.parent, f"sqlite folder of a new {kind}")
                opened.name_unsynced = False
        return OK

    def _lock(self, system: _Methods, file: int, level: int) -> int:
        path = self._opened[file].path
        if self._ask("sqlite lock", path) is Verdict.OFF:
            return IOERR_LOCK
        return int(system.lock(file, level))

    def _close(self, system: _Methods, file: int) -> int:
        self._opened.pop(file, None)
        return int(system.close(file))

    def _delete(self, vfs: int, name: int, sync_folder: int) -> int:
        path = _path_at(name)
        kind = kind_of(path)
        if self._ask(f"sqlite delete {kind}", path) is not Verdict.GO:
            return IOERR_DELETE
        if self.border is not None and path.exists():
            self.border.removing(path)
        code = int(self._system.delete(vfs, name, 0))
        if code == OK and sync_folder and self.border is not None:
            if self._ask("sqlite sync folder", path.parent) is not Verdict.GO:
                return IOERR_DELETE
            self.border.synced_folder(path.parent, f"sqlite folder of a deleted {kind}")
        return code

    def _sleep(self, vfs: int, microseconds: int) -> int:
        if self.border is None:
            return int(self._system.sleep(vfs, microseconds))
        self.border.wait(microseconds)
        return microseconds

    def _randomness(self, vfs: int, count: int, out: int) -> int:
        if self.border is None:
            return int(self._system.randomness(vfs, count, out))
        ctypes.memmove(out, self.border.random_bytes(count), count)
        return count


def kind_of(path: Path) -> str:
    """`database`, or what is appended to its name: `journal`."""
    return path.name.rpartition("-")[2] if "-" in path.name else "database"


def _path_at(name: int) -> Path:
    return Path(os.fsdecode(ctypes.string_at(name)))


def _library() -> ctypes.CDLL:
    """The SQLite that Python's own module uses; SqliteHiddenError where it is built in without its names."""
    place = getattr(_sqlite3, "__file__", None)
    library = ctypes.CDLL(place)
    if not hasattr(library, "sqlite3_vfs_register"):
        raise SqliteHiddenError("this Python was built with an SQLite of its own that hides its functions")
    library.sqlite3_randomness.argtypes = [_int, _pointer]
    library.sqlite3_vfs_find.argtypes = [ctypes.c_char_p]
    return library
