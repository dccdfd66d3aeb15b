"""A file that somebody writes while it is read: what was read of it is worth nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words


class FileChangedError(UserError):
    """A file was written, replaced or removed while it was read."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            Words(
                zh=f"{path} 在读取期间被改写、替换或删除，本次结果作废；请等它写完后再试",
                en=f"{path} was written, replaced or removed while it was read, so nothing is concluded from "
                "it; wait until it is written and try again",
            )
        )


@contextmanager
def unchanged(path: Path) -> Iterator[None]:
    """Read a file within: FileChangedError where it is not the same file afterwards, whatever was raised."""
    before = _state(path)
    try:
        yield
    except Exception as error:
        if before is not None and _state(path) != before:
            raise FileChangedError(path) from error
        raise
    if _state(path) != before:
        raise FileChangedError(path)


def _state(path: Path) -> tuple[int, int, int, int] | None:
    """Which file it is, how large and written when; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
