"""Decisions of the catalog, each in force from a day until the next one."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words


class Decided(Protocol):
    """A decision."""

    @property
    def from_on(self) -> date:
        """Its first day."""


_Decided = TypeVar("_Decided", bound=Decided)


def latest(decisions: Iterable[_Decided], day: date) -> _Decided | None:
    """The decision in force on that day, None before the first."""
    begun = (one for one in decisions if one.from_on <= day)
    return max(begun, key=lambda one: one.from_on, default=None)


def in_force(decisions: Iterable[_Decided], day: date, *, file: str, of: Words) -> _Decided:
    """The decision in force on that day; UserError, with what is decided and the file, before the first."""
    found = latest(decisions, day)
    if found is None:
        raise UserError(
            Words(
                zh=f"目录 {file} 中没有 {day} 有效的{of.zh}",
                en=f"{file} of the catalog has no {of.en} in force on {day}",
            )
        )
    return found
