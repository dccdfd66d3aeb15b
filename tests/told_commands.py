"""A process that runs the command lines it is given and tells where it is, so that it can be killed there."""

import contextlib
import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

from django.db import connections

from xiaobao.cli import main
from xiaobao.submissions import claims, compaction

WORKS = {"receive": "receive", "post": "post", "close-day": "close"}
"""What each command is for."""
INNER_WORKS = {"_merge": "merge", "rewrite_by_month": "rewrite"}
"""What `compaction` does as a part of them."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A work begins."""

    work: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A work has ended, well or not."""

    work: str


@dataclass(frozen=True, slots=True)
class Idle:
    """All commands are done."""


@dataclass(frozen=True, slots=True)
class Said:
    """A command is done: whoever called it knows now."""

    command: tuple[str, ...]
    code: int
    words: str


def run(told: Connection, environment: Mapping[str, str]) -> None:
    """Run the command lines that come, with commits and merges as small as they can be; None ends it."""
    os.environ.update(environment)
    claims.BATCHES_PER_CLAIM, compaction.COMMITS_PER_MERGE = 1, 2
    for name, work in INNER_WORKS.items():
        setattr(compaction, name, _telling(told, work, getattr(compaction, name)))
    while (commands := told.recv()) is not None:
        for command in commands:
            _run(told, command)
        told.send(Idle())


def _run(told: Connection, command: Sequence[str]) -> None:
    words = io.StringIO()
    with contextlib.redirect_stdout(words), contextlib.redirect_stderr(words), _at(told, WORKS[command[0]]):
        code = main.run(["--language", "en", "--format", "json", *command])
    connections.close_all()
    told.send(Said(tuple(command), int(code), words.getvalue()))


@contextlib.contextmanager
def _at(told: Connection, work: str) -> Iterator[None]:
    told.send(Begun(work))
    try:
        yield
    finally:
        told.send(Ended(work))


def _telling(told: Connection, work: str, step: Callable[..., object]) -> Callable[..., object]:
    def done(*arguments: object, **named: object) -> object:
        with _at(told, work):
            return step(*arguments, **named)

    return done
