"""Problems that a verification finds: what is wrong, in which file or record, and what to do about it."""

from dataclasses import dataclass

from xiaobao.lib.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is not as it was written."""

    check: str
    """Which check found it: journal, archive, tables, notes, segments, laws, closes, reread."""
    place: str
    """The file, record, row or day."""
    words: Words
    """What is wrong and the way out."""


def problem(check: str, place: str, *, zh: str, en: str) -> Problem:
    """A problem with its sentence in both languages."""
    return Problem(check=check, place=place, words=Words(zh=f"{place}：{zh}", en=f"{place}: {en}"))
