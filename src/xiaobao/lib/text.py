"""Width, spaces and punctuation of Chinese and Latin text."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")  # nothing to the eye
_NOT_LETTERS = re.compile(r"[^\w]+", re.UNICODE)


def half_width(text: str) -> str:
    """The text with full-width letters, digits and punctuation made half-width (Unicode NFKC)."""
    return unicodedata.normalize("NFKC", text)


def columns_of(text: str) -> int:
    """How many columns a line takes where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def tidy(text: str) -> str:
    """Half-width, trimmed, runs of white space as one space, without characters that nobody can see."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", half_width(text))).strip()


def name_key(text: str) -> str:
    """The form under which names are compared: half-width, upper case, letters and digits only."""
    return _NOT_LETTERS.sub("", half_width(text)).upper().replace("_", "")
