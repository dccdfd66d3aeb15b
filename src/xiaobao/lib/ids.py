"""Digests and random tokens."""

import hashlib
import secrets
from pathlib import Path

_CHUNK_BYTES = 4 * 1024 * 1024


def sha256_hex(content: bytes) -> str:
    """The SHA-256 of the bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def sha256_hex_of_file(path: Path) -> str:
    """The SHA-256 of a file's bytes, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_CHUNK_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def new_token() -> str:
    """A random token of 128 bits, in hexadecimal."""
    return secrets.token_hex(16)
