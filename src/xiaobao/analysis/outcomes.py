"""What comes of a group: a value, or the reason why it has none; and whose report it stands on."""

from dataclasses import dataclass
from decimal import Decimal

from xiaobao.analysis.questions import Question, ranked_dimension
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.institutions import Denominator

NOT_ENOUGH_DAYS = "not_enough_days"
ZERO_BASE = "zero_base"
NOT_REPORTED = "not_reported"
NOT_RANKED = "not_ranked"
GROUP_OF_ONE = "group_of_one"
NO_MEMBERS = "no_members"
NO_DATA = "no_data"
NO_BASE_DATA = "no_base_data"
NO_DENOMINATOR = "no_denominator"

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A value with the denominator it rests on."""

    value: Decimal
    denominator: Denominator


Outcome = Decimal | Rate | str
"""A value, or the reason why there is none."""


def reporters(question: Question, group: Group, *, catalog: Catalog) -> frozenset[str]:
    """The institutions whose report the figure of a group stands on; empty for sums over institutions."""
    by = question.by or ((ranked_dimension(question),) if group else ())
    members = {**dict(question.where), **dict(zip(by, group, strict=True))}
    found = {members["institution"]} if "institution" in members else set()
    source = catalog.sources.get(members.get("source", ""))
    if source is not None and source.institution_code is not None:
        found.add(source.institution_code)
    return frozenset(found)
