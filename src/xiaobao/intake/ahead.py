"""Maps the blocks of a file while the next ones are read: Polars lets go of Python's lock while it works."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

import polars as pl

from xiaobao.intake.mapping import Mapper
from xiaobao.intake.reading.records import Block

_WORKERS = max(1, min(4, pl.thread_pool_size()))
_WAITING_LIMIT = _WORKERS + 1  # blocks read and not yet mapped: what memory holds besides the mapped rows


class MappedAhead:
    """A context that takes blocks in the order of the file and gives their mapped rows in that order."""

    def __init__(self, mapper: Mapper) -> None:
        self._mapper = mapper
        self._pool = ThreadPoolExecutor(max_workers=_WORKERS)
        self._waiting: deque[Future[pl.DataFrame]] = deque()
        self._mapped: list[pl.DataFrame] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def map(self, block: Block) -> None:
        """Have a block mapped; waits while too many are."""
        self._waiting.append(self._pool.submit(self._mapper.map, block))
        while len(self._waiting) > _WAITING_LIMIT:
            self._mapped.append(self._waiting.popleft().result())

    def rows(self) -> list[pl.DataFrame]:
        """The mapped rows of all blocks so far, once they are there."""
        while self._waiting:
            self._mapped.append(self._waiting.popleft().result())
        return self._mapped
