"""Our code with two of its steps exchanged: what must be first is done after what relies on it.

Without a power cut nobody would notice. Between the two steps lies a pause, in which others go on and the
power may fail: a cut `at="waits"`.
"""

import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest
from django.db import connection, transaction

from xiaobao.ledger.segments import SegmentFacts, month_file_name
from xiaobao.lib.files import make_folder, put_in_place, sync_file, sync_folder
from xiaobao.lib.ids import new_token, sha256_hex
from xiaobao.privacy import keys
from xiaobao.submissions import archive, compaction, poster
from xiaobao.submissions.archive import Archive
from xiaobao.submissions.segment_files import WrittenSegment

PutOff = Callable[[Callable[[], object]], None]
"""Puts an act off until the next transaction of the same process is committed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongOrder:
    """A mistake, and where a cut shows it."""

    words: str
    patch: Callable[[pytest.MonkeyPatch, PutOff], None]
    acts: int
    """How much of a day is done before the pause is over: the delivery, the posting, the close."""
    pause: int
    """Which pause of the day lies between the two steps."""

    def make(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Exchange the steps for the length of a test."""
        self.patch(monkeypatch, _after_commits(monkeypatch))


def _after_commits(monkeypatch: pytest.MonkeyPatch) -> PutOff:
    processes = threading.local()
    leave = transaction.Atomic.__exit__

    def leaves(self: transaction.Atomic, kind: object, error: object, trace: object) -> None:
        leave(self, kind, error, trace)
        if connection.in_atomic_block:
            return
        acts, processes.acts = getattr(processes, "acts", []), []
        if acts and error is None:
            _pause()
            for act in acts:
                act()

    def put_off(act: Callable[[], object]) -> None:
        processes.acts = [*getattr(processes, "acts", []), act]

    monkeypatch.setattr(transaction.Atomic, "__exit__", leaves)
    return put_off


def _pause() -> None:
    time.sleep(0)


def _kept_late(room: str) -> Callable[[pytest.MonkeyPatch, PutOff], None]:
    def patch(monkeypatch: pytest.MonkeyPatch, put_off: PutOff) -> None:
        keep = Archive.keep

        def keeps(self: Archive, content: bytes, *, room: str) -> str:
            if room != late_room:
                return keep(self, content, room=room)
            put_off(lambda: keep(self, content, room=room))
            return sha256_hex(content)

        late_room = room
        monkeypatch.setattr(Archive, "keep", keeps)

    return patch


def _raw_file_late(monkeypatch: pytest.MonkeyPatch, put_off: PutOff) -> None:
    keep_file = Archive.keep_file

    def keeps(self: Archive, path: Path, *, room: str) -> tuple[str, int]:
        put_off(lambda: keep_file(self, path, room=room))
        return sha256_hex(path.read_bytes()), path.stat().st_size

    monkeypatch.setattr(Archive, "keep_file", keeps)


def _archive_synced_late(monkeypatch: pytest.MonkeyPatch, put_off: PutOff) -> None:
    def puts(temporary: Path, path: Path) -> None:
        temporary.rename(path)
        put_off(partial(sync_folder, path.parent))

    monkeypatch.setattr(archive, "put_in_place", puts)


def _key_named_first(monkeypatch: pytest.MonkeyPatch, put_off: PutOff) -> None:
    def writes(path: Path, content: bytes) -> bool:
        make_folder(path.parent)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return False
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        sync_folder(path.parent)
        _pause()
        sync_file(path)
        return True

    monkeypatch.setattr(keys, "write_once", writes)


def _commit_named_late(monkeypatch: pytest.MonkeyPatch, put_off: PutOff) -> None:
    write = poster._write

    def writes(*arguments: object) -> tuple[WrittenSegment, ...]:
        written = write(*arguments)  # type: ignore[arg-type]
        for segment in written:
            _hide(arguments[0].segments_folder / segment.name, put_off)  # type: ignore[attr-defined]
        return written

    monkeypatch.setattr(poster, "_write", writes)


def _months_named_late(monkeypatch: pytest.MonkeyPatch, put_off: PutOff) -> None:
    rewrite = compaction.rewrite_months

    def rewrites(paths: Sequence[Path], *, folder: Path, stem: str) -> dict[int, SegmentFacts]:
        facts = rewrite(paths, folder=folder, stem=stem)
        for month in facts:
            _hide(folder / month_file_name(stem, month), put_off)
        return facts

    monkeypatch.setattr(compaction, "rewrite_months", rewrites)


def _hide(path: Path, put_off: PutOff) -> None:
    aside = path.with_name(f".{path.name}.{new_token()}.partial")
    put_in_place(path, aside)
    put_off(partial(put_in_place, aside, path))


def _entered_late(module: ModuleType) -> Callable[[pytest.MonkeyPatch, PutOff], None]:
    def patch(monkeypatch: pytest.MonkeyPatch, put_off: PutOff) -> None:
        enter = module.enter
        monkeypatch.setattr(module, "enter", lambda *one, **at: put_off(partial(enter, *one, **at)))

    return patch


def _inputs_removed_first(monkeypatch: pytest.MonkeyPatch, put_off: PutOff) -> None:
    rewrite = compaction.rewrite_months

    def rewrites(paths: Sequence[Path], *, folder: Path, stem: str) -> dict[int, SegmentFacts]:
        facts = rewrite(paths, folder=folder, stem=stem)
        for path in paths:
            path.unlink()
        sync_folder(folder)
        _pause()
        return facts

    monkeypatch.setattr(compaction, "rewrite_months", rewrites)


_RECEIVED, _POSTED, _CLOSED = 1, 2, 3

WRONG_ORDERS = tuple(
    WrongOrder(words=words, patch=patch, acts=acts, pause=pause)
    for words, patch, acts, pause in (
        ("the raw file after its submission", _raw_file_late, _RECEIVED, 1),
        ("the archive synced after the rows that name it", _archive_synced_late, _RECEIVED, 1),
        ("the batch after its receipt", _kept_late("batch"), _RECEIVED, 1),
        ("the receipt's file after the receipt", _kept_late("receipt"), _RECEIVED, 1),
        ("the journal after the database", _kept_late("journal"), _RECEIVED, 1),
        ("a key's name before its bytes", _key_named_first, _RECEIVED, 1),
        ("the segment after the manifest", _commit_named_late, _POSTED, 1),
        ("the manifest after the ledger's head", _entered_late(poster), _POSTED, 1),
        ("the close's file after the close", _kept_late("close"), _CLOSED, 2),
        ("the months after the manifest", _months_named_late, _CLOSED, 2),
        ("what replaces segments after they are replaced", _entered_late(compaction), _CLOSED, 2),
        ("replaced segments removed before the manifest", _inputs_removed_first, _CLOSED, 2),
    )
)
