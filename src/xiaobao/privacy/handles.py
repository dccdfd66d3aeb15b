"""Names in messengers that hold letters: 微信号 wx_abc123. Those of digits alone are numbers."""

import re
from collections.abc import Iterable, Iterator

from xiaobao.catalog.masking import MaskingWords, NumberKind

_BETWEEN = r"[\s:：=,，\"“”'‘’（(【\[]"
_MOST_BETWEEN = 6
# With a digit or an underscore, so that no word of a sentence is one; a letter first, six to twenty in all.
# A dot only before what has one as well: names of hosts are none.
_HANDLE = (
    r"(?P<handle>(?=[a-z\-.]*[0-9_])[a-z](?:[a-z0-9_\-]|\.(?=[a-z]*[0-9_])){5,19})"
    r"(?![a-z0-9_\-@＠]|\.[a-z0-9])"
)


class Handles:
    """The words of a catalog that name messengers, ready to be looked for."""

    def __init__(self, words: MaskingWords) -> None:
        messengers = (each.words for each in words.before if each.kind is NumberKind.CONTACT)
        self._words = tuple(sorted({word.lower() for each in messengers for word in each}))
        self.words = _any_of(self._words)
        """An expression of the words, in lower case, for `re` and for Polars."""
        # A Latin word joins only where it ends there: nobody_1 is a name, no nobody_1 another.
        latin = _any_of(word for word in words.joining if word.isascii())
        other = _any_of(word for word in words.joining if not word.isascii())
        between = f"(?:(?:{latin})(?![a-z])|{other}|{_BETWEEN}){{0,{_MOST_BETWEEN}}}"
        self._form = re.compile(rf"(?<![a-z])(?:{self.words}){between}{_HANDLE}", re.IGNORECASE)

    def may_be_in(self, lowered: str) -> bool:
        """False where a text in lower case names no messenger: most texts, told sooner than by the form."""
        for word in self._words:  # noqa: SIM110 -- twice as fast as any()
            if word in lowered:
                return True
        return False

    def of(self, text: str) -> Iterator[tuple[int, int]]:
        """Where such names stand in a text."""
        for match in self._form.finditer(text):
            yield match.span("handle")


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
