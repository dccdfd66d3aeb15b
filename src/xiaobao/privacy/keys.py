"""The keys of a home: one master key, and data keys wrapped by it, one a group of archive rooms.

Destroying the wrapped key of a month destroys everything that was encrypted under it.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from xiaobao.lib import waiting
from xiaobao.lib.errors import ExitCode, UserError, XiaobaoError
from xiaobao.lib.files import exchange, overwrite, sync_folder, write_once
from xiaobao.lib.words import Words
from xiaobao.privacy.key_files import KeyFileError
from xiaobao.privacy.master_keys import (
    KEY_BYTES,
    KEY_ID_CHARACTERS,
    Key,
    MasterKeys,
    create_master_key,
    create_next,
    key_id,
    put_next_in_place,
    read_master_keys,
)
from xiaobao.privacy.pseudonym_keys import PseudonymKey, PseudonymKeys, pseudonym_key_id

_NONCE_BYTES = 12  # NIST SP 800-38D: the nonce length GCM is made for
_ID_BYTES = KEY_ID_CHARACTERS // 2
_NARRATIVE_DIGEST = "narrative-digest"
_LOCK = ".lock"


class KeyMissingError(XiaobaoError):
    """A data key that was never made, or was destroyed; what it encrypted cannot be read."""


class KeyDamagedError(XiaobaoError):
    """A wrapped key file that does not open under the right master key."""


class KeysBusyError(UserError):
    """Another process has held the keys for longer than anybody waits."""

    def __init__(self, holder: str) -> None:
        process = waiting.process_of(holder)
        super().__init__(
            Words(
                zh=f"密钥一直由另一进程（{holder}）占用，等待已到时限；本次操作没有完成，密钥未作改动。"
                f"请稍后重试；若该进程已停住，请系统管理员结束它（kill {process}）后再试",
                en=f"another process ({holder}) has held the keys for as long as is waited; "
                "this was not carried out, and no key was changed. Try again later; if that process "
                f"hangs, let the administrator end it (kill {process}) and try again",
            ),
            exit_code=ExitCode.SYSTEM_FAILED,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """What an exchange of the master key did."""

    master_key_id: str
    keys: int
    """How many keys it opens."""
    retired_file: Path
    """Where the old one lies: it opens nothing here any more, and the backups made before."""


class KeyRing:
    """The data keys in a folder, opened by the master key.

    Making, wrapping and destroying a key waits for whoever does so, tells `on_wait`, and gives up by
    KeysBusyError.
    """

    def __init__(
        self, folder: Path, *, master_key_file: Path, on_wait: waiting.OnWait = waiting.ignore
    ) -> None:
        self.folder = folder
        self._on_wait = on_wait
        self._masters = read_master_keys(master_key_file)
        self._opened: dict[str, Key] = {}

    @classmethod
    def create(cls, folder: Path, *, master_key_file: Path) -> "KeyRing":
        """A new ring with the keys every home needs from the start."""
        create_master_key(master_key_file)
        ring = cls(folder, master_key_file=master_key_file)
        for name in (_NARRATIVE_DIGEST, pseudonym_key_name(pseudonym_key_id(1))):
            ring.for_writing(name)
        return ring

    def for_writing(self, name: str) -> Key:
        """The data key of a group, made now when there is none; durable before it encrypts anything."""
        if name not in self._opened:
            path = self._path(name)
            if path.exists():
                sync_folder(path.parent)  # its maker may not have done so yet
            else:
                with self._alone():
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
        master = self._masters.file.resolve()
        return tuple(sorted(name for name in names if self._path(name).resolve() != master))

    def check(self, name: str) -> None:
        """Open a key from its file once more, whether or not it is known; raises as `for_reading` does."""
        self._unwrap(name)

    def destroy(self, name: str) -> None:
        """Destroy the key of a group, durably; what it encrypted can never be read again."""
        path = self._path(name)
        self._opened.pop(name, None)
        with self._alone():  # else an exchange of the master key could write it again
            if path.exists():
                overwrite(path)
                path.unlink(missing_ok=True)
                sync_folder(path.parent)

    def begin_exchange(self) -> MasterKeys:
        """Make the next master key, durably, unless it is there; it wraps every key made from now on."""
        with self._alone():
            self._masters = create_next(self._masters)
        return self._masters

    def end_exchange(self) -> Exchanged:
        """Wrap every key by the next master key and put that in the place of the current one.

        Each key is the same before and after, and opened from its file once more before the old master key
        goes; KeyDamagedError, KeyMissingError or KeyFileError, both master keys in use, where one is not.
        XiaobaoError where nobody began, or another process has ended it.
        """
        with self._alone():
            if self._masters.next is None:
                raise XiaobaoError("no exchange of the master key is under way")
            names = self.names()
            before = {name: self._unwrap(name) for name in names}
            for name in names:
                self._rewrap(name, before[name])
            for name in names:
                self._require_under(self._masters.sealing, name, before[name])
            retired = put_next_in_place(self._masters)
            new = self._masters.sealing
            self._masters = read_master_keys(self._masters.file)
        return Exchanged(master_key_id=new.id, keys=len(names), retired_file=retired)

    def narrative_digest_key(self) -> bytes:
        """The key of narrative digests; it never rotates, or the same text would get two digests."""
        return self.for_reading(_NARRATIVE_DIGEST).secret

    def pseudonym_keys(self, count: int) -> PseudonymKeys:
        """The first `count` pseudonym keys, p0001 first; raises as `for_reading` does."""
        ids = [pseudonym_key_id(number) for number in range(1, count + 1)]
        keys = ((each, self.for_reading(pseudonym_key_name(each))) for each in ids)
        return PseudonymKeys(chain=tuple(PseudonymKey(id=each, secret=key.secret) for each, key in keys))

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.key"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else makes, wraps or destroys a key meanwhile; the master keys are those of this moment."""
        path = (self.folder / _LOCK).absolute()
        with waiting.locked(path, on_wait=self._on_wait, waiting=_waiting, busy=KeysBusyError):
            self._masters = read_master_keys(self._masters.file)
            yield

    def _rewrap(self, name: str, key: Key) -> None:
        path = self._path(name)
        if _split(path.read_bytes())[0] != self._masters.sealing.id:
            exchange(path, self._wrap(name, key.secret))

    def _require_under(self, master: Key, name: str, key: Key) -> None:
        if _split(self._path(name).read_bytes())[0] != master.id or self._unwrap(name) != key:
            raise KeyDamagedError(f"the key file {self._path(name)} is damaged")

    def _wrap(self, name: str, secret: bytes) -> bytes:
        master = self._masters.sealing
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(master.secret).encrypt(nonce, secret, name.encode())
        return bytes.fromhex(master.id) + nonce + sealed

    def _unwrap(self, name: str) -> Key:
        try:
            return self._unwrapped(name)
        except (KeyFileError, KeyDamagedError):
            self._masters = read_master_keys(self._masters.file)  # it may have been exchanged meanwhile
            return self._unwrapped(name)

    def _unwrapped(self, name: str) -> Key:
        try:
            content = self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise KeyMissingError(f"the key {name} is not in {self.folder}") from error
        if len(content) <= _ID_BYTES + _NONCE_BYTES:
            raise _cut(self._path(name), content)
        master_id, nonce, sealed = _split(content)
        master = self._masters.of_id(master_id)
        if master is None:
            raise _other_master(self._masters, wanted=master_id, by=self._path(name))
        try:
            secret = AESGCM(master.secret).decrypt(nonce, sealed, name.encode())
        except (InvalidTag, ValueError) as error:
            raise KeyDamagedError(f"the key file {self._path(name)} is damaged") from error
        return Key(id=key_id(secret), secret=secret)


def pseudonym_key_name(key_id: str) -> str:
    """The group, in a ring, of the pseudonym key of that id."""
    return f"pseudonym/{key_id}"


def _split(content: bytes) -> tuple[str, bytes, bytes]:
    after_id = _ID_BYTES + _NONCE_BYTES
    return content[:_ID_BYTES].hex(), content[_ID_BYTES:after_id], content[after_id:]


def _cut(path: Path, content: bytes) -> KeyFileError:
    return KeyFileError(
        Words(
            zh=f"密钥文件 {path} {'被截断' if content else '是空的'}，主密钥无误；请从备份恢复该文件，"
            "没有它，由它加密的内容无法读取",
            en=f"the key file {path} is {'cut off' if content else 'empty'}; the master key is not the "
            "trouble: restore the file from a backup, as what it encrypted cannot be read without it",
        )
    )


def _other_master(masters: MasterKeys, *, wanted: str, by: Path) -> KeyFileError:
    path, found = masters.file, masters.current.id
    return KeyFileError(
        Words(
            zh=f"主密钥不对：{by} 需要 {wanted}，文件 {path} 中是 {found}；"
            f"若主密钥无误，则 {by} 已损坏，请从备份恢复",
            en=f"this is not the master key of this home: {by} needs {wanted}, {path} holds {found}; "
            f"where the master key is right, {by} is damaged: restore it from a backup",
        )
    )


def _waiting(holder: str) -> Words:
    limit = waiting.limit_seconds()
    return Words(
        zh=f"另一进程（{holder}）正在使用密钥，等它结束（最多 {limit} 秒）……",
        en=f"another process ({holder}) is at the keys; waiting for it ({limit} seconds at most) …",
    )
