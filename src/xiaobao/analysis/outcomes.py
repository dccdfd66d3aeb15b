"""What comes of a group: a value, or the reason why it has none; and whose report it stands on."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from xiaobao.analysis.questions import Question, ranked_dimension
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.institutions import Denominator, Register

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
    members = told_of(question, group)
    found = {members["institution"]} if "institution" in members else set()
    source = catalog.sources.get(members.get("source", ""))
    if source is not None and source.institution_code is not None:
        found.add(source.institution_code)
    return frozenset(found)


def told_of(question: Question, group: Group) -> dict[str, str]:
    """Dimension → member of all that a group of the question is told by."""
    by = question.by or ((ranked_dimension(question),) if group else ())
    return {**dict(question.where), **dict(zip(by, group, strict=True))}


def is_unreported(
    question: Question, group: Group, *, catalog: Catalog, silent: Iterable[frozenset[str]]
) -> bool:
    """Whether in one of the readings nobody had reported of what a figure is about.

    That is its institution, or every institution of its group: a group of which some reported has the sum of
    those. `silent` has the institutions that had not, reading by reading.
    """
    about = reporters(question, group, catalog=catalog)
    if about:
        return any(about & each for each in silent)
    told = told_of(question, group).get("group")
    missing = [each for each in silent if each]
    if told is None or not missing:
        return False
    members = members_of(question, told, catalog.register(question.domain.id, simulated=question.simulated))
    return bool(members) and any(members <= each for each in missing)


def members_of(question: Question, told: str | None, register: Register) -> frozenset[str]:
    """The institutions that are in force and in the group `told`, if any, on a day of the question."""
    found: set[str] = set()
    for one in register.institutions.values():
        spans = [(one.from_on, one.to_on)]
        if told is not None:
            spans = [(each.from_on, each.to_on) for each in one.memberships if each.group == told]
        if any(
            from_on < reading.period.to_on and (to_on is None or reading.period.from_on < to_on)
            for from_on, to_on in spans
            for reading in question.readings
        ):
            found.add(one.code)
    return frozenset(found)
