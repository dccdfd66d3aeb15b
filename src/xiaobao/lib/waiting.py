"""Waiting for a lock that another process holds: not without a word, and not for ever."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from xiaobao.lib.errors import UserError
from xiaobao.lib.files import holder_of, lock
from xiaobao.lib.words import Words

OnWait = Callable[[Words], None]
"""Is told, once, what is waited for."""

TELL_AFTER_TRIES = 15
TRIES_LIMIT = 1200
_PAUSE_SECONDS = 0.1
"""So it is told after a second and a half, and ends after two minutes."""


def ignore(_: Words) -> None:
    """For callers nobody watches."""


def limit_seconds() -> int:
    """How long anybody waits."""
    return round(TRIES_LIMIT * _PAUSE_SECONDS)


@contextmanager
def locked(
    path: Path, *, on_wait: OnWait, waiting: Callable[[str], Words], busy: Callable[[str], UserError]
) -> Iterator[None]:
    """Hold the lock named by a file; `waiting` and `busy` word who holds it (`host:process`).

    Raises what `busy` gives where the lock does not become free in time.
    """
    with ExitStack() as held:
        for tried in range(TRIES_LIMIT):
            if held.enter_context(lock(path, wait=False)):
                break
            held.close()
            if tried == TELL_AFTER_TRIES:
                on_wait(waiting(holder_of(path)))
            time.sleep(_PAUSE_SECONDS)
        else:
            raise busy(holder_of(path))
        yield


def process_of(holder: str) -> str:
    """The process of a `host:process`, for the words about it."""
    return holder.rpartition(":")[2] or "?"
