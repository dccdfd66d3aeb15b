"""Files that survive a power cut: write, fsync, rename, fsync of the folder; and locks that do not."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xiaobao.lib.ids import new_token


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder and its parents, each durable; one that exists is left alone."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def write_once(path: Path, content: bytes) -> bool:
    """Write a private file that must not exist yet, durably; False when another writer was first."""
    make_folder(path.parent)
    temporary = path.parent / f".{new_token()}.part"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
    finally:
        temporary.unlink()
    sync_folder(path.parent)
    return True


@contextmanager
def lock(path: Path, *, wait: bool) -> Iterator[bool]:
    """Hold a lock named by a file: True when it is ours, False when someone else has it and we do not wait.

    The lock ends with the process that holds it, however that ends.
    """
    make_folder(path.parent)
    handle = _lockable(path, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        yield handle is not None
    finally:
        if handle is not None:
            path.unlink(missing_ok=True)
            os.close(handle)


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
