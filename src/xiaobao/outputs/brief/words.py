"""The words of a draft as a text file a person may edit: every figure, name and direction stays as it is.

One paragraph a line, behind its place in brackets; what may not be touched stands in `⟦…⟧`, numbered.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import count, zip_longest

import msgspec

from xiaobao.lib.words import Words
from xiaobao.outputs.brief.check import Refusal, refuse
from xiaobao.outputs.brief.document import (
    Block,
    Brief,
    Chart,
    Heading,
    Number,
    Paragraph,
    Table,
    Text,
    Token,
    Tokens,
    block_id,
    figures_of,
    text_of,
)

_LINE = re.compile(r"\[(title|b[1-9][0-9]*|\+)\]\s?(.*)")
_HELD = re.compile(r"⟦([0-9]+):([^⟧]*)⟧")
_BROKEN = re.compile(r"⟦(?![0-9]+:[^⟦⟧]*⟧)|(?:^|⟧)[^⟦⟧]*⟧")
"""An end of a bracket without the other, or without a number."""
_GUIDE = Words(
    zh="# 只可修改 ⟦…⟧ 之外的文字；⟦…⟧ 内为数字、名称、日期与升降用词，须原样保留，可在本段内移动。\n"
    "# 增加一段：另起一行，以 [+] 开头，写在其前一段之后；[+] 段只写文字，不含数字与升降用词。\n"
    "# 只有文字的段落，删去其行即删去该段。以 # 开头的行不读。表格不在此修改。",
    en="# Change only what stands outside ⟦…⟧: inside are numbers, names, days and words of direction; keep\n"
    "# each as it is; it may move within its paragraph. A new paragraph is a line that starts with [+],\n"
    "# after the paragraph it follows: words only. Taking out the line of a paragraph of words alone takes\n"
    "# out the paragraph. Lines that start with # are not read. Tables are not edited here.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One paragraph with other words than before; empty where it was added or taken out."""

    before: str
    after: str


def words_of(brief: Brief) -> str:
    """The editable words of a brief as a text file."""
    lines = [_GUIDE.to(brief.header.language), f"[title] {_told(brief.title)}"]
    for place, block in enumerate(brief.blocks, start=1):
        match block:
            case Heading() | Paragraph():
                lines.append(f"[{block_id(place)}] {_told(block.tokens)}")
            case Table() | Chart():
                lines.append(f"# {block_id(place)}: {''.join(map(text_of, block.caption))}")
    return "\n".join(lines) + "\n"


def edited(brief: Brief, words: str) -> tuple[Brief | None, tuple[Refusal, ...]]:
    """The brief with the words of a file, or None with everything that is refused in it, figure by figure."""
    refusals: list[Refusal] = []
    stated: dict[str, str] = {}
    added: dict[str, list[str]] = {}
    last = "title"
    for number, line in enumerate(words.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.lstrip("\ufeff"))
        if match is None or (match[1] != "+" and match[1] in stated):
            refusals.append(_stray(number, line))
        elif match[1] == "+":
            added.setdefault(last, []).append(match[2].strip())
        else:
            last = match[1]
            stated[last] = match[2].strip()
    refusals += _misplaced(brief, list(stated))
    title = _kept("title", brief.title, stated.get("title"), refusals)
    blocks = tuple(_blocks(brief, stated, added, refusals))
    if refusals:
        return None, tuple(refusals)
    return msgspec.structs.replace(brief, title=title, blocks=blocks), ()


def changes(before: Brief, after: Brief) -> tuple[Change, ...]:
    """Which paragraphs two revisions of a draft word differently, in reading order."""
    old, new = _paragraphs(before), _paragraphs(after)
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    return tuple(
        Change(before=earlier, after=later)
        for kind, from_old, to_old, from_new, to_new in matcher.get_opcodes()
        if kind != "equal"
        for earlier, later in zip_longest(old[from_old:to_old], new[from_new:to_new], fillvalue="")
    )


def _paragraphs(brief: Brief) -> list[str]:
    runs = [brief.title, *(one.tokens for one in brief.blocks if isinstance(one, Heading | Paragraph))]
    return ["".join(map(text_of, tokens)) for tokens in runs]


def _told(tokens: Tokens) -> str:
    numbers = count(1)
    return "".join(
        token.text if isinstance(token, Text) else f"⟦{next(numbers)}:{text_of(token)}⟧" for token in tokens
    )


def _stray(number: int, line: str) -> Refusal:
    place = f"line {number}"
    return refuse(
        place,
        zh=f"“{line[:40]}”不属于任何段落，或该段已出现过；每段一行，以 [b1] 这样的位置开头",
        en=f"“{line[:40]}” belongs to no paragraph, or to one that came before; "
        "a paragraph is one line that starts with its place, such as [b1]",
    )


def _misplaced(brief: Brief, stated: Sequence[str]) -> Iterator[Refusal]:
    known = ["title", *(block_id(place) for place, _ in enumerate(brief.blocks, start=1))]
    unknown = [one for one in stated if one not in known]
    for one in unknown:
        yield refuse(one, zh="本期没有这一段", en="the brief has no such paragraph")
    order = [known.index(one) for one in stated if one in known]
    if order != sorted(order):
        yield refuse("file", zh="段落的次序不可改动", en="paragraphs keep their order")


def _blocks(
    brief: Brief, stated: dict[str, str], added: dict[str, list[str]], refusals: list[Refusal]
) -> Iterator[Block]:
    yield from _new(added.get("title", ()), "title", refusals)
    for place, block in enumerate(brief.blocks, start=1):
        name = block_id(place)
        match block:
            case Heading() | Paragraph():
                tokens = _kept(name, block.tokens, stated.get(name), refusals)
                if tokens:
                    yield msgspec.structs.replace(block, tokens=tokens)
            case Table() | Chart():
                if name in stated:
                    refusals.append(refuse(name, zh="图表不可修改", en="a table or chart cannot be edited"))
                yield block
        yield from _new(added.get(name, ()), name, refusals)


def _new(texts: Sequence[str], after: str, refusals: list[Refusal]) -> Iterator[Block]:
    for text in texts:
        if _HELD.search(text) or "⟦" in text or "⟧" in text:
            refusals.append(
                refuse(
                    f"+ {after}",
                    zh=f"新增段落只能写文字：{text[:40]}",
                    en=f"a new paragraph holds words only: {text[:40]}",
                )
            )
        elif text:
            yield Paragraph(tokens=(Text(text=text),))


def _kept(place: str, tokens: Tokens, text: str | None, refusals: list[Refusal]) -> Tokens:
    """The tokens with other words between them; what is dropped, added or altered is refused by name."""
    if text is None:
        refusals += [_dropped(place, token) for token in tokens if not isinstance(token, Text)]
        return ()
    if _BROKEN.search(text):
        refusals.append(
            refuse(
                place, zh="括号 ⟦…⟧ 残缺", en="a bracket ⟦…⟧ is broken: keep both of its ends and its number"
            )
        )
        return ()
    held = dict(enumerate((token for token in tokens if not isinstance(token, Text)), start=1))
    found: list[Token] = []
    end = 0
    for match in _HELD.finditer(text):
        found += _words(text[end : match.start()])
        end = match.end()
        token = held.pop(int(match[1]), None)
        if token is None:
            refusals.append(_added(place, match[0]))
        elif text_of(token) != match[2]:
            refusals.append(_altered(place, token, match[2]))
        else:
            found.append(token)
    found += _words(text[end:])
    refusals += [_dropped(place, token) for token in held.values()]
    return tuple(found)


def _words(text: str) -> list[Token]:
    return [Text(text=text)] if text else []


def _named(token: Token) -> str:
    figures = " ".join(figures_of(token))
    return f"{figures} {text_of(token)}".strip()


def _what(token: Token) -> Words:
    return Words(zh="数字", en="figure") if isinstance(token, Number) else Words(zh="用词", en="term")


def _dropped(place: str, token: Token) -> Refusal:
    what = _what(token)
    return refuse(
        place,
        zh=f"删去了{what.zh} {_named(token)}；修改只能动文字",
        en=f"the edit drops {what.en} {_named(token)}; an edit changes words only",
    )


def _added(place: str, text: str) -> Refusal:
    return refuse(
        place,
        zh=f"多出 {text}；修改只能动文字，不能增添或重复数字与用词",
        en=f"the edit adds {text}; an edit changes words only and neither adds nor repeats a figure",
    )


def _altered(place: str, token: Token, text: str) -> Refusal:
    what = _what(token)
    return refuse(
        place,
        zh=f"把{what.zh} {_named(token)} 改成了 {text}；修改只能动文字",
        en=f"the edit alters {what.en} {_named(token)} to {text}; an edit changes words only",
    )
