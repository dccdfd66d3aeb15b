"""A digest of many pieces, made beside what else is done with them."""

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

_WORTH_A_THREAD_BYTES = 1 << 18


class Digest:
    """SHA-256 of pieces: a thread hashes a large one while the caller works on it and reads the next."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._last: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def add(self, piece: bytes) -> None:
        """Take the next piece, once the one before is hashed."""
        self._settle()
        if len(piece) < _WORTH_A_THREAD_BYTES:
            self._hash.update(piece)
        else:
            self._last = self._pool.submit(self._hash.update, piece)

    def hexadecimal(self) -> str:
        """The digest of all pieces so far."""
        self._settle()
        return self._hash.hexdigest()

    def _settle(self) -> None:
        if self._last is not None:
            self._last.result()
