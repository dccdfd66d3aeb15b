"""What a power cut leaves of a folder: what was synced for sure, of the rest whatever the seed says.

Work goes on in a real folder, whose present state is what the page cache holds. Beside it this module
remembers what was durable: of every file its bytes at its last fsync, of every folder its names at its last
fsync. A cut makes a new folder. Where present and durable differ, each name and each file is drawn by itself:
dropped (as it was durable), kept (as it is), or torn (some of its sectors, or its beginning).
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

Draw = Callable[[str], Random]
"""The dice for one decision, by its name: the same whatever was decided before."""

SECTOR_BYTES = 512


@dataclass(slots=True, kw_only=True)
class Loss:
    """How a cut treats what was not synced."""

    dropped: float
    """The share that is as if it had never been written."""
    torn: float
    """The share of files that survive in part; the rest survives whole."""


@dataclass(slots=True, kw_only=True)
class Disk:
    """A folder and its durable state."""

    root: Path
    cellar: Path
    """Where removed files are kept that may come back: their removal is not durable yet."""
    _files: dict[int, bytes] = field(default_factory=dict)
    _folders: dict[int, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cellar.mkdir()
        for folder, entries in _walk(self.root):
            self._folders[folder.stat().st_ino] = {entry.name: entry.inode() for entry in entries}
            for entry in entries:
                if entry.is_file():
                    self._files[entry.inode()] = Path(entry.path).read_bytes()

    def holds(self, path: Path) -> bool:
        """True for the folder itself and what lies in it."""
        return path.is_relative_to(self.root)

    def synced_file(self, path: Path) -> None:
        """The bytes of a file are durable as they are now."""
        self._files[path.stat().st_ino] = path.read_bytes()

    def synced_folder(self, folder: Path) -> None:
        """The names in a folder are durable as they are now."""
        self._folders[folder.stat().st_ino] = _names(folder)

    def made_folder(self, folder: Path) -> None:
        """A new folder: no name in it is durable."""
        self._folders[folder.stat().st_ino] = {}

    def made_file(self, path: Path) -> None:
        """A new file: none of its bytes is durable."""
        self._files.pop(path.stat().st_ino, None)

    def removing(self, path: Path) -> None:
        """A file is about to lose its name; until its folder is synced, a cut may bring it back."""
        number = path.stat().st_ino
        named = self._folders.get(path.parent.stat().st_ino, {}).get(path.name) == number
        if (named or number in self._files) and not (self.cellar / str(number)).exists():
            os.link(path, self.cellar / str(number))

    def cut(self, target: Path, *, loss: Loss, draw: Draw) -> list[str]:
        """Make the folder that is left after a power cut; what it lost, in words."""
        present = {entry.inode(): Path(entry.path) for _, entries in _walk(self.root) for entry in entries}
        present |= {int(path.name): path for path in self.cellar.iterdir()}
        losses: list[str] = []
        self._leave(self.root.stat().st_ino, self.root, target, present, loss, draw, losses)
        return losses

    def _leave(
        self,
        number: int,
        folder: Path,
        target: Path,
        present: dict[int, Path],
        loss: Loss,
        draw: Draw,
        losses: list[str],
    ) -> None:
        target.mkdir(mode=0o700)
        durable = self._folders.get(number, {})
        now = _names(folder) if folder.is_dir() else {}
        for name in sorted(durable.keys() | now.keys()):
            place = (folder / name).relative_to(self.root).as_posix()
            left = now.get(name)
            if durable.get(name) != left and draw(f"name {place}").random() < loss.dropped:
                losses.append(f"{'name' if name in now else 'removal'} {place}")
                left = durable.get(name)
            if left is None:
                continue
            source = present[left]
            if source.is_dir():
                self._leave(left, source, target / name, present, loss, draw, losses)
            else:
                content = self._left_of(left, source, loss=loss, dice=draw(f"bytes {place}"))
                if content != source.read_bytes():
                    losses.append(f"bytes {place}")
                _write(target / name, content, like=source)

    def _left_of(self, number: int, source: Path, *, loss: Loss, dice: Random) -> bytes:
        durable, now = self._files.get(number, b""), source.read_bytes()
        if durable == now:
            return now
        chance = dice.random()
        if chance < loss.dropped:
            return durable
        if chance < loss.dropped + loss.torn:
            return _torn(durable, now, dice=dice)
        return now


def _torn(durable: bytes, now: bytes, *, dice: Random) -> bytes:
    """The beginning of what was written, or some sectors of it among what was there before."""
    if not durable and dice.random() < 0.5:
        return now[: dice.randrange(len(now))]
    size = len(dice.choice((durable, now)))
    content = bytearray(durable[:size].ljust(size, b"\0"))
    for start in range(0, size, SECTOR_BYTES):
        if dice.random() < 0.5:
            sector = now[start : start + SECTOR_BYTES]
            content[start : start + len(sector)] = sector
    return bytes(content[:size])


def _names(folder: Path) -> dict[str, int]:
    with os.scandir(folder) as entries:
        return {entry.name: entry.inode() for entry in entries}


def _walk(folder: Path) -> Iterator[tuple[Path, list[os.DirEntry[str]]]]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    yield folder, entries
    for entry in entries:
        if entry.is_dir():
            yield from _walk(Path(entry.path))


def _write(path: Path, content: bytes, *, like: Path) -> None:
    path.write_bytes(content)
    status = like.stat()
    path.chmod(status.st_mode & 0o777)
    os.utime(path, ns=(status.st_mtime_ns, status.st_mtime_ns))
