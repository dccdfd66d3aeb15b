"""Waiting for a file that another process is checking; a million rows are checked in less than the limit."""

from contextlib import AbstractContextManager
from pathlib import Path

from xiaobao.lib import waiting
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words


class FileBusyError(UserError):
    """Another process has held a file for longer than anybody waits."""

    def __init__(self, holder: str) -> None:
        process = waiting.process_of(holder)
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


def locked(path: Path, *, on_wait: waiting.OnWait) -> AbstractContextManager[None]:
    """Hold the lock of a file; FileBusyError where it does not become free in time."""
    return waiting.locked(path, on_wait=on_wait, waiting=_waiting, busy=FileBusyError)


def _waiting(holder: str) -> Words:
    limit = waiting.limit_seconds()
    return Words(
        zh=f"另一进程（{holder}）正在检查同一文件，等它给出回执（最多 {limit} 秒）……",
        en=f"another process ({holder}) is checking the same file; waiting for its receipt "
        f"({limit} seconds at most) …",
    )
