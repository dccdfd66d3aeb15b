"""Processes of their own for tests: what they tell, and how they end."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

# Never forked off a process that has used Polars: its threads would be missing in the child.
_CONTEXT = multiprocessing.get_context("spawn")


def start(work: Callable[..., object], *arguments: object) -> tuple[BaseProcess, Connection]:
    """A new process that does `work(connection, *arguments)`, and the other end of its connection.

    It ends with the test run at the latest.
    """
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=work, args=(theirs, *arguments), daemon=True)
    process.start()
    theirs.close()  # so that what it tells ends when it does
    return process, ours
