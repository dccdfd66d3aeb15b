"""Reads `masking.toml`: the words that say what a number in a text is."""

from collections import Counter

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.masking import Before, Firmness, MaskingWords, NumberKind
from xiaobao.catalog.readers.decoding import Record, toml, wrong

_PATH = "masking.toml"


class _Before(Record, frozen=True, kw_only=True):
    kind: NumberKind
    how: Firmness
    words: list[str]


class _After(Record, frozen=True, kw_only=True):
    nobody: list[str]


class _Masking(Record, frozen=True, kw_only=True):
    joining: list[str]
    before: list[_Before]
    after: _After


def read_masking(files: CatalogFiles) -> MaskingWords:
    """The words, in lower case; CatalogError for a word that is empty, holds a digit or is there twice."""
    row = toml(files, _PATH, _Masking)
    before = tuple(
        Before(kind=each.kind, how=each.how, words=_words(f"before.{each.kind.value}", each.words))
        for each in row.before
    )
    _check_once([word for each in before for word in each.words])
    return MaskingWords(
        joining=_words("joining", row.joining),
        before=before,
        nobody_after=_words("after.nobody", row.after.nobody),
    )


def _words(key: str, words: list[str]) -> tuple[str, ...]:
    for word in words:
        if not word.strip() or word != word.strip() or word[0].isdecimal():
            raise wrong(
                _PATH,
                key,
                zh=f"“{word}”应是一个词，不带首尾空格，不以数字开头",
                en=f"“{word}” is to be a word without spaces around it that does not start with a digit",
            )
    return tuple(word.lower() for word in words)


def _check_once(words: list[str]) -> None:
    twice = [word for word, times in Counter(words).items() if times > 1]
    if twice:
        listed = ", ".join(twice)
        raise wrong(_PATH, "before", zh=f"重复的词：{listed}", en=f"words there twice: {listed}")
