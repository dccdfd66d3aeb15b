"""Files that survive a power cut: write, fsync, rename, fsync of the folder; and locks that do not.

What is there may not be durable yet: another process may have made it a moment ago, or have died before its
fsync. Whoever is going to rely on a name therefore syncs its folder, also when somebody else gave it.
"""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from xiaobao.lib.ids import new_token

_durable_folders: set[Path] = set()
"""Folders whose names this process made durable, so that it does so once."""


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A private file that must not exist yet; its bytes are durable when the block ends, its name is not."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def sync_file(path: Path) -> None:
    """Make the bytes of a file durable that something else has written."""
    _sync(path, os.O_RDONLY)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def put_in_place(temporary: Path, path: Path) -> None:
    """Give a file, its bytes durable, its name, durably; one of that name is replaced."""
    temporary.rename(path)
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and its parents, each durable; one that exists is made durable below its parent."""
    if folder in _durable_folders and folder.is_dir():
        return
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)
    _durable_folders.add(folder)


def write_once(path: Path, content: bytes) -> bool:
    """Write a private file that must not exist yet, durably; False when another writer was first.

    Either way a file of that name is there for good.
    """
    make_folder(path.parent)
    temporary = path.parent / f".{new_token()}.part"
    try:
        with new_file(temporary) as stream:
            stream.write(content)
        try:
            os.link(temporary, path)
            ours = True
        except FileExistsError:
            ours = False
    finally:
        temporary.unlink()
    sync_folder(path.parent)
    return ours


def overwrite(path: Path) -> None:
    """Make the bytes of a file random where it lies, durably: removing its name would leave them readable.

    As far as the file system writes in place; one that copies on write keeps old blocks for a while.
    """
    with path.open("r+b") as stream:
        _make_random(stream)


def exchange(path: Path, content: bytes) -> None:
    """Put other bytes in the place of a private file, durably: at any moment the old are there or the new.

    The old bytes are then made random where they lay, as `overwrite` does.
    """
    temporary = path.parent / f".{new_token()}.part"
    with path.open("r+b") as old:
        with new_file(temporary) as stream:
            stream.write(content)
        put_in_place(temporary, path)
        _make_random(old)


def _make_random(stream: BinaryIO) -> None:
    stream.write(os.urandom(os.fstat(stream.fileno()).st_size))
    stream.flush()
    os.fsync(stream.fileno())


def _sync(path: Path, how: int) -> None:
    handle = os.open(path, how)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def lock(path: Path, *, wait: bool) -> Iterator[bool]:
    """Hold a lock named by a file: True when it is ours, False when someone else has it and we do not wait.

    The lock ends with the process that holds it, however that ends. Who that is stands in the file.
    """
    make_folder(path.parent)
    handle = _lockable(path, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        if handle is not None:
            os.ftruncate(handle, 0)
            os.write(handle, f"{socket.gethostname()}:{os.getpid()}".encode())
        yield handle is not None
    finally:
        if handle is not None:
            try:
                path.unlink(missing_ok=True)
            finally:
                os.close(handle)  # whatever becomes of the name, the lock is free


def holder_of(path: Path) -> str:
    """Who holds the lock named by a file, as `host:process`; `?` where nobody does any more."""
    try:
        return path.read_text(encoding="utf-8", errors="replace") or "?"
    except FileNotFoundError:
        return "?"


def _lockable(path: Path, how: int) -> int | None:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, how)
            # The holder before us removes the file: then what we locked is no longer what others will open.
            if os.fstat(handle).st_ino == path.stat().st_ino:
                return handle
        except BlockingIOError:
            os.close(handle)
            return None
        except FileNotFoundError:
            pass
        os.close(handle)
