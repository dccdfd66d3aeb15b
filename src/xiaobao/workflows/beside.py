"""A process beside this one, with the same home open, for what need not wait for this one."""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

from xiaobao.lib.words import Words
from xiaobao.settings import set_up_django
from xiaobao.submissions.home import Home, open_home

_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")

_homes: list[Home] = []
"""In the process beside: its one home."""


class Beside:
    """Takes work that adds nothing to the record, and does it piece by piece in the order it was given.

    The process may be ended from outside, as by a machine short of memory: then no work has an answer, and
    the log says so once.
    """

    def __init__(self, pool: ProcessPoolExecutor, doing: Words) -> None:
        self._pool = pool
        self._doing = doing
        self._gone = False

    def begin(self, work: Callable[..., _Answer], *given: object) -> "Begun[_Answer]":
        """What `work` makes of the home and what is given, None where something stops it.

        `work` is a function of a module, and what goes in and comes out is pickled. Many errors cannot be:
        whoever needs the answer does the work itself where there is none, and learns what stops it.
        """
        if self._gone:
            return Begun(None, self.tell_gone)
        try:
            return Begun(self._pool.submit(_tried, work, *given), self.tell_gone)
        except BrokenExecutor:
            self.tell_gone()
            return Begun(None, self.tell_gone)

    def tell_gone(self) -> None:
        """The process has ended: the log says so the first time."""
        if not self._gone:
            self._gone = True
            _log.warning(
                "旁行进程（%s）中途终止，其工作改由本进程承担，结果相同 / "
                "the process beside (%s) has ended; this one does its work, with the same outcome",
                self._doing.zh,
                self._doing.en,
            )


class Begun(Generic[_Answer]):
    """A piece of work that was given to a process beside."""

    def __init__(self, future: Future[_Answer | None] | None, tell_gone: Callable[[], None]) -> None:
        self._future = future
        self._tell_gone = tell_gone

    def cancel(self) -> bool:
        """Whether it was not begun and will not be."""
        return self._future is None or self._future.cancel()

    def result(self) -> _Answer | None:
        """The answer, waited for; None where something stopped the work, or the process."""
        if self._future is None:
            return None
        try:
            return self._future.result()
        except BrokenExecutor:
            self._tell_gone()
            return None


@contextmanager
def beside(home: Home, doing: Words) -> Iterator[Beside]:
    """A process beside for the length of a block; what it has not begun by then it does not do.

    `doing` is what it is for, as the log says it.
    """
    # Not forked: the threads of the libraries would be missing in the fork, their locks would be held.
    spawning = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=spawning, initializer=_open, initargs=(home.path,))
    try:
        yield Beside(pool, doing)
    finally:
        pool.shutdown(cancel_futures=True)


def _open(path: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # an interrupted play says so once
    threading.Thread(target=_end_with_parent, daemon=True).start()
    set_up_django()
    _homes.append(open_home(path))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)  # nobody waits for an answer any more


def _tried(work: Callable[..., _Answer], *given: object) -> _Answer | None:
    try:
        return work(_homes[0], *given)
    except Exception:
        return None
