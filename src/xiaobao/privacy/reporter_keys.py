"""The key file that the bureau hands to its reporters: its pseudonym keys, one a line, the oldest first.

Read on the reporters' machines, whatever their system: this module needs nothing of the server.
"""

import re
from pathlib import Path

from xiaobao.lib.words import Words
from xiaobao.privacy.key_files import KeyFileWords, broken, read_key_file
from xiaobao.privacy.pseudonym_keys import PseudonymKey, PseudonymKeys, pseudonym_key_id

_LINE = re.compile(r"(p[0-9]{4}) ([0-9a-f]{64})")
_HEAD = "# xiaobao: pseudonym keys of the bureau, oldest first; for the reporter's eyes alone\n"


_WORDS = KeyFileWords(
    name=Words(zh="密钥文件", en="key file"),
    if_missing=Words(zh="请向消保局领取，用 --key 指明", en="ask the bureau for it and name it by --key"),
    if_broken=Words(
        zh="不是消保局发放的密钥文件，或已不完整；请重新领取",
        en="is none of the bureau, or not whole any more; ask for a new one",
    ),
)


def reporter_key_file(keys: PseudonymKeys) -> bytes:
    """The content of the file."""
    return (_HEAD + "".join(f"{key.id} {key.secret.hex()}\n" for key in keys.chain)).encode()


def read_reporter_keys(path: Path) -> PseudonymKeys:
    """The keys in a file of the bureau; KeyFileError says what is wrong with it."""
    lines = read_key_file(path, words=_WORDS).splitlines()
    found = [_LINE.fullmatch(line.strip()) for line in lines if line.strip() and not line.startswith("#")]
    chain = tuple(PseudonymKey(id=each[1], secret=bytes.fromhex(each[2])) for each in found if each)
    # A line left out would break the chain and make other pseudonyms without a word.
    whole = [pseudonym_key_id(number) for number in range(1, len(found) + 1)]
    if not found or [key.id for key in chain] != whole:
        raise broken(path, _WORDS)
    return PseudonymKeys(chain=chain)
