"""The master key of a home, which opens all others: one file, and a second while it is being exchanged.

While both are there every key of the home opens by the one or the other; so nothing has to happen at once.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes, hmac

from xiaobao.lib.files import put_in_place, write_once
from xiaobao.lib.words import Words
from xiaobao.privacy.key_files import KeyFileError, KeyFileWords, broken, read_key_file

KEY_BYTES = 32
KEY_ID_CHARACTERS = 16

_WORDS = KeyFileWords(
    name=Words(zh="主密钥文件", en="master key file"),
    if_missing=Words(
        zh="请放回该文件，或用 XIAOBAO_MASTER_KEY_FILE 指明它的位置",
        en="put it back or name it in XIAOBAO_MASTER_KEY_FILE",
    ),
    if_broken=Words(
        zh="无法读取：应为一行 64 位十六进制数字",
        en="cannot be read: it should be one line of 64 hexadecimal digits",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Key bytes with the id under which they are named."""

    id: str
    secret: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterKeys:
    """The master key of a home and, between the first step of an exchange and its last, the next one."""

    file: Path
    current: Key
    next: Key | None

    @property
    def sealing(self) -> Key:
        """The one that new keys are wrapped by."""
        return self.current if self.next is None else self.next

    def of_id(self, wanted: str) -> Key | None:
        """The one of that id, None where neither has it."""
        return next((key for key in (self.current, self.next) if key is not None and key.id == wanted), None)


def key_id(secret: bytes) -> str:
    """A name for a key that gives nothing of it away: HMAC-SHA-256 of a fixed text, shortened."""
    mac = hmac.HMAC(secret, hashes.SHA256())
    mac.update(b"xiaobao key id")
    return mac.finalize().hex()[:KEY_ID_CHARACTERS]


def create_master_key(path: Path) -> None:
    """Write a new random master key, readable by its owner alone; one that is there already is kept."""
    write_once(path, secrets.token_hex(KEY_BYTES).encode() + b"\n")


def read_master_keys(path: Path) -> MasterKeys:
    """The master key in a file of 64 hexadecimal digits, and the next one beside it, where there is one.

    KeyFileError says what is wrong with a file.
    """
    # The next one first: if it takes its place meanwhile, it is then read there.
    found = _read_next(path)
    current = _read(path)
    return MasterKeys(file=path, current=current, next=None if found == current else found)


def create_next(masters: MasterKeys) -> MasterKeys:
    """Begin an exchange: make the next master key, durably; one that is there already is kept."""
    create_master_key(_next_file(masters.file))
    return read_master_keys(masters.file)


def put_next_in_place(masters: MasterKeys) -> Path:
    """End an exchange: the next master key takes the place of the current one, which is kept beside it.

    Returns where the old one lies. Nothing may be wrapped by it any more.
    """
    retired = masters.file.with_name(f"{masters.file.name}.retired-{masters.current.id}")
    write_once(retired, masters.file.read_bytes())
    put_in_place(_next_file(masters.file), masters.file)
    return retired


def _next_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")


def _read_next(path: Path) -> Key | None:
    following = _next_file(path)
    try:
        return _read(following)
    except KeyFileError:
        if following.exists():
            raise
        return None


def _read(path: Path) -> Key:
    try:
        secret = bytes.fromhex(read_key_file(path, words=_WORDS).strip())
    except ValueError as error:
        raise broken(path, _WORDS) from error
    if len(secret) != KEY_BYTES:
        raise broken(path, _WORDS)
    return Key(id=key_id(secret), secret=secret)
