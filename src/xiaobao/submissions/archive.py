"""The archive: bytes kept first, named by their SHA-256, encrypted in frames.

A file is a header (magic, key id, salt) and frames of 4 MiB, each sealed by AES-256-GCM under a key derived
for this file alone (HKDF-SHA-256 of the group's key, the salt and the room). The nonce is the frame's number
and a last-frame flag, so that frames cannot be reordered, dropped or cut off at the end (the STREAM
construction, Hoang, Reyhanitabar, Rogaway, Vizár 2015).
"""

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.files import make_folder, new_file, put_in_place, sync_folder
from xiaobao.lib.hashing import Digest
from xiaobao.lib.ids import new_token
from xiaobao.privacy.keys import KeyRing

FRAME_BYTES = 4 * 1024 * 1024
_TAG_BYTES = 16
_MAGIC = b"xiaobao1"
_KEY_ID_BYTES = 8
_SALT_BYTES = 16
_HEADER_BYTES = len(_MAGIC) + _KEY_ID_BYTES + _SALT_BYTES
_INCOMING = ".incoming"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ROOM = re.compile(r"[a-z]+(/[0-9]{4}-[0-9]{2})?")
_MONTHLY = frozenset({"raw", "narrative"})


class ArchiveError(XiaobaoError):
    """The archive cannot give back what it was given."""


class ArchiveMissingError(ArchiveError):
    """A file the archive should hold is not there."""


class ArchiveDamagedError(ArchiveError):
    """A file of the archive is not what was written."""


def raw_room(month: str) -> str:
    """The room of files as received, by the month of their business day: `2014-10`."""
    return f"raw/{month}"


def narrative_room(month: str) -> str:
    """The room of narratives; by month, because a month's raw files and narratives expire together."""
    return f"narrative/{month}"


def key_group(room: str) -> str:
    """The group of rooms whose files are encrypted by one key of the ring."""
    # Raw files and narratives have a key a month, so that a month can be destroyed; the ledger's never are.
    return room if room.partition("/")[0] in _MONTHLY else "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The rooms under one folder and the ring that holds their keys."""

    folder: Path
    keys: KeyRing

    @property
    def incoming_folder(self) -> Path:
        """Where files lie that are being written; a killed process may leave one."""
        return self.folder / _INCOMING

    def keep(self, content: bytes, *, room: str) -> str:
        """Keep bytes durably; their SHA-256. Keeping the same bytes again changes nothing."""
        digest, _size = self._keep(io.BytesIO(content), room=room)
        return digest

    def keep_file(self, path: Path, *, room: str) -> tuple[str, int]:
        """Keep a file of any size durably, in one pass; its SHA-256 and its size in bytes."""
        with path.open("rb") as stream:
            return self._keep(stream, room=room)

    def read(self, digest: str, *, room: str) -> bytes:
        """The bytes of that digest; ArchiveMissingError or ArchiveDamagedError names the file."""
        return b"".join(self._checked(digest, room=room))

    def restore_to(self, digest: str, room: str, path: Path) -> None:
        """Write the bytes of that digest to a new private file; nothing stays there when they are damaged."""
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as stream:
                for piece in self._checked(digest, room=room):
                    stream.write(piece)
        except BaseException:
            path.unlink()
            raise

    def check(self, digest: str, *, room: str) -> int:
        """Read a file through without keeping it; its plain size in bytes. Raises as `read` does."""
        return sum(len(piece) for piece in self._checked(digest, room=room))

    def has(self, digest: str, *, room: str) -> bool:
        """True when a file of that name is there; whether it is whole only reading tells."""
        return self.path_of(digest, room=room).is_file()

    def digests(self, room: str) -> tuple[str, ...]:
        """The names of all files of a room, sorted."""
        folder = self._room(room)
        found = (path.name for path in folder.iterdir()) if folder.is_dir() else iter(())
        return tuple(sorted(name for name in found if _DIGEST.fullmatch(name)))

    def rooms(self) -> tuple[str, ...]:
        """The rooms that exist, sorted."""
        folders = (path for path in self.folder.rglob("*") if path.is_dir() and path.name != _INCOMING)
        names = (path.relative_to(self.folder).as_posix() for path in folders)
        return tuple(sorted(name for name in names if _ROOM.fullmatch(name) and name not in _MONTHLY))

    def has_room(self, room: str) -> bool:
        """True when the folder of a room is there."""
        return self._room(room).is_dir()

    def destroy(self, room: str) -> None:
        """Remove a monthly room with all its files, durably; ArchiveError for any other room."""
        if room.partition("/")[0] not in _MONTHLY:
            raise ArchiveError(f"the room {room} is kept for ever")
        folder = self._room(room)
        if folder.is_dir():
            rmtree(folder)
            sync_folder(folder.parent)

    def path_of(self, digest: str, *, room: str) -> Path:
        """Where the file of that digest lies, or would lie."""
        if not _DIGEST.fullmatch(digest):
            raise ArchiveError(f"{digest} is not the name of an archive file")
        return self._room(room) / digest

    def _room(self, room: str) -> Path:
        if not _ROOM.fullmatch(room) or ("/" in room) != (room.partition("/")[0] in _MONTHLY):
            raise ArchiveError(f"the archive has no room named {room}")
        return self.folder / room

    def _keep(self, stream: BinaryIO, *, room: str) -> tuple[str, int]:
        folder = self._room(room)
        make_folder(self.incoming_folder)
        temporary = self.incoming_folder / new_token()
        try:
            digest, size = self._seal(stream, temporary, room=room)
            make_folder(folder)
            if self._holds(digest, room=room):
                sync_folder(folder)  # whoever keeps the same bytes at this moment may not have done so yet
            else:  # damage is mended by whoever brings the bytes again
                put_in_place(temporary, folder / digest)
        finally:
            temporary.unlink(missing_ok=True)
        return digest, size

    def _holds(self, digest: str, *, room: str) -> bool:
        try:
            self.check(digest, room=room)
        except ArchiveError:
            return False
        return True

    def _seal(self, stream: BinaryIO, path: Path, *, room: str) -> tuple[str, int]:
        key = self.keys.for_writing(key_group(room))
        salt = os.urandom(_SALT_BYTES)
        cipher = _cipher(key.secret, salt=salt, room=room)
        size = 0
        with new_file(path) as target, Digest() as digest:
            target.write(_MAGIC + bytes.fromhex(key.id) + salt)
            for number, (piece, last) in enumerate(_frames(stream, FRAME_BYTES)):
                digest.add(piece)
                size += len(piece)
                target.write(cipher.encrypt(_nonce(number, last=last), piece, None))
        return digest.hexadecimal(), size

    def _checked(self, digest: str, *, room: str) -> Iterator[bytes]:
        path = self.path_of(digest, room=room)
        try:
            with path.open("rb") as stream, Digest() as found:
                for piece in self._opened(stream, room=room):
                    found.add(piece)
                    yield piece
                whole = found.hexadecimal()
        except FileNotFoundError as error:
            raise ArchiveMissingError(f"the archive has lost {room}/{digest}") from error
        except (InvalidTag, ValueError) as error:
            raise ArchiveDamagedError(f"the archive file {room}/{digest} is damaged") from error
        if whole != digest:
            raise ArchiveDamagedError(
                f"the archive file {room}/{digest} holds other bytes than its name says"
            )

    def _opened(self, stream: BinaryIO, *, room: str) -> Iterator[bytes]:
        key = self.keys.for_reading(key_group(room))
        header = stream.read(_HEADER_BYTES)
        if header[:-_SALT_BYTES] != _MAGIC + bytes.fromhex(key.id):
            raise ValueError("another header")
        cipher = _cipher(key.secret, salt=header[-_SALT_BYTES:], room=room)
        for number, (sealed, last) in enumerate(_frames(stream, FRAME_BYTES + _TAG_BYTES)):
            yield cipher.decrypt(_nonce(number, last=last), sealed, None)


def _cipher(secret: bytes, *, salt: bytes, room: str) -> AESGCM:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=f"archive {room}".encode())
    return AESGCM(derived.derive(secret))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _frames(stream: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    """Pieces of `size` bytes, each with whether it is the last; an empty stream is one empty last piece."""
    piece = stream.read(size)
    while following := stream.read(size):
        yield piece, False
        piece = following
    yield piece, True
