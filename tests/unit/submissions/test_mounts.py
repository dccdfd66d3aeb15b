"""SQLite stays on local disks."""

from pathlib import Path

import pytest

from xiaobao.submissions.mounts import SharedFolderError, require_local

MOUNTS = """/dev/sda1 / ext4 rw,relatime 0 0
server:/export /mnt/shared nfs4 rw,vers=4.2 0 0
/dev/sdb1 /mnt/shared/local xfs rw 0 0
bureau@host: /mnt/with\\040space fuse.sshfs rw 0 0
/dev/sdc1 /srv ext4 rw 0 0
//server/share /srv cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "file_system"),
    [("/mnt/shared/home", "nfs4"), ("/mnt/with space/home", "fuse.sshfs"), ("/srv/home", "cifs")],
)
def test_a_home_on_a_shared_folder_is_refused(folder: str, file_system: str) -> None:
    with pytest.raises(SharedFolderError, match=file_system):
        require_local(Path(folder), mounts=MOUNTS)


@pytest.mark.parametrize("folder", ["/home/bureau", "/mnt/shared/local/home", "/mnt/sharedish"])
def test_a_home_on_a_local_disk_is_taken(folder: str) -> None:
    require_local(Path(folder), mounts=MOUNTS)


def test_where_no_mounts_are_known_nothing_is_refused() -> None:
    require_local(Path("/anywhere"), mounts="")
