"""The archive on a real disk: kept, given back, and every kind of damage found."""

import hashlib
import resource
import shutil
from pathlib import Path

import pytest

from xiaobao.privacy.key_files import KeyFileError
from xiaobao.privacy.keys import KeyDamagedError, KeyMissingError, KeyRing
from xiaobao.submissions.archive import (
    FRAME_BYTES,
    Archive,
    ArchiveDamagedError,
    ArchiveError,
    ArchiveMissingError,
    narrative_room,
    raw_room,
)

ROOM = raw_room("2014-10")
HEADER_BYTES = 32
TAG_BYTES = 16
CONTENT = "投诉编号,事件\nT1,新增\n".encode()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    keys = KeyRing.create(tmp_path / "keys", master_key_file=tmp_path / "master.key")
    return Archive(folder=tmp_path / "archive", keys=keys)


def reopened(archive: Archive, tmp_path: Path) -> Archive:
    """The archive as the next process opens it."""
    return Archive(
        folder=archive.folder, keys=KeyRing(tmp_path / "keys", master_key_file=tmp_path / "master.key")
    )


def pattern(size: int) -> bytes:
    """Bytes that differ from frame to frame."""
    return b"".join(number.to_bytes(8, "big") for number in range(size // 8 + 1))[:size]


@pytest.mark.parametrize(
    "size", [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 2 * FRAME_BYTES, 2 * FRAME_BYTES + 7]
)
def test_what_was_kept_comes_back_whatever_its_size(archive: Archive, tmp_path: Path, size: int) -> None:
    content = pattern(size)

    digest = archive.keep(content, room=ROOM)

    assert digest == hashlib.sha256(content).hexdigest()
    again = reopened(archive, tmp_path)
    assert again.read(digest, room=ROOM) == content
    assert again.check(digest, room=ROOM) == size


def test_a_file_streams_in_and_out(archive: Archive, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(pattern(3 * FRAME_BYTES + 5))

    digest, size = archive.keep_file(source, room=ROOM)
    archive.restore_to(digest, ROOM, target)

    assert size == 3 * FRAME_BYTES + 5
    assert target.read_bytes() == source.read_bytes()
    assert target.stat().st_mode & 0o777 == 0o600


def test_keeping_twice_changes_nothing(archive: Archive) -> None:
    digest = archive.keep(CONTENT, room=ROOM)
    before = archive.path_of(digest, room=ROOM).read_bytes()

    assert archive.keep(CONTENT, room=ROOM) == digest

    assert archive.path_of(digest, room=ROOM).read_bytes() == before
    assert archive.digests(ROOM) == (digest,)


def test_the_disk_shows_nothing_of_the_content(archive: Archive) -> None:
    digest = archive.keep(CONTENT, room=ROOM)

    stored = archive.path_of(digest, room=ROOM).read_bytes()

    assert CONTENT not in stored
    assert "投诉".encode() not in stored


def test_every_changed_byte_is_found(archive: Archive) -> None:
    digest = archive.keep(CONTENT, room=ROOM)
    path = archive.path_of(digest, room=ROOM)
    whole = path.read_bytes()

    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(ArchiveDamagedError, match=digest):
            archive.read(digest, room=ROOM)


@pytest.mark.parametrize(
    "kept_bytes",
    [
        0,
        HEADER_BYTES - 1,
        HEADER_BYTES,
        HEADER_BYTES + FRAME_BYTES + TAG_BYTES,  # the last frame is gone, the first is whole
        HEADER_BYTES + FRAME_BYTES + TAG_BYTES + 3,
        HEADER_BYTES + FRAME_BYTES + 2 * TAG_BYTES,
    ],
)
def test_a_file_cut_short_is_found(archive: Archive, kept_bytes: int) -> None:
    digest = archive.keep(pattern(FRAME_BYTES + 10), room=ROOM)
    path = archive.path_of(digest, room=ROOM)
    path.write_bytes(path.read_bytes()[:kept_bytes])

    with pytest.raises(ArchiveDamagedError, match=digest):
        archive.read(digest, room=ROOM)


def test_frames_in_another_order_are_found(archive: Archive) -> None:
    digest = archive.keep(pattern(3 * FRAME_BYTES), room=ROOM)
    path = archive.path_of(digest, room=ROOM)
    whole, sealed = path.read_bytes(), FRAME_BYTES + TAG_BYTES
    first, second = HEADER_BYTES, HEADER_BYTES + sealed
    swapped = whole[:first] + whole[second : second + sealed] + whole[first:second] + whole[second + sealed :]
    path.write_bytes(swapped)

    with pytest.raises(ArchiveDamagedError, match=digest):
        archive.read(digest, room=ROOM)


def test_bytes_added_at_the_end_are_found(archive: Archive) -> None:
    digest = archive.keep(CONTENT, room=ROOM)
    with archive.path_of(digest, room=ROOM).open("ab") as stream:
        stream.write(b"more")

    with pytest.raises(ArchiveDamagedError, match=digest):
        archive.read(digest, room=ROOM)


def test_a_whole_file_under_another_name_or_in_another_room_is_found(archive: Archive) -> None:
    digest = archive.keep(CONTENT, room="batch")
    other = archive.keep(b"other", room="batch")
    shutil.copy(archive.path_of(other, room="batch"), archive.path_of(digest, room="batch"))
    with pytest.raises(ArchiveDamagedError, match=digest):
        archive.read(digest, room="batch")

    (archive.folder / "note").mkdir()
    shutil.copy(archive.path_of(other, room="batch"), archive.path_of(other, room="note"))
    with pytest.raises(ArchiveDamagedError, match=other):
        archive.read(other, room="note")


def test_a_damaged_file_leaves_nothing_where_it_should_be_restored(archive: Archive, tmp_path: Path) -> None:
    digest = archive.keep(pattern(FRAME_BYTES + 10), room=ROOM)
    path = archive.path_of(digest, room=ROOM)
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(ArchiveDamagedError):
        archive.restore_to(digest, ROOM, tmp_path / "target")

    assert not (tmp_path / "target").exists()


def test_a_file_cut_short_is_mended_when_its_bytes_are_kept_again(archive: Archive) -> None:
    digest = archive.keep(CONTENT, room=ROOM)
    path = archive.path_of(digest, room=ROOM)
    path.write_bytes(path.read_bytes()[:-1])

    archive.keep(CONTENT, room=ROOM)

    assert archive.read(digest, room=ROOM) == CONTENT


def test_a_lost_file_is_named(archive: Archive) -> None:
    digest = archive.keep(CONTENT, room=ROOM)
    archive.path_of(digest, room=ROOM).unlink()

    with pytest.raises(ArchiveMissingError, match=digest):
        archive.read(digest, room=ROOM)


def test_leftovers_of_a_crash_are_harmless(archive: Archive) -> None:
    digest = archive.keep(CONTENT, room=ROOM)
    (archive.folder / ".incoming" / "half").write_bytes(b"half a file")
    (archive.folder / ROOM / ".half").write_bytes(b"half a file")

    assert archive.digests(ROOM) == (digest,)
    assert archive.rooms() == (ROOM,)
    assert archive.keep(CONTENT, room=ROOM) == digest


def test_a_failed_write_leaves_nothing_behind(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        archive.keep_file(tmp_path, room=ROOM)

    assert not [path for path in archive.folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("room", ["../keys", "raw", "raw/2014", "batch/2014-10", "Raw/2014-10", ""])
def test_a_room_that_does_not_exist_is_refused(archive: Archive, room: str) -> None:
    with pytest.raises(ArchiveError):
        archive.keep(CONTENT, room=room)
    assert not (archive.folder / room / hashlib.sha256(CONTENT).hexdigest()).exists()


def test_destroying_a_months_key_destroys_the_month_and_nothing_else(
    archive: Archive, tmp_path: Path
) -> None:
    rooms = [raw_room("2014-10"), raw_room("2014-11"), narrative_room("2014-10"), "batch"]
    digests = [archive.keep(CONTENT, room=room) for room in rooms]
    (tmp_path / "keys" / "raw" / "2014-10.key").unlink()
    again = reopened(archive, tmp_path)

    with pytest.raises(KeyMissingError, match="raw/2014-10"):
        again.read(digests[0], room=rooms[0])

    assert [again.read(digests[0], room=room) for room in rooms[1:]] == [CONTENT] * 3


def test_a_key_file_of_another_month_does_not_open(archive: Archive, tmp_path: Path) -> None:
    digest = archive.keep(CONTENT, room=raw_room("2014-10"))
    archive.keep(CONTENT, room=raw_room("2014-11"))
    folder = tmp_path / "keys" / "raw"
    shutil.copy(folder / "2014-11.key", folder / "2014-10.key")

    with pytest.raises(KeyDamagedError, match="2014-10"):
        reopened(archive, tmp_path).read(digest, room=raw_room("2014-10"))


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "is empty"), *((text, "64 hexadecimal digits") for text in ("ab" * 31, "ab" * 33, "xy" * 32))],
)
def test_a_master_key_file_that_holds_no_key_is_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "master.key"
    path.write_text(text)
    path.chmod(0o600)

    with pytest.raises(KeyFileError, match=said):
        KeyRing(tmp_path / "keys", master_key_file=path)


@pytest.mark.long
def test_two_gigabytes_go_in_and_out_in_constant_memory(archive: Archive, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    with source.open("wb") as stream:
        stream.truncate(2 << 30)
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    digest, size = archive.keep_file(source, room=ROOM)
    source.unlink()
    archive.restore_to(digest, ROOM, target)

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < 256 * 1024
    assert (size, target.stat().st_size) == (2 << 30, 2 << 30)
