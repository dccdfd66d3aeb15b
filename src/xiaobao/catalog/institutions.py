"""The register of respondent institutions, their units, groups and aliases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from xiaobao.catalog.measures import Quantity
from xiaobao.lib.text import name_key
from xiaobao.lib.words import Words

OUT_OF_LIST = "out_of_list"
"""The institution code of a name that is not in a closed register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A group an institution belongs to during `[from_on, to_on)`."""

    group: str
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """A legal institution of the register, in force `[from_on, to_on)`."""

    code: str
    name: Words
    short_name: Words
    memberships: tuple[Membership, ...]
    from_on: date
    to_on: date | None
    simulated: bool
    """True for invented institutions, which only simulated homes know."""

    def group_on(self, day: date) -> str | None:
        """The group on that day, None when it has none."""
        for membership in self.memberships:
            if membership.from_on <= day and (membership.to_on is None or day < membership.to_on):
                return membership.group
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Denominator:
    """How many outlets or customers an institution has, as serves for days of `[from_on, to_on)`."""

    value: int
    from_on: date
    to_on: date | None
    derived: bool
    """True for a number that was worked out or invented, not stated by anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a stated name means: a legal institution and, where the name says so, a unit of it."""

    institution_code: str
    unit_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The institutions one kind of home knows."""

    institutions: Mapping[str, Institution]
    groups: Mapping[str, Words]
    units: Mapping[str, Words]
    aliases: Mapping[str, Resolved]
    """By `lib.text.name_key` of every name, code and alias."""
    open: bool
    denominators: Mapping[Quantity, Mapping[str, tuple[Denominator, ...]]] = field(default_factory=dict)
    """Quantity → institution → its numbers, by date."""

    def denominator_on(self, quantity: Quantity, institution: str, day: date) -> Denominator | None:
        """The number that serves for a day; None where there is none: missing is not zero."""
        numbers = self.denominators.get(quantity, {}).get(institution, ())
        serving = (one for one in numbers if one.from_on <= day and (one.to_on is None or day < one.to_on))
        return next(serving, None)

    def resolve(self, stated: str) -> Resolved | None:
        """What a stated name means; an open register makes a code of an unknown name; else None."""
        key = name_key(stated)
        found = self.aliases.get(key)
        if found is None and self.open and key:
            return Resolved(institution_code=key, unit_code=None)
        return found

    def listed(self, code: str) -> bool:
        """True when the code is a row of the register, not an addition made from a stated name."""
        return code in self.institutions

    def label(self, code: str) -> Words:
        """The short name to print; the code itself for additions to an open register."""
        institution = self.institutions.get(code)
        return institution.short_name if institution else Words(zh=code, en=code)
