"""Work on many items at once, answered in their order."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from typing import TypeVar

WORKERS = max(1, min(4, os.cpu_count() or 1))

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")


def _never(_: object) -> bool:
    return False


def in_order(
    work: Callable[[_Item], _Answer], items: Iterable[_Item], *, is_light: Callable[[_Item], bool] = _never
) -> Iterator[_Answer]:
    """What `work` makes of each item, in the order of the items, by `WORKERS` threads.

    Worth it for work that lets go of Python's lock. One item more than there are threads is taken ahead, so
    that memory stays bounded. The items are taken by the caller's thread; what `work` raises is raised here.
    A single item, and those that are light, are worked on by that thread too: most files are small, and
    threads cost more than they save.
    """
    items = iter(items)
    first = list(islice(items, 2))
    while len(first) < 2 or any(map(is_light, first)):
        if not first:
            return
        yield work(first.pop(0))
        first += islice(items, 1)
    items = chain(first, items)
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        waiting: deque[Future[_Answer]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > WORKERS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
