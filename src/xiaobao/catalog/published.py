"""How published notices count: columns, breaks, explained exceptions. `catalog/published/<id>.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xiaobao.catalog.institutions import Register
from xiaobao.lib.periods import Quarter
from xiaobao.lib.text import name_key
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
class Explained:
    """Why a printed number does not follow from the others."""

    why: Words
    printed: Decimal | None
    """The number this is said of: another one is not explained by it. None in older catalogs: any."""


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
    exceptions: Mapping[PrintedNumber, Explained]
    domain_id: str
    """Whose register knows the banks by other names; empty in older catalogs."""
    aliases: Mapping[str, str]
    """By `lib.text.name_key` of a name that register does not know: the name in the columns."""

    def called(self, entity: str, register: Register | None) -> str:
        """The name in the columns of a bank that is called otherwise; else the name as it stands."""
        if self.group_of(entity) is not None:
            return entity
        if (alias := self.aliases.get(name_key(entity))) is not None:
            return alias
        found = register.resolve(entity) if register else None
        if register is None or found is None or found.unit_code is not None:
            return entity
        short = register.label(found.institution_code).zh
        return short if self.group_of(short) is not None else entity

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
