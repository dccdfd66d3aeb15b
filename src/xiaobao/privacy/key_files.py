"""Files that hold keys: texts for their owner's eyes alone, on whatever system they are read."""

import os
from dataclasses import dataclass
from pathlib import Path

from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words


class KeyFileError(UserError):
    """A key file is missing, unreadable, open to others, or holds other keys than it should."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, exit_code=ExitCode.SYSTEM_FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFileWords:
    """What is said of one kind of key file."""

    name: Words
    if_missing: Words
    """What to do when it is not there."""
    if_broken: Words
    """What is wrong and what to do when it does not hold what it should."""


def read_key_file(path: Path, *, words: KeyFileWords) -> str:
    """The text of a key file; KeyFileError where it is missing, empty, unreadable or open to others."""
    try:
        text = path.read_text(encoding="ascii")
        others_may_read = os.name == "posix" and path.stat().st_mode & 0o077
    except FileNotFoundError as error:
        raise _missing(path, words) from error
    except (OSError, UnicodeDecodeError) as error:
        raise broken(path, words) from error
    if not text.strip():
        raise _emptied(path, words)
    if others_may_read:
        raise _too_open(path, words)
    return text


def broken(path: Path, words: KeyFileWords) -> KeyFileError:
    """The error of a file that does not hold what it should."""
    return KeyFileError(
        Words(
            zh=f"{words.name.zh} {path} {words.if_broken.zh}",
            en=f"the {words.name.en} {path} {words.if_broken.en}",
        )
    )


def _missing(path: Path, words: KeyFileWords) -> KeyFileError:
    return KeyFileError(
        Words(
            zh=f"找不到{words.name.zh} {path}；{words.if_missing.zh}",
            en=f"the {words.name.en} {path} is not there; {words.if_missing.en}",
        )
    )


def _emptied(path: Path, words: KeyFileWords) -> KeyFileError:
    return KeyFileError(
        Words(
            zh=f"{words.name.zh} {path} 是空的；{words.if_missing.zh}",
            en=f"the {words.name.en} {path} is empty; {words.if_missing.en}",
        )
    )


def _too_open(path: Path, words: KeyFileWords) -> KeyFileError:
    return KeyFileError(
        Words(
            zh=f"{words.name.zh} {path} 可被他人读取；请执行 chmod 600 {path}",
            en=f"others can read the {words.name.en} {path}; run: chmod 600 {path}",
        )
    )
