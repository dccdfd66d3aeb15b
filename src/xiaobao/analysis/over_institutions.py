"""Medians over the institutions of a group, and counts over how many outlets or customers they have."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from xiaobao.analysis.counting import Counted
from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.outcomes import (
    GROUP_OF_ONE,
    NO_DENOMINATOR,
    NO_MEMBERS,
    NOT_REPORTED,
    Group,
    Outcome,
    Rate,
    members_of,
    reporters,
    told_of,
)
from xiaobao.analysis.questions import Question, QuestionError
from xiaobao.analysis.rounding import median, quotient, rounded
from xiaobao.catalog.institutions import Denominator
from xiaobao.lib.words import Words


def medians(question: Question, counted: Counted, groups: Sequence[Group], *, scope: Scope) -> list[Outcome]:
    """The middle count of the institutions of each group; who reported nothing to complain of counts as zero.

    An institution that had not reported leaves its group without a median, and one alone has none: it would
    be its own count. QuestionError for an open register, whose members nobody can list.
    """
    register = scope.catalog.register(scope.domain.id, simulated=scope.simulated)
    if register.open:
        raise QuestionError(
            Words(
                zh="此领域的机构名册是开放的，列不出全部成员，不能取中位数",
                en="the register of this domain is open: its members cannot be listed, so there is no median",
            )
        )
    silent = frozenset().union(*question.silent())

    def median_of(group: Group) -> Outcome:
        members = members_of(question, told_of(question, group).get("group"), register)
        if members & silent:
            return NOT_REPORTED
        if len(members) < 2:
            return GROUP_OF_ONE if members else NO_MEMBERS
        counts = [Fraction(counted.groups.get((*group, one), 0)) for one in members]
        return rounded(median(counts), decimals=question.measure.decimals)

    return [median_of(group) for group in groups]


def rates(question: Question, counted: Counted, groups: Sequence[Group], *, scope: Scope) -> list[Outcome]:
    """Counts over the outlets or customers of the institution or group they are about.

    An institution that had not reported leaves its group without a rate: the outlets would count those of
    all, the complaints of the others alone.
    """
    register = scope.catalog.register(scope.domain.id, simulated=scope.simulated)
    silent = frozenset().union(*question.silent())

    def rate_of(group: Group) -> Outcome:
        told = told_of(question, group).get("group")
        about = reporters(question, group, catalog=scope.catalog) or members_of(question, told, register)
        if about & silent:
            return NOT_REPORTED
        under = _denominator(question, group, scope=scope)
        if under is None:
            return NO_DENOMINATOR
        part = question.measure.times * counted.groups.get(group, 0)
        value = quotient(part, under.value, decimals=question.measure.decimals)
        return Rate(value=value, denominator=under)

    return [rate_of(group) for group in groups]


def without_denominator(question: Question, group: Group, *, scope: Scope) -> tuple[str, ...]:
    """The institutions a rate is about of which no number serves on the last day of the question."""
    return tuple(code for code, known in _denominators(question, group, scope=scope).items() if not known)


def _denominators(question: Question, group: Group, *, scope: Scope) -> dict[str, Denominator | None]:
    """The institution or the members of the group, and what serves of each on the last day."""
    whole, told = question.measure.whole, told_of(question, group)
    assert whole is not None
    on = max(reading.period.last_on for reading in question.readings)
    register = scope.catalog.register(scope.domain.id, simulated=scope.simulated)
    members = [told.get("institution", "")]
    if "institution" not in told:
        members = [one.code for one in register.institutions.values() if one.group_on(on) == told["group"]]
    return {code: register.denominator_on(whole, code, on) for code in members}


def _denominator(question: Question, group: Group, *, scope: Scope) -> Denominator | None:
    """What serves on the last day of the question for the institution or, all of it, the group."""
    known = _denominators(question, group, scope=scope).values()
    parts = [part for part in known if part is not None]
    if not parts or len(parts) < len(known):
        return None
    return replace(
        parts[0],
        value=sum(part.value for part in parts),
        from_on=min(part.from_on for part in parts),
        derived=any(part.derived for part in parts),
    )
