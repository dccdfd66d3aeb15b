"""How long work tells how far it is."""

from collections.abc import Callable

from xiaobao.lib.words import Words

OnProgress = Callable[[int, int, Words], None]
"""Told of steps done, steps in all, and the step at hand."""


def untold(_done: int, _total: int, _words: Words) -> None:
    """For work that nobody watches."""
