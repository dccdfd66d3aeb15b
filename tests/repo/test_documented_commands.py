"""Every command line that a page shows is one the program takes: its commands and options exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from xiaobao.cli.main import xiaobao

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("README*.md"), ROOT / "CHANGELOG.md", *ROOT.glob("docs/*.md"), *ROOT.glob("docs/how-to/*.md")]
)
_BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
HELP = {name: click.Option([name], is_flag=True) for name in ("--help", "--version")}
_LINE = re.compile(r"(?:^|[\s(|;&/])xiaobao ([a-z-][^|;&#>)]*)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_program_takes_what_a_page_shows(page: Path) -> None:
    strange = [told for line in _command_lines(page) for told in _strange(line)]
    assert strange == []


def _command_lines(page: Path) -> Iterator[str]:
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    shown = [line for block in _BLOCK.findall(text) for line in block.splitlines()]
    shown += _INLINE.findall(_BLOCK.sub("", text))
    for line in shown:
        if (found := _LINE.search(line.partition("# ")[0])) is not None:
            yield found[1]


def _strange(line: str) -> Iterator[str]:
    """What the program does not know of a line; arguments and the values of options may be anything."""
    command: click.Command = xiaobao
    options = _options(command)
    words = iter(line.replace("'", "").replace('"', "").split())
    for word in words:
        if word.startswith("--"):
            name, _, value = word.partition("=")
            if name not in options:
                yield f"{line}: {name}"
            elif not options[name].is_flag and not value:
                next(words, None)
        elif isinstance(command, click.Group) and re.fullmatch("[a-z-]+", word):
            following = command.get_command(click.Context(command), word)
            if following is None:
                yield f"{line}: {word}"
                return
            command, options = following, options | _options(following)


def _options(command: click.Command) -> dict[str, click.Option]:
    own = [one for one in command.params if isinstance(one, click.Option)]
    return {name: one for one in own for name in (*one.opts, *one.secondary_opts)} | HELP
