"""Numbers that know by their type what they count: amounts of two counting paths have no sum.

Hotline and institution reports overlap and differ by an order of magnitude. `Amount[Hotline] +
Amount[InstitutionReport]` is refused by mypy, and by BasisError where a type was lost on the way.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

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


@dataclass(frozen=True, slots=True)
class Amount(Generic[BasisType]):
    """A number and the type of what it counts; sums and differences stay within one basis."""

    value: Decimal
    basis: type[BasisType]

    def __add__(self, other: "Amount[BasisType]") -> "Amount[BasisType]":
        """The sum, of the same basis; BasisError for another."""
        return Amount(self.value + self._of_same_basis(other), self.basis)

    def __sub__(self, other: "Amount[BasisType]") -> "Amount[BasisType]":
        """The difference, of the same basis; BasisError for another."""
        return Amount(self.value - self._of_same_basis(other), self.basis)

    def _of_same_basis(self, other: "Amount[BasisType]") -> Decimal:
        if other.basis is not self.basis:
            raise BasisError(self.basis, other.basis)
        return other.value


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
