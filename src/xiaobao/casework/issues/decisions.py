"""What an officer decides of a hot issue: values, pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from xiaobao.analysis.topics.decided import Act, Decided, Split
from xiaobao.analysis.topics.told import ToldName


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDecision:
    """One decision; it holds for every later run until another one says otherwise."""

    serial: int
    act: Act
    issue: str
    """Id of the issue that is named, goes on with the complaints of others, or is split."""
    other: str | None
    """The issue that goes into it, or parts from it again; of a split the id of the new one."""
    words: tuple[str, ...]
    """The name, or what the complaints of the new issue say."""
    decided_by: str
    decided_at: datetime


def decided_by(decisions: Iterable[IssueDecision], zone: tzinfo) -> Decided:
    """What holds after them, the last word of each counting; `zone` gives moments their day."""
    names: dict[str, ToldName] = {}
    into: dict[str, str] = {}
    splits: dict[str, Split] = {}
    for one in decisions:
        match one.act:
            case Act.NAME:
                on = one.decided_at.astimezone(zone).date()
                names.pop(one.issue, None)
                names[one.issue] = ToldName(text=one.words[0], by=one.decided_by, on=on)
            case Act.MERGE:
                assert one.other is not None
                # By the run of an earlier day one may be had to go on that has gone into the other since.
                _take_back(into, one.issue, one.other)
                into[one.other] = one.issue
            case Act.PART:
                assert one.other is not None
                into.pop(one.other, None)
            case Act.SPLIT:
                assert one.other is not None
                splits[one.other] = Split(issue=one.issue, words=one.words, new=one.other)
    return Decided(names=names, into=into, splits=tuple(splits.values()))


def _take_back(into: dict[str, str], issue: str, other: str) -> None:
    """Part an issue again where it goes, by itself or by those between, into the other one."""
    way = issue
    while way in into:
        way = into[way]
        if way == other:
            del into[issue]
            return
