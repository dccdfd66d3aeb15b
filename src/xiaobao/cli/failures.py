"""What a command says when the machine under it gives out: a disk full or read-only, a broken database."""

import errno
import sqlite3
from collections.abc import Iterator

from xiaobao.lib.words import Words

_FULL = Words(
    zh="磁盘已满，本次命令没有完成；已出回执、已记账、已日结的内容不受影响。请清出空间后重做同一命令",
    en="the disk is full and this command was not done; what was receipted, posted or closed before stands. "
    "Free some space, then run the same command again",
)
_READ_ONLY = Words(
    zh="磁盘或数据库只读，本次命令没有完成；已有内容不受影响。请恢复可写（mount 与文件权限）后重做同一命令",
    en="the disk or the database is read-only and this command was not done; nothing is touched. "
    "Make it writable (mount, permissions), then run the same command again",
)
_DENIED = Words(
    zh="没有读写所需文件的权限，本次命令没有完成。请检查文件权限后重做同一命令",
    en="a file may not be read or written by this user and the command was not done. Look after its "
    "permissions, then run the same command again",
)
_BROKEN = Words(
    zh="磁盘读写出错，本次命令没有完成。请检查磁盘，再执行 xiaobao verify",
    en="the disk failed to read or write and this command was not done. Look after the disk, then run "
    "xiaobao verify",
)
_DAMAGED = Words(
    zh="家目录的数据库（operations.sqlite3）损坏。请执行 xiaobao verify，并从备份恢复数据库",
    en="the database of the home (operations.sqlite3) is damaged. Run xiaobao verify, and restore it from a "
    "backup",
)
_ERRNO = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EIO: _BROKEN,
}
_SQLITE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_IOERR: _BROKEN,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
_POSTGRESQL = {"53100": _FULL, "25006": _READ_ONLY, "58030": _BROKEN}
"""SQLSTATE, PostgreSQL's appendix A: disk_full, read_only_sql_transaction, io_error."""
_IN_TEXT = {"No space left on device": _FULL, "Read-only file system": _READ_ONLY}
"""Libraries that write files by themselves tell the cause in their text only."""


def of_machine(error: BaseException) -> Words | None:
    """The sentence for an error that comes from disk or database; None for any other."""
    for one in _chain(error):
        if (found := _words(one)) is not None:
            place = getattr(one, "filename", None)
            told = f"{place}: {one}" if place and str(place) not in str(one) else str(one)
            return Words(zh=f"{found.zh}（{told}）", en=f"{found.en} ({told})")
    return None


def _words(error: BaseException) -> Words | None:
    if isinstance(error, OSError) and error.errno in _ERRNO:
        return _ERRNO[error.errno]
    if isinstance(error, sqlite3.Error):
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str) and state in _POSTGRESQL:
        return _POSTGRESQL[state]
    return next((words for text, words in _IN_TEXT.items() if text in str(error)), None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, and what it was raised from."""
    following: BaseException | None = error
    while following is not None:
        yield following
        following = following.__cause__
