"""A key file that was emptied or cut is named as such, and not taken for one of another master key."""

from pathlib import Path

import pytest

from xiaobao.privacy.key_files import KeyFileError
from xiaobao.privacy.keys import KeyRing


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.create(tmp_path / "keys", master_key_file=tmp_path / "master")


def _refused(ring: KeyRing, master: Path) -> KeyFileError:
    with pytest.raises(KeyFileError) as caught:
        KeyRing(ring.folder, master_key_file=master).narrative_digest_key()
    return caught.value


@pytest.mark.parametrize(
    ("left", "zh", "en"),
    [(0, "是空的", "is empty"), (5, "被截断", "is cut off"), (20, "被截断", "is cut off")],
)
def test_a_key_that_lost_its_bytes_is_to_be_restored(
    ring: KeyRing, tmp_path: Path, left: int, zh: str, en: str
) -> None:
    key = ring.folder / "narrative-digest.key"
    key.write_bytes(key.read_bytes()[:left])

    words = _refused(ring, tmp_path / "master").words

    assert f"{key} {zh}" in words.zh and "请从备份恢复" in words.zh
    assert f"{key} {en}" in words.en and "restore the file from a backup" in words.en


@pytest.mark.parametrize("left", ["", "\n"])
def test_an_emptied_master_key_is_called_empty(ring: KeyRing, tmp_path: Path, left: str) -> None:
    master = tmp_path / "master"
    master.write_text(left)

    words = _refused(ring, master).words

    assert f"{master} 是空的；请放回该文件" in words.zh
    assert f"{master} is empty; put it back" in words.en
