"""The keys of a home: one master key, and data keys wrapped by it, one a group of archive rooms.

Destroying the wrapped key of a month destroys everything that was encrypted under it.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from xiaobao.lib.errors import ExitCode, UserError, XiaobaoError
from xiaobao.lib.files import overwrite, sync_folder, write_once
from xiaobao.lib.words import Words
from xiaobao.privacy.pseudonym_keys import PseudonymKey, PseudonymKeys

KEY_BYTES = 32
KEY_ID_CHARACTERS = 16
_NONCE_BYTES = 12  # NIST SP 800-38D: the nonce length GCM is made for
_ID_BYTES = KEY_ID_CHARACTERS // 2
_NARRATIVE_DIGEST = "narrative-digest"


class MasterKeyError(UserError):
    """The master key is missing, unreadable or of another home."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, exit_code=ExitCode.SYSTEM_FAILED)


class KeyMissingError(XiaobaoError):
    """A data key that was never made, or was destroyed; what it encrypted cannot be read."""


class KeyDamagedError(XiaobaoError):
    """A wrapped key file that does not open under the right master key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Key bytes with the id under which they are named."""

    id: str
    secret: bytes


def key_id(secret: bytes) -> str:
    """A name for a key that gives nothing of it away: HMAC-SHA-256 of a fixed text, shortened."""
    mac = hmac.HMAC(secret, hashes.SHA256())
    mac.update(b"xiaobao key id")
    return mac.finalize().hex()[:KEY_ID_CHARACTERS]


def create_master_key(path: Path) -> None:
    """Write a new random master key, readable by its owner alone; one that is there already is kept."""
    write_once(path, secrets.token_hex(KEY_BYTES).encode() + b"\n")


def read_master_key(path: Path) -> Key:
    """The master key in a file of 64 hexadecimal digits; MasterKeyError says what is wrong with it."""
    try:
        text = path.read_text(encoding="ascii").strip()
        others_may_read = path.stat().st_mode & 0o077
    except FileNotFoundError as error:
        raise _missing(path) from error
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path) from error
    if others_may_read:
        raise _too_open(path)
    try:
        secret = bytes.fromhex(text)
    except ValueError as error:
        raise _unreadable(path) from error
    if len(secret) != KEY_BYTES:
        raise _unreadable(path)
    return Key(id=key_id(secret), secret=secret)


class KeyRing:
    """The data keys in a folder, opened by the master key."""

    def __init__(self, folder: Path, *, master_key_file: Path) -> None:
        self.folder = folder
        self._master = read_master_key(master_key_file)
        self._master_key_file = master_key_file
        self._opened: dict[str, Key] = {}

    @classmethod
    def create(cls, folder: Path, *, master_key_file: Path) -> "KeyRing":
        """A new ring with the keys every home needs from the start."""
        create_master_key(master_key_file)
        ring = cls(folder, master_key_file=master_key_file)
        for name in (_NARRATIVE_DIGEST, f"pseudonym/{_pseudonym_name(1)}"):
            ring.for_writing(name)
        return ring

    def for_writing(self, name: str) -> Key:
        """The data key of a group, made now when there is none; durable before it encrypts anything."""
        if name not in self._opened:
            path = self._path(name)
            if path.exists():
                sync_folder(path.parent)  # its maker may not have done so yet
            else:
                write_once(path, self._wrap(name, secrets.token_bytes(KEY_BYTES)))
        return self.for_reading(name)

    def for_reading(self, name: str) -> Key:
        """The data key of a group; KeyMissingError when it was never made or was destroyed."""
        if name not in self._opened:
            self._opened[name] = self._unwrap(name)
        return self._opened[name]

    def has(self, name: str) -> bool:
        """True when the key of a group is there."""
        return self._path(name).exists()

    def names(self) -> tuple[str, ...]:
        """The groups that have a key here, sorted."""
        found = (path.relative_to(self.folder) for path in self.folder.rglob("*.key"))
        names = (path.with_suffix("").as_posix() for path in found if not path.name.startswith("."))
        return tuple(sorted(name for name in names if self._path(name) != self._master_key_file))

    def check(self, name: str) -> None:
        """Open a key from its file once more, whether or not it is known; raises as `for_reading` does."""
        self._unwrap(name)

    def destroy(self, name: str) -> None:
        """Destroy the key of a group, durably; what it encrypted can never be read again."""
        path = self._path(name)
        self._opened.pop(name, None)
        if path.exists():
            overwrite(path)
            path.unlink(missing_ok=True)
            sync_folder(path.parent)

    def narrative_digest_key(self) -> bytes:
        """The key of narrative digests; it never rotates, or the same text would get two digests."""
        return self.for_reading(_NARRATIVE_DIGEST).secret

    def pseudonym_keys(self) -> PseudonymKeys:
        """All pseudonym keys, p0001 first; KeyMissingError where there is none, or one in between is lost."""
        names = sorted(path.stem for path in (self.folder / "pseudonym").glob("*.key"))
        wanted = [_pseudonym_name(number) for number in range(1, max(len(names), 1) + 1)]
        if names != wanted:
            raise KeyMissingError(f"the pseudonym keys of {self.folder} are {names}, not {wanted}")
        return PseudonymKeys(
            chain=tuple(
                PseudonymKey(id=name, secret=self.for_reading(f"pseudonym/{name}").secret) for name in names
            )
        )

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.key"

    def _wrap(self, name: str, secret: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self._master.secret).encrypt(nonce, secret, name.encode())
        return bytes.fromhex(self._master.id) + nonce + sealed

    def _unwrap(self, name: str) -> Key:
        try:
            content = self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise KeyMissingError(f"the key {name} is not in {self.folder}") from error
        master_id, nonce, sealed = _split(content)
        if master_id != self._master.id:
            raise _other_master(
                self._master_key_file, wanted=master_id, found=self._master.id, by=self._path(name)
            )
        try:
            secret = AESGCM(self._master.secret).decrypt(nonce, sealed, name.encode())
        except (InvalidTag, ValueError) as error:
            raise KeyDamagedError(f"the key file {self._path(name)} is damaged") from error
        return Key(id=key_id(secret), secret=secret)


def _pseudonym_name(number: int) -> str:
    return f"p{number:04}"


def _split(content: bytes) -> tuple[str, bytes, bytes]:
    after_id = _ID_BYTES + _NONCE_BYTES
    return content[:_ID_BYTES].hex(), content[_ID_BYTES:after_id], content[after_id:]


def _missing(path: Path) -> MasterKeyError:
    return MasterKeyError(
        Words(
            zh=f"找不到主密钥文件 {path}；请放回该文件，或用 XIAOBAO_MASTER_KEY_FILE 指明它的位置",
            en=f"the master key file {path} is not there; put it back or name it in XIAOBAO_MASTER_KEY_FILE",
        )
    )


def _unreadable(path: Path) -> MasterKeyError:
    return MasterKeyError(
        Words(
            zh=f"主密钥文件 {path} 无法读取：应为一行 64 位十六进制数字",
            en=f"the master key file {path} cannot be read: it should be one line of 64 hexadecimal digits",
        )
    )


def _too_open(path: Path) -> MasterKeyError:
    return MasterKeyError(
        Words(
            zh=f"主密钥文件 {path} 可被他人读取；请执行 chmod 600 {path}",
            en=f"others can read the master key file {path}; run: chmod 600 {path}",
        )
    )


def _other_master(path: Path, *, wanted: str, found: str, by: Path) -> MasterKeyError:
    return MasterKeyError(
        Words(
            zh=f"主密钥不对：{by} 需要 {wanted}，文件 {path} 中是 {found}；"
            f"若主密钥无误，则 {by} 已损坏，请从备份恢复",
            en=f"this is not the master key of this home: {by} needs {wanted}, {path} holds {found}; "
            f"where the master key is right, {by} is damaged: restore it from a backup",
        )
    )
