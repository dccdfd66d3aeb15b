"""Vectors kept by the digest of their text, in a SQLite file: what was read once is not read again.

The file holds no text, but a vector tells roughly what its text is about: keep it as carefully as the texts.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from xiaobao.analysis.text.vectors.encoder import Encoder
from xiaobao.analysis.text.vectors.types import Vectors
from xiaobao.lib.ids import sha256_hex

_TABLE = (
    "CREATE TABLE IF NOT EXISTS vector (model TEXT, text TEXT, numbers BLOB, PRIMARY KEY (model, text)) "
    "WITHOUT ROWID"
)
_FIND = "SELECT numbers FROM vector WHERE model = ? AND text = ?"
_KEEP = "INSERT OR IGNORE INTO vector VALUES (?, ?, ?)"
_AT_A_TIME = 256


class CachedEncoder:
    """An encoder that remembers; vectors of another model are not taken."""

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self._encoder = encoder
        self._path = path
        self.model = encoder.manifest.model_sha256 + encoder.manifest.tokenizer_sha256

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As `Encoder.encode`; each distinct text is read at most once, and what was read is kept at once."""
        digests = [sha256_hex(text.encode("utf-8", "surrogatepass")) for text in texts]
        told = dict(zip(digests, texts, strict=True))
        with closing(sqlite3.connect(self._path, timeout=60)) as database:
            database.execute(_TABLE)
            known = {digest: self._found(database, digest) for digest in told}
            missing = [digest for digest, numbers in known.items() if numbers is None]
            for first in range(0, len(missing), _AT_A_TIME):
                some = missing[first : first + _AT_A_TIME]
                read = self._encoder.encode([told[digest] for digest in some])
                known |= {digest: numbers.tobytes() for digest, numbers in zip(some, read, strict=True)}
                with database:
                    database.executemany(_KEEP, [(self.model, digest, known[digest]) for digest in some])
        joined = b"".join(known[digest] or b"" for digest in digests)
        return np.frombuffer(joined, np.float32).reshape(len(texts), self._encoder.manifest.width)

    def _found(self, database: sqlite3.Connection, digest: str) -> bytes | None:
        row = database.execute(_FIND, (self.model, digest)).fetchone()
        return None if row is None else bytes(row[0])
