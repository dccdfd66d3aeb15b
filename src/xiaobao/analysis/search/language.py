"""What a person may ask: words, phrases, fields, and how they are joined.

Precedence, the strongest first: brackets; `field:value`; NOT (非); AND (且), also where nothing stands
between; OR (或). A word of several units and words in quotation marks are phrases.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, VisitError

from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words

MOST_CHARACTERS = 1000
"""Of one question."""
_GRAMMAR = r"""
?either: both (_OR both)*
?both: one (_AND? one)*
?one: _NOT one -> negated
    | "(" either ")"
    | FIELD VALUE -> field
    | FIELD QUOTED -> field
    | QUOTED -> phrase
    | WORD -> phrase
_OR.3: /(OR|或)(?=[\s()"]|$)/
_AND.3: /(AND|且)(?=[\s()"]|$)/
_NOT.3: /(NOT|非)(?=[\s()"]|$)/
FIELD.2: /[a-z_]+:/
VALUE: /[^\s()":]+/
QUOTED: /"[^"]*"/
WORD: /(?!(?:AND|OR|NOT|且|或|非)(?=[\s()"]|$))[^\s()":]+/
%ignore /\s+/
"""
_FULL_WIDTH = str.maketrans("（）：＂“”　", '():""" ')


@dataclass(frozen=True, slots=True)
class Phrase:
    """Units that stand side by side."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A member of a field, or of `day` one day or `first..last`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Negated:
    """What is not so."""

    one: "Asked"


@dataclass(frozen=True, slots=True)
class Both:
    """All of them."""

    ones: tuple["Asked", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Any of them."""

    ones: tuple["Asked", ...]


Asked = Phrase | Field | Negated | Both | Either


class SearchError(UserError):
    """What is asked cannot be read, or names what does not exist."""


class _Tree(Transformer[Token, Asked]):
    def either(self, ones: list[Asked]) -> Asked:
        return Either(tuple(ones))

    def both(self, ones: list[Asked]) -> Asked:
        return Both(tuple(ones))

    def negated(self, ones: list[Asked]) -> Asked:
        return Negated(ones[0])

    def field(self, tokens: list[Token]) -> Asked:
        return Field(tokens[0].rstrip(":"), tokens[1].strip('"'))

    def phrase(self, tokens: list[Token]) -> Asked:
        return Phrase(tokens[0].strip('"'))


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, start="either", parser="lalr", lexer="contextual")


def asked(question: str) -> Asked:
    """The question as a tree; SearchError names the place that cannot be read."""
    plain = question.translate(_FULL_WIDTH)
    if len(plain) > MOST_CHARACTERS:
        raise SearchError(
            Words(
                zh=f"检索式过长：最多 {MOST_CHARACTERS} 个字符",
                en=f"the question is too long: at most {MOST_CHARACTERS} characters",
            )
        )
    try:
        return _Tree().transform(_parser().parse(plain))
    except (UnexpectedInput, VisitError) as error:
        place = error.pos_in_stream if isinstance(error, UnexpectedInput) else 0
        at = len(plain) if place is None or place < 0 else place
        raise SearchError(
            Words(
                zh=f"检索式第 {at + 1} 个字符处读不懂：{_around(plain, at)}；"
                "请检查括号、引号和 AND/OR/NOT 两边",
                en=f"cannot read the question at character {at + 1}: {_around(plain, at)}; "
                "look at brackets, quotation marks and both sides of AND/OR/NOT",
            )
        ) from error


def _around(text: str, place: int) -> str:
    return f"…{text[max(0, place - 10) : place]}▸{text[place : place + 10]}…"


def phrases_of(question: str) -> tuple[str, ...]:
    """What the question looks for in texts, not what it rules out; in lower case."""
    return tuple(_phrases(asked(question)))


def _phrases(one: Asked) -> Iterator[str]:
    match one:
        case Phrase(text=text):
            yield text.lower()
        case Both(ones=ones) | Either(ones=ones):
            for inner in ones:
                yield from _phrases(inner)
        case Negated() | Field():
            return
