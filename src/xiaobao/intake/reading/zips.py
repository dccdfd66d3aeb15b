"""Zip files read with suspicion: nothing they declare of their own size is believed.

The directory is read in bounded memory, a member piece by piece; one that grows past its limit, or out of all
proportion to its packed size, is refused before it is read to its end.
"""

import errno
import io
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from xiaobao.intake.reading.unreadable import unreadable

MEMBERS_LIMIT = 10_000
UNPACKED_LIMIT_BYTES = 2 << 30
"""No file or member may unpack to more."""
RATIO_LIMIT = 200
"""Nor, once it is larger than `RATIO_FROM_BYTES`, to more than so many times its packed size."""
RATIO_FROM_BYTES = 32 << 20

_DIRECTORY_LIMIT_BYTES = 4 << 20
_PIECE_BYTES = 1 << 18
_METHODS = (ZIP_STORED, ZIP_DEFLATED)  # the others are unpacked without a bound on what comes out
_METHOD_NAMES = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd"}
_ENCRYPTED = 0x1
_UTF_8_NAME = 0x800
# What the standard library raises for bytes that are no sound zip file.
_BROKEN = (
    BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
)


class _Guarded(io.FileIO):
    """A file that gives no more at a time than the directory of a sound zip file may have."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = max(0, os.fstat(self.fileno()).st_size - self.tell())
        if size > _DIRECTORY_LIMIT_BYTES:
            raise BadZipFile("the directory is too large")
        return super().read(size) or b""


class Zip:
    """A zip file, open; `rule_id` is the rule under which a broken one is reported."""

    def __init__(self, path: Path, *, rule_id: str) -> None:
        self._rule_id = rule_id
        self._file = _Guarded(path)
        try:
            with self._sound("zip"):
                self._zip = ZipFile(self._file)
                self.members = self._listed()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._zip.close()
        self._file.close()

    def pieces(self, name: str, *, limit_bytes: int = UNPACKED_LIMIT_BYTES) -> Iterator[bytes]:
        """The content of a member piece by piece; UnreadableError where it is broken or too large."""
        member = self.members[name]
        if member.compress_type not in _METHODS:
            raise unreadable(self._rule_id, value=name)
        growth = Growth(name=name, packed_bytes=member.compress_size, limit_bytes=limit_bytes)
        with self._sound(name), self._zip.open(member) as stream:
            while piece := stream.read(_PIECE_BYTES):
                growth.add(len(piece))
                yield piece

    def content(self, name: str, *, limit_bytes: int) -> bytes:
        """The whole content of a member."""
        return b"".join(self.pieces(name, limit_bytes=limit_bytes))

    def encrypted(self, name: str) -> bool:
        """True where a member needs a password."""
        return bool(self.members[name].flag_bits & _ENCRYPTED)

    def strange_method(self, name: str) -> str | None:
        """The name, or number, of the compression of a member that is not read; None for one that is."""
        method = self.members[name].compress_type
        return None if method in _METHODS else _METHOD_NAMES.get(method, str(method))

    def _listed(self) -> dict[str, ZipInfo]:
        # Not `is_dir`, which looks at the last letter of a name that may be empty.
        listed = [member for member in self._zip.infolist() if not member.filename.endswith("/")]
        members = {_name(member): member for member in listed}
        if len(listed) > MEMBERS_LIMIT or len(members) != len(listed):
            raise BadZipFile(f"{len(listed)} members, {len(members)} names")
        return members

    @contextmanager
    def _sound(self, what: str) -> Iterator[None]:
        try:
            yield
        except _BROKEN as error:
            raise unreadable(self._rule_id, value=what) from error
        except OSError as error:
            if error.errno != errno.EINVAL:  # a place before the start of the file; anything else is the disk
                raise
            raise unreadable(self._rule_id, value=what) from error


class Growth:
    """Counts what a packed file has unpacked to, and stops it at its limits."""

    def __init__(self, *, name: str, packed_bytes: int, limit_bytes: int) -> None:
        self._name = name
        self._limit_bytes = min(limit_bytes, max(RATIO_FROM_BYTES, RATIO_LIMIT * packed_bytes))
        self._bytes = 0

    def add(self, size_bytes: int) -> None:
        """Count a piece; UnreadableError above the limit."""
        self._bytes += size_bytes
        if self._bytes > self._limit_bytes:
            limit = f"{self._limit_bytes >> 20} MiB"
            raise unreadable("unpacked_too_large", value=self._name, expected=limit)


def _name(member: ZipInfo) -> str:
    """The name of a member; the names of older Chinese archivers are GB18030 and not marked as anything."""
    name = member.filename.replace("\\", "/")
    if member.flag_bits & _UTF_8_NAME or name.isascii():
        return name
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name
