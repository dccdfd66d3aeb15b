"""What the system says to a person, in both of its languages at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One sentence or label in Chinese and English; `{name}` places are filled by `fill`."""

    zh: str
    en: str

    def to(self, language: Language) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en

    def fill(self, **values: object) -> "Words":
        """The same words with their `{name}` places filled; a missing name raises KeyError."""
        return Words(zh=self.zh.format(**values), en=self.en.format(**values))


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 row`, `2,000 rows`: an English noun after its number; `many` where it is not `one` with an s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def joined(parts: Iterable[Words], separator: str = "\n") -> Words:
    """Several as one, line by line unless another separator is given."""
    told = tuple(parts)
    return Words(zh=separator.join(part.zh for part in told), en=separator.join(part.en for part in told))
