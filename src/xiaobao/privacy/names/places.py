"""What goes on as the name of a place or a company, though the tagger takes its beginning for a person.

Decided by the words behind it: 金科物业 is a company, 李建国村长 a person with an office, 张伟冲进来 one
who does something. By where roads and lines lead: 从田心到先锋站. By what it is called: 名叫泊慧停车的公司.
"""

import itertools
import re
from bisect import bisect_left
from collections.abc import Sequence

from xiaobao.catalog.names import NameWords
from xiaobao.privacy.names.spans import one_of
from xiaobao.privacy.names.tagger import ORGANISATION, PERSON, PLACE, Word

_NOUNS = frozenset({"n", "nz", "nw", "s", "f", "m", "q", "a", "vn", "an", PLACE, ORGANISATION})
"""Kinds of words that the name of a place or company goes on with."""
_LONGEST_GOING_ON = 8
_FILED = re.compile(r".{0,4}[\[〔【（(]\s?(?:19|20)[0-9]{2}|[\[〔【（(].{1,4}[\]〕】）)].{0,4}字")
"""What the short name of an office goes on as in the number of a document: 楚财会〔2017〕, 岳公(境)决字."""
_BUILDING = re.compile(r"[东南西北一二三四五六七八九]?(?:[0-9]{1,3}|[A-Da-d])(?:栋|幢|号楼|座)")
"""Behind the name of an estate: 盛庭岚西7栋."""
_LIST, _LEAST_LISTED, _FEW = "、", 4, 0.4
_LOOKED_BACK, _LOOKED_ON = 6, 16
_CALLED = r"(?:名叫|叫做|名为|称为|叫作)[\s“\"'《（(]{0,2}$"


class Places:
    """Judges by the words of a catalog."""

    def __init__(self, words: NameWords) -> None:
        self._tails = words.tails_of_no_name
        self._long_tails = frozenset(tail for tail in self._tails if len(tail) > 1)
        self._surnames = words.surnames
        self._title = _or_never(words.honorifics, "副?{}")
        self._least, self._least_alone = words.least_certainty_of_two, words.least_certainty_alone
        self._before_route = _or_never(words.words_before_places, "{}$")
        self._after_route = _or_never(words.words_after_places, "{}")
        self._way = _or_never(words.ways, "(?:的.{{0,3}}{})")
        self._called = re.compile(_CALLED)
        self._thing = _or_never(words.called_things, "[^，。,;；！？]{{2,6}}的{}")

    def of(self, text: str, words: Sequence[Word]) -> set[str]:
        """The words for persons that the text has, anywhere, as no person; whatever else is said of them."""
        starts = [word.start for word in words]
        certain = _certain(text, words)
        named = {told for told in _named(text, words) if certain.get(told, 1.0) < self._least_alone}
        named |= {told for told in self._listed(text, words) if certain[told] < self._least}
        return named | {told for told in certain if self._is_place(text, told, words, starts)}

    def _is_place(self, text: str, told: str, words: Sequence[Word], starts: Sequence[int]) -> bool:
        for found in re.finditer(re.escape(told), text):
            end = found.end()
            if _FILED.match(text, end) or _BUILDING.match(text, end):
                return True
            number = bisect_left(starts, end)
            if number < len(words) and words[number].start == end:
                if self._is_tail(text, words, number):
                    return True
            elif text.startswith(self._tails, end):
                return True
            before = text[max(0, found.start() - _LOOKED_BACK) : found.start()]
            after = text[end : end + _LOOKED_ON]
            if self._is_on_a_way(before, after) or (self._called.search(before) and self.is_thing(text, end)):
                return True
        return False

    def is_thing(self, text: str, end: int) -> bool:
        """Whether what is called by a name that ends there is none: 名叫泊慧停车的公司."""
        return bool(self._thing.match(text[end : end + _LOOKED_ON]))

    def _is_on_a_way(self, before: str, after: str) -> bool:
        """Whether a road or a line leads there."""
        return bool(self._way.match(after)) or bool(
            self._before_route.search(before) and self._after_route.match(after)
        )

    def _is_tail(self, text: str, words: Sequence[Word], number: int) -> bool:
        """Whether the word is what places and companies end in, and no office or deed of a person."""
        word = words[number]
        says = text[word.start : word.end]
        if says in self._tails and len(says) == 1 and number + 1 < len(words):  # 杨梓|冲|收费站
            after = text[words[number + 1].start : words[number + 1].end]
            if after in self._tails:
                return True
        ends = says.endswith(self._tails) or says[:2] in self._tails
        return ends and word.kind in _NOUNS and not self._is_titled(text, word)

    def _is_titled(self, text: str, word: Word) -> bool:
        """李建国村长, 姜楚副镇长, 张伟项目经理."""
        return bool(self._title.match(text, word.start) or self._title.match(text, word.end))

    def going_on(self, text: str, words: Sequence[Word]) -> set[str]:
        """The words for persons that are the name of a place or company, or begin one, some words later."""
        certain, others = _certain(text, words), _named(text, words)
        named = [one for one in others if one.endswith(self._tails)]
        found = set()
        for number, word in enumerate(words):
            if word.kind != PERSON:
                continue
            told, following = text[word.start : word.end], words[number + 1 :]
            if any(one.startswith(told) for one in named) or self._goes_on(text, following):
                found.add(told)
            if following and self._may_be_tail(text, following[0]):
                others.add(told)
        return found | {told for told in others & certain.keys() if certain[told] < self._least}

    def _may_be_tail(self, text: str, word: Word) -> bool:
        """Also where the tagger reads a deed: 艾弗瑞教育."""
        return text[word.start : word.end] in self._long_tails and not self._is_titled(text, word)

    def _listed(self, text: str, words: Sequence[Word]) -> set[str]:
        """Words for persons in lists that hold mostly other things: 白沙、春华、黄星、福临."""
        found: set[str] = set()
        members: list[Word] = []
        for word, after in itertools.pairwise((*words, Word(start=len(text), end=len(text), kind=""))):
            members.append(word)
            if text[word.end : after.start + 1] == _LIST:
                continue
            if text[word.start : word.end] == _LIST:
                members.pop()
                continue
            if len(members) >= _LEAST_LISTED:
                told = {text[one.start : one.end] for one in members if self._is_named(text, one)}
                if len(told) <= _FEW * len(members):
                    found |= told
            members = []
        return found

    def _is_named(self, text: str, word: Word) -> bool:
        """Whether the tagger sees a person there, with a surname."""
        return word.kind == PERSON and text[word.start] in self._surnames

    def _goes_on(self, text: str, following: Sequence[Word]) -> bool:
        for word in following:
            if word.end - following[0].start > _LONGEST_GOING_ON or word.kind not in _NOUNS:
                return False
            if text[word.start : word.end].endswith(self._tails):
                return not self._is_titled(text, word)
        return False


def _certain(text: str, words: Sequence[Word]) -> dict[str, float]:
    """The words for persons, and how sure the tagger is of the surest mention."""
    certain: dict[str, float] = {}
    for word in words:
        if word.kind == PERSON:
            told = text[word.start : word.end]
            certain[told] = max(certain.get(told, 0.0), word.certainty)
    return certain


def _named(text: str, words: Sequence[Word]) -> set[str]:
    """Places and companies."""
    return {text[word.start : word.end] for word in words if word.kind in {PLACE, ORGANISATION}}


def _or_never(words: Sequence[str], pattern: str) -> re.Pattern[str]:
    """The pattern with any of the words; one that never matches where there are none."""
    return re.compile(pattern.format(one_of(words))) if words else re.compile(r"(?!)")
