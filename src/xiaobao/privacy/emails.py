"""E-mail addresses in a text: the common forms of RFC 5322, 3.4.1."""

import re
from collections.abc import Iterator

_WIDE = re.compile("[＠．０-９Ａ-Ｚａ-ｚ]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# A dot-atom (3.2.3) that starts with a letter or digit, or a quoted string; a name or a literal address. The
# first character comes first, so that the engine skips all others: a third of the time.
_ATOM = r"(?<!\")(?<![A-Za-z0-9._%+\-][\s\S])[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-]{0,63}+"
_QUOTED = r"(?<=\")[^\"\r\n@]{1,64}\""
_EMAIL = re.compile(
    rf"[A-Za-z0-9_\"](?:{_ATOM}|{_QUOTED})@"
    r"(?:(?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z])|\[[0-9]{1,3}(?:\.[0-9]{1,3}){3}\])"
)

_LONGEST_NAME = 66  # before the at sign


def emails(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses stand, full-width ones too."""
    if "@" not in text and "＠" not in text:
        return
    if _WIDE.search(text):
        text = text.translate(_FULL_WIDTH)
    for match in _EMAIL.finditer(text, max(0, text.index("@") - _LONGEST_NAME)):
        yield match.start(), match.end()
