"""The wording rules of a brief, in one place: how numbers print, which words may say where they went."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from xiaobao.lib.words import Language, Words
from xiaobao.outputs.brief.document import Form, Manner

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
COUNTED_ZH = "零一二三四五六七八九十"
COUNTED_EN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
LONGEST_RANKING = 7
"""Rank words name at most this many, however many tie."""


class Way(StrEnum):
    """Which way a number went."""

    UP = "up"
    DOWN = "down"
    LEVEL = "level"
    NEARLY_LEVEL = "nearly_level"
    """The counts differ, and the change rounds to nothing at the precision printed."""


# 增长/减少, never 下跌 (house style of the supervisor's circulars); equal counts are 持平.
DIRECTION_WORDS: Mapping[tuple[Manner, Way], Words] = {
    ("change", Way.UP): Words(zh="增长", en="rose"),
    ("change", Way.DOWN): Words(zh="减少", en="fell"),
    ("change", Way.LEVEL): Words(zh="持平", en="level"),
    ("change", Way.NEARLY_LEVEL): Words(zh="基本持平", en="almost level"),
    ("average", Way.UP): Words(zh="高于", en="above"),
    ("average", Way.DOWN): Words(zh="低于", en="below"),
    ("average", Way.LEVEL): Words(zh="持平", en="level"),
    ("late", Way.UP): Words(zh="净增", en="added"),
    ("late", Way.DOWN): Words(zh="净减", en="took away"),
    ("late", Way.LEVEL): Words(zh="未变", en="unchanged"),
}

ABSENT_WORDS: Mapping[str, Words] = {
    "not_reported": Words(zh="未报送", en="not reported"),
    "not_enough_days": Words(zh="天数不足", en="not enough days"),
    "zero_base": Words(zh="不可比", en="no base"),
    "not_ranked": Words(zh="不排位", en="not ranked"),
    "no_data": Words(zh="资料暂缺", en="no data"),
}
"""What is printed, in grey, where a figure has no value; never zero."""

_HIDDEN_NUMBER_ZH = re.compile(
    r"[〇零一二三四五六七八九十百千万亿两半]+[余多]?(?:件|家|笔|个|条|起|期|成|倍|行|日|天|月|年|通|次|名|位)"
)
_DIRECTION_ZH = re.compile(
    r"增长|减少|持平|上升|下降|下跌|增加|上涨|回落|高于|低于|偏高|偏低|净增|净减|未变|翻番|升至|降至|攀升|激增|骤增|"
    r"多于|少于|首位|居首|位列|第一|最多|最少"
)
_HIDDEN_NUMBER_EN = re.compile(
    r"\b(zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|hundreds?|thousands?|millions?|dozens?|half|halves|twice|thrice|double|triple|third|quarter)\b",
    re.IGNORECASE,
)
_DIRECTION_EN = re.compile(
    r"\b(rose|rise[sn]?|rising|fell|fall(?:s|en|ing)?|level|increas\w+|decreas\w+|up|down|higher|lower|above|below|more|"
    r"fewer|less|grew|grow\w*|drop\w*|declin\w+|climb\w*|doubled|halved|most|least|largest|smallest|highest|lowest|"
    r"top|first|added|took|unchanged|surg\w+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """Something in plain text that only a traced token may say."""

    found: str
    kind: Words


_IDIOMS = ("前一日",)
"""Set phrases that hold a numeral and tell no number."""


def slips(text: str) -> tuple[Slip, ...]:
    """Digits, spelled numbers and direction words in plain text, whatever the language of the brief."""
    found: list[Slip] = []
    digits = "".join(character for character in text if unicodedata.category(character)[0] == "N")
    if digits:
        found.append(Slip(found=digits, kind=Words(zh="数字", en="a digit")))
    spelled = text
    for idiom in _IDIOMS:
        spelled = spelled.replace(idiom, "")
    for pattern in (_HIDDEN_NUMBER_ZH, _HIDDEN_NUMBER_EN):
        found += [
            Slip(found=m.group(), kind=Words(zh="数词", en="a number")) for m in pattern.finditer(spelled)
        ]
    for pattern in (_DIRECTION_ZH, _DIRECTION_EN):
        found += [
            Slip(found=m.group(), kind=Words(zh="升降或位次用词", en="a word of direction or rank"))
            for m in pattern.finditer(text)
        ]
    return tuple(found)


def printed(value: Decimal | None, form: Form, language: Language, *, why_none: str | None = None) -> str:
    """A figure's value as the brief prints it; the words for what is missing when there is none.

    Nothing is rounded here: `analysis.rounding` did it once. ValueError when a value is finer than its form.
    """
    if value is None:
        return absent(why_none, language)
    unsigned = form in ("size", "magnitude")
    shown = _exactly(abs(value) if unsigned else value, decimals=_decimals(value, form))
    text = f"{shown:,}" if language == "en" else f"{shown}"
    return f"{text}%" if form in ("percent", "magnitude") else text


def absent(why_none: str | None, language: Language) -> str:
    """The words printed in grey where there is no value."""
    return ABSENT_WORDS.get(why_none or "", ABSENT_WORDS["no_data"]).to(language)


def _decimals(value: Decimal, form: Form) -> int:
    if form == "expected":
        return 2 if value < 1 else 1
    return 0 if form in ("count", "size") else 1


def _exactly(value: Decimal, *, decimals: int) -> Decimal:
    shown = value.quantize(Decimal(1).scaleb(-decimals))
    if shown != value:
        raise ValueError(f"{value} is finer than the {decimals} decimals it prints with")
    return shown


def way(measured: Decimal, compared: Decimal, *, change: Decimal | None = None) -> Way:
    """Which way `measured` lies from `compared`; `change` is the rounded per cent printed beside it."""
    if measured == compared:
        return Way.LEVEL
    if change == 0:
        return Way.NEARLY_LEVEL
    return Way.UP if measured > compared else Way.DOWN


def direction_word(manner: Manner, which: Way, language: Language) -> str:
    """The one word for a direction; KeyError where a manner has none."""
    return DIRECTION_WORDS[(manner, which)].to(language)


def rank_word(places: int, language: Language) -> str:
    """Rank words for the first `places`, from 1 to LONGEST_RANKING: 位列前两位, `the two most numerous`."""
    if places == 1:
        return "居首位" if language == "zh" else "the most numerous"
    if language == "zh":
        return f"位列前{'两' if places == 2 else COUNTED_ZH[places]}位"
    return f"the {COUNTED_EN[places]} most numerous"


def ranked_places(ranks: Sequence[int], *, wanted: int = 2) -> int:
    """How many of the first a sentence may name: `wanted`, else more where ties demand, else fewer, else 0.

    `ranks` are the ranks of all members, or of the first ten; equal counts share the better place.
    """
    wanted = min(wanted, len(ranks))
    tried = (*range(wanted, LONGEST_RANKING + 1), *range(wanted - 1, 0, -1))
    return next((n for n in tried if n and sum(rank <= n for rank in ranks) == n), 0)


def long_day(day: date, language: Language) -> str:
    """2014年10月28日 (no leading zeros, GB/T 9704), 28 October 2014."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_day(day: date, language: Language) -> str:
    """10月28日, 28 October."""
    if language == "zh":
        return f"{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]}"
