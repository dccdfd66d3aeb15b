"""Characters [start, end) of a text."""

import re
from collections.abc import Iterable

Span = tuple[int, int]
CHINESE = re.compile(r"[\u3400-\u9fff]")


def one_of(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longest first."""
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


def is_chinese(told: str) -> bool:
    """Whether every sign is a Chinese character."""
    return all(CHINESE.match(sign) for sign in told)
