"""Licence plates in a text (GA 36-2018): province, office, five or six characters."""

import re
from collections.abc import Iterator

_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_LETTER = "A-Za-zＡ-Ｚａ-ｚ"
_SERIAL = _LETTER + "0-9０-９"
_SUFFIXES = "挂学警港澳领使试超"
PLATE = (
    rf"[{_PROVINCES}][{_LETTER}][ 　·•・.．\-－—]{{0,2}}"
    rf"(?:[{_SERIAL}]{{4}}[{_SUFFIXES}]|[{_SERIAL}]{{5,6}})"
)
"""The shape, for any engine of regular expressions."""
_PLATE = re.compile(rf"{PLATE}(?![{_SERIAL}])")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ORDINARY = re.compile(r"[A-HJ-NP-Z0-9]{5}|[A-HJ-NP-Z0-9]{4}[^A-Z0-9]")
_NEW_ENERGY = re.compile(r"[A-HJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[A-HJK]")  # small and large vehicles
_LEAST_DIGITS = 2


def plates(text: str) -> Iterator[tuple[int, int]]:
    """Where plates stand."""
    for match in _PLATE.finditer(text):
        written = match[0].translate(_HALF_WIDTH).upper()
        serial = written[2:].lstrip(" 　·•・.-—")
        if sum(character.isdecimal() for character in serial) < _LEAST_DIGITS:
            continue
        if _ORDINARY.fullmatch(serial) or _NEW_ENERGY.fullmatch(serial):
            yield match.start(), match.end()
