"""Hot issues of a night beside those of the night before: which goes on in which, and what it does."""

from decimal import Decimal

import polars as pl

from xiaobao.analysis.topics.hot import HotIssue
from xiaobao.analysis.topics.told import ToldIssue, ToldMember, TopicState, goes_on


def told_issues(
    found: tuple[HotIssue, ...],
    texts: pl.DataFrame,
    earlier: tuple[ToldIssue, ...],
) -> tuple[ToldIssue, ...]:
    """In their order; each earlier one goes on in one of them at most, those of the night before first."""
    issues: list[ToldIssue] = []
    left = {one.id: one for one in earlier}
    for hot in found:
        keys = sorted(texts["complaint_key"].gather(hot.topic.rows).to_list())
        there = [one for one in left.values() if not one.missing]
        former = goes_on(hot.where, keys, there) or goes_on(hot.where, keys, left.values())
        if former is not None:
            del left[former.id]
        issues.append(_issue(hot, keys, former))
    return tuple(issues)


def _issue(hot: HotIssue, keys: list[int], former: ToldIssue | None) -> ToldIssue:
    topic = hot.topic
    return ToldIssue(
        id=former.id if former else topic.id,
        where=hot.where,
        label=topic.name.label,
        terms=topic.name.terms,
        all=len(keys),
        distinct=topic.distinct,
        before=topic.before,
        institutions=tuple(ToldMember(member=member, count=count) for member, count in hot.institutions),
        first_day=topic.first_on,
        last_day=topic.last_on,
        score=Decimal(f"{topic.score:.1f}"),
        state=moved(len(keys), former.all) if former else None,
        first_raised=former.first_raised if former else None,
        complaints=tuple(keys),
        excerpts=tuple(one.text for one in topic.excerpts),
        demanded=hot.demanded,
        untold=former.untold if former else True,
    )


def moved(count: int, before: int) -> TopicState:
    """What an issue does of which the night before had so many complaints."""
    if count == before:
        return TopicState.STEADY
    return TopicState.RISING if count > before else TopicState.FALLING
