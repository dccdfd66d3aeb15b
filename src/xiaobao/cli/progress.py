"""A progress bar on the error stream, so that what is printed on the output stream stays clean."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from xiaobao.cli.session import Session
from xiaobao.lib.progress import OnProgress
from xiaobao.lib.words import Words


@contextmanager
def progress(session: Session) -> Iterator[OnProgress]:
    """Shows steps as they are done; silent where JSON is wanted or nobody is watching."""
    console = Console(stderr=True)
    columns = (
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    quiet = session.output_format == "json" or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=quiet) as shown:
        task = shown.add_task("", total=None)

        def advance(done: int, total: int, words: Words) -> None:
            shown.update(task, completed=done, total=total, description=words.to(session.language))

        yield advance
