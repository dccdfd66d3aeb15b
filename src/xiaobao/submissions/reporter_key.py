"""The key file for reporters, written from a home's pseudonym keys."""

from pathlib import Path

from xiaobao.lib.errors import UserError
from xiaobao.lib.files import write_once
from xiaobao.lib.words import Words
from xiaobao.privacy.reporter_keys import reporter_key_file
from xiaobao.submissions.home import Home
from xiaobao.submissions.pseudonym_rotation import pseudonym_keys_of


class KeyFileExistsError(UserError):
    """The file to write is there already; a key file is never overwritten."""

    def __init__(self, out: Path) -> None:
        super().__init__(
            Words(zh=f"{out} 已存在；请另取文件名", en=f"{out} exists already; name another file")
        )


def write_reporter_keys(home: Home, out: Path) -> tuple[str, ...]:
    """Write the key file, readable by its owner alone; the ids of the keys in it."""
    keys = pseudonym_keys_of(home)
    if not write_once(out.absolute(), reporter_key_file(keys)):
        raise KeyFileExistsError(out)
    return tuple(key.id for key in keys.chain)
