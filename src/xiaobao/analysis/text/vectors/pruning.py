"""Which pieces of the tokenizer are kept: Chinese, Latin letters, digits, signs; 15 % of all.

The other scripts' pieces are never met in complaints, and their rows are most of the model's size.
"""

from xiaobao.analysis.text.vectors.source import Pieces

_RANGES = (
    (0x00, 0x7F),
    (0x2010, 0x2044),  # dashes, quotes, dots
    (0x2581, 0x2581),  # how a piece says that a blank is before it
    (0x2E80, 0x303F),  # radicals, Chinese punctuation
    (0x31C0, 0x31EF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x1F300, 0x1F6FF),  # pictures people put in texts
)
_SINGLES = frozenset("·¥£°§®©éèêäöüáíóúñç€℃№①②③④⑤⑥⑦⑧⑨⑩■□▲△●○★☆→←↑↓√×÷≥≤≠±")


def kept_pieces(pieces: Pieces) -> list[int]:
    """Places of the kept pieces, in order; the special ones among them."""
    special = {pieces.first, pieces.last, pieces.padding, pieces.unknown}
    return [i for i, text in enumerate(pieces.texts) if i in special or all(map(_is_kept, text))]


def _is_kept(letter: str) -> bool:
    code = ord(letter)
    return letter in _SINGLES or any(first <= code <= last for first, last in _RANGES)
