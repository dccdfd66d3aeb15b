"""Waiting for a file that another process is checking: not without a word, and not for ever."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.files import holder_of, lock
from xiaobao.lib.words import Words

OnWait = Callable[[Words], None]
"""Is told, once, what is waited for."""

TELL_AFTER_TRIES = 15
TRIES_LIMIT = 1200
_PAUSE_SECONDS = 0.1
"""So it is told after a second and a half, and ends after two minutes: a million rows are checked in less."""


class FileBusyError(UserError):
    """Another process has held a file for longer than anybody waits."""

    def __init__(self, holder: str) -> None:
        process = holder.rpartition(":")[2] or "?"
        super().__init__(
            Words(
                zh=f"同一文件一直由另一进程（{holder}）检查，等待已到时限；本次没有接收，也没有丢失任何内容。"
                f"请稍后再报送一次；若该进程已停住，请系统管理员结束它（kill {process}）后再报送",
                en=f"another process ({holder}) has been checking the same file for as long as is waited; "
                "this delivery was not taken, and nothing is lost. Deliver it again later; if that process "
                f"hangs, let the administrator end it (kill {process}) and deliver again",
            ),
            exit_code=ExitCode.SYSTEM_FAILED,
        )


def ignore(_: Words) -> None:
    """For callers nobody watches."""


@contextmanager
def locked(path: Path, *, on_wait: OnWait) -> Iterator[None]:
    """Hold the lock of a file; FileBusyError where it does not become free in time."""
    with ExitStack() as held:
        for tried in range(TRIES_LIMIT):
            if held.enter_context(lock(path, wait=False)):
                break
            held.close()
            if tried == TELL_AFTER_TRIES:
                on_wait(_waiting(holder_of(path)))
            time.sleep(_PAUSE_SECONDS)
        else:
            raise FileBusyError(holder_of(path))
        yield


def _waiting(holder: str) -> Words:
    limit = round(TRIES_LIMIT * _PAUSE_SECONDS)
    return Words(
        zh=f"另一进程（{holder}）正在检查同一文件，等它给出回执（最多 {limit} 秒）……",
        en=f"another process ({holder}) is checking the same file; waiting for its receipt "
        f"({limit} seconds at most) …",
    )
