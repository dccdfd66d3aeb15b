"""Names of persons: what the tagger sees, and what labels and surnames say."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise

from xiaobao.catalog.names import NameWords
from xiaobao.privacy.names.places import Places
from xiaobao.privacy.names.spans import Span, is_chinese, one_of
from xiaobao.privacy.names.surroundings import Surroundings
from xiaobao.privacy.names.tagger import PERSON, PLACE, Word

_JOINS = frozenset("·•・")
_LONGEST, _USUAL, _GIVEN = 4, 3, 2
_STROKE = "丶"
"""Written for 、 by some: 周永丶周青."""
_SITE = re.compile(r".家[冲湾塘坝坡坪岭垸坳桥村店铺庄河洲嘴咀坊畈]|.{1,2}[桥路街站门][东南西北]")
"""How hamlets and stops are called: 魏家冲, 高桥南."""
_AMOUNT = re.compile(r"[0-9一二三四五六七八九十百千万亿]\s?$")
"""What stands before 余 in more than so many: 13万余元."""
_MORE_THAN = "余"
_NOUNS = frozenset({"n", "nz", "nw", "a", "s", PLACE})
"""Kinds of words that the tagger takes a surname alone for."""
_SAID = ("叫", "姓")
"""How labels end behind which a name stands at once: 我叫, 本人姓."""
_CLAUSE_ENDS = tuple("。！？；，：、!?;,:（(")
_LONGEST_PART, _LEAST_JOINED = 8, 6
"""Signs of a part of a name before a dot, and of both parts and the dot, of which it takes more."""


class Persons:
    """Finds names by the words of a catalog."""

    def __init__(self, words: NameWords) -> None:
        self._words = words
        self._long_tails = tuple(tail for tail in words.tails_of_no_name if len(tail) > 1)
        """A given name may end in the sign of a road, not in the word for a school."""
        self._label = re.compile(
            rf"(?:{one_of(words.labels)})(?P<says>是|为|叫|系)?\s?(?P<colon>[:：])?\s?(?=[\u3400-\u9fff])"
        )
        self._telling = tuple(label for label in words.labels if label.endswith(_SAID) or label == "姓名")
        titles = {title[0] for title in words.honorifics if len(title) > 1 and title.endswith("长")}
        self._offices = frozenset(titles)
        self._surroundings, self._places = Surroundings(words), Places(words)
        self._before_addressed = re.compile(rf"{one_of(words.words_before_addressed)}$")
        self._said_of_addressed = re.compile(one_of(words.words_after_addressed))

    def spans(self, text: str, words: Sequence[Word]) -> Iterator[Span]:
        """Names and surnames, also where the text says a whole name again; the longest first."""
        found = [
            *self._tagged(text, words),
            *self._labelled(text, words),
            *self._addressed(text, words),
            *self._joined(text, words),
        ]
        # The longest first: what the tagger cut short in one place is masked whole as it was elsewhere.
        yield from sorted([*found, *_again(text, found)], key=lambda span: span[0] - span[1])

    def _tagged(self, text: str, words: Sequence[Word]) -> Iterator[Span]:
        labelled = {label.end() for label in self._label.finditer(text)}
        words = [self._uncut(text, word) if word.kind == PERSON else word for word in words]
        words = list(self._together(text, words))
        persons = [word for word in words if word.kind == PERSON]
        # A name may be plain in one sentence and doubtful in another.
        certain: dict[str, float] = {}
        for word in persons:
            told = text[word.start : word.end]
            certain[told] = max(certain.get(told, 0.0), word.certainty)
        places = self._places.of(text, words)
        others = {told for told in certain if _SITE.fullmatch(told)} | places
        plain = self._surroundings.told(text, persons)
        others |= self._places.going_on(text, words) - plain
        following = {word.start: after for word, after in zip(words, chain(words[1:], [None]), strict=True)}
        for word in persons:
            told, after = text[word.start : word.end], following[word.start]
            is_place = told in places and certain[told] < self._words.least_certainty_alone
            is_labelled = word.start in labelled and not (is_place or self._places.is_thing(text, word.end))
            following_word = "" if after is None else text[after.start : after.end]
            is_strange = self._is_strange(told, certain[told], is_told=told in plain)
            length = self._length(told, following_word, is_named=is_labelled or is_strange)
            is_amount = told.startswith(_MORE_THAN) and _AMOUNT.search(text, 0, word.start)
            is_plain = (self._is_usual(told) and told in plain) or any(sign in _JOINS for sign in told)
            least = self._words.least_certainty if is_plain else self._surroundings.least(told)
            is_product = text[word.end : word.end + 1] in self._words.signs_of_no_name
            is_doubled = text[max(0, word.start - 1) : word.start] == told[:1]  # 许|许多多
            is_doubtful = is_amount or is_product or is_doubled or certain[told] < least or told in others
            if length and (is_labelled or length < len(told) or not is_doubtful):
                yield word.start, word.start + length

    def _uncut(self, text: str, word: Word) -> Word:
        """Without the stroke behind it, and without a first sign that ends the word before: 跪谢|隆恩."""
        told = text[word.start : word.end].rstrip(_STROKE)
        before = text[max(0, word.start - 2) : word.start]
        if before[-1:] + told[:1] in self._words.double_surnames and (
            before not in self._words.words_with_surname_last
        ):  # 鲜|于静怡, not 名单|于静怡
            return replace(word, start=word.start - 1, end=word.start + len(told))
        cut = text[max(0, word.start - 1) : word.start + 1] in self._words.words_with_surname_last
        if cut and len(told) > 1:
            # Of what is left two signs are as often no name at all.
            left = word.certainty if len(told) == 2 else word.certainty / 2
            return replace(word, start=word.start + 1, end=word.start + len(told), certainty=left)
        return replace(word, end=word.start + len(told)) if told else word

    def _together(self, text: str, words: Sequence[Word]) -> Iterator[Word]:
        """A surname and the given name behind it as one: 麻|文涛; behind what people are 客户楼|雪莹."""
        for before, word in pairwise((Word(start=0, end=0, kind=""), *words)):
            told = text[word.start : word.end]
            is_given = word.kind == PERSON and len(told) == _GIVEN
            if not is_given or not self._surname(text[max(0, word.start - 1) : word.start]):
                yield word
            elif before.kind == PERSON and before.end - before.start == 1:
                yield replace(word, start=before.start, certainty=min(before.certainty, word.certainty))
            elif (
                before.kind in _NOUNS
                and not self._surname(told)
                and self._surroundings.is_role(text, word.start - 1)
            ):
                yield replace(word, start=word.start - 1)
            else:
                yield word

    def _is_usual(self, told: str) -> bool:
        """Whether it is as long as names are: four signs take a surname of two."""
        return len(told) <= _USUAL or told[:2] in self._words.double_surnames

    def _is_strange(self, told: str, certainty: float, *, is_told: bool) -> bool:
        """Whether the tagger is sure of a person whom no surname tells: 扎西顿珠, 表弟小凯."""
        least = self._words.least_certainty_of_strange
        return 0 < least <= certainty and (is_told or len(told) >= _USUAL)

    def _length(self, told: str, following: str, *, is_named: bool) -> int:
        """How much of what the tagger takes for a person is a name; 0 for nothing.

        `is_named` where it is one without a surname, too.
        """
        surname = self._surname(told)
        rest = told[len(surname) :]
        hidden = any(sign in self._words.hidden or sign in self._words.signs_of_no_name for sign in rest)
        is_place = told.endswith(self._long_tails)
        is_twice = len(set(told)) * 2 == len(told) and not is_named  # 祖祖, 祖祖辈辈
        if hidden or is_place or is_twice or told in self._words.no_names or self._is_kept(told):
            return 0
        if any(sign in _JOINS for sign in told):
            return len(told)
        if surname and (rest in self._words.honorifics or (not rest and following in self._words.honorifics)):
            return len(surname)
        if surname and rest in self._offices and following == "长":  # 陈局|长
            return len(surname)
        is_name = (surname or is_named) and 2 <= len(told) <= _LONGEST and told != surname
        return len(told) if is_name and is_chinese(told) else 0

    def _is_kept(self, told: str) -> bool:
        return any(part in told for part in self._words.kept_organisations)

    def _surname(self, told: str) -> str:
        if told[:2] in self._words.double_surnames:
            return told[:2]
        return told[:1] if told[:1] in self._words.surnames else ""

    def _labelled(self, text: str, words: Sequence[Word]) -> Iterator[Span]:
        """After a label: two or three characters with a surname first, up to where a word ends."""
        ends = {word.end for word in words}
        for label in self._label.finditer(text):
            if not (label["says"] or label["colon"] or label.group().rstrip().endswith(self._telling)):
                continue
            start = label.end()
            surname = self._surname(text[start : start + 2])
            if any(sign in self._words.hidden for sign in text[start : start + 3]):
                continue
            for length in (3, 2, 4) if len(surname) > 1 else (3, 2):
                end = start + length
                told = text[start:end]
                whole = end in ends and is_chinese(told) and len(told) == length > len(surname)
                after = text[end : end + 1]
                if surname and whole and (not after or not is_chinese(after)):
                    yield start, end
                    break

    def _addressed(self, text: str, words: Sequence[Word]) -> Iterator[Span]:
        """A surname alone that the tagger takes for another word, before 先生 or 女士."""
        for word, after in pairwise(words):
            told = text[word.start : word.end]
            is_cut = text[max(0, word.start - 1) : word.end] in self._words.words_with_surname_last
            is_addressed = text[after.start : after.end] in self._words.forms_of_address
            is_surname = is_addressed and told == self._surname(told) != "" and not is_cut
            is_told = word.kind in _NOUNS or self._is_no_preposition(text, word.start, after.end)
            if is_surname and is_told:
                yield word.start, word.end

    def _is_no_preposition(self, text: str, start: int, end: int) -> bool:
        """Whether 向 in 向女士 is a surname: it begins the text, stands behind another preposition,
        or what only she herself does follows at the beginning of a clause or behind what people are."""
        if text[start : start + 1] not in self._words.surnames_like_prepositions:
            return False
        before = text[max(0, start - _LONGEST) : start].rstrip()
        if not text[:start].strip() or self._before_addressed.search(before):
            return True
        begins = before.endswith(_CLAUSE_ENDS) or self._surroundings.is_role(text, start)
        return begins and bool(self._said_of_addressed.match(text, end))

    def _joined(self, text: str, words: Sequence[Word]) -> Iterator[Span]:
        """Names of parts divided by a dot, of which the tagger sees some: 阿不|都|热|合曼|·|买买提."""
        for number, word in enumerate(words[1:-1], start=1):
            first, last = words[number - 1], words[number + 1]
            told = text[first.start : first.end] + text[last.start : last.end]
            is_dot = text[word.start : word.end] in _JOINS and is_chinese(told)
            certainty = max((one.certainty for one in (first, last) if one.kind == PERSON), default=0.0)
            if not is_dot or certainty <= self._words.least_certainty or self._is_kept(told):
                continue
            start = first.start
            for before in reversed(words[: number - 1]):
                if word.start - before.start > _LONGEST_PART or not is_chinese(
                    text[before.start : word.start]
                ):
                    break
                start = before.start if before.kind == PERSON else start
            # Estates are called so in four or five signs: 梅溪·四季.
            if last.end - start > _LEAST_JOINED:
                yield start, last.end


def _again(text: str, names: Sequence[Span]) -> Iterator[Span]:
    """Whole names elsewhere in the text; a surname alone is no name."""
    for name in {text[start:end] for start, end in names if end - start > 1}:
        for other in re.finditer(re.escape(name), text):
            yield other.span()
