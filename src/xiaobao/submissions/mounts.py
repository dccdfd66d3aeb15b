"""Which file system a folder lies on: SQLite needs a local disk, where locks and syncs are true."""

from pathlib import Path

from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words

MOUNTS = Path("/proc/self/mounts")
_SHARED = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "glusterfs", "lustre", "afs", "9p", "beegfs", "gpfs"}
)
_SHARED_PREFIXES = ("fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.rclone")
_ESCAPES = {"\\040": " ", "\\011": "\t", "\\012": "\n", "\\134": "\\"}


class SharedFolderError(UserError):
    """An SQLite home in a folder that several hosts can reach."""

    def __init__(self, path: Path, file_system: str) -> None:
        super().__init__(
            Words(
                zh=f"{path} 在共享文件系统（{file_system}）上，不能放 SQLite；请用 PostgreSQL 或本机盘",
                en=f"{path} lies on a shared file system ({file_system}), which SQLite does not bear; "
                "use PostgreSQL, or a local disk",
            ),
            exit_code=ExitCode.SYSTEM_FAILED,
        )


def require_local(path: Path, *, mounts: str | None = None) -> None:
    """Raise SharedFolderError unless the folder lies on a local file system.

    `mounts` is the text of `/proc/self/mounts`; on a system without one nothing is known and nothing refused.
    """
    if mounts is None:
        mounts = MOUNTS.read_text(errors="surrogateescape") if MOUNTS.exists() else ""
    file_system = _file_system(path.resolve(), mounts)
    if file_system in _SHARED or file_system.startswith(_SHARED_PREFIXES):
        raise SharedFolderError(path, file_system)


def _file_system(path: Path, mounts: str) -> str:
    """The type of the file system mounted deepest above a path; of two at one point the later."""
    deepest, found = -1, ""
    for line in mounts.splitlines():
        _device, point, file_system, *_rest = line.split(" ")
        place = Path(_plain(point))
        if path.is_relative_to(place) and len(place.parts) >= deepest:
            deepest, found = len(place.parts), file_system
    return found


def _plain(point: str) -> str:
    for escape, letter in _ESCAPES.items():
        point = point.replace(escape, letter)
    return point
