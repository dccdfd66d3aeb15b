"""Dimensions: the names of the groups that ledger rows fall into, and the columns that decide them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from xiaobao.analysis.questions import QuestionError
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet, Standard
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.institutions import OUT_OF_LIST
from xiaobao.lib.words import Words

NOT_STATED = "not_stated"
"""The reporter left it empty."""
UNMAPPED = "unmapped"
"""Stated, but in no table of that day."""
SPECIAL_MEMBERS = (NOT_STATED, UNMAPPED, OUT_OF_LIST)
"""Groups that are shown as such; never a place in a ranking, never put in 其他."""

PLAIN = {
    "path": "path",
    "source": "source_code",
    "institution": "institution_code",
    "unit": "unit_code",
    "entry_kind": "entry_kind",
    "status": "status",
    "received_via": "received_via",
    "standard": "standard_id",
    # As stated, letter by letter: for whoever looks for one product, one number or one code.
    **{
        name: name
        for name in (
            *("complaint_no", "event", "institution_stated", "channel_code", "business_code", "cause_code"),
            *("region_code", "postal_code", "product", "repeats", "submitted_codes"),
        )
    },
}
"""Dimension → the ledger column whose value is the member."""
DATED = ("day", "month")
DAYS_OF_HANDLING = ("accepted_on", "declined_on", "forwarded_on", "responded_on", "closed_on")
AMOUNT = "amount"
PERSONAL = ("identity_key", "identity_key_id", "contact_key", "contact_key_id", "narrative_digest")
"""Columns about people: nothing is grouped by them or held to one of their values."""
_LEVEL = re.compile(r"(channel|business|cause)\.([1-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where a question is asked: the domain, the mark and the catalog that give members their meaning."""

    domain: Domain
    simulated: bool
    catalog: Catalog

    def standards(self) -> tuple[Standard, ...]:
        """The coding standards of the domain, by date in force."""
        return tuple(self.catalog.standards[name] for name in self.domain.standard_ids)


def facet_level(name: str) -> tuple[Facet, int] | None:
    """The facet and level of a dimension such as `business.2`; None for other dimensions."""
    match = _LEVEL.fullmatch(name)
    return (Facet(match[1]), int(match[2])) if match else None


def dimension_names(scope: Scope) -> tuple[str, ...]:
    """All dimensions of a domain, tree levels as deep as its standards go."""
    plain = [name for name in PLAIN if name != "path" or scope.domain.paths]
    levels = [f"{facet.value}.{level}" for facet in Facet for level in range(1, _depth(scope, facet) + 1)]
    return (*plain, "group", "region", *levels, *DATED, *DAYS_OF_HANDLING, AMOUNT)


def refuse_unknown_dimensions(names: Iterable[str], *, scope: Scope) -> None:
    """QuestionError naming a dimension the domain does not have, and those it has."""
    known = dimension_names(scope)
    for name in names:
        if name in PERSONAL:
            raise QuestionError(
                Words(
                    zh=f"{name} 涉及个人，不得据以分组或筛选",
                    en=f"{name} is about people: nothing is grouped by it or held to one of its values",
                )
            )
        if name not in known:
            listed = ", ".join(known)
            raise QuestionError(
                Words(zh=f"没有维度 {name}；可用：{listed}", en=f"no dimension {name}; there are: {listed}")
            )


def columns_of(names: Iterable[str]) -> frozenset[str]:
    """The ledger columns that decide the members of these dimensions."""
    columns: set[str] = set()
    for name in names:
        columns |= _columns_of(name)
    return frozenset(columns)


def levels_of(names: Iterable[str]) -> dict[Facet, tuple[int, ...]]:
    """Facet → the levels asked of it."""
    levels: dict[Facet, tuple[int, ...]] = {}
    for name in names:
        if found := facet_level(name):
            levels[found[0]] = (*levels.get(found[0], ()), found[1])
    return levels


def _depth(scope: Scope, facet: Facet) -> int:
    tables = (standard.tables.get(facet) for standard in scope.standards())
    return max((code.level for table in tables if table for code in table.codes.values()), default=0)


def _columns_of(name: str) -> frozenset[str]:
    if level := facet_level(name):
        return frozenset({"standard_id", level[0].column, "received_on"})
    if name == "group":
        return frozenset({"institution_code", "received_on"})
    if name in (*DAYS_OF_HANDLING, AMOUNT):
        return frozenset({name})
    return frozenset({PLAIN.get(name, "region_code" if name == "region" else "received_on")})
