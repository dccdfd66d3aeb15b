"""A key ring waits for the process that is at its keys: not without a word, and not for ever."""

import os
from pathlib import Path

import pytest

from xiaobao.lib import waiting
from xiaobao.lib.files import lock
from xiaobao.lib.words import Words
from xiaobao.privacy.keys import KeyRing, KeysBusyError


def test_who_waits_for_the_keys_is_told_and_does_not_wait_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "TRIES_LIMIT", waiting.TELL_AFTER_TRIES + 2)
    KeyRing.create(tmp_path / "keys", master_key_file=tmp_path / "master.key")
    told: list[Words] = []
    ring = KeyRing(tmp_path / "keys", master_key_file=tmp_path / "master.key", on_wait=told.append)

    with (
        lock(tmp_path / "keys" / ".lock", wait=True),
        pytest.raises(KeysBusyError) as caught,
    ):
        ring.for_writing("2020-03")

    assert [f":{os.getpid()})" in words.en for words in told] == [True]
    assert f"kill {os.getpid()}" in caught.value.words.zh
    assert not ring.has("2020-03")
    assert ring.for_writing("2020-03") == ring.for_reading("2020-03")


def test_a_key_that_is_there_is_read_while_others_are_at_the_keys(tmp_path: Path) -> None:
    KeyRing.create(tmp_path / "keys", master_key_file=tmp_path / "master.key").for_writing("2020-03")
    ring = KeyRing(tmp_path / "keys", master_key_file=tmp_path / "master.key")

    with lock(tmp_path / "keys" / ".lock", wait=True):
        assert ring.for_writing("2020-03").secret
