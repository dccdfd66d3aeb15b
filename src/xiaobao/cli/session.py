"""What every command shares: the language and the format of what it shows."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click
import msgspec

from xiaobao.analysis.amounts import plain
from xiaobao.lib.words import Language, Words

FORMATS = ("text", "json")
_LEFT, _NAMELESS = "\t\n", "\N{REPLACEMENT CHARACTER}"
_PICTURES, _DELETE = 0x2400, 0x7F
_SHOWN_AS: dict[int, str] = {
    # What turns the direction of writing shows other words than those that stand there.
    **dict.fromkeys((*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), _NAMELESS),
    **{sign: chr(_PICTURES + sign) for sign in range(0x20) if chr(sign) not in _LEFT},
    _DELETE: "\N{SYMBOL FOR DELETE}",
}
"""Signs that a terminal obeys: files hold them too, and none may clear a screen or hide what is said."""


def choose_language(stated: str | None, *, arguments: Sequence[str] | None = None) -> Language:
    """The language stated, or in the arguments, or of `XIAOBAO_LANGUAGE`, or of the locale."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for place, argument in enumerate(given):
        if stated is None and argument.startswith("--language"):
            stated = argument.partition("=")[2] or (given[place + 1] if place + 1 < len(given) else None)
    wanted = (
        stated
        or os.environ.get("XIAOBAO_LANGUAGE")
        or os.environ.get("LC_ALL")
        or os.environ.get("LANG")
        or "en"
    )
    return "zh" if wanted.lower().startswith("zh") else "en"


def show_line(said: str, *, err: bool = False) -> None:
    """A line, or several, on the terminal; what a terminal would obey is shown in its place."""
    click.echo(said.translate(_SHOWN_AS), err=err)


def text(*, zh: str, en: str) -> str:
    """Help text in the language of this process."""
    return Words(zh=zh, en=en).to(choose_language(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Language and format of one call."""

    language: Language
    output_format: str

    def show(self, words: Words) -> None:
        """A line for people; silent where JSON is wanted, so that the output stays one document."""
        if self.output_format == "text":
            show_line(words.to(self.language))

    def tell(self, words: Words) -> None:
        """A line beside the result, for who watches: on standard error, whatever the format."""
        show_line(words.to(self.language), err=True)

    def give(self, value: object, *, words: Words | None = None) -> None:
        """The result: JSON of the value, or its words."""
        if self.output_format == "json":
            content = msgspec.json.encode(value, enc_hook=plain, order="deterministic")
            click.echo(msgspec.json.format(content, indent=2).decode())
        elif words is not None:
            show_line(words.to(self.language))


pass_session = click.make_pass_decorator(Session)
