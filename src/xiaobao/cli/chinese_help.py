"""What the parser has for English help alone: names of values, and the first words of a help."""

import re

import click

from xiaobao.cli.session import choose_language

_CLAUSE = re.compile("(?:[^。；：，（]|（[^）]*）)*")
_CHINESE = {
    "text": "文字",
    "integer": "整数",
    "integer range": "整数",
    "float": "数值",
    "float range": "数值",
}


def in_chinese(command: click.Command) -> click.Command:
    """The same command, those below it included, with Chinese help where this process speaks Chinese."""
    if choose_language(None) == "zh":
        _name(command)
    return command


def _name(command: click.Command) -> None:
    command.options_metavar = "[选项]"
    for parameter in command.params:
        if parameter.metavar is not None:
            continue
        if isinstance(parameter, click.Option) and not parameter.is_flag:
            parameter.metavar = _CHINESE.get(parameter.type.name)
        elif isinstance(parameter, click.Argument) and isinstance(parameter.type, click.Path):
            called = parameter.type.name + ("…" if parameter.nargs == -1 else "")
            parameter.metavar = called if parameter.required else f"[{called}]"
    if isinstance(command, click.Group):
        command.subcommand_metavar = "命令 [参数]…"
        for below in command.commands.values():
            # Where words have no blanks between them the parser cuts nearly all of a long line away.
            clause = _CLAUSE.match(below.help or "")
            below.short_help = below.short_help or (clause[0] if clause else None)
            _name(below)
