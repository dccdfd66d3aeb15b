"""Turns texts into vectors with the built model."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from xiaobao.analysis.text.vectors.manifest import IDS, VECTOR, Manifest
from xiaobao.analysis.text.vectors.place import (
    MANIFEST,
    MODEL,
    TOKENIZER,
    VERSION,
    VectorsMissingError,
    VectorsRefusedError,
)
from xiaobao.analysis.text.vectors.types import Vectors
from xiaobao.lib.ids import sha256_hex

_PREFIX = "query: "
"""What e5 was trained to see before a text that is compared with its likes."""
_MOST_CHARACTERS = 5_000
"""More than the tokens that are read can hold, so that a text of megabytes costs no more than a page."""


class Encoder:
    """An opened model; the same text gets the same vector whatever stands beside it."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """VectorsMissingError where none was built, VectorsRefusedError for another version or a damaged one.

        `threads` texts are read at a time.
        """
        self.manifest, model, tokenizer = _opened(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_str(tokenizer.decode())
        self._tokenizer.enable_truncation(self.manifest.positions)
        self._threads = threads

    @property
    def model(self) -> str:
        """Which model it is: vectors of different ones are not to be compared."""
        return self.manifest.model_sha256 + self.manifest.tokenizer_sha256

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A row of length one for every text, in order, the empty one too; long texts by their beginning."""
        with ThreadPoolExecutor(self._threads) as pool:
            rows = list(pool.map(self._vector, texts))
        return np.concatenate([np.empty((0, self.manifest.width), np.float32), *rows])

    def _vector(self, text: str) -> Vectors:
        told = self._tokenizer.encode(_PREFIX + text[:_MOST_CHARACTERS])
        (vector,) = self._session.run([VECTOR], {IDS: np.array([told.ids], np.int64)})
        return np.asarray(vector, np.float32)


def _opened(folder: Path) -> tuple[Manifest, bytes, bytes]:
    if not (folder / MANIFEST).is_file():
        raise VectorsMissingError(folder)
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except msgspec.DecodeError as error:
        raise _of_another_version(folder, "?") from error
    if manifest.version != VERSION:
        raise _of_another_version(folder, str(manifest.version))
    files = [
        (folder / name).read_bytes() if (folder / name).is_file() else b"" for name in (MODEL, TOKENIZER)
    ]
    if [sha256_hex(one) for one in files] != [manifest.model_sha256, manifest.tokenizer_sha256]:
        raise VectorsRefusedError(
            folder, zh="文件与清单的摘要不符", en="its files are not those of its manifest"
        )
    return manifest, files[0], files[1]


def _of_another_version(folder: Path, stated: str) -> VectorsRefusedError:
    return VectorsRefusedError(
        folder,
        zh=f"版本为 {stated}，本程序用的是 {VERSION}",
        en=f"it is of version {stated}, this program uses {VERSION}",
    )
