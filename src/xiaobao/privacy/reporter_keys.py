"""The key file that the bureau hands to its reporters: its pseudonym keys, one a line, the oldest first.

Read on the reporters' machines, whatever their system: this module needs nothing of the server.
"""

import os
import re
from pathlib import Path

from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words
from xiaobao.privacy.pseudonym_keys import PseudonymKey, PseudonymKeys

_LINE = re.compile(r"(p[0-9]{4}) ([0-9a-f]{64})")
_HEAD = "# xiaobao: pseudonym keys of the bureau, oldest first; for the reporter's eyes alone\n"


class ReporterKeyError(UserError):
    """The key file is missing, unreadable, open to others, or is none."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, exit_code=ExitCode.SYSTEM_FAILED)


def reporter_key_file(keys: PseudonymKeys) -> bytes:
    """The content of the file."""
    return (_HEAD + "".join(f"{key.id} {key.secret.hex()}\n" for key in keys.chain)).encode()


def read_reporter_keys(path: Path) -> PseudonymKeys:
    """The keys in a file of the bureau; ReporterKeyError says what is wrong with it."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
        others_may_read = os.name == "posix" and path.stat().st_mode & 0o077
    except FileNotFoundError as error:
        raise _missing(path) from error
    except (OSError, UnicodeDecodeError) as error:
        raise _no_key_file(path) from error
    if others_may_read:
        raise _too_open(path)
    found = [_LINE.fullmatch(line.strip()) for line in lines if line.strip() and not line.startswith("#")]
    chain = tuple(PseudonymKey(id=each[1], secret=bytes.fromhex(each[2])) for each in found if each)
    # A line left out would break the chain and make other pseudonyms without a word.
    if not chain or len(chain) != len(found) or [key.id for key in chain] != _ids(len(chain)):
        raise _no_key_file(path)
    return PseudonymKeys(chain=chain)


def _ids(count: int) -> list[str]:
    return [f"p{number:04}" for number in range(1, count + 1)]


def _missing(path: Path) -> ReporterKeyError:
    return ReporterKeyError(
        Words(
            zh=f"找不到密钥文件 {path}；请向消保局领取，用 --key 指明",
            en=f"the key file {path} is not there; ask the bureau for it and name it by --key",
        )
    )


def _no_key_file(path: Path) -> ReporterKeyError:
    return ReporterKeyError(
        Words(
            zh=f"{path} 不是消保局发放的密钥文件，或已不完整；请重新领取",
            en=f"{path} is no key file of the bureau, or not whole any more; ask for a new one",
        )
    )


def _too_open(path: Path) -> ReporterKeyError:
    return ReporterKeyError(
        Words(
            zh=f"密钥文件 {path} 可被他人读取；请执行 chmod 600 {path}",
            en=f"others can read the key file {path}; run: chmod 600 {path}",
        )
    )
