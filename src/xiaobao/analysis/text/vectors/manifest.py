"""What a built model says of itself."""

import msgspec

IDS, VECTOR = "ids", "vector"
"""Names of what the model's graph takes and gives."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`manifest.json` of a model's folder."""

    version: int
    width: int
    """Numbers of a vector."""
    tokens: int
    positions: int
    """Tokens of a text that are read at most, the first and the last mark among them."""
    model_sha256: str
    tokenizer_sha256: str
