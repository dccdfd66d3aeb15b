"""Processes of their own for tests: what they tell, and how they end."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

# Forked off a process that has loaded what takes long to load, and done nothing. Polars is not among it: it
# starts threads when it is loaded, which would be missing in the child.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    ["django.db.models", "django.http", "ibis.backends.duckdb", "pyarrow.parquet", "holidays"]
)


def start(work: Callable[..., object], *arguments: object) -> tuple[BaseProcess, Connection]:
    """A new process that does `work(connection, *arguments)`, and the other end of its connection.

    It ends with the test run at the latest.
    """
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=work, args=(theirs, *arguments), daemon=True)
    process.start()
    theirs.close()  # so that what it tells ends when it does
    return process, ours


def heard(line: Connection, *, within_seconds: float) -> list[str]:
    """All that a process tells until it ends, however it ends."""
    told: list[str] = []
    while line.poll(within_seconds):
        try:
            told.append(line.recv())
        except EOFError:
            return told
    raise TimeoutError(f"somebody hangs, and said last: {told[-1:]}")
