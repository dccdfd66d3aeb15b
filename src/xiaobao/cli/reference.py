"""The reference page of all commands, made from the commands themselves."""

from collections.abc import Iterator
from pathlib import Path

import click

from xiaobao.cli.main import COMMANDS, xiaobao

HEAD = """# Commands

Made from the commands themselves by `make reference`; the check fails when this page and they differ.
Exit codes: 0 fine, 1 the data were refused, 2 the call was wrong, 3 the system failed.
"""


def sections(command: click.Command, name: str, parent: click.Context | None) -> Iterator[str]:
    """The Markdown of one command and of the commands inside it."""
    context = click.Context(command, info_name=name, parent=parent)
    context.max_content_width = context.terminal_width = 100
    yield f"## `{context.command_path}`\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group) and command is not xiaobao:
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield from sections(found, inner, context)


def page() -> str:
    """The whole page."""
    root = click.Context(xiaobao, info_name="xiaobao")
    parts = [HEAD, *sections(xiaobao, "xiaobao", None)]
    for name in sorted(COMMANDS):
        command = xiaobao.get_command(root, name)
        assert command is not None
        parts.extend(sections(command, name, root))
    return "\n".join(parts)


if __name__ == "__main__":
    Path("docs/reference/commands.md").write_text(page(), encoding="utf-8")
