"""A process beside this one, with the same home open, for what need not wait for this one."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from xiaobao.settings import set_up_django
from xiaobao.submissions.home import Home, open_home

_Answer = TypeVar("_Answer")

_homes: list[Home] = []
"""In the process beside: its one home."""


class Beside:
    """Takes work that adds nothing to the record, and does it piece by piece in the order it was given."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def begin(self, work: Callable[..., _Answer], *given: object) -> Future[_Answer | None]:
        """What `work` makes of the home and what is given, None where something stops it.

        `work` is a function of a module, and what goes in and comes out is pickled. Many errors cannot be:
        whoever needs the answer does the work itself where there is none, and learns what stops it.
        """
        return self._pool.submit(_tried, work, *given)


@contextmanager
def beside(home: Home) -> Iterator[Beside]:
    """A process beside for the length of a block; what it has not begun by then it does not do."""
    # Not forked: the threads of the libraries would be missing in the fork, their locks would be held.
    spawning = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=spawning, initializer=_open, initargs=(home.path,))
    try:
        yield Beside(pool)
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
