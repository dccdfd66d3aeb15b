"""What values of options and arguments are called in help, where the parser has English names alone."""

import click

from xiaobao.cli.session import choose_language

_CHINESE = {
    "text": "文字",
    "integer": "整数",
    "integer range": "整数",
    "float": "数值",
    "float range": "数值",
}


def name_values(command: click.Command) -> click.Command:
    """The same command, with those below it, whose values are named in the language of this process."""
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
            _name(below)
