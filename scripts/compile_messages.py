"""Writes `cli/locale/zh.toml` in the form gettext reads, a `.mo` file (GNU gettext manual, MO Files)."""

import struct
import tomllib
from pathlib import Path

LOCALE = Path(__file__).parents[1] / "src" / "xiaobao" / "cli" / "locale"
SOURCE = LOCALE / "zh.toml"
TARGET = LOCALE / "zh" / "LC_MESSAGES" / "messages.mo"
_HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"
_MAGIC = 0x950412DE
_HEAD_BYTES = 28
_ENTRY_BYTES = 8


def messages(source: bytes) -> dict[str, str]:
    """English → Chinese; the forms for one and for many are one key, parted by a NUL."""
    stated = tomllib.loads(source.decode())
    plurals = {f"{one['one']}\0{one['many']}": one["zh"] for one in stated["plurals"]}
    return {"": _HEADER, **stated["messages"], **plurals}


def compiled(found: dict[str, str]) -> bytes:
    """The bytes of the `.mo` file: head, a table of originals, a table of translations, the texts."""
    pairs = sorted((original.encode(), translation.encode()) for original, translation in found.items())
    at = _HEAD_BYTES + 2 * _ENTRY_BYTES * len(pairs)
    tables, texts = [b"", b""], b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += struct.pack("<II", len(pair[side]), at + len(texts))
            texts += pair[side] + b"\0"
    second = _HEAD_BYTES + _ENTRY_BYTES * len(pairs)
    head = struct.pack("<7I", _MAGIC, 0, len(pairs), _HEAD_BYTES, second, 0, at)
    return head + tables[0] + tables[1] + texts


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(compiled(messages(SOURCE.read_bytes())))
