"""How published notices count: columns, breaks, explained exceptions. `catalog/published/<id>.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from xiaobao.lib.periods import Quarter
from xiaobao.lib.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedGroup:
    """A column of the notices, printed from a quarter on."""

    name: str
    from_quarter: Quarter
    members: frozenset[str]
    """Short names of who is counted in it; empty where the notices do not name them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The quarter from which the notices count differently."""

    from_quarter: Quarter
    why: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedNumber:
    """Names one printed number that can be computed again."""

    quarter: Quarter
    entity: str
    metric: str
    check: str
    """`share`, `change`, `total`, `median` or `rate`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """One series of published notices."""

    id: str
    name: Words
    source: str
    owner: str
    next_review_on: date
    groups: Mapping[str, PublishedGroup]
    breaks: tuple[Break, ...]
    exceptions: Mapping[PrintedNumber, Words]
    """Why a printed number does not follow from the others."""

    def groups_in(self, quarter: Quarter) -> tuple[PublishedGroup, ...]:
        """The columns that are printed in a quarter."""
        return tuple(group for group in self.groups.values() if group.from_quarter <= quarter)

    def group_of(self, entity: str) -> PublishedGroup | None:
        """The column that names an institution among its members."""
        return next((group for group in self.groups.values() if entity in group.members), None)

    def break_between(self, earlier: Quarter, later: Quarter) -> Break | None:
        """What makes two quarters incomparable; None where both count alike."""
        found = (one for one in self.breaks if earlier < one.from_quarter <= later)
        return next(found, None)
