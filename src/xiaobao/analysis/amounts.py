"""Numbers that know by their type what they count: amounts of two counting paths have no sum.

Hotline and institution reports overlap and differ by an order of magnitude. What a figure or an answer holds
is a FigureValue, which has neither sum nor difference; to add, say what it counts. `Amount[Hotline] +
Amount[InstitutionReport]` is refused by mypy, and by BasisError where a type was lost on the way.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Generic, Never, TypeVar

from xiaobao.lib.errors import XiaobaoError


class Basis:
    """What a number counts, as a type; a subclass for each that must not be mixed with another."""


class Hotline(Basis):
    """Complaints to the central bank's hotline."""


class InstitutionReport(Basis):
    """Complaints as the institutions report them."""


class NoPath(Basis):
    """Complaints of a domain that knows no paths."""


class Calls(Basis):
    """Calls to the hotline, which are no complaints."""


class Reports(Basis):
    """Reports that were due."""


BasisType = TypeVar("BasisType", bound=Basis)


class BasisError(XiaobaoError):
    """Two numbers of different bases were to become one."""

    def __init__(self, one: type[Basis], other: type[Basis]) -> None:
        super().__init__(f"amounts of {one.__name__} and {other.__name__} are never one number")


class FigureValue(Decimal):
    """The number of a figure or an answer: printed and compared like any number, never added as it is.

    Its sum or difference, with whatever, is a type error, and a TypeError at run time.
    """

    def __add__(self, other: Never) -> Never:  # type: ignore[override]
        raise self._refused()

    def __sub__(self, other: Never) -> Never:  # type: ignore[override]
        raise self._refused()

    def __radd__(self, other: Never) -> Never:  # type: ignore[override]
        raise self._refused()

    def __rsub__(self, other: Never) -> Never:  # type: ignore[override]
        raise self._refused()

    @staticmethod
    def _refused() -> TypeError:
        return TypeError("a figure is added only as an Amount, which knows what it counts")


def plain(value: object) -> Decimal:
    """How a FigureValue is written as JSON; NotImplementedError for other kinds of values."""
    if isinstance(value, FigureValue):
        return Decimal(value)
    raise NotImplementedError(f"no JSON for {type(value)}")


def figure_value(kind: type, stated: str) -> FigureValue:
    """How one is read from JSON: the inverse of `plain`; ValueError for what is no number."""
    if kind is not FigureValue:
        raise NotImplementedError(f"no JSON for {kind}")
    try:
        return FigureValue(stated)
    except InvalidOperation as error:
        raise ValueError(f"{stated} is no number") from error


@dataclass(frozen=True, slots=True)
class Amount(Generic[BasisType]):
    """A number and the type of what it counts; sums and differences stay within one basis."""

    value: Decimal
    basis: type[BasisType]

    def __add__(self, other: "Amount[BasisType]") -> "Amount[BasisType]":
        """The sum, of the same basis; BasisError for another."""
        return Amount(Decimal(self.value) + self._of_same_basis(other), self.basis)

    def __sub__(self, other: "Amount[BasisType]") -> "Amount[BasisType]":
        """The difference, of the same basis; BasisError for another."""
        return Amount(Decimal(self.value) - self._of_same_basis(other), self.basis)

    def _of_same_basis(self, other: "Amount[BasisType]") -> Decimal:
        if other.basis is not self.basis:
            raise BasisError(self.basis, other.basis)
        return Decimal(other.value)  # plain: a FigureValue has no sum


_OF_STATED: dict[str, type[Basis]] = {
    "hotline": Hotline,
    "institution": InstitutionReport,
    "none": NoPath,
    "calls": Calls,
    "reports": Reports,
}


def basis_type(stated: str) -> type[Basis]:
    """The type of a basis as figures state it, such as `institution:complaint/outlets`.

    XiaobaoError for a path nobody has given a type: it could be added to any other.
    """
    path = stated.partition(":")[0]
    if path not in _OF_STATED:
        raise XiaobaoError(f"the counting path {path} has no type in analysis.amounts")
    return _OF_STATED[path]
